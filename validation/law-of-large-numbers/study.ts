import { fitLine, type LineFit, sampleMoments } from "../../src/numerics/statistics.ts";
import { simulate } from "../../src/particles/simulate.ts";
import { changeProblem, type Problem } from "../../src/problem/problem.ts";
import { type BiasRow, chooseStep } from "../shared/choose-step.ts";
import { solveReference } from "../shared/reference-solution.ts";
import { combine, type Finding, type Study, type StudyResult, show, showInterval, type Verdict } from "../study.ts";

export interface LlnConfig {
  problem: Problem;
  /** Cells of the reference, every axis. */
  referenceCells: number | Record<string, number>;
  /** Particle numbers and the replicas of each. */
  sizes: readonly { n: number; replicas: number }[];
  seed: number;
  workers: number;
}

export interface LlnRow {
  n: number;
  replicas: number;
  /** Root mean square over replicas and observables of (mean over particles - int phi dmu) / sd_mu(phi). */
  discrepancy: number;
  discrepancyError: number;
  /** Mean over replicas of W1(mu^n, mu); null in more than one dimension. */
  wasserstein: number | null;
  wassersteinError: number | null;
}

export interface LlnOutcome {
  dt: number;
  bias: BiasRow[];
  rows: LlnRow[];
  fit: LineFit;
  wassersteinFit: LineFit | null;
}

export async function measureLln(config: LlnConfig, onReplicas: (share: number) => void = () => {}): Promise<LlnOutcome> {
  const { problem, sizes, workers, seed } = config;
  const reference = await solveReference(problem, config.referenceCells);
  const largest = Math.max(...sizes.map(({ n }) => n));
  const { dt, bias } = await chooseStep(problem, reference, largest, workers, seed);
  const work = sizes.reduce((total, { n, replicas }) => total + n * replicas, 0);
  let done = 0;
  const rows: LlnRow[] = [];
  for (const [k, { n, replicas }] of sizes.entries()) {
    const distances = new Float64Array(replicas);
    const squares = new Float64Array(replicas);
    await simulate(problem, {
      n,
      dt,
      replicas,
      workers,
      seed: seed + 1 + k,
      keepPositions: reference.wasserstein !== null,
      onReplica(record) {
        const { replica, table, positions } = record;
        const last = table.length - table.length / problem.snapshotTimes.length;
        reference.means.forEach((mean, o) => {
          squares[replica] += ((table[last + o] - mean) / reference.scales[o]) ** 2 / reference.means.length;
        });
        if (positions !== null && reference.wasserstein !== null) {
          distances[replica] = reference.wasserstein(positions.subarray(positions.length - n));
          record.positions = null;
        }
        done += n;
        onReplicas(done / work);
      },
    });
    const square = sampleMoments(squares);
    const distance = reference.wasserstein === null ? null : sampleMoments(distances);
    rows.push({
      n,
      replicas,
      discrepancy: Math.sqrt(square.mean),
      discrepancyError: square.standardError / (2 * Math.sqrt(square.mean)),
      wasserstein: distance?.mean ?? null,
      wassersteinError: distance?.standardError ?? null,
    });
  }
  const wasserstein = reference.wasserstein === null ? null : rows.map((row) => row.wasserstein ?? Number.NaN);
  return {
    dt,
    bias,
    rows,
    fit: fitSlope(
      rows,
      rows.map((row) => row.discrepancy),
      rows.map((row) => row.discrepancyError),
    ),
    wassersteinFit:
      wasserstein === null
        ? null
        : fitSlope(
            rows,
            wasserstein,
            rows.map((row) => row.wassersteinError ?? Number.NaN),
          ),
  };
}

/**
 * The slope of log value against log n. The relative scatter from replica to replica is the same at every n up to O(1/n), so it is
 * pooled: errors of single points go with their own values, and would give the points that came out low too much weight.
 */
function fitSlope(rows: readonly LlnRow[], values: readonly number[], errors: readonly number[]): LineFit {
  let total = 0;
  let scatter = 0;
  rows.forEach(({ replicas }, i) => {
    total += replicas;
    scatter += ((replicas * errors[i]) / values[i]) ** 2;
  });
  const relative = Math.sqrt(scatter / total);
  return fitLine(
    rows.map(({ n }) => Math.log10(n)),
    values.map(Math.log10),
    rows.map(({ replicas }) => relative / Math.sqrt(replicas) / Math.LN10),
  );
}

/** The interval of a slope may reach this far to either side before it is too wide to decide. */
const WIDEST = 0.05;

/** Half-width of a 99.9% interval over that of a 95% one. */
const DOUBT = 3.29 / 1.96;

/** -1/2 in a narrow 95% interval passes, outside even the 99.9% interval fails; between them chance is a fair explanation. */
export function judgeSlope({ slope, interval }: LineFit): Verdict {
  const halfWidth = interval[1] - slope;
  const distance = Math.abs(slope + 0.5);
  if (distance > DOUBT * halfWidth) return "fail";
  return distance <= halfWidth && halfWidth < WIDEST ? "pass" : "inconclusive";
}

