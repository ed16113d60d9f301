import * as z from "zod";
import { InputError } from "../errors.ts";
import { trapezoid } from "../numerics/quadrature.ts";
import type { RandomStream } from "../numerics/random.ts";
import { createSmooth, integrateInterval, type SmoothDensity } from "./smooth.ts";
import type { UnivariateType } from "./univariate.ts";

const schema = z.strictObject({ type: z.literal("von-mises"), mean: z.number(), concentration: z.number() });

/** Density proportional to exp(concentration cos(2 pi (x - mean) / period)) on a periodic axis. */
export const vonMises: UnivariateType<typeof schema, false> = {
  schema,
  onLine: false,
  hasDensity: true,
  create({ mean, concentration }, axis, field) {
    if (!(concentration >= 0)) {
      throw new InputError(`${field}.concentration`, concentration, "negative", "give a number >= 0");
    }
    if (!axis.periodic) {
      throw new InputError(
        `${field}.type`,
        "von-mises",
        `${axis.name} is not periodic`,
        `set variables.${axis.name}.boundary to "periodic"`,
      );
    }
    const period = axis.max - axis.min;
    const angle = (x: number) => (2 * Math.PI * (x - mean)) / period;
    const unnormalised: SmoothDensity = {
      density: (x) => Math.exp(concentration * (Math.cos(angle(x)) - 1)),
      scale: period / Math.sqrt(16 + 40 * concentration),
      breaks: [],
      reach: [axis.min, axis.max],
      rule: trapezoid,
      support: [mean - period / 2, mean + period / 2],
      bulkOf: (bulk) => bulkOfVonMises(mean, concentration, period, bulk),
    };
    const total = integrateInterval(unnormalised, axis.min, axis.max);
    const smooth = { ...unnormalised, density: (x: number) => unnormalised.density(x) / total };
    return createSmooth(smooth, axis, (stream) => mean + (period * sampleVonMises(concentration, stream)) / (2 * Math.PI));
  },
  example: ({ min, max }) => ({ type: "von-mises", mean: (min + max) / 2, concentration: 2 }),
};

/** Where exp(k (cos a - 1)) > exp(-bulk^2 / 2): the whole period unless the distribution is concentrated. */
function bulkOfVonMises(mean: number, concentration: number, period: number, bulk: number): [number, number] {
  const drop = bulk ** 2 / (2 * concentration);
  const half = drop < 2 ? (Math.acos(1 - drop) * period) / (2 * Math.PI) : period / 2;
  return [mean - half, mean + half];
}

/** An angle with density proportional to exp(k cos a): Best & Fisher (1979). */
function sampleVonMises(k: number, stream: RandomStream): number {
  if (k < 1e-8) return Math.PI * (2 * stream.uniform() - 1);
  const tau = 1 + Math.sqrt(1 + 4 * k * k);
  const rho = (tau - Math.sqrt(2 * tau)) / (2 * k);
  const r = (1 + rho * rho) / (2 * rho);
  for (;;) {
    const z = Math.cos(Math.PI * stream.uniform());
    const f = (1 + r * z) / (r + z);
    const c = k * (r - f);
    const u = 1 - stream.uniform();
    if (c * (2 - c) > u || Math.log(c / u) + 1 >= c) {
      return (stream.uniform() < 0.5 ? -1 : 1) * Math.acos(Math.max(-1, Math.min(1, f)));
    }
  }
}
