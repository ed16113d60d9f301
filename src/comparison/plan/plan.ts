import { InputError } from "../../errors.ts";
import { checkScheme } from "../../fluctuations/predict.ts";
import { predictedFamily, refuseUnless } from "../../problem/dynamics.ts";
import type { Problem } from "../../problem/problem.ts";
import { type SchemeName, schemesFollowing } from "../../schemes/schemes.ts";
import { chooseStep, givenStep, type PlannedStep } from "./choose-step.ts";
import { type ExpectedGaps, expectedGaps } from "./expected-gaps.ts";
import { checkPlanOptions, type Detect, type PlanOptions } from "./plan-options.ts";
import { chooseSizes, type Sizes } from "./plan-sizes.ts";
import { plannedTests } from "./planned-tests.ts";
import { isPowerOfAll, type PlannedTests, type Power, powerOfAll, powersAlone } from "./predicted-power.ts";

/** One test of a mean. */
export interface PlannedMean {
  time: number;
  observable: string;
  /**
   * The shift of the mean by the error to find, in the unit of the observable. Of an error of a term: for the sign that
   * is harder to find.
   */
  gap: number;
  /** The standard deviation of the observable under mu_t. */
  deviation: number;
  /** Predicted, at the n dt of the plan. */
  nVariance: number;
  /** Allowed for: stated error of the reference, dt, finite n. */
  allowance: number;
  /** Share of ensembles in which this test alone finds it. */
  power: number;
}

/** The sizes of a comparison that finds an error with a stated probability. */
export interface Plan {
  detect: Detect;
  scheme: SchemeName;
  n: number;
  replicas: number;
  dt: number;
  /** Of dt to the end, for each replica. */
  steps: number;
  /**
   * Predicted: the share of ensembles with the error whose means (alone or together) are called inconsistent, for the
   * sign of the error that is harder to find. For `sd`: the least share, over all means, of ensembles in which the test
   * of that mean finds it. W1 may find more.
   */
  power: number;
  /** Standard error of `power`, from the number of Gaussian ensembles it was computed with. */
  powerError: number;
  requiredPower: number;
  falseAlarm: number;
  /** That the comparison makes, each at falseAlarm / tests. */
  tests: number;
  means: PlannedMean[];
  /**
   * The test that alone finds it best, and for `sd` worst, and the stated error of a reference up to which it needs at
   * most a tenth more particles.
   */
  deciding: { time: number; observable: string; referenceError: number };
  notes: string[];
}

/**
 * Share of a gap that may be left to the steps of the scheme, and of one that costs a tenth more particles: n grows as
 * (gap - allowance)^-2.
 */
const LEFT_TO_STEPS = 0.1;
const LEFT_TO_REFERENCE = 0.05;
const FINAL_TRIALS = 4000;

/**
 * The n, replicas and dt with which `compare` finds an error of alpha, of the drift or of the temperature, or a deviation of any mean, with
 * a stated probability: from the predicted n Var, the effect of steps, the bias of finite n and the stated errors of a
 * reference.
 *
 * - The gap of each mean is that of the scheme's mean-field map with the wrong term, plus the 1/n bias.
 * - dt is the longest step whose effect is known to a tenth of the deciding gap (compare subtracts the effect where it
 *   knows scheme and dt).
 * - replicas and n are the fewest particles in all: few replicas have an uncertain variance, many small ones a bias
 *   (plan-sizes.ts).
 * - The power is that of simulated Gaussian ensembles of the predicted covariance in the tests themselves (predicted-power.ts).
 *
 * Cost: a few predictions of fluctuations (tenths of a second on a line, seconds in the plane) and some 10^4 simulated
 * Gaussian ensembles.
 *
 * @throws InputError for options or a problem that cannot be planned, and where no number of particles is enough.
 */
