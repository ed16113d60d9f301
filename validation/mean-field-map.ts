import { type CharacteristicsSolution, type NodeSnapshot, solveCharacteristics } from "../src/characteristics/solve.ts";
import { chiSquareTail, fitLine, type LineFit, type SampleMoments, sampleMoments } from "../src/numerics/statistics.ts";
import { simulate } from "../src/particles/simulate.ts";
import { createProblem, type Problem } from "../src/problem/problem.ts";
import { termsOf } from "../src/problem/terms.ts";
import { mapAtEnd } from "./choose-step.ts";
import { judgeSlope } from "./law-of-large-numbers.ts";
import { checkScales, leaveOut } from "./reference-solution.ts";
import { combine, type Finding, judgeInterval, type Study, type StudyResult, show, showInterval, type Verdict } from "./study.ts";

export interface MapConfig {
  problem: Problem;
  /** Numbers of steps to the end of the run, ascending; dt is the end over them. */
  steps: readonly number[];
  /** How many of the finest of them the order is fitted to. */
  fitted: number;
  /** Steps of the coarse dt at which particles are compared with both limits. */
  coarseSteps: number;
  /** Particle numbers, ascending, and the replicas of each; none to leave the particles out. */
  sizes: readonly { n: number; replicas: number }[];
  seed: number;
  workers: number;
}

export interface MapOrder {
  /** An observable, or the energy. */
  quantity: string;
  /** Map minus PDE at each number of steps; NaN where the map has no mean. */
  differences: number[];
  fit: LineFit;
}

/** Discrepancies are root mean squares over replicas and observables of (mean over particles - limit) / sd_mu(phi). */
export interface ParticleRow {
  n: number;
  replicas: number;
  fromMap: number;
  fromMapError: number;
  fromPde: number;
  fromPdeError: number;
  /** sqrt(C^2 / n + bias^2), with C from all sizes. */
  expectedFromPde: number;
  /** Mean over replicas minus the map, in standard errors, by observable. */
  scores: number[];
}

export interface ParticleOutcome {
  rows: ParticleRow[];
  /** Slope of the discrepancy from the map. */
  fit: LineFit;
  /** P(chi^2 at least this large) of the deviations of all observables from the map at the largest n. */
  pValue: number;
  /** Algorithm 1's own bias of O(1/n) at the largest n, from the smallest, in standard errors: the largest over the observables. */
  ownBias: number;
  /** (Discrepancy from the PDE) / (that from the map) at the largest n, with its 95% interval. */
  ratio: number;
  ratioInterval: [number, number];
  /** (Discrepancy from the PDE - expected) / its standard error at the largest n. */
  saturation: number;
}

export interface MapOutcome {
  names: string[];
  /** Means and standard deviations of the observables under the PDE. */
  pde: { means: number[]; scales: number[]; energy: number; levelDifference: number };
  orders: MapOrder[];
  /** The map at the coarse dt. */
  map: number[];
  /** Root mean square over observables of (map - PDE) / sd_mu(phi) at the coarse dt. */
  bias: number;
  particles: ParticleOutcome | null;
}

/** Of two levels of the characteristics: far below what the map differs by. */
const TOLERANCE = { line: 1e-9, plane: 1e-6 };

export async function measureMeanFieldMap(config: MapConfig, onReplicas: (share: number) => void = () => {}): Promise<MapOutcome> {
  const { definition, end: time, grid, observables } = config.problem;
  const problem = await createProblem({ ...definition, time: { end: time, snapshots: [time] } });
  const names = observables.map(({ name }) => name);
  const solution = solveCharacteristics(problem, { tolerance: grid.dimension === 1 ? TOLERANCE.line : TOLERANCE.plane });
  const pde = measurePde(problem, solution);
  const orders = measureOrders(config, problem, names, pde);
  const coarse = mapAtEnd(problem, time / config.coarseSteps);
  const map = names.map((name) => coarse?.observables[name] ?? Number.NaN);
  const bias = rootMeanSquare(map.map((mean, o) => (mean - pde.means[o]) / pde.scales[o]));
  const particles = config.sizes.length === 0 ? null : await measureParticles(config, problem, map, pde, bias, onReplicas);
  return { names, pde, orders, map, bias, particles };
}

