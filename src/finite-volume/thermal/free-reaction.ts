import { InputError } from "../../errors.ts";
import type { Grid } from "../../grid/grid.ts";
import { BLOCK } from "../../numerics/block-function.ts";
import { expBlock } from "../../numerics/exp.ts";
import { gaussLegendre } from "../../numerics/quadrature.ts";
import { createGaussianSmoothing } from "../../potential/gaussian-smoothing.ts";
import type { LogTerm } from "../../problem/terms.ts";
import type { Rate } from "../../problem-file/rate.ts";
import { createReaction } from "../reaction.ts";

/** The reaction d_t mu = -alpha (R - Rbar) mu from one time to another with V frozen; mass is conserved to rounding, and empty cells stay empty. */
export type ThermalReaction = (mu: Float64Array, V: Float64Array, from: number, to: number) => void;

/** alpha(t) and tau(t). */
interface Rates {
  alpha: Rate;
  temperature: Rate;
}

/**
 * One for each R:
 *
 *   none       R = V                            as at temperature 0 (createReaction): exact
 *   density    R = V + tau log mu               exact, below
 *   smoothed   R = V + tau log(k_eps * mu)      with R at the middle of the step, by half a step: order 2
 *
 * About 25 ns a cell; smoothed: two convolutions beside it.
 *
 * @param bandwidth eps. @throws InputError where it is below the width of a cell.
 */
export function createThermalReaction(
  logTerm: LogTerm,
  grid: Grid,
  rates: Rates,
  bandwidth: number,
  cells: UnequalCells | null = null,
): ThermalReaction {
  return REACTIONS[logTerm](cells === null ? grid : { ...grid, cellVolume: 1 }, rates, bandwidth, cells);
}

/** Cells of different volumes, of which mu are the masses. */
export interface UnequalCells {
  /** log of the volumes, shape [grid.size]. */
  logVolumes: Float64Array;
  /** log(k_eps * mu) at the centres of cells, of their masses; null where it is not needed. */
  smoothedLog: ((out: Float64Array, masses: Float64Array) => void) | null;
}

type Create = (grid: Grid, rates: Rates, bandwidth: number, cells: UnequalCells | null) => ThermalReaction;

const REACTIONS: Readonly<Record<LogTerm, Create>> = {
  none(grid, { alpha }) {
    const reaction = createReaction(grid, true);
    return (mu, V, from, to) => {
      reaction.apply(mu, mu, V, alpha.integral(from, to), false);
    };
  },
  density: (grid, rates, _, cells) => createFreeReaction(grid, rates, cells?.logVolumes ?? null),
  smoothed(grid, { alpha, temperature }, bandwidth, cells) {
    const smoothedLog = cells?.smoothedLog ?? createSmoothedLog(grid, bandwidth);
    const reaction = createReaction(grid, true);
    const R = new Float64Array(grid.size);
    const half = new Float64Array(grid.size);
    return (mu, V, from, to) => {
      const rate = alpha.integral(from, to);
      const middle = 0.5 * (from + to);
      const add = (of: Float64Array, tau: number) => {
        smoothedLog(R, of);
        for (let i = 0; i < R.length; i++) R[i] = V[i] + tau * R[i];
      };
      add(mu, temperature.at(from));
      reaction.apply(half, mu, R, alpha.integral(from, middle), false);
      add(half, temperature.at(middle));
      reaction.apply(mu, mu, R, rate, false);
    };
  },
};

/** @throws InputError where eps is below the width of a cell of a grid. */
export function refuseNarrow(grid: Grid, bandwidth: number): void {
  const coarse = grid.axes.find(({ width }) => bandwidth < width);
  if (coarse !== undefined) {
    const { name, width, min, max } = coarse;
    const remedy = `use --cells ${name}=${Math.ceil((max - min) / bandwidth)} at least, or a larger bandwidth`;
    throw new InputError("reaction.bandwidth", bandwidth, `below the width ${width} of cells of ${name}`, remedy);
  }
}

