import { InputError } from "../../src/errors.ts";
import type { Series } from "../../src/figures/figure.ts";
import { createProximalReaction } from "../../src/finite-volume/proximal.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import { type ProximalSolution, solveProximal } from "../../src/finite-volume/solve-proximal.ts";
import { l1Distance } from "../../src/grid/density.ts";
import { createStream } from "../../src/numerics/random.ts";
import { fitLine, type LineFit } from "../../src/numerics/statistics.ts";
import { createGridPotential } from "../../src/potential/potential.ts";
import { changeProblem, type Problem } from "../../src/problem/problem.ts";
import { combine, type Finding, judgeInterval, show, showInterval, showRange } from "../claims.ts";
import type { Study, StudyResult } from "../study.ts";

/** Of the start of the power iteration. */
const SEED = 1;

const KINDS = ["implicit", "explicit"] as const;
type Kind = (typeof KINDS)[number];
type Dynamics = "birth-death" | "pure-birth-death";

/** Rounding of the energy, relative to its initial size. */
const RISE_LIMIT = 1e-13;

export interface DecayRow {
  dynamics: Dynamics;
  kind: Kind;
  tau: number;
  initialEnergy: number;
  /** Over steps; over reactions alone; and of E[mu+] + KL / (alpha tau) - E[mu]: relative to |E| at 0. */
  largestRise: number;
  largestReactionRise: number;
  largestExcess: number;
  massDrift: number;
  /** The most in a step. */
  newton: number;
  conjugateGradients: number;
  energies: { time: number; energy: number }[];
}

const largest = (solution: ProximalSolution, of: (step: ProximalSolution["steps"][number]) => number) =>
  solution.steps.reduce((most, step) => Math.max(most, of(step)), -Infinity);

/** Steps of tau to the end of the problem, and at least `fewest`. */
export async function measureDecay(
  problem: Problem,
  dynamics: Dynamics,
  kind: Kind,
  tau: number,
  fewest: number,
): Promise<DecayRow> {
  const end = Math.max(problem.end, fewest * tau);
  const solution = solveProximal(await changeProblem(problem, {}, { dynamics, end }), { step: tau, potential: kind });
  const { initialEnergy, steps } = solution;
  const size = Math.abs(initialEnergy);
  return {
    dynamics,
    kind,
    tau,
    initialEnergy,
    largestRise: solution.largestRise / size,
    largestReactionRise: solution.largestReactionRise / size,
    largestExcess: largest(solution, ({ excess }) => excess) / size,
    massDrift: largest(solution, ({ mass }) => Math.abs(mass - 1)),
    newton: largest(solution, ({ newton }) => newton),
    conjugateGradients: largest(solution, ({ conjugateGradients }) => conjugateGradients),
    energies: steps.map(({ time, energy }) => ({ time, energy })),
  };
}

/**
 * The largest eigenvalue of P K mu P in L2(mu), by power iteration. At a stationary mu the explicit reaction multiplies the perturbation
 * of log mu along its eigenfunction by 1 - alpha tau lambda.
 */
export function largestEigenvalue({ grid, potential }: Problem, mu: Float64Array): number {
  const onGrid = createGridPotential(potential, grid);
  const stream = createStream(SEED);
  const f = Float64Array.from(mu, () => stream.normal());
  const image = new Float64Array(grid.size);
  const weighted = new Float64Array(grid.size);
  const mean = (g: Float64Array) => mu.reduce((total, m, i) => total + m * g[i], 0) * grid.cellVolume;
  let eigenvalue = 0;
  for (let k = 0; k < 1000; k++) {
    const centre = mean(f);
    for (let i = 0; i < f.length; i++) f[i] -= centre;
    const norm = Math.sqrt(mean(f.map((x) => x * x)));
    for (let i = 0; i < f.length; i++) weighted[i] = (mu[i] * f[i]) / norm;
    onGrid.evaluate(image, weighted);
    for (let i = 0; i < f.length; i++) image[i] -= onGrid.external[i];
    const next = weighted.reduce((total, w, i) => total + w * image[i], 0) * grid.cellVolume;
    f.set(image);
    if (Math.abs(next - eigenvalue) <= 1e-12 * next) return next;
    eigenvalue = next;
  }
  return eigenvalue;
}

export interface Threshold {
  dynamics: Dynamics;
  eigenvalue: number;
  /** tau = 2 / (alpha lambda). */
  predicted: number;
  /** The explicit reaction never raised E at the first and did at the second. */
  found: readonly [number, number];
}

