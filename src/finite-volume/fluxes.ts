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