export const lawOfLargeNumbersStudy: Study = {
  name: "lln",
  title: "Law of large numbers",
  takesProblems: true,
  async run({ quick, workers, problems, load, progress }) {
    const own = problems.length > 0 ? problems : [await load("gaussian-repulsion", { end: 0.25 })];
    const results: StudyResult[] = [];
    for (const problem of own) {
      const line = problem.grid.dimension === 1;
      const config: LlnConfig = {
        problem: await changeProblem(problem, {}, { end: problem.end }),
        referenceCells: line
          ? quick
            ? 1024
            : 2048
          : Object.fromEntries(problem.grid.axes.map(({ name, cells }) => [name, cells])),
        sizes: quick ? QUICK_SIZES : line ? SIZES : SIZES.slice(0, 5),
        seed: 1902,
        workers,
      };
      results.push(report(config, await measureLln(config, progress)));
    }
    return results;
  },
};

const SIZES = [
  { n: 100, replicas: 256 },
  { n: 316, replicas: 256 },
  { n: 1000, replicas: 256 },
  { n: 3162, replicas: 192 },
  { n: 10000, replicas: 128 },
  { n: 31623, replicas: 96 },
  { n: 100000, replicas: 80 },
];

const QUICK_SIZES = [
  { n: 100, replicas: 400 },
  { n: 464, replicas: 240 },
  { n: 2154, replicas: 128 },
  { n: 10000, replicas: 80 },
];

function report(config: LlnConfig, outcome: LlnOutcome): StudyResult {
  const { problem } = config;
  const { dt, bias, rows, fit, wassersteinFit } = outcome;
  const finding = (what: string, line: LineFit): Finding => ({
    text: `${what} falls like n^${line.slope.toFixed(3)}, 95% interval ${showInterval(line.interval)}; asked: contains -0.5, half-width below ${WIDEST}`,
    verdict: judgeSlope(line),
  });
  const worstReference = Math.max(...bias.map((row) => row.referenceError / row.noise));
  const worstBias = Math.max(...bias.map((row) => row.bias / row.noise));
  const findings: Finding[] = [
    finding("the RMS discrepancy of the observables", fit),
    ...(wassersteinFit === null ? [] : [finding("the mean W1 distance", wassersteinFit)]),
    {
      text: `the error of the reference is at most ${show(worstReference)} of the noise at the largest n (asked: below 1/8)`,
      verdict: worstReference < 1 / 8 ? "pass" : "inconclusive",
    },
    {
      text: `the bias of dt is at most ${show(worstBias)} of the noise at the largest n (asked: below 1/3)`,
      verdict: worstBias < 1 / 3 ? "pass" : "inconclusive",
    },
  ];
  const guide = (y0: number) => rows.map(({ n }) => y0 * Math.sqrt(rows[0].n / n));
  const wasserstein = rows.map((row) => row.wasserstein ?? Number.NaN);
  const n = rows.map((row) => row.n);
  return {
    name: `law of large numbers: ${problem.name}`,
    claim: "The empirical measure of Algorithm 1 tends to the solution of the equation like n^-1/2.",
    verdict: combine(findings),
    findings,
    notes: [
      `Algorithm 1 at dt = ${show(dt)} against the finite-volume solution (muscl + strang, ${JSON.stringify(config.referenceCells)} cells) at t = ${problem.end}; independent replicas, seed ${config.seed}.`,
      "dt was halved until its bias, the difference of the mean-field map at dt and dt/2 times two, was under a quarter of the noise at the largest n for every observable (table).",
      "Discrepancies of the observables are in units of their standard deviation under mu and averaged over observables. Slopes are weighted by the errors of the points.",
      "At fixed dt the noise of population control falls as n dt grows from below 1 to above it, which can make the slope a little steeper than -1/2.",
      ...(wassersteinFit === null ? ["W1 is exact on a line without period only; it is left out here."] : []),
    ],
    tables: [
      {
        title: "Discrepancy from the equation",
        header: ["n", "replicas", "RMS discrepancy", "+-", "mean W1", "+-"],
        rows: rows.map((row) => [
          row.n,
          row.replicas,
          row.discrepancy,
          row.discrepancyError,
          row.wasserstein ?? "",
          row.wassersteinError ?? "",
        ]),
      },
      {
        title: `Bias of dt = ${show(dt)} against noise at n = ${Math.max(...n)}`,
        header: ["observable", "bias of dt", "noise", "ratio", "error of the reference"],
        rows: bias.map((row) => [row.observable, row.bias, row.noise, row.bias / row.noise, row.referenceError]),
      },
    ],
    figures: [
      {
        title: `Discrepancy from the equation against n (${problem.name})`,
        x: { title: "particles n", log: true },
        y: { title: "discrepancy", log: true },
        traces: [
          {
            name: `observables: ${fit.slope.toFixed(3)}`,
            x: n,
            y: rows.map((row) => row.discrepancy),
            errors: rows.map((row) => 1.96 * row.discrepancyError),
            mode: "markers",
          },
          { name: "n^-1/2", x: n, y: guide(rows[0].discrepancy), mode: "lines", dashed: true },
          ...(wassersteinFit === null
            ? []
            : [
                {
                  name: `W1: ${wassersteinFit.slope.toFixed(3)}`,
                  x: n,
                  y: wasserstein,
                  errors: rows.map((row) => 1.96 * (row.wassersteinError ?? 0)),
                  mode: "markers" as const,
                },
                { name: "n^-1/2", x: n, y: guide(wasserstein[0]), mode: "lines" as const, dashed: true },
              ]),
        ],
      },
    ],
    settings: { problem: problem.definition, referenceCells: config.referenceCells, sizes: config.sizes, seed: config.seed, dt },
  };
}
