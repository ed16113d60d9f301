import { formatShort } from "../../figures/numbers.ts";
import { termsOf } from "../../problem/dynamics.ts";
import type { Problem } from "../../problem/problem.ts";

/** A value that a run can have and that is hardly meant. */
export interface Question {
  /** Its place in the problem. */
  field: string;
  value: number;
  /** Why it is asked. */
  text: string;
}

/** Values below these are never asked about. */
const USUAL = { alpha: 1e3, end: 1e3 };
/** By how much births and deaths may be faster than motion, and the run longer than the density takes to change. */
const MOST = { faster: 1e4, longer: 1e5 };

/**
 * What is to be asked before a run of a density mu with the potential V at its start, both of shape [grid.size]. With the two parts of the dissipation of the energy,
 *
 *   motion            int |grad V|^2 dmu
 *   births, deaths    alpha int (V - Vbar)^2 dmu
 *
 * births and deaths are faster by their quotient. The density changes at the rate max(|grad V| / sd of theta, alpha sd of V), in the mean square.
 */
export function questionsOf(problem: Problem, mu: Float64Array, V: Float64Array): Question[] {
  const { grid, alpha: rate, definition } = problem;
  const alpha = termsOf(problem).reaction === null ? 0 : rate.at(0);
  const end = problem.snapshotTimes[problem.snapshotTimes.length - 1];
  if (alpha <= USUAL.alpha && end <= USUAL.end) return [];
  const { slope, spread, width } = measured(problem, mu, V);
  const faster = slope > 0 ? (alpha * spread) / slope : 0;
  const longer = end * Math.max(Math.sqrt(slope) / Math.max(width, grid.axes[0].width), alpha * Math.sqrt(spread));
  const questions: Question[] = [];
  if (alpha > USUAL.alpha && faster > MOST.faster) {
    questions.push({
      field: typeof definition.alpha === "object" ? "alpha.rate" : "alpha",
      value: alpha,
      text: `α = ${formatShort(alpha)}: births and deaths are ${roughly(faster)} times faster than the mass moves. Is that meant?`,
    });
  }
  if (end > USUAL.end && longer > MOST.longer) {
    questions.push({
      field: "time.end",
      value: end,
      text: `The end is t = ${formatShort(end)}: that is ${roughly(longer)} times as long as the density takes to change. Is that meant?`,
    });
  }
  return questions;
}

/** One digit. */
const roughly = (value: number) => formatShort(Number(value.toPrecision(1)), 1);

/** int |grad V|^2 dmu by differences of neighbours, the variance of V, and the standard deviation of theta, the largest of its axes. */
function measured({ grid }: Problem, mu: Float64Array, V: Float64Array): { slope: number; spread: number; width: number } {
  let mass = 0;
  let first = 0;
  let second = 0;
  let slope = 0;
  const moments = grid.axes.map(() => [0, 0]);
  for (let i = 0; i < mu.length; i++) {
    mass += mu[i];
    first += mu[i] * V[i];
    second += mu[i] * V[i] ** 2;
    grid.axes.forEach(({ cells, width, min }, a) => {
      const stride = grid.strides[a];
      const k = Math.floor(i / stride) % cells;
      const [low, high] = [Math.max(k - 1, 0), Math.min(k + 1, cells - 1)];
      if (high > low) slope += mu[i] * ((V[i + (high - k) * stride] - V[i - (k - low) * stride]) / ((high - low) * width)) ** 2;
      const place = min + (k + 0.5) * width;
      moments[a][0] += mu[i] * place;
      moments[a][1] += mu[i] * place ** 2;
    });
  }
  const variance = (sum: number, squares: number) => Math.max(0, squares / mass - (sum / mass) ** 2);
  return {
    slope: slope / mass,
    spread: variance(first, second),
    width: Math.sqrt(Math.max(...moments.map(([sum, squares]) => variance(sum, squares)))),
  };
}