/** Bisects log tau for the explicit reaction alone, or with transport; the stationary mu is one implicit step of alpha tau = 1e4. */
export async function measureThreshold(problem: Problem, dynamics: Dynamics, steps: number): Promise<Threshold> {
  const { grid } = problem;
  const stationary = new Float64Array(grid.size);
  const start = problem.initial.cellAverages(grid).density;
  createProximalReaction(grid, createGridPotential(problem.potential, grid)).implicit(stationary, start, 1e4);
  const eigenvalue = largestEigenvalue(problem, stationary);
  const predicted = 2 / (alphaOf(problem) * eigenvalue);
  let low = predicted / 8;
  let high = predicted * 8;
  while (high / low > 1.02) {
    const tau = Math.sqrt(low * high);
    const { largestReactionRise } = await measureDecay(problem, dynamics, "explicit", tau, steps);
    if (largestReactionRise > RISE_LIMIT) high = tau;
    else low = tau;
  }
  return { dynamics, eigenvalue, predicted, found: [low, high] };
}

function alphaOf({ definition: { alpha } }: Problem): number {
  if (typeof alpha !== "number") throw new InputError("alpha", undefined, "changes in time", "give a constant alpha to this study");
  return alpha;
}

export interface ProximalOrder {
  kind: Kind;
  rows: { tau: number; error: number }[];
  fit: LineFit;
}

/** L1 errors at the end against muscl + strang on the same grid, whose steps are a sixteenth of the shortest tau. */
export async function measureOrder(given: Problem, counts: readonly number[]): Promise<ProximalOrder[]> {
  const problem = await changeProblem(given, {}, { dynamics: "birth-death" });
  const { grid, end } = problem;
  const reference = solve(problem, { maxStep: end / Math.max(...counts) / 16 }).snapshots.at(-1);
  if (reference === undefined) throw new RangeError("the problem has no snapshot");
  return KINDS.map((kind) => {
    const rows = counts.map((count) => {
      const { density } = solveProximal(problem, { step: end / count, potential: kind });
      return { tau: end / count, error: l1Distance(grid, density, reference.density) };
    });
    const fit = fitLine(
      rows.map(({ tau }) => Math.log2(tau)),
      rows.map(({ error }) => Math.log2(error)),
    );
    return { kind, rows, fit };
  });
}

/** tau from small to huge; with transport, whose sub-steps stay short, not quite so far. */
const TAUS = { "birth-death": [1 / 16, 1 / 4, 1, 4, 16], "pure-birth-death": [1 / 16, 1 / 4, 1, 4, 16, 64, 256, 1024, 4096] };
const DYNAMICS = ["birth-death", "pure-birth-death"] as const;
/** The threshold with transport takes long runs: on a line only. */
const PURE = ["pure-birth-death"] as const;
/** Cells of every axis, by dimension. */
const CELLS = [256, 32, 12] as const;
const QUICK_CELLS = [128, 16, 8] as const;
const FEWEST_STEPS = 6;
const THRESHOLD_STEPS = 50;
/** Ranges asked of the threshold over its prediction, which is of the stationary state alone, and of the order in tau. */
const THRESHOLD_RATIO = [0.9, 1.1] as const;
const ORDER = [0.9, 1.1] as const;

export const proximalStudy: Study = {
  name: "proximal",
  title: "Proximal steps",
  takesProblems: true,
  seconds: { quick: 3, full: 9 },
  async run({ problems, quick, load, progress }) {
    const own = problems.length === 0 ? [await load("gaussian-repulsion"), await load("circle")] : problems;
    const results: StudyResult[] = [];
    for (const [k, given] of own.entries()) {
      const { dimension } = given.grid;
      const problem = await changeProblem(given, {}, { cells: (quick ? QUICK_CELLS : CELLS)[dimension - 1] });
      const decays: DecayRow[] = [];
      for (const dynamics of DYNAMICS) {
        for (const tau of TAUS[dynamics]) {
          for (const kind of KINDS) decays.push(await measureDecay(problem, dynamics, kind, tau, FEWEST_STEPS));
        }
      }
      progress((k + 1 / 3) / own.length);
      const thresholds: Threshold[] = [];
      const interacting = problem.potential.kernel !== null;
      for (const dynamics of interacting ? (dimension === 1 ? DYNAMICS : PURE) : []) {
        thresholds.push(await measureThreshold(problem, dynamics, THRESHOLD_STEPS));
      }
      progress((k + 2 / 3) / own.length);
      results.push(report(problem, decays, thresholds, await measureOrder(problem, [16, 32, 64, 128, 256])));
      progress((k + 1) / own.length);
    }
    return results;
  },
};

