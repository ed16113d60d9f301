import type { Unseen } from "../characteristics/sight.ts";
import { formatNumber } from "../figures/numbers.ts";
import type { Grid } from "../grid/grid.ts";

/** In the words of a warning. */
export function describeUnseen({ what, place, time, amount }: Unseen, grid: Grid): string {
  const where = grid.axes.map(({ name }, a) => `${name} = ${formatNumber(place[a], 6)}`).join(", ");
  return `${what} has a feature that the nodes do not see, near ${where} at t = ${formatNumber(time)}: by it the integral may be off by ${formatNumber(amount, 2)}${what === "F" ? ", and what moves through it is not known" : ""}; widen the feature, or narrow the initial distribution around it`;
}
