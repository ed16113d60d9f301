import { chiSquareTail, fitLine, type LineFit } from "../../src/numerics/statistics.ts";
import { type EnsembleSnapshot, type QuantityStatistics, simulate } from "../../src/particles/simulate.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { combine, type Finding, judgeInterval, type Study, type StudyResult, show, showInterval, type Verdict } from "../study.ts";

export interface FluctuationConfig {
  problem: Problem;
  sizes: readonly number[];
  replicas: number;
  dt: number;
  seed: number;
  workers: number;
  /** Whether mu_t settles where alpha Vt = 0, so that n Var is expected to fall in time. */
  settles: boolean;
}

export interface Flatness {
  quantity: string;
  time: number;
  /** n Var at each n, with standard errors. */
  values: number[];
  errors: number[];
  /** Slope of log n Var against log n: 0 if fluctuations are of size n^-1/2. */
  fit: LineFit;
  /** P(chi^2 at least this large) if n Var did not depend on n. */
  pValue: number;
}

export interface FluctuationOutcome {
  snapshots: EnsembleSnapshot[][];
  flatness: Flatness[];
}

export async function measureFluctuations(
  config: FluctuationConfig,
  onReplica: (share: number) => void = () => {},
): Promise<FluctuationOutcome> {
  const { problem, sizes, replicas, dt, seed, workers } = config;
  const work = replicas * sizes.reduce((total, n) => total + n, 0);
  let done = 0;
  const snapshots: EnsembleSnapshot[][] = [];
  for (const [k, n] of sizes.entries()) {
    const onEach = () => {
      done += n;
      onReplica(done / work);
    };
    snapshots.push((await simulate(problem, { n, dt, replicas, seed: seed + k, workers, onReplica: onEach })).snapshots);
  }
  const flatness = problem.snapshotTimes.flatMap((time, s) =>
    quantities(problem).map((quantity): Flatness => {
      const statistics = snapshots.map((ensemble) => pick(ensemble[s], quantity));
      return { quantity, time, ...testFlatness(sizes, statistics) };
    }),
  );
  return { snapshots, flatness };
}

function quantities(problem: Problem): string[] {
  return problem.observables.map(({ name }) => name);
}

function pick(snapshot: EnsembleSnapshot, quantity: string): QuantityStatistics {
  return snapshot.observables[quantity];
}

function testFlatness(sizes: readonly number[], statistics: readonly QuantityStatistics[]) {
  const values = statistics.map((s) => s.nVariance);
  const errors = statistics.map((s) => s.nVarianceError);
  // Errors relative to the pooled value: those of single points follow their own luck, and would favour the low ones.
  const relative = values.map((value, i) => errors[i] / value);
  const weights = relative.map((r) => 1 / r ** 2);
  const pooled = values.reduce((total, value, i) => total + weights[i] * value, 0) / weights.reduce((a, b) => a + b, 0);
  const chiSquare = values.reduce((total, value, i) => total + ((value - pooled) / (relative[i] * pooled)) ** 2, 0);
  const fit = fitLine(
    sizes.map(Math.log10),
    values.map(Math.log10),
    relative.map((r) => r / Math.LN10),
  );
  return { values, errors, fit, pValue: chiSquareTail(chiSquare, sizes.length - 1) };
}

/** Chance of a false alarm over all flatness tests of a problem together. */
const FALSE_ALARM = 0.01;
/** Slopes of log n Var against log n that count as none: what population control at fixed dt may add (-0.03) is inside. */
const FLAT: readonly [number, number] = [-0.15, 0.15];

export const fluctuationStudy: Study = {
  name: "fluctuations",
  title: "Fluctuation scaling",
  takesProblems: true,
  async run({ quick, workers, problems, load, progress }) {
    const own = problems.length > 0 ? problems : [await load("gaussian-repulsion")];
    const results: StudyResult[] = [];
    for (const problem of own) {
      const first = problem.snapshotTimes.find((time) => time > 0) ?? problem.end;
      const config: FluctuationConfig = {
        problem,
        sizes: quick ? [100, 316, 1000] : [100, 316, 1000, 3162],
        replicas: quick ? 240 : 400,
        dt: first / 8,
        seed: 1843,
        workers,
        settles: problems.length === 0,
      };
      results.push(report(config, await measureFluctuations(config, progress)));
    }
    return results;
  },
};

/** The chi-square test alone would pass anything noisy, the interval alone anything smooth: a pass needs both. */
export function judgeFlatness({ fit, pValue }: Pick<Flatness, "fit" | "pValue">, tests: number): Verdict {
  if (pValue < FALSE_ALARM / tests) return "fail";
  return judgeInterval(fit.interval, FLAT);
}

