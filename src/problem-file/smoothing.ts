import { InputError } from "../errors.ts";
import type { Names } from "../expressions/expression.ts";
import { type CompiledKernel, compileKernel } from "../potential/kernels.ts";
import type { ProblemDefinition } from "./problem-file.ts";

/** Standard deviations of a Gaussian beyond which it is below the rounding of its maximum. */
const REACH = 8.6;

/** The bandwidth of a reaction by the logarithm of a smoothed density; 0 of one by the density itself, or by V alone. */
export function bandwidthOf({ reaction }: Pick<ProblemDefinition, "reaction">): number {
  return typeof reaction === "object" ? reaction.bandwidth : 0;
}

/**
 * k_eps = N(0, eps^2 I) for sums over particles, as a convolution kernel; on a periodic axis of period L the sum of its images k_eps(x + m L). null without a
 * bandwidth.
 *
 * @throws InputError for a bandwidth above a period, where the smoothed density is constant.
 */
export async function compileSmoothing(definition: ProblemDefinition, names: Names): Promise<CompiledKernel | null> {
  const bandwidth = bandwidthOf(definition);
  if (bandwidth === 0) return null;
  const factors = Object.entries(definition.variables).map(([name, { min, max, boundary }]) => {
    const bell = (x: string) => `exp(-(${x})^2/(2*(${bandwidth})^2))`;
    if (boundary === "no-flux") return bell(name);
    const period = max - min;
    if (bandwidth > period)
      throw new InputError("reaction.bandwidth", bandwidth, `above the period ${period} of ${name}`, "use a smaller one");
    // The displacement is wrapped into half a period.
    const images = Math.ceil((REACH * bandwidth) / period - 0.5);
    const shifts = Array.from({ length: 2 * images + 1 }, (_, k) => (k - images) * period);
    return `(${shifts.map((shift) => bell(`${name} + (${shift})`)).join(" + ")})`;
  });
  const norm = 1 / (bandwidth * Math.sqrt(2 * Math.PI));
  return compileKernel({ type: "convolution", expression: factors.map((factor) => `${norm}*${factor}`).join("*") }, names);
}
