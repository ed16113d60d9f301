import * as z from "zod";
import { InputError } from "../errors.ts";
import { gaussLegendre } from "../numerics/quadrature.ts";
import type { RandomStream } from "../numerics/random.ts";
import { normalDensity } from "./normal.ts";
import { createSmooth, integrateInterval, type SmoothDensity } from "./smooth.ts";
import { requireInterval, requirePositive, type UnivariateType } from "./univariate.ts";

const schema = z.strictObject({
  type: z.literal("truncated-normal"),
  mean: z.number(),
  sd: z.number(),
  min: z.number(),
  max: z.number(),
});

/** The normal distribution given that it lies in [min, max]. */
export const truncatedNormal: UnivariateType<typeof schema, true> = {
  schema,
  onLine: true,
  hasDensity: true,
  create({ mean, sd, min, max }, axis, field) {
    requirePositive(sd, `${field}.sd`);
    requireInterval(min, max, axis, field);
    // In a tail, z standard deviations out, the density falls off like exp(-z s), on the scale of sd / z.
    const tail = Math.max(1, (min - mean) / sd, (mean - max) / sd);
    const clip = (reach: number) => [Math.max(min, mean - reach * sd), Math.min(max, mean + reach * sd)] as const;
    const unnormalised: SmoothDensity = {
      density: normalDensity(mean, sd),
      scale: sd / tail,
      breaks: [min, max],
      reach: clip(39),
      rule: gaussLegendre,
      support: [min, max],
      // A distribution that is itself a tail ends where its density has dropped by as much.
      bulkOf: (bulk) => clip(Math.hypot(bulk, tail > 1 ? tail : 0)),
    };
    const total = integrateInterval(unnormalised, min, max);
    if (!(total > 1e-280)) {
      throw new InputError(field, { mean, sd, min, max }, "no mass between min and max", "move the mean nearer the interval");
    }
    const smooth = { ...unnormalised, density: (x: number) => unnormalised.density(x) / total };
    return createSmooth(smooth, axis, (stream) => sampleTruncatedNormal(mean, sd, min, max, stream));
  },
  example: ({ min, max }) => {
    const [middle, quarter] = [(min + max) / 2, (max - min) / 4];
    return { type: "truncated-normal", mean: middle, sd: (max - min) / 10, min: middle - quarter, max: middle + quarter };
  },
};

/** Rejection from a uniform, or from an exponential where the interval is a tail (Robert 1995). */
function sampleTruncatedNormal(mean: number, sd: number, min: number, max: number, stream: RandomStream): number {
  const a = (min - mean) / sd;
  const b = (max - mean) / sd;
  if (b < 0) return mean + mean - sampleTruncatedNormal(mean, sd, 2 * mean - max, 2 * mean - min, stream);
  if (a > 0 && b - a > 1 / a) {
    for (;;) {
      const z = a - Math.log(1 - stream.uniform()) / a;
      if (z <= b && stream.uniform() < Math.exp(-0.5 * (z - a) ** 2)) return mean + sd * z;
    }
  }
  if (a <= 0 && b - a > 4) {
    for (;;) {
      const z = stream.normal();
      if (a <= z && z <= b) return mean + sd * z;
    }
  }
  const nearest = Math.max(a, 0);
  for (;;) {
    const z = a + (b - a) * stream.uniform();
    if (stream.uniform() < Math.exp(0.5 * (nearest * nearest - z * z))) return mean + sd * z;
  }
}