function measurePde({ observables }: Problem, { snapshots, levels }: CharacteristicsSolution): MapOutcome["pde"] {
  const last = snapshots[snapshots.length - 1];
  const names = observables.map(({ name }) => name);
  const means = names.map((name) => last.observables[name]);
  const scales = observables.map(({ value }, o) => standardDeviation(last, value, means[o]));
  checkScales(names, means, scales);
  return { means, scales, energy: last.energy, levelDifference: levels.at(-1)?.difference ?? Infinity };
}

function standardDeviation(
  { points, weights }: NodeSnapshot,
  value: Problem["observables"][number]["value"],
  mean: number,
): number {
  const phi = new Float64Array(weights.length);
  value([phi], 0, points, 0, phi.length);
  return Math.sqrt(weights.reduce((total, weight, j) => total + weight * (phi[j] - mean) ** 2, 0));
}

function measureOrders(
  { steps, fitted }: MapConfig,
  problem: Problem,
  names: readonly string[],
  pde: MapOutcome["pde"],
): MapOrder[] {
  const maps = steps.map((count) => mapAtEnd(problem, problem.end / count));
  const finest = steps.slice(-fitted).map((count) => Math.log2(1 / count));
  const order = (quantity: string, differences: number[]): MapOrder => ({
    quantity,
    differences,
    fit: fitLine(
      finest,
      differences.slice(-fitted).map((difference) => Math.log2(Math.abs(difference))),
    ),
  });
  return [
    ...names.map((name, o) =>
      order(
        name,
        maps.map((map) => (map?.observables[name] ?? Number.NaN) - pde.means[o]),
      ),
    ),
    order(
      "energy",
      maps.map((map) => (map?.energy ?? Number.NaN) - pde.energy),
    ),
  ];
}

async function measureParticles(
  { sizes, coarseSteps, seed, workers }: MapConfig,
  problem: Problem,
  map: readonly number[],
  { means, scales }: MapOutcome["pde"],
  bias: number,
  onReplicas: (share: number) => void,
): Promise<ParticleOutcome> {
  const dt = problem.end / coarseSteps;
  const work = sizes.reduce((total, { n, replicas }) => total + n * replicas, 0);
  let done = 0;
  const samples: Sample[] = [];
  for (const [k, { n, replicas }] of sizes.entries()) {
    const onReplica = () => {
      done += n;
      onReplicas(done / work);
    };
    const { records } = await simulate(problem, { n, dt, replicas, workers, seed: seed + k, onReplica });
    const deviations = map.map((mean, o) => Float64Array.from(records, ({ table }) => (table[o] - mean) / scales[o]));
    samples.push({ n, replicas, deviations, moments: deviations.map(sampleMoments) });
  }
  const shifts = map.map((mean, o) => (mean - means[o]) / scales[o]);
  const squares = samples.map(({ replicas, deviations }) => ({
    fromMap: meanSquares(deviations, replicas, 0, shifts),
    fromPde: meanSquares(deviations, replicas, 1, shifts),
  }));
  const fromMap = squares.map((square) => rootOf(sampleMoments(square.fromMap)));
  const fromPde = squares.map((square) => rootOf(sampleMoments(square.fromPde)));
  const replicas = samples.reduce((total, sample) => total + sample.replicas, 0);
  const constant = samples.reduce((total, sample, k) => total + sample.replicas * sample.n * fromMap[k].value ** 2, 0) / replicas;
  const rows = samples.map(
    (sample, k): ParticleRow => ({
      n: sample.n,
      replicas: sample.replicas,
      fromMap: fromMap[k].value,
      fromMapError: fromMap[k].error,
      fromPde: fromPde[k].value,
      fromPdeError: fromPde[k].error,
      expectedFromPde: Math.hypot(Math.sqrt(constant / sample.n), bias),
      scores: sample.moments.map(({ mean, standardError }) => mean / standardError),
    }),
  );
  const last = rows[rows.length - 1];
  return {
    rows,
    fit: fitDecay(rows),
    pValue: deviationPValue(samples),
    ownBias: extrapolateOwnBias(samples[0], samples[samples.length - 1]),
    ...ratioOf(squares[squares.length - 1]),
    saturation: (last.fromPde - last.expectedFromPde) / last.fromPdeError,
  };
}

