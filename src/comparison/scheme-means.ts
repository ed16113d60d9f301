import { followMean, startNodes } from "../fluctuations/mean-path.ts";
import { scheduleOf } from "../fluctuations/schedule.ts";
import { createStepMap } from "../mean-field-map/step-map.ts";
import { meanOf, varies } from "../numerics/moments.ts";
import type { Problem } from "../problem/problem.ts";
import type { Rate } from "../problem-file/rate.ts";
import { ruleOf, type SchemeName } from "../schemes/schemes.ts";

/** A term of the equation that may be wrong by a share. */
export type Term = "alpha" | "drift" | "temperature";

/** A term of the equation that particles have wrong: times 1 + size at all times. */
export interface WrongTerm {
  of: Term;
  size: number;
}

/** Of each observable at each snapshot; shape [snapshots * observables]. */
export interface SchemeMeans {
  means: Float64Array;
  /** Standard deviations of the observables under mu_t, 0 where they are constant. */
  deviations: Float64Array;
}

const NODES = [256, 24, 12] as const;
const KERNEL_TOLERANCE = 1e-8;

/**
 * The means of a scheme at dt as n -> infinity, by its mean-field map, with the equation as it is or with a wrong term:
 * not to first order in its size.
 *
 * A drift times 1 + e is the same scheme with steps of (1 + e) dt, whose births and deaths take the rate of the steps
 * they stand for, and whose noise is that of them too.
 *
 * Cost: a run of the map on 256, 24^2 or 12^3 nodes.
 *
 * @throws InvariantError where steps of dt are unstable.
 * @throws InputError for a dt that does not divide the snapshots.
 */
export function schemeMeans(problem: Problem, scheme: SchemeName, dt: number, wrong: WrongTerm | null): SchemeMeans {
  const { grid, observables } = problem;
  const start = startNodes(problem, grid.axes.map(() => NODES[grid.dimension - 1])); // biome-ignore format: one call
  const run = wrong === null ? problem : { ...problem, ...wrongRates(problem, wrong) };
  const map = createStepMap(run, ruleOf(scheme), { tolerance: KERNEL_TOLERANCE, bothEnds: true });
  const { steps, stops } = scheduleOf(problem, dt);
  const length = wrong?.of === "drift" ? (1 + wrong.size) * dt : dt;
  const { states } = followMean(map, start, { steps: steps.map(() => length), stops });
  const means = new Float64Array(stops.length * observables.length);
  const deviations = new Float64Array(means.length);
  stops.forEach((stop, s) => {
    const { points, weights } = states[stop];
    const phi = new Float64Array(weights.length);
    observables.forEach(({ value }, k) => {
      const i = s * observables.length + k;
      value([phi], 0, points, 0, weights.length);
      const mean = meanOf(phi, weights);
      means[i] = mean;
      const variance = meanOf(phi.map((x) => (x - mean) ** 2), weights); // biome-ignore format: one call
      deviations[i] = varies(variance, mean) ? Math.sqrt(variance) : 0;
    });
  });
  return { means, deviations };
}

/** The rates of a problem with a wrong term. */
export function wrongRates({ alpha, temperature }: Problem, { of, size }: WrongTerm): Pick<Problem, "alpha" | "temperature"> {
  const factor = 1 + size;
  const scaled = (rate: Rate): Rate => ({
    ...rate,
    constant: rate.constant === null ? null : factor * rate.constant,
    at: (t) => factor * rate.at(t),
    integral: (from, to) => factor * rate.integral(from, to),
  });
  const ofSteps = (rate: Rate): Rate => ({ ...rate, integral: (from, to) => rate.integral(from / factor, to / factor) });
  if (of === "drift") return { alpha: ofSteps(alpha), temperature: ofSteps(temperature) };
  return of === "alpha" ? { alpha: scaled(alpha), temperature } : { alpha, temperature: scaled(temperature) };
}
