import * as z from "zod";
import { trapezoid } from "../numerics/quadrature.ts";
import { createSmooth, type SmoothDensity } from "./smooth.ts";
import { requirePositive, type UnivariateType } from "./univariate.ts";

const schema = z.strictObject({ type: z.literal("normal"), mean: z.number(), sd: z.number() });

/** Density exp(-(x - mean)^2 / (2 sd^2)) / (sd sqrt(2 pi)). */
export const normal: UnivariateType<typeof schema, true> = {
  schema,
  onLine: true,
  hasDensity: true,
  create({ mean, sd }, axis, field) {
    requirePositive(sd, `${field}.sd`);
    // 39 standard deviations underflow; 9 leave 1e-19.
    const smooth: SmoothDensity = {
      density: normalDensity(mean, sd),
      scale: sd,
      breaks: [],
      reach: [mean - 39 * sd, mean + 39 * sd],
      rule: trapezoid,
      support: [-Infinity, Infinity],
      bulkOf: (bulk) => [mean - bulk * sd, mean + bulk * sd],
    };
    return createSmooth(smooth, axis, (stream) => mean + sd * stream.normal());
  },
  example: ({ min, max }) => ({ type: "normal", mean: (min + max) / 2, sd: (max - min) / 10 }),
};

export function normalDensity(mean: number, sd: number): (x: number) => number {
  const factor = 1 / (sd * Math.sqrt(2 * Math.PI));
  return (x) => factor * Math.exp(-0.5 * ((x - mean) / sd) ** 2);
}
