import type { Terms } from "../problem/terms.ts";
import { type AnyFluxName, FLUXES, isThermalFlux, orderOfFlux, THERMAL_FLUXES } from "./fluxes.ts";

/** Compositions of the transport flow T and the reaction flow R over one step: fractions of dt, first to last. */
interface Splitting {
  /** Order in dt. */
  order: number;
  /** [flow, fraction of dt] */
  stages: readonly (readonly ["transport" | "reaction", number])[];
}

/** The operator splittings by name. */
export const SPLITTINGS = {
  /** R(dt) T(dt) */
  lie: {
    order: 1,
    stages: [
      ["transport", 1],
      ["reaction", 1],
    ],
  },
  /** T(dt/2) R(dt) T(dt/2): the transport steps are the short ones, so that dt may be twice its positivity limit. Strang (1968). */
  strang: {
    order: 2,
    stages: [
      ["transport", 1 / 2],
      ["reaction", 1],
      ["transport", 1 / 2],
    ],
  },
} as const satisfies Record<string, Splitting>;

export type SplittingName = keyof typeof SPLITTINGS;

/** Order in L1 of a flux with a splitting, on smooth densities, where h and dt are refined together. */
export const orderOfDiscretisation = ({ flux, splitting }: { flux: AnyFluxName; splitting: SplittingName }): number =>
  Math.min(orderOfFlux(flux), SPLITTINGS[splitting].order);

/** Order in dt on given cells; without a reaction or without transport nothing is split. */
export function orderInTime(
  { flux, splitting }: { flux: AnyFluxName; splitting: SplittingName },
  { transport, reaction }: Pick<Terms, "transport" | "reaction">,
): number {
  const ofTransport = transport ? stepOrderOf(flux) : Infinity;
  const ofSplitting = transport && reaction !== null ? SPLITTINGS[splitting].order : Infinity;
  return Math.min(LARGEST_ORDER, ofTransport, ofSplitting);
}

const stepOrderOf = (flux: AnyFluxName): number =>
  isThermalFlux(flux) ? THERMAL_FLUXES[flux].order : FLUXES[flux].rungeKutta.order;

/** Of the reaction with V in the middle of a step, and of sweeps along one axis after another. */
const LARGEST_ORDER = 2;

/** For dynamics without a reaction: one transport step. */
export const TRANSPORT_ALONE: Splitting["stages"] = [["transport", 1]];

/** For dynamics without transport: one reaction step. */
export const REACTION_ALONE: Splitting["stages"] = [["reaction", 1]];