/** One size: (mean over particles - map) / sd_mu(phi), by observable and replica. */
interface Sample {
  n: number;
  replicas: number;
  deviations: Float64Array[];
  moments: SampleMoments[];
}

/** The mean over observables of the squared deviation, shifted by `share` of `shifts`, for each replica. */
function meanSquares(
  deviations: readonly Float64Array[],
  replicas: number,
  share: number,
  shifts: readonly number[],
): Float64Array {
  return Float64Array.from(
    { length: replicas },
    (_, r) => deviations.reduce((total, values, o) => total + (values[r] + share * shifts[o]) ** 2, 0) / deviations.length,
  );
}

function rootOf({ mean, standardError }: SampleMoments): { value: number; error: number } {
  return { value: Math.sqrt(mean), error: standardError / (2 * Math.sqrt(mean)) };
}

/** The slope of log discrepancy against log n, with the relative scatter from replica to replica pooled, as in the law of large numbers. */
function fitDecay(rows: readonly ParticleRow[]): LineFit {
  let total = 0;
  let scatter = 0;
  for (const { replicas, fromMap, fromMapError } of rows) {
    total += replicas;
    scatter += ((replicas * fromMapError) / fromMap) ** 2;
  }
  const relative = Math.sqrt(scatter / total);
  return fitLine(
    rows.map(({ n }) => Math.log10(n)),
    rows.map(({ fromMap }) => Math.log10(fromMap)),
    rows.map(({ replicas }) => relative / Math.sqrt(replicas) / Math.LN10),
  );
}

/**
 * The deviations of all observables at the largest n against their covariance: chi^2 = d' C^-1 d, since observables of the same
 * particles are correlated. n C hardly depends on n, so it is pooled over the sizes, and known well enough for chi^2 in place of
 * Hotelling's law.
 */
function deviationPValue(samples: readonly Sample[]): number {
  const count = samples[0].deviations.length;
  const freedom = samples.reduce((total, { replicas }) => total + replicas - 1, 0);
  const covariance = Array.from({ length: count }, () => new Float64Array(count));
  for (const { n, replicas, deviations, moments } of samples) {
    for (let a = 0; a < count; a++) {
      for (let b = 0; b < count; b++) {
        for (let r = 0; r < replicas; r++) {
          covariance[a][b] += (n * (deviations[a][r] - moments[a].mean) * (deviations[b][r] - moments[b].mean)) / freedom;
        }
      }
    }
  }
  const { n, replicas, moments } = samples[samples.length - 1];
  const scores = moments.map(({ mean }) => mean * Math.sqrt(n * replicas));
  const { square, rank } = mahalanobis(covariance, scores);
  return chiSquareTail(square, rank);
}

/** d' C^-1 d by Cholesky; an observable that those before it determine adds nothing, and is left out of the rank. */
function mahalanobis(covariance: readonly Float64Array[], d: readonly number[]): { square: number; rank: number } {
  const factor = covariance.map(() => new Float64Array(d.length));
  const white = d.map(() => 0);
  let square = 0;
  let rank = 0;
  for (let a = 0; a < d.length; a++) {
    let pivot = covariance[a][a];
    let rest = d[a];
    for (let b = 0; b < a; b++) {
      let entry = covariance[a][b];
      for (let c = 0; c < b; c++) entry -= factor[a][c] * factor[b][c];
      factor[a][b] = factor[b][b] === 0 ? 0 : entry / factor[b][b];
      pivot -= factor[a][b] ** 2;
      rest -= factor[a][b] * white[b];
    }
    if (!(pivot > 1e-9 * covariance[a][a])) continue;
    factor[a][a] = Math.sqrt(pivot);
    white[a] = rest / factor[a][a];
    square += white[a] ** 2;
    rank++;
  }
  return { square, rank };
}

/** An upper bound at 95%, with the bias at the largest n taken as n_smallest / n_largest of that at the smallest. */
function extrapolateOwnBias(smallest: Sample, largest: Sample): number {
  return Math.max(
    ...smallest.moments.map(({ mean, standardError }, o) => {
      const bound = Math.abs(mean) + 1.96 * standardError;
      return (bound * smallest.n) / largest.n / largest.moments[o].standardError;
    }),
  );
}

