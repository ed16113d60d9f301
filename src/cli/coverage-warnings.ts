import type { Unseen } from "../characteristics/sight.ts";
import { formatNumber } from "../figures/numbers.ts";
import type { WallMass } from "../finite-volume/wall-flow.ts";
import { EDGE_MASS_LIMIT } from "../grid/density.ts";
import type { Grid } from "../grid/grid.ts";

/** A warning that mass is outside the domain, since when, and up to which share; `meaning` is the effect on the numbers beside it. */
export function describeOutside(since: number, share: number, meaning: string): string {
  return `mass is outside the domain from t = ${formatNumber(since, 3)}, up to ${formatNumber(share, 3)} of it: ${meaning}; widen variables.*.min, max`;
}

/** A warning that no-flux walls hold mass back. */
export function describeWall({ variable, place, mass, since }: WallMass): string {
  return `${formatNumber(mass, 2)} of the mass has been pressed against the wall ${variable} = ${place} since t = ${formatNumber(since)}: on the whole space it would have left; widen the domain`;
}

/** A warning where more than 1e-6 of the initial distribution or of a prior is outside the domain; none otherwise. */
export function describeCut(what: string, outside: number): string[] {
  if (outside <= EDGE_MASS_LIMIT) return [];
  return [`${outside.toExponential(1)} of the ${what} lies outside the domain and was cut off; widen variables.*.min, max`];
}

/** A warning that F or an observable has a feature between the nodes. */
export function describeUnseen({ what, place, time, amount }: Unseen, grid: Grid): string {
  const where = grid.axes.map(({ name }, a) => `${name} = ${formatNumber(place[a], 6)}`).join(", ");
  return `${what} has a feature that the nodes do not see, near ${where} at t = ${formatNumber(time)}: by it the integral may be off by ${formatNumber(amount, 2)}${what === "F" ? ", and what moves through it is not known" : ""}; widen the feature, or narrow the initial distribution around it`;
}