/** n Var at the largest n at the first and last snapshot: has it fallen by more than the errors allow? */
function quench(config: FluctuationConfig, outcome: FluctuationOutcome): Finding[] {
  const ensemble = outcome.snapshots.at(-1) ?? [];
  return quantities(config.problem).map((quantity) => {
    const start = pick(ensemble[0], quantity);
    const end = pick(ensemble[ensemble.length - 1], quantity);
    const z = (start.nVariance - end.nVariance) / Math.hypot(start.nVarianceError, end.nVarianceError);
    return {
      text: `n Var of ${quantity} falls from ${show(start.nVariance)} to ${show(end.nVariance)} as mu_t settles (${z.toFixed(1)} standard errors; asked 3)`,
      verdict: z > 3 ? "pass" : z < -3 ? "fail" : "inconclusive",
    };
  });
}

function report(config: FluctuationConfig, outcome: FluctuationOutcome): StudyResult {
  const { problem, sizes, replicas, dt } = config;
  const { flatness } = outcome;
  const verdicts = flatness.map((row) => judgeFlatness(row, flatness.length));
  const worst = flatness.reduce((least, row) => (row.pValue < least.pValue ? row : least));
  const least = Math.min(...flatness.map(({ fit }) => fit.interval[0]));
  const largestSlope = Math.max(...flatness.map(({ fit }) => fit.interval[1]));
  const findings: Finding[] = [
    {
      text: `n Var does not depend on n: smallest p-value ${show(worst.pValue)} in ${flatness.length} tests (${worst.quantity}, t = ${worst.time}; asked above ${FALSE_ALARM}/${flatness.length}); 95% intervals of the slope of log n Var within ${showInterval([least, largestSlope])} (asked: within ${showInterval(FLAT, 2)})`,
      verdict: verdicts.includes("fail") ? "fail" : verdicts.includes("inconclusive") ? "inconclusive" : "pass",
    },
    ...(config.settles ? quench(config, outcome) : []),
  ];
  const last = problem.snapshotTimes.length - 1;
  const times = problem.snapshotTimes;
  const largest = outcome.snapshots.length - 1;
  return {
    name: `fluctuation scaling: ${problem.name}`,
    claim:
      "Fluctuations are of size n^-1/2: n Var of every observable tends to a limit, and is flat in n within its error bars. They quench themselves as alpha Vt dies out.",
    verdict: combine(findings),
    findings,
    notes: [
      `Algorithm 1, ${replicas} replicas at each n, dt = ${show(dt)}, seed ${config.seed}. Error bars are standard errors of the variance, from the fourth moment; drawn at 1.96 of them.`,
      ...(config.settles
        ? [
            "The minimiser of this problem is spread out with V = Vbar on its support, so births and deaths cease as mu_t tends to it.",
          ]
        : ["Whether n Var should fall in time depends on the problem; it is drawn, not judged."]),
    ],
    tables: [
      {
        title: "n Var over replicas",
        header: ["observable", "time", ...sizes.map((n) => `n = ${n}`), "slope", "95% interval", "p-value"],
        rows: flatness.map((row) => [
          row.quantity,
          row.time,
          ...row.values.map((value, i) => `${show(value)} +- ${show(row.errors[i])}`),
          row.fit.slope.toFixed(3),
          showInterval(row.fit.interval),
          row.pValue,
        ]),
      },
    ],
    figures: [
      {
        title: `n Var against n at t = ${times[last]} (${problem.name})`,
        x: { title: "particles n", log: true },
        y: { title: "n Var", log: true },
        traces: flatness
          .filter((row) => row.time === times[last])
          .map((row) => ({
            name: row.quantity,
            x: sizes,
            y: row.values,
            errors: row.errors.map((error) => 1.96 * error),
            mode: "lines+markers" as const,
          })),
      },
      {
        title: `n Var against time at n = ${sizes[largest]} (${problem.name})`,
        x: { title: "time" },
        y: { title: "n Var", log: true },
        traces: quantities(problem).map((quantity) => ({
          name: quantity,
          x: times,
          y: outcome.snapshots[largest].map((snapshot) => pick(snapshot, quantity).nVariance),
          errors: outcome.snapshots[largest].map((snapshot) => 1.96 * pick(snapshot, quantity).nVarianceError),
          mode: "lines+markers" as const,
        })),
      },
    ],
    settings: { problem: problem.definition, sizes, replicas, dt, seed: config.seed },
  };
}