/** log(k_eps * mu), and the logarithm of the least double where that is 0. @throws InputError where eps is below the width of a cell. */
export function createSmoothedLog(grid: Grid, bandwidth: number): (out: Float64Array, mu: Float64Array) => void {
  refuseNarrow(grid, bandwidth);
  const smooth = createGaussianSmoothing(grid, bandwidth);
  return (out, mu) => {
    smooth(out, mu);
    for (let i = 0; i < out.length; i++) out[i] = Math.log(Math.max(out[i], Number.MIN_VALUE));
  };
}

const RULE = gaussLegendre(4, 0, 1);

/**
 * With A = int alpha tau ds over a step that ends at t,
 *
 *   log mu <- e^{-A} log mu - G V + constant,   G = int alpha(s) e^{-(A(t) - A(s))} ds,   A(t) - A(s) = int_s^t alpha tau,
 *
 * G = int alpha ds (1 - e^{-A}) / A where alpha and tau are constant, otherwise by Gauss and Legendre's rule with four points, of order 8. The constant keeps the mass, by
 * log-sum-exp. As tau -> 0 it is e^{-V int alpha ds} with nothing cancelled. Masses of cells of different volumes |C| have mu = m / |C|: log m gains (1 - e^{-A}) log |C|.
 */
function createFreeReaction(grid: Grid, { alpha, temperature }: Rates, logVolumes: Float64Array | null): ThermalReaction {
  const block = new Float64Array(BLOCK);
  const logarithm = new Float64Array(grid.size);
  return (mu, V, from, to) => {
    const { kept, gained, lost } = factorsOf(alpha, temperature, from, to);
    let most = -Infinity;
    let before = 0;
    for (let i = 0; i < mu.length; i++) {
      before += mu[i];
      const next = mu[i] > 0 ? kept * Math.log(mu[i]) - gained * V[i] : -Infinity;
      logarithm[i] = next;
      if (next > most) most = next;
    }
    if (logVolumes !== null) {
      most = -Infinity;
      for (let i = 0; i < mu.length; i++) {
        logarithm[i] += lost * logVolumes[i];
        if (logarithm[i] > most) most = logarithm[i];
      }
    }
    let after = 0;
    for (let start = 0; start < mu.length; start += BLOCK) {
      const count = Math.min(BLOCK, mu.length - start);
      expBlock(block, 0, logarithm, start, count, 1, -most);
      for (let i = 0; i < count; i++) {
        mu[start + i] = block[i];
        after += block[i];
      }
    }
    const scale = before / after;
    for (let i = 0; i < mu.length; i++) mu[i] *= scale;
  };
}

/** e^{-A}, G and 1 - e^{-A}. */
function factorsOf(alpha: Rate, temperature: Rate, from: number, to: number) {
  if (alpha.constant !== null && temperature.constant !== null) {
    const rate = alpha.constant * (to - from);
    const A = rate * temperature.constant;
    return { kept: Math.exp(-A), gained: A === 0 ? rate : (-rate * Math.expm1(-A)) / A, lost: -Math.expm1(-A) };
  }
  const alphaOn = alpha.on(from, to);
  const tauOn = temperature.on(from, to);
  /** int_s^to alpha tau. */
  const rest = (s: number): number => {
    let sum = 0;
    for (let q = 0; q < RULE.nodes.length; q++) {
      const t = s + RULE.nodes[q] * (to - s);
      sum += RULE.weights[q] * alphaOn(t) * tauOn(t);
    }
    return sum * (to - s);
  };
  let gained = 0;
  for (let q = 0; q < RULE.nodes.length; q++) {
    const s = from + RULE.nodes[q] * (to - from);
    gained += RULE.weights[q] * alphaOn(s) * Math.exp(-rest(s));
  }
  const A = rest(from);
  return { kept: Math.exp(-A), gained: gained * (to - from), lost: -Math.expm1(-A) };
}