/** By the delta method on the logarithm: both are of the same replicas. */
function ratioOf(squares: { fromMap: Float64Array; fromPde: Float64Array }): Pick<ParticleOutcome, "ratio" | "ratioInterval"> {
  const map = sampleMoments(squares.fromMap);
  const pde = sampleMoments(squares.fromPde);
  const ratio = Math.sqrt(pde.mean / map.mean);
  const { standardError } = sampleMoments(squares.fromPde.map((square, r) => square / pde.mean - squares.fromMap[r] / map.mean));
  const factor = Math.exp((1.96 * standardError) / 2);
  return { ratio, ratioInterval: [ratio / factor, ratio * factor] };
}

function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(values.reduce((total, value) => total + value * value, 0) / values.length);
}

/** Means of grids/double-well.json at t = 1, the map with dt = 0.05, as published. */
const published = {
  map: [-0.35479375, 0.7119656, -0.05373168],
  pde: [-0.36071075, 0.71380974, -0.05665245],
} as const;

/** Half a unit of the last published digit. */
const PRINTED = 5e-9;

const CLAIM =
  "The mean-field map tends to the equation at order 1 in dt. At fixed dt the particles tend to the map like n^-1/2, and so no closer to the equation than the map is.";

const nameOf = (problem: Problem) => `mean-field map: ${problem.name}`;

const STEPS = [8, 16, 32, 64, 128, 256];
const FITTED = 4;
const COARSE_STEPS = 20;

export const meanFieldMapStudy: Study = {
  name: "mean-field-map",
  title: "The mean-field map",
  takesProblems: true,
  async run({ quick, workers, problems, load, progress }) {
    const well = problems.length > 0 ? [] : [await load("double-well")];
    const interacting = problems.length > 0 || quick ? problems : [await load("gaussian-repulsion")];
    const studied = [...well, ...interacting];
    const results: StudyResult[] = [];
    for (const [k, problem] of studied.entries()) {
      if (problem.grid.dimension === 3) {
        results.push(leaveOut(nameOf(problem), CLAIM, problem));
        continue;
      }
      const isExample = well.includes(problem);
      const sizes = isExample ? (quick ? QUICK_SIZES : SIZES) : INTERACTING_SIZES;
      const config: MapConfig = {
        problem,
        steps: STEPS,
        fitted: FITTED,
        coarseSteps: COARSE_STEPS,
        sizes: termsOf(problem).transport ? sizes : [],
        seed: 2019,
        workers,
      };
      const outcome = await measureMeanFieldMap(config, (share) => progress((k + share) / studied.length));
      results.push(report(config, outcome, isExample));
    }
    return results;
  },
};

/** n dt is 50 at least: the noise of population control, which falls with it, is nearly gone. */
const SIZES = [
  { n: 1000, replicas: 256 },
  { n: 3162, replicas: 192 },
  { n: 10000, replicas: 128 },
  { n: 31623, replicas: 96 },
  { n: 100000, replicas: 64 },
  { n: 316228, replicas: 40 },
  { n: 1000000, replicas: 24 },
];

const QUICK_SIZES = [
  { n: 1000, replicas: 256 },
  { n: 10000, replicas: 96 },
  { n: 50000, replicas: 48 },
  { n: 250000, replicas: 24 },
];

/** With K a particle costs several times as much. */
const INTERACTING_SIZES = [
  { n: 1000, replicas: 512 },
  { n: 3162, replicas: 160 },
  { n: 10000, replicas: 80 },
  { n: 31623, replicas: 40 },
];

/** Pass above the first, fail below the second: chance explains what lies between. */
const LIKELY = 0.01;
const UNLIKELY = 0.001;

const FACTOR = 1.5;

