import { InputError, InvariantError } from "../../errors.ts";
import { refineMeans } from "../../fluctuations/bias.ts";
import { covarianceByN } from "../../fluctuations/covariance-by-n.ts";
import { predictedFamily } from "../../problem/dynamics.ts";
import type { Problem } from "../../problem/problem.ts";
import { isWarm } from "../../problem/thermal.ts";
import type { ReferenceData } from "../../reference/reference-data.ts";
import { type SchemeName, schemeWithoutSteps } from "../../schemes/schemes.ts";
import { SIZE_SAFETY } from "../bias-budget.ts";
import { biasesOfEnsemble } from "../ensemble-bias.ts";
import { wrongRates } from "../scheme-means.ts";
import type { PlannedStep } from "./choose-step.ts";
import type { ExpectedGaps } from "./expected-gaps.ts";
import type { Detect } from "./plan-options.ts";
import type { Need } from "./plan-sizes.ts";
import type { PlannedTests } from "./predicted-power.ts";

/** The tests of a comparison at any n, for each way in which what has to be found may show. */
interface Planned {
  /** @param like the n whose covariance is taken: it depends on n dt alone. */
  ways(n: number, like: number): PlannedTests[];
  needs(like: number): Need[];
  notes: string[];
}

/**
 * Gaps, allowances and covariance as `compare` will meet them: the gap gains the 1/n bias (against `sd`, loses it), and
 * what is allowed for is the error of the effect of steps, a safety factor on the 1/n bias, and the stated errors of
 * the reference.
 */
export function plannedTests(
  problem: Problem,
  scheme: SchemeName,
  { dt, corrections }: PlannedStep,
  { ways, counted }: ExpectedGaps,
  { detect, significance, reference }: { detect: Detect; significance: number; reference: ReferenceData | null },
): Planned {
  const size = ways[0].length;
  const found = biasesOf(problem, scheme, dt);
  const biases = found?.values ?? new Array<number>(size).fill(0);
  const errors = found?.errors ?? biases.map(() => 0);
  const safety = SIZE_SAFETY[problem.grid.dimension - 1];
  const fixed = allowancesOf(problem, corrections, reference);
  // A temperature that is too high makes particles noisier, by as large a share.
  const noisier = isWarm(problem) && (detect.of === "temperature" || detect.of === "alpha") ? detect : null;
  const predicted =
    noisier === null
      ? [covarianceByN(problem, scheme, dt)]
      : ways.map((_, w) => {
          const wrong = wrongRates(problem, { of: noisier.of, size: w === 0 ? noisier.size : -noisier.size });
          return covarianceByN({ ...problem, ...wrong }, scheme, dt);
        });
  const covariances = new Map<string, Float64Array>();
  const covarianceAt = (n: number, way: number): Float64Array => {
    const own = noisier === null ? 0 : way;
    const key = `${n}, ${own}`;
    const covariance = covariances.get(key) ?? predicted[own](n);
    covariances.set(key, covariance);
    return covariance;
  };
  return {
    ways: (n, like) =>
      ways.map((gaps, way) => ({
        snapshots: problem.snapshotTimes.length,
        observables: problem.observables.length,
        gaps: gaps.map((gap, i) => (detect.of === "sd" ? Math.max(0, gap - Math.abs(biases[i]) / n) : gap + biases[i] / n)),
        allowances: fixed.map((allowed, i) => allowed + (safety * Math.abs(biases[i]) + 3 * errors[i]) / n),
        covariance: covarianceAt(like, way),
        significance,
      })),
    needs(like) {
      const all = ways.map((_, way) => covarianceAt(like, way));
      return counted.map((i) => ({
        room: Math.min(...ways.map((gaps) => Math.abs(gaps[i]))) - fixed[i],
        perN: (safety + 1) * Math.abs(biases[i]) + 3 * errors[i],
        nVariance: Math.max(...all.map((covariance) => covariance[i * (size + 1)])),
      }));
    },
    notes:
      found === null
        ? [isWarm(problem) ? NO_ENSEMBLE : "the bias of finite n is not allowed for: steps of 1/32 of the run are unstable"]
        : [],
  };
}

const NO_ENSEMBLE = "the bias of finite n is not allowed for: an ensemble that tells it takes too long";

/** lim n (E[mean of n particles] - mean), signed, with the errors that compare allows for; null where it is not known. */
function biasesOf(problem: Problem, scheme: SchemeName, dt: number): { values: number[]; errors: number[] } | null {
  try {
    if (isWarm(problem)) {
      const found = biasesOfEnsemble(problem, { scheme, dt });
      return found && { values: found.values.flat(), errors: found.errors.flat() };
    }
    const refined = refineMeans(problem, { scheme: schemeWithoutSteps(predictedFamily(problem)), n: 1, dt: null });
    const values = refined.flatMap(({ observables }) => problem.observables.map(({ name }) => observables[name].bias));
    return { values, errors: values.map(() => 0) };
  } catch (error) {
    if (!(error instanceof InvariantError)) throw error;
    return null;
  }
}

/** The error of the known effect of steps, and the stated errors of the reference. */
function allowancesOf(
  { observables, snapshotTimes }: Problem,
  corrections: PlannedStep["corrections"],
  reference: ReferenceData | null,
): Float64Array {
  const rows = corrections.map((row, s) =>
    observables.map(({ name }, k) => {
      const { error } = row.observables[k];
      if (reference === null) return error;
      const stated = reference.observables[name]?.error[reference.times.indexOf(snapshotTimes[s])];
      if (stated !== undefined) return error + stated;
      throw new InputError("--reference", name, `not in it at t = ${snapshotTimes[s]}`, "compute one of this problem");
    }),
  );
  return Float64Array.from(rows.flat());
}