export function planComparison(problem: Problem, options: PlanOptions): Plan {
  const { detect, power: requiredPower = 0.9, falseAlarm = 0.01, reference = null, seed = 0, onProgress = () => {} } = options;
  checkPlanOptions(problem, options);
  refuseUnless(problem, "comparison");
  const scheme = options.scheme ?? schemesFollowing(predictedFamily(problem))[0];
  checkScheme(problem, scheme, 1);
  const count = problem.snapshotTimes.length * (problem.observables.length + (problem.observables.length > 1 ? 1 : 0) + 1);
  const significance = falseAlarm / count;
  const found = new Map<number, ExpectedGaps>();
  const gapsAt = (dt: number): ExpectedGaps => {
    const gaps = found.get(dt) ?? expectedGaps(problem, scheme, dt, detect);
    found.set(dt, gaps);
    return gaps;
  };
  const isKnown = ({ dt, corrections }: PlannedStep): boolean => {
    const { ways, leading } = gapsAt(dt);
    const left = corrections.flatMap(({ observables }) => observables.map(({ error }) => error));
    return ways.every((gaps) => leading.every((i) => left[i] <= LEFT_TO_STEPS * Math.abs(gaps[i])));
  };
  const step = options.dt === undefined ? chooseStep(problem, scheme, isKnown) : givenStep(problem, scheme, options.dt);
  onProgress(0.3);
  const { dt } = step;
  const expected = gapsAt(dt);
  if (expected.counted.length === 0)
    throw new InputError("observables", undefined, "all are constant where there is mass", "add one that varies");
  const planned = plannedTests(problem, scheme, step, expected, { detect, significance, reference });
  onProgress(0.5);
  const every = detect.of === "sd";
  const alone = (tests: PlannedTests, { n, replicas }: Sizes, trials: number): Power[] => {
    const powers = powersAlone(tests, n, replicas, trials, seed);
    return expected.counted.map((i) => powers[i]);
  };
  const reaches = (sizes: Sizes, trials: number, like: number): boolean =>
    planned
      .ways(sizes.n, like)
      .every((tests) =>
        every
          ? alone(tests, sizes, trials).every(({ power }) => power >= requiredPower)
          : isPowerOfAll(requiredPower, tests, sizes.n, sizes.replicas, trials, seed),
      );
  const { n, replicas } = chooseSizes({
    given: {
      ...(options.n === undefined ? {} : { n: options.n }),
      ...(options.replicas === undefined ? {} : { replicas: options.replicas }),
    },
    requiredPower,
    significance,
    needs: planned.needs,
    every,
    reaches,
  });
  onProgress(0.8);
  const tested = planned.ways(n, n);
  const { power, error: powerError } = least(
    tested.flatMap((tests) =>
      every ? alone(tests, { n, replicas }, FINAL_TRIALS) : [powerOfAll(tests, n, replicas, FINAL_TRIALS, seed)],
    ),
  );
  const ways = tested.map((tests) => ({ tests, alone: powersAlone(tests, n, replicas, FINAL_TRIALS, seed + 1) }));
  const means = problem.snapshotTimes.flatMap((time, s) =>
    problem.observables.map(({ name }, k): PlannedMean => {
      const i = s * problem.observables.length + k;
      const { tests, alone } = ways.reduce((harder, way) => (way.alone[i].power < harder.alone[i].power ? way : harder));
      return {
        time,
        observable: name,
        gap: tests.gaps[i],
        deviation: expected.deviations[i],
        nVariance: tests.covariance[i * (tests.gaps.length + 1)],
        allowance: tests.allowances[i],
        power: alone[i].power,
      };
    }),
  );
  const shown = (i: number) => (Math.abs(means[i].gap) - means[i].allowance) / Math.sqrt(means[i].nVariance);
  const isBefore = (i: number, first: number) => (every ? shown(i) < shown(first) : shown(i) > shown(first));
  const decides = expected.counted.reduce((first, i) => (isBefore(i, first) ? i : first));
  const { time, observable, gap } = means[decides];
  onProgress(1);
  return {
    detect,
    scheme,
    n,
    replicas,
    dt,
    steps: Math.round(problem.snapshotTimes[problem.snapshotTimes.length - 1] / dt),
    power,
    powerError,
    requiredPower,
    falseAlarm,
    tests: count,
    means,
    deciding: { time, observable, referenceError: LEFT_TO_REFERENCE * Math.abs(gap) },
    notes: planned.notes,
  };
}

function least(powers: readonly Power[]): Power {
  return powers.reduce((lowest, one) => (one.power < lowest.power ? one : lowest));
}
