import { formatShort } from "../../figures/numbers.ts";
import { marginalMasses } from "../../grid/density.ts";
import { centres } from "../../grid/grid.ts";
import { meanOf } from "../../numerics/moments.ts";
import { sum } from "../../numerics/sum.ts";
import { squaredGradient } from "../../potential/energy.ts";
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

/** int |grad V|^2 dmu and the variance of V, over the mass, and the standard deviation of theta, the largest of its axes. */
function measured({ grid }: Problem, mu: Float64Array, V: Float64Array): { slope: number; spread: number; width: number } {
  const widths = grid.axes.map((axis, a) => Math.sqrt(varianceOf(centres(axis), marginalMasses(grid, mu, a))));
  return { slope: squaredGradient(grid, mu, V) / sum(mu), spread: varianceOf(V, mu), width: Math.max(...widths) };
}

function varianceOf(values: Float64Array, weights: Float64Array): number {
  const total = sum(weights);
  const mean = meanOf(values, weights) / total;
  return meanOf(values.map((value) => (value - mean) ** 2), weights) / total; // biome-ignore format: one call
}
