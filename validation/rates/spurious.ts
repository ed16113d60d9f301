import { gaussLegendre } from "../../src/numerics/quadrature.ts";
import { createProblem } from "../../src/problem/problem.ts";
import { type Bracket, bracketMinimum, type DecayRun, excessOf, runDecay } from "../shared/decay.ts";
import { crossingOf, DOUBLE_WELL, findWells, type Wells } from "../shared/double-well.ts";
import { type KeepPart, keepNoPart } from "../shared/parts.ts";
import { inSequence } from "../shared/sizes.ts";

/**
 * Tilted double well F = (x^2 - 1)^2 / 4 + a x with all but a tail of mu_0 in the shallower well. F' = (x - r_deep)(x - r_top)(x - r_shallow).
 *
 * Gradient descent keeps the mass p_0 of mu_0 left of the top where it is and ends at the spurious fixed point (18)
 *
 *   E - E* = (1 - p_0) dF,   dF = F(r_shallow) - F(r_deep).
 *
 * Birth-death weighs the path from x to its minimum r by exp(-alpha int (F - Fbar) ds), and along it ds = -dx / F', so that it differs
 * from a stay at r by the factor
 *
 *   e^{-alpha T_r(x)},   T_r(x) = int_r^x (F - F(r)) / F' = [x^2 / 8 + A log|x - r_top| + B log|x - r_other|]_r^x
 *   A = N(r_top) / (4 (r_top - r_other)),   B = N(r_other) / (4 (r_other - r_top)),   N(x) = (x - r)(x^2 + 2 r x + 3 r^2 - 2),
 *
 * exactly, since (F - F(r)) / F' is rational. With W_r the integral of rho_0 e^{-alpha T_r} over the basin of r, once each well has settled
 *
 *   odds of the deep well = (W_deep / W_shallow) e^{alpha dF t},   E - E* = dF / (1 + odds),
 *
 * and E - E* = dF / 2 at t* = log(W_shallow / W_deep) / (alpha dF). Without the factors, W = p_0: the estimate that forgets the descent.
 */
export interface SpuriousConfig {
  tilt: number;
  mean: number;
  sd: number;
  alphas: readonly number[];
  /** Ends of the runs, in units of t* of the alpha; gradient descent runs as long as the slowest. */
  end: number;
  snapshots: number;
  /** Points of the curves of figures, none by default. */
  drawn?: number;
  tolerance: number;
}

export type SpuriousOutcome = Awaited<ReturnType<typeof measureSpurious>>;

export async function measureSpurious(config: SpuriousConfig, onRun: () => void = () => {}, keep: KeepPart = keepNoPart) {
  const { tilt, mean, sd, alphas, end, snapshots, tolerance } = config;
  const problem = await createProblem({
    name: "shallow-well",
    variables: { x: { min: -3, max: 3, cells: 512 } },
    parameters: { tilt },
    potential: { F: DOUBLE_WELL },
    alpha: alphas[0],
    initial: { x: { type: "normal", mean, sd } },
    time: { end: 1, snapshots: 1 },
  });
  const wells = findWells(tilt);
  const { drop } = wells;
  /** p_0. */
  const beyond = basinWeight(config, wells, "deep", 0);
  const predictions = alphas.map((alpha) => {
    const logOdds = Math.log(basinWeight(config, wells, "deep", alpha) / basinWeight(config, wells, "shallow", alpha));
    // t*, and the estimate without the descent.
    return { alpha, logOdds, predicted: -logOdds / (alpha * drop), simple: Math.log((1 - beyond) / beyond) / (alpha * drop) };
  });
  const evenly = (last: number, count: number) => Array.from({ length: count + 1 }, (_, k) => (last * k) / count);
  const times = (last: number) => ({
    times: evenly(last, snapshots),
    drawn: config.drawn === undefined ? undefined : evenly(last, config.drawn),
  });
  const longest = end * Math.max(...predictions.map(({ predicted }) => predicted));
  const descent = await keep("descent", () => runDecay(problem, { dynamics: "gradient-descent", ...times(longest), tolerance }));
  onRun();
  const run = (alpha: number, last: number) => runDecay(problem, { dynamics: "birth-death", alpha, ...times(last), tolerance });
  const runs = await inSequence(predictions, ({ alpha, predicted }) => run(alpha, end * predicted), onRun, keep);
  const bracket = bracketMinimum(problem, [descent, ...runs]);
  const crossings = predictions.map(({ alpha, logOdds, predicted, simple }, k) => {
    const { time, between } = crossingOf(excessOf(runs[k], bracket), drop);
    // How far the difference of two refinements moves it: d log-odds / de = -dF / (e (dF - e)), and the log-odds pass 0 at the rate alpha dF.
    const timeError = Math.max(...between.map(({ value, error }) => error / (value * (drop - value) * alpha)));
    const excess = drop / (1 + Math.exp(logOdds + alpha * drop * end * predicted));
    // E - E* = dF / (1 + odds) is off by at most as much of itself as the odds are, and those by the error of the crossing.
    const shift = excess * Math.expm1(alpha * drop * timeError);
    return { alpha, run: runs[k], time, timeError, predicted, simple, end: endingOf(runs[k], bracket, excess, shift) };
  });
  const stuck = endingOf(descent, bracket, (1 - beyond) * drop, tolerance);
  return { wells, bracket, beyond, descent: { run: descent, end: stuck }, crossings };
}

/** The last snapshot. @param tolerance of the prediction, which with the difference of two refinements is what it may be off by. */
function endingOf(run: DecayRun, { low }: Bracket, predicted: number, tolerance: number) {
  const { time, energy, gap, residualOnSupport, residualOffSupport, levelDifferences } = run.snapshots[run.snapshots.length - 1];
  return {
    time,
    excess: energy - low,
    predicted,
    tolerance: tolerance + levelDifferences.energy,
    gap: gap ?? Number.NaN,
    residualOnSupport,
    residualOffSupport,
  };
}

/** The integrand in v = |x - r_top|^(1/2) is v^(2 kappa + 1) times a smooth function, kappa > 0 for alpha > 0. */
const RULE = gaussLegendre(400, 0, 1);
/** Standard deviations from the mean beyond which nothing is left of mu_0. */
const REACH = 20;

/** W_r of a basin; with alpha = 0 its mass under mu_0. */
export function basinWeight(
  { mean, sd }: Pick<SpuriousConfig, "mean" | "sd">,
  { deep, top, shallow }: Wells,
  basin: "deep" | "shallow",
  alpha: number,
): number {
  const [r, other, side] = basin === "deep" ? [deep, shallow, -1] : [shallow, deep, 1];
  const N = (x: number) => (x - r) * (x * x + 2 * r * x + 3 * r * r - 2);
  const A = N(top) / (4 * (top - other));
  const B = N(other) / (4 * (other - top));
  const primitive = (x: number) => (x * x) / 8 + A * Math.log(Math.abs(x - top)) + B * Math.log(Math.abs(x - other));
  const far = Math.sqrt(Math.abs(mean + side * REACH * sd - top));
  let total = 0;
  for (let k = 0; k < RULE.nodes.length; k++) {
    const v = far * RULE.nodes[k];
    const x = top + side * v * v;
    const density = Math.exp(-0.5 * ((x - mean) / sd) ** 2) / (sd * Math.sqrt(2 * Math.PI));
    total += RULE.weights[k] * far * 2 * v * density * Math.exp(-alpha * (primitive(x) - primitive(r)));
  }
  return total;
}
