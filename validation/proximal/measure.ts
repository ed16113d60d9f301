import { createProximalReaction } from "../../src/finite-volume/proximal.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import { type ProximalSolution, solveProximal } from "../../src/finite-volume/solve-proximal.ts";
import { l1Distance } from "../../src/grid/density.ts";
import { createStream } from "../../src/numerics/random.ts";
import { createGridPotential } from "../../src/potential/potential.ts";
import { changeProblem, type Problem } from "../../src/problem/problem.ts";
import { requireConstant } from "../../src/problem-file/rate.ts";
import type { Range } from "../claims.ts";
import { type Order, orderOf } from "../shared/orders.ts";

/** Of the start of the power iteration. */
export const SEED = 1;

export const KINDS = ["implicit", "explicit"] as const;
type Kind = (typeof KINDS)[number];
export type Dynamics = "birth-death" | "pure-birth-death";

/** In tau. */
const ORDER: Range = [0.9, 1.1];

/** Rounding of the energy, relative to its initial size. */
export const RISE_LIMIT = 1e-13;

export type DecayRow = Awaited<ReturnType<typeof measureDecay>>;

const largest = (solution: ProximalSolution, of: (step: ProximalSolution["steps"][number]) => number) =>
  solution.steps.reduce((most, step) => Math.max(most, of(step)), -Infinity);

/** Steps of tau to the end of the problem, and at least `fewest`. */
export async function measureDecay(problem: Problem, dynamics: Dynamics, kind: Kind, tau: number, fewest: number) {
  const end = Math.max(problem.end, fewest * tau);
  const solution = solveProximal(await changeProblem(problem, {}, { dynamics, end }), { step: tau, potential: kind });
  const { initialEnergy, steps } = solution;
  const size = Math.abs(initialEnergy);
  return {
    dynamics,
    kind,
    tau,
    initialEnergy,
    // Over steps; over reactions alone; and of E[mu+] + KL / (alpha tau) - E[mu]: relative to |E| at 0.
    largestRise: solution.largestRise / size,
    largestReactionRise: solution.largestReactionRise / size,
    largestExcess: largest(solution, ({ excess }) => excess) / size,
    massDrift: largest(solution, ({ mass }) => Math.abs(mass - 1)),
    // The most in a step.
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

export type Threshold = Awaited<ReturnType<typeof measureThreshold>>;

/** Bisects log tau for the explicit reaction alone, or with transport; the stationary mu is one implicit step of alpha tau = 1e4. */
export async function measureThreshold(problem: Problem, dynamics: Dynamics, steps: number) {
  const { grid } = problem;
  const stationary = new Float64Array(grid.size);
  const start = problem.initial.cellAverages(grid).density;
  createProximalReaction(grid, createGridPotential(problem.potential, grid)).implicit(stationary, start, 1e4);
  const eigenvalue = largestEigenvalue(problem, stationary);
  /** tau = 2 / (alpha lambda). */
  const predicted = 2 / (requireConstant(problem.alpha, "the threshold of the explicit step") * eigenvalue);
  let low = predicted / 8;
  let high = predicted * 8;
  while (high / low > 1.02) {
    const tau = Math.sqrt(low * high);
    const { largestReactionRise } = await measureDecay(problem, dynamics, "explicit", tau, steps);
    if (largestReactionRise > RISE_LIMIT) high = tau;
    else low = tau;
  }
  // The explicit reaction never raised E at the first and did at the second.
  return { dynamics, eigenvalue, predicted, found: [low, high] as const };
}

/** L1 errors at the end against muscl + strang on the same grid, whose steps are a sixteenth of the shortest tau. */
export async function measureOrder(given: Problem, counts: readonly number[]): Promise<Order[]> {
  const problem = await changeProblem(given, {}, { dynamics: "birth-death" });
  const { grid, end } = problem;
  const reference = solve(problem, { maxStep: end / Math.max(...counts) / 16 }).snapshots.at(-1);
  if (reference === undefined) throw new RangeError("the problem has no snapshot");
  const taus = counts.map((count) => end / count);
  return KINDS.map((potential) => {
    const errors = taus.map((step) => l1Distance(grid, solveProximal(problem, { step, potential }).density, reference.density));
    return orderOf(potential, taus, errors, ORDER);
  });
}