function report(config: MapConfig, outcome: MapOutcome, isExample: boolean): StudyResult {
  const { problem, steps, fitted, coarseSteps } = config;
  const { pde, orders, particles } = outcome;
  const dt = problem.end / coarseSteps;
  const finest = steps.slice(-fitted);
  const smallest = Math.min(...orders.map(({ differences }) => Math.abs(differences[differences.length - 1])));
  const findings: Finding[] = [
    ...orders.map(({ quantity, fit }) => ({
      text: `map to PDE, ${quantity}: order ${fit.slope.toFixed(3)} in dt, 95% interval ${showInterval(fit.interval)}; asked 0.9 to 1.1`,
      verdict: judgeInterval(fit.interval, [0.9, 1.1]),
    })),
    {
      text: `two levels of the characteristics differ by ${show(pde.levelDifference / smallest)} of the smallest difference between map and PDE (asked: below 0.01)`,
      verdict: pde.levelDifference < 0.01 * smallest ? "pass" : "inconclusive",
    },
    ...(isExample ? [judgeWorkedExample(outcome)] : []),
    ...(particles === null ? [] : judgeParticles(particles, outcome.bias)),
  ];
  return {
    name: nameOf(problem),
    claim: CLAIM,
    verdict: combine(findings),
    findings,
    notes: [
      `Orders are fitted to dt = T/${finest[0]} to T/${finest[finest.length - 1]}, T = ${problem.end}; coarser steps are in the table. The PDE is solved along its characteristics, the map on nodes of the same kind.`,
      ...(particles === null
        ? ["There is no particle scheme for these dynamics, so the map is compared with the PDE alone."]
        : [
            `Particles: Algorithm 1 at dt = T/${coarseSteps} = ${show(dt)}, independent replicas, seed ${config.seed}. Discrepancies are in units of the standard deviation of each observable under mu, and averaged over observables.`,
            "Chi-square takes the correlation of the observables into account; the covariance of the replicas is pooled over all n.",
            "Algorithm 1 has a bias of O(1/n) of its own, against an error of the mean over R replicas of O((n R)^-1/2): it is below the noise where R is far below n, and bounded by that found at the smallest n.",
          ]),
    ],
    tables: tablesOf(config, outcome, isExample),
    figures: figuresOf(config, outcome),
    settings: { problem: problem.definition, steps, fitted, coarseSteps, sizes: config.sizes, seed: config.seed },
  };
}

function judgeWorkedExample({ map, pde }: MapOutcome): Finding {
  const misses = [...published.map.map((value, o) => map[o] - value), ...published.pde.map((value, o) => pde.means[o] - value)];
  const worst = Math.max(...misses.map(Math.abs));
  return {
    text: `the worked example of map and PDE is met to ${show(worst)} (asked: all printed digits, ${PRINTED})`,
    verdict: worst <= PRINTED ? "pass" : "fail",
  };
}

function judgeParticles(
  { rows, fit, pValue, ownBias, ratio, ratioInterval, saturation }: ParticleOutcome,
  bias: number,
): Finding[] {
  const last = rows[rows.length - 1];
  const worst = Math.max(...last.scores.map(Math.abs));
  return [
    {
      text: `particles to map: the RMS discrepancy falls like n^${fit.slope.toFixed(3)}, 95% interval ${showInterval(fit.interval)}; asked: contains -0.5, half-width below 0.05`,
      verdict: judgeSlope(fit),
    },
    {
      text: `no bias is left between particles and map at n = ${last.n}: means within ${show(worst)} standard errors, chi-square p = ${show(pValue)} (asked: above ${LIKELY})`,
      verdict: pValue > LIKELY ? "pass" : pValue < UNLIKELY ? "fail" : "inconclusive",
    },
    {
      text: `Algorithm 1's own bias of O(1/n) is at most ${show(ownBias)} standard errors there (asked: below 1/4)`,
      verdict: ownBias < 1 / 4 ? "pass" : "inconclusive",
    },
    {
      text: `particles to PDE: at n = ${last.n} the discrepancy is ${show(ratio)} times that from the map, 95% interval ${showInterval(ratioInterval, 2)}; asked: above ${FACTOR}`,
      verdict: judgeInterval(ratioInterval, [FACTOR, Infinity]),
    },
    {
      text: `it is ${show(last.fromPde)}, where noise and the bias ${show(bias)} of dt add up to ${show(last.expectedFromPde)}: ${saturation.toFixed(2)} standard errors apart (asked: within 1.96)`,
      verdict: judgeScore(saturation),
    },
  ];
}

