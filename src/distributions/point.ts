import * as z from "zod";
import { InputError } from "../errors.ts";
import type { Axis } from "../grid/grid.ts";
import type { UnivariateType } from "./univariate.ts";

const schema = z.strictObject({ type: z.literal("point"), value: z.number() }).describe("all mass at one value; for a prior alone");

/** All mass at one value. */
export const point: UnivariateType<typeof schema, false> = {
  schema,
  onLine: false,
  hasDensity: false,
  create({ value }, axis, field) {
    if (!(value >= axis.min && value <= axis.max)) {
      throw new InputError(
        `${field}.value`,
        value,
        `outside the domain [${axis.min}, ${axis.max}] of ${axis.name}`,
        "move it or widen the domain",
      );
    }
    return {
      cellMasses: (cells) => spreadPoint(value, cells),
      density: () => {
        throw new InputError(field, value, "a point mass has no density", "give a narrow distribution in its place");
      },
      sample: () => value,
      breaks: [],
      quadrature: () => ({ nodes: Float64Array.of(value), weights: Float64Array.of(1), cutsTail: false }),
    };
  },
  example: ({ min, max }) => ({ type: "point", value: (min + max) / 2 }),
};

/** Unit mass at x on the two cells nearest to it, with mean x; on the first or the last cell where x is nearer to an end than its centre. */
function spreadPoint(x: number, { cells, min, width, periodic }: Axis): Float64Array {
  const masses = new Float64Array(cells);
  const place = (x - min) / width - 0.5;
  const left = Math.floor(place);
  const share = place - left;
  const cell = (i: number) => (periodic ? (i + cells) % cells : Math.min(cells - 1, Math.max(0, i)));
  masses[cell(left)] += 1 - share;
  masses[cell(left + 1)] += share;
  return masses;
}
