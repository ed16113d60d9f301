import * as z from "zod";
import { gaussLegendre } from "../numerics/quadrature.ts";
import { createSmooth, type SmoothDensity } from "./smooth.ts";
import { requireInterval, type UnivariateType } from "./univariate.ts";

const schema = z.strictObject({ type: z.literal("uniform"), min: z.number(), max: z.number() });

/** Density 1 / (max - min) on [min, max]. */
export const uniform: UnivariateType<typeof schema, true> = {
  schema,
  onLine: true,
  hasDensity: true,
  create({ min, max }, axis, field) {
    requireInterval(min, max, axis, field);
    const smooth: SmoothDensity = {
      density: () => 1 / (max - min),
      scale: max - min,
      breaks: [min, max],
      reach: [min, max],
      rule: gaussLegendre,
      support: [min, max],
      bulkOf: () => [min, max],
    };
    return createSmooth(smooth, axis, (stream) => min + (max - min) * stream.uniform());
  },
  example: ({ min, max }) => {
    const [middle, quarter] = [(min + max) / 2, (max - min) / 4];
    return { type: "uniform", min: middle - quarter, max: middle + quarter };
  },
};
