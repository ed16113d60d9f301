import { InputError } from "../errors.ts";
import type { Fields } from "../grid/fields.ts";
import type { Grid } from "../grid/grid.ts";
import type { Flux } from "./flux.ts";
import { createLargeStep } from "./large-step.ts";
import { createMuscl } from "./muscl.ts";
import { EULER, HEUN, type RungeKutta, TRACED } from "./runge-kutta.ts";
import { createUpwind } from "./upwind.ts";

interface FluxType {
  /** Order in the width of cells, in L1 on smooth densities. In dt, with sweeps along several axes or with K, it is 2 at most (orderInTime). */
  order: number;
  /** Forward Euler keeps mu >= 0 while dt * (largest outflow rate) <= courant; Infinity for every dt. */
  courant: number;
  /** The steps in time, of the order of the flux at least. */
  rungeKutta: RungeKutta;
  /** @param fields whence mu, V, out and base come; with none they are any arrays. */
  create(grid: Grid, fields?: Fields): Flux;
}

/** The numerical fluxes by name. */
export const FLUXES = {
  upwind: { order: 1, courant: 1, rungeKutta: EULER, create: createUpwind },
  "large-step-linear": {
    order: 2,
    courant: Infinity,
    rungeKutta: TRACED,
    create: (grid) => createLargeStep(grid, { reconstruction: "linear", velocity: 6, tracing: "taylor" }),
  },
  "large-step": {
    order: 3,
    courant: Infinity,
    rungeKutta: TRACED,
    create: (grid) => createLargeStep(grid, { reconstruction: "parabolic", velocity: 6, tracing: "taylor" }),
  },
  muscl: { order: 2, courant: 0.5, rungeKutta: HEUN, create: createMuscl },
} as const satisfies Record<string, FluxType>;

export type FluxName = keyof typeof FLUXES;

/** Those with diffusion, at a temperature above 0; see DiffusionStep. */
export const THERMAL_FLUXES = { "scharfetter-gummel": { order: 2 } } as const satisfies Record<string, Pick<FluxType, "order">>;

export type ThermalFluxName = keyof typeof THERMAL_FLUXES;
export type AnyFluxName = FluxName | ThermalFluxName;
export const ANY_FLUXES: readonly AnyFluxName[] = [
  ...(Object.keys(FLUXES) as FluxName[]),
  ...(Object.keys(THERMAL_FLUXES) as ThermalFluxName[]),
];

export const isThermalFlux = (flux: AnyFluxName): flux is ThermalFluxName => Object.hasOwn(THERMAL_FLUXES, flux);

/** In the width of cells. */
export const orderOfFlux = (flux: AnyFluxName): number => (isThermalFlux(flux) ? THERMAL_FLUXES[flux] : FLUXES[flux]).order;

/** The fluxes that a problem may take. */
export const fluxesFor = (diffuses: boolean): AnyFluxName[] => ANY_FLUXES.filter((flux) => isThermalFlux(flux) === diffuses);

/** The flux of a problem. @throws InputError for one with diffusion where there is none, or the reverse. */
export function fluxFor(diffuses: boolean, flux: AnyFluxName = diffuses ? "scharfetter-gummel" : "muscl"): AnyFluxName {
  if (isThermalFlux(flux) === diffuses) return flux;
  if (diffuses)
    throw new InputError("flux", flux, "has no diffusion, which a temperature above 0 asks for", "use scharfetter-gummel");
  throw new InputError("flux", flux, "is for transport with diffusion", "give a temperature above 0, or use muscl");
}