/** Within the 95% interval passes, outside even the 99.9% interval fails. */
function judgeScore(score: number): Verdict {
  if (Math.abs(score) <= 1.96) return "pass";
  return Math.abs(score) > 3.29 ? "fail" : "inconclusive";
}

function tablesOf(
  { problem, steps, coarseSteps }: MapConfig,
  { names, pde, orders, map, particles }: MapOutcome,
  isExample: boolean,
) {
  return [
    {
      title: "Map minus PDE",
      header: ["dt", ...orders.flatMap(({ quantity }) => [quantity, "order"])],
      rows: steps.map((count, k) => [
        problem.end / count,
        ...orders.flatMap(({ differences }) => [
          differences[k],
          k === 0 ? "" : Math.log2(Math.abs(differences[k - 1] / differences[k])).toFixed(3),
        ]),
      ]),
    },
    {
      title: `Map at dt = T/${coarseSteps} and PDE${isExample ? ", beside the worked example" : ""}`,
      header: [
        "observable",
        "map",
        "PDE",
        "map - PDE",
        ...(isExample ? ["map, published", "off by", "PDE, published", "off by"] : []),
      ],
      rows: names.map((name, o) => [
        name,
        map[o].toFixed(8),
        pde.means[o].toFixed(8),
        map[o] - pde.means[o],
        ...(isExample ? [published.map[o].toFixed(8), map[o] - published.map[o]] : []),
        ...(isExample ? [published.pde[o].toFixed(8), pde.means[o] - published.pde[o]] : []),
      ]),
    },
    ...(particles === null
      ? []
      : [
          {
            title: "RMS discrepancies of the particles",
            header: [
              "n",
              "replicas",
              "from the map",
              "+-",
              "from the PDE",
              "+-",
              "expected",
              ...names.map((name) => `z of ${name}`),
            ],
            rows: particles.rows.map((row) => [
              row.n,
              row.replicas,
              row.fromMap,
              row.fromMapError,
              row.fromPde,
              row.fromPdeError,
              row.expectedFromPde,
              ...row.scores.map((score) => score.toFixed(2)),
            ]),
          },
        ]),
  ];
}

function figuresOf({ problem, steps, coarseSteps }: MapConfig, { orders, bias, particles }: MapOutcome) {
  const dts = steps.map((count) => problem.end / count);
  const orderFigure = {
    title: `Map against PDE (${problem.name})`,
    x: { title: "dt", log: true },
    y: { title: "|map - PDE|", log: true },
    traces: orders.map(({ quantity, differences, fit }) => ({
      name: `${quantity}: ${fit.slope.toFixed(3)}`,
      x: dts,
      y: differences.map(Math.abs),
      mode: "lines+markers" as const,
    })),
  };
  if (particles === null) return [orderFigure];
  const { rows, fit } = particles;
  const n = rows.map((row) => row.n);
  return [
    orderFigure,
    {
      title: `Particles at dt = T/${coarseSteps} against map and PDE (${problem.name})`,
      x: { title: "particles n", log: true },
      y: { title: "RMS discrepancy", log: true },
      traces: [
        {
          name: `from the map: ${fit.slope.toFixed(3)}`,
          x: n,
          y: rows.map((row) => row.fromMap),
          errors: rows.map((row) => 1.96 * row.fromMapError),
          mode: "markers" as const,
        },
        {
          name: "from the PDE",
          x: n,
          y: rows.map((row) => row.fromPde),
          errors: rows.map((row) => 1.96 * row.fromPdeError),
          mode: "markers" as const,
        },
        {
          name: "n^-1/2",
          x: n,
          y: rows.map((row) => rows[0].fromMap * Math.sqrt(rows[0].n / row.n)),
          mode: "lines" as const,
          dashed: true,
        },
        {
          name: "sqrt(noise^2 + bias^2)",
          x: n,
          y: rows.map((row) => row.expectedFromPde),
          mode: "lines" as const,
        },
        { name: "bias of dt", x: n, y: rows.map(() => bias), mode: "lines" as const, dashed: true },
      ],
    },
  ];
}
