import type { EnsembleSnapshot } from "../../src/particles/simulate.ts";
import { nameOfDynamics } from "../../src/problem/dynamics.ts";
import { type ChanceClaim, consistent, estimated, normalInterval, type Range, seen, show, showInterval } from "../claims.ts";
import { AXES } from "../shared/axes.ts";
import { shadesOf } from "../shared/colours.ts";
import { draw, logLog, logY } from "../shared/draw.ts";
import { resultOf, type StudyResult, tabulate } from "../study.ts";
import type { Flatness, FluctuationConfig, FluctuationOutcome } from "./measure.ts";

export const CLAIM =
  "Fluctuations are of size n^-1/2: n Var of every observable tends to a limit, and is flat in n within its error bars. They quench themselves as alpha Vt dies out.";

/** Slopes of log n Var against log n that count as none: what population control at fixed dt may add (-0.03) is inside. */
const FLAT: Range = [-0.15, 0.15];

/** The chi-square test alone would pass anything noisy, the intervals alone anything smooth: a pass needs both. */
export function claimFlatness(flatness: readonly Pick<Flatness, "quantity" | "time" | "fit" | "pValue">[]): ChanceClaim[] {
  const worst = flatness.reduce((least, row) => (row.pValue < least.pValue ? row : least));
  const what = `n Var does not depend on n, by chi-square, the least probable of ${flatness.length} (${worst.quantity}, t = ${worst.time})`;
  return [
    consistent(what, { p: worst.pValue }, flatness.length),
    estimated("slopes of log n Var against log n, all intervals", flatness.map(({ fit }) => normalInterval(fit.interval)), FLAT), // biome-ignore format: one claim
  ];
}

export function reportFluctuations(config: FluctuationConfig, { snapshots, flatness }: FluctuationOutcome): StudyResult {
  const { problem, sizes, replicas, dt, settles } = config;
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
      `Algorithm 1, ${replicas} replicas at each n, dt = ${show(dt)}, seed ${config.seed}. Error bars are standard errors of the variance, from the fourth moment; drawn at 1.96 of them.`,
      settles
        ? "The minimiser of this problem is spread out with V = Vbar on its support, so births and deaths cease as mu_t tends to it."
        : "Whether n Var should fall in time depends on the problem; it is drawn, not judged.",
    ],
    tables: [
      tabulate(
        "n Var over replicas",
        ["observable", "time", ...sizes.map((n) => `n = ${n}`), "slope", "95% interval", "p-value"],
        flatness,
        ({ quantity, time, values, errors, fit, pValue }) => [
          ...[quantity, time, ...values.map((value, i) => `${show(value)} +- ${show(errors[i])}`)],
          ...[fit.slope.toFixed(3), showInterval(fit.interval), pValue],
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
          .map(({ quantity, values, errors }, k) => {
            const points = sizes.map((n, k) => ({ n, value: values[k], error: 1.96 * errors[k] }));
            return draw(quantity, points, "n", "value", { error: "error", label: quantity, ...looks[k] });
          }),
      ),
      logY(
        `n Var against time at n = ${sizes[sizes.length - 1]} (${problem.name})`,
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