function report(
  problem: Problem,
  decays: readonly DecayRow[],
  thresholds: readonly Threshold[],
  orders: readonly ProximalOrder[],
): StudyResult {
  const implicit = decays.filter(({ kind }) => kind === "implicit");
  const rise = Math.max(...implicit.map((row) => Math.max(row.largestRise, row.largestReactionRise)));
  const excess = Math.max(...implicit.map(({ largestExcess }) => largestExcess));
  const drift = Math.max(...decays.map(({ massDrift }) => massDrift));
  const longest = Math.max(...implicit.map(({ tau }) => tau));
  const findings: Finding[] = [
    {
      text: `implicit: the energy never rises, up to tau = ${longest} (largest rise ${show(rise)} of its initial size; rounding allows ${RISE_LIMIT})`,
      verdict: rise <= RISE_LIMIT ? "pass" : "fail",
    },
    {
      text: `implicit: E[mu+] + KL(mu+ | mu) / (alpha tau) - E[mu] is at most ${show(excess)} of it (asked ${RISE_LIMIT})`,
      verdict: excess <= RISE_LIMIT ? "pass" : "fail",
    },
    { text: `mass stays within ${show(drift)} of 1 (asked 1e-12)`, verdict: drift <= 1e-12 ? "pass" : "fail" },
    ...thresholds.map(({ dynamics, predicted, found }): Finding => {
      const ratio = [found[0] / predicted, found[1] / predicted] as const;
      const text = `explicit, ${dynamics}: the reaction raises the energy from a tau between ${show(found[0])} and ${show(found[1])} on; alpha tau lambda = 2 at ${show(predicted)}, ratio ${showInterval(ratio)}`;
      // Transport damps the mode too, so that with it the prediction is a lower bound.
      const asked = dynamics === "birth-death" ? ([THRESHOLD_RATIO[0], Infinity] as const) : THRESHOLD_RATIO;
      return { text: `${text}; asked ${showRange(asked)}`, verdict: judgeInterval(ratio, asked) };
    }),
    ...orders.map(({ kind, fit }) => ({
      text: `${kind}: order ${fit.slope.toFixed(3)} in tau, 95% interval ${showInterval(fit.interval)}; asked ${showRange(ORDER)}`,
      verdict: judgeInterval(fit.interval, ORDER),
    })),
  ];
  const shown = DYNAMICS.map((dynamics) => decays.filter((row) => row.dynamics === dynamics));
  return {
    name: `proximal: ${problem.name}`,
    claim:
      "A reaction with V taken at its end is a minimisation and lowers the energy whatever tau; with V taken at its start it does not beyond alpha tau lambda = 2. Both are of order 1 in tau.",
    verdict: combine(findings),
    findings,
    notes: [
      `Transport over tau by muscl, then mu+ = mu exp(-alpha tau V) / Z with V of mu+ (implicit) or of mu (explicit); ${problem.grid.shape.join(" x ")} cells, to t = ${problem.end} and at least ${FEWEST_STEPS} steps. pure-birth-death has no transport.`,
      thresholds.length === 0
        ? "Without K the implicit and the explicit step are the same, and exact."
        : `lambda is the largest eigenvalue of P K mu P at the minimiser of E, by power iteration: ${show(thresholds[0].eigenvalue)}. Thresholds are bisected over ${THRESHOLD_STEPS} steps from the initial law, on whose way lambda may be larger than at its end.`,
      "Order: L1 error at the end against muscl + strang on the same grid.",
    ],
    tables: [
      {
        title: "Energy over steps of tau (rises relative to its initial size)",
        header: ["dynamics", "V", "tau", "steps", "largest rise", "in the reaction", "largest excess", "Newton", "CG"],
        rows: decays.map((row) => [
          row.dynamics,
          row.kind,
          row.tau,
          row.energies.length,
          row.largestRise,
          row.largestReactionRise,
          row.largestExcess,
          row.newton,
          row.conjugateGradients,
        ]),
      },
      {
        title: "Error in tau",
        header: ["V", "tau", "L1 error"],
        rows: orders.flatMap(({ kind, rows }) => rows.map(({ tau, error }) => [kind, tau, error])),
      },
    ],
    figures: [
      ...shown.map((rows, d) => ({
        title: `Energy against time, ${DYNAMICS[d]} (${problem.name})`,
        x: { title: "t", log: true },
        y: { title: "E" },
        traces: rows.map(
          ({ kind, tau, energies }): Series => ({
            name: `${kind}, tau = ${tau}`,
            x: energies.map(({ time }) => time),
            y: energies.map(({ energy }) => energy),
            mode: "lines+markers",
            dashed: kind === "explicit",
          }),
        ),
      })),
      {
        title: `L1 error against tau (${problem.name})`,
        x: { title: "tau", log: true },
        y: { title: "L1 error", log: true },
        traces: orders.map(({ kind, rows, fit }) => ({
          name: `${kind}: ${fit.slope.toFixed(2)}`,
          x: rows.map(({ tau }) => tau),
          y: rows.map(({ error }) => error),
          mode: "lines+markers" as const,
        })),
      },
    ],
    settings: { seed: SEED, problem: problem.definition, taus: TAUS, steps: FEWEST_STEPS, thresholdSteps: THRESHOLD_STEPS },
  };
}
