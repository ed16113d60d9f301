import { normalQuantile } from "../../src/numerics/tails.ts";
import type { EnsembleSnapshot } from "../../src/particles/simulate.ts";
import { nameOfDynamics } from "../../src/problem/dynamics.ts";
import { type ChanceClaim, estimated, type IntervalAt, normalInterval, type Range, seen, show, showInterval } from "../claims.ts";
import { AXES } from "../shared/axes.ts";
import { shadesOf } from "../shared/colours.ts";
import { draw, drawGuide, logLog, logY } from "../shared/draw.ts";
import { resultOf, type StudyResult, tabulate } from "../study.ts";
import type { Flatness, FluctuationConfig, FluctuationOutcome } from "./measure.ts";

export const CLAIM =
  "Fluctuations are of size n^-1/2: n Var of every observable is flat in n and as large as the mean-field limit predicts, and means are those of the limit. They quench themselves as alpha Vt dies out.";

/** Slopes of log n Var against log n that count as none: over a decade n Var changes by less than a third of its size. What population control at fixed dt adds where there is no prediction (-0.06) is inside. */
const FLAT: Range = [-0.15, 0.15];

/**
 * n Var over its prediction. Births and deaths make half of n Var of the fastest observable at the end, a fifth of it in the population control alone: a scheme with twice or none of either noise is outside.
 * At each n the range is wider, as finite n adds O(1/n), some 2% at n = 100.
 */
const CONSTANT: Range = [0.9, 1.1];
const CONSTANT_AT_EACH: Range = [0.8, 1.25];

/**
 * The mean over replicas may be off by a fifth of the noise of a replica, at n = 1000. The finite n adds O(1/n), some 0.04 of it there; births and deaths at a rate that is 10% off add 0.35.
 */
const UNBIASED: Range = [-0.2, 0.2];

/** Slopes alone would pass a scheme of another constant, constants alone one that drifts: a pass needs both, and at each n. */
export function claimFlatness(
  flatness: readonly Pick<Flatness, "values" | "errors" | "fit" | "predicted" | "ratio" | "shift">[],
): ChanceClaim[] {
  const slopes = flatness.map(({ fit }) => normalInterval(fit.interval));
  const pooled = flatness.flatMap(({ ratio }) => (ratio === null ? [] : [ratioInterval(ratio.value, ratio.relativeError)]));
  const shifts = flatness.flatMap(({ shift }) => (shift === null ? [] : [shiftInterval(shift)]));
  const each = flatness.flatMap(({ values, errors, predicted }) =>
    (predicted ?? []).map((own, i) => ratioInterval(values[i] / own, errors[i] / values[i])),
  );
  return [
    estimated(
      `slopes of log n Var${pooled.length > 0 ? " over the predicted one" : ""} against log n, ${slopes.length} intervals`,
      slopes,
      FLAT,
    ),
    ...(pooled.length === 0
      ? []
      : [
          estimated(`n Var over the predicted one, of all n together, ${pooled.length} intervals`, pooled, CONSTANT),
          estimated(`the same at each n, ${each.length} intervals`, each, CONSTANT_AT_EACH),
          estimated(`means at the largest n from those of the mean-field map, in standard deviations of a replica, ${shifts.length} intervals`, shifts, UNBIASED), // biome-ignore format: one claim
        ]),
  ];
}

function shiftInterval({ value, error }: { value: number; error: number }): IntervalAt {
  const half = normalQuantile(0.975) * error;
  return normalInterval([value - half, value + half]);
}

function ratioInterval(ratio: number, relativeError: number): IntervalAt {
  const half = normalQuantile(0.975) * relativeError;
  return normalInterval([ratio * Math.exp(-half), ratio * Math.exp(half)], "log");
}

export function reportFluctuations(config: FluctuationConfig, { snapshots, flatness }: FluctuationOutcome): StudyResult {
  const { problem, sizes, dt, settles } = config;
  const times = problem.snapshotTimes;
  const names = problem.observables.map(({ name }) => name);
  const looks = shadesOf(nameOfDynamics(problem.dynamics), names.length);
  const last = times.length - 1;
  const largest = snapshots[sizes.length - 1];
  const fall = (name: string) => {
    const [from, to] = [largest[0], largest[last]].map(({ statistics }) => statistics.observables[name]);
    const z = (from.nVariance - to.nVariance) / Math.hypot(from.nVarianceError, to.nVarianceError);
    return seen(`n Var of ${name} falls from ${show(from.nVariance)} to ${show(to.nVariance)} as mu_t settles, by`, { z });
  };
  return resultOf({
    name: `fluctuation scaling: ${problem.name}`,
    claim: CLAIM,
    claims: [...claimFlatness(flatness), ...(settles ? names.map(fall) : [])],
    notes: [
      `Algorithm 1, ${sizes.map(({ n, replicas }) => `${replicas} replicas of n = ${n}`).join(", ")}, dt = ${show(dt)}, seed ${config.seed}. Error bars are standard errors of the variance, from the fourth moment; drawn at 1.96 of them.`,
      flatness.some(({ predicted }) => predicted !== null)
        ? "The prediction is that of the scheme at the same n and dt, from the mean-field limit by its adjoint; it leaves out O(1/n)."
        : "There is no prediction of n Var for these dynamics.",
      settles
        ? "The minimiser of this problem is spread out with V = Vbar on its support, so births and deaths cease as mu_t tends to it."
        : "Whether n Var should fall in time depends on the problem; it is drawn, not judged.",
    ],
    tables: [
      tabulate(
        "n Var over replicas",
        ["observable", "time", ...sizes.map(({ n }) => `n = ${n}`), "slope", "95% interval", "over predicted"],
        flatness,
        ({ quantity, time, values, errors, fit, ratio }) => [
          ...[quantity, time, ...values.map((value, i) => `${show(value)} +- ${show(errors[i])}`)],
          ...[fit.slope.toFixed(3), showInterval(fit.interval)],
          ratio === null ? "" : `${ratio.value.toFixed(3)} +- ${(ratio.value * ratio.relativeError).toFixed(3)}`,
        ],
      ),
    ],
    figures: [
      logLog(
        `n Var against n at t = ${times[last]} (${problem.name})`,
        AXES.particles,
        AXES.nVariance,
        flatness
          .filter(({ time }) => time === times[last])
          .flatMap(({ quantity, values, errors, predicted }, k) => {
            const points = sizes.map(({ n }, k) => ({ n, value: values[k], error: 1.96 * errors[k] }));
            const measured = draw(quantity, points, "n", "value", {
              error: "error",
              label: quantity,
              mode: "markers",
              ...looks[k],
            });
            if (predicted === null) return [measured];
            return [measured, drawGuide(`${quantity}, predicted`, sizes.map(({ n }) => n), predicted)]; // biome-ignore format: one line
          }),
      ),
      logY(
        `n Var against time at n = ${sizes[sizes.length - 1].n} (${problem.name})`,
        AXES.time,
        AXES.nVariance,
        names.map((name, k) => {
          const of = ({ statistics }: EnsembleSnapshot) => statistics.observables[name];
          const error = (row: EnsembleSnapshot) => 1.96 * of(row).nVarianceError;
          return draw(name, largest, "time", (row) => of(row).nVariance, { error, label: name, ...looks[k] });
        }),
      ),
    ],
    settings: config,
  });
}
