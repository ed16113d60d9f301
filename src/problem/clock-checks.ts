import { InputError } from "../errors.ts";
import type { Grid } from "../grid/grid.ts";
import { halton } from "../numerics/halton.ts";
import { gaussLegendre } from "../numerics/quadrature.ts";
import type { Potential } from "../potential/potential.ts";
import { longestOnPanels, PANELS, type Rate } from "../problem-file/rate.ts";

/** Steps by which no change of an F that passes `checkInTime` is missed: of two panels; Infinity where F does not change. */
export const longestInTime = ({ potential, end }: { potential: Potential; end: number }): number =>
  (potential.clock ?? null) === null ? Infinity : longestOnPanels(end);

/** The same for all that may change in time, of methods that choose their steps by what they see at their stages. */
export const longestStepOf = (problem: { potential: Potential; end: number; alpha: Rate; temperature: Rate }): number =>
  Math.min(longestInTime(problem), problem.alpha.longestStep, problem.temperature.longestStep);

/** Points spread over the domain. */
const SPREAD = 16;
/** The share of the whole by which a panel may differ from its halves, as alpha and the temperature are checked. */
const ROUGH = 1e-4;
/** Panels do not begin at round times, at which F may jump: between two panels a jump would not be seen. */
const OFFSET = 0.382;
const RULE = gaussLegendre(5, 0, 1);

/**
 * Refuses an F that changes so fast in time that steps do not resolve it, a jump among them: where int F(theta_i, t) - F(theta_0, t) dt over a panel of 1/257 of the run, by Gauss-Legendre
 * with five points, differs from that of its halves. What is the same at all points changes nothing but the energy.
 *
 * @throws InputError
 */
export function checkInTime({ clock = null, external }: Potential, text: string, grid: Grid, end: number): void {
  if (clock === null) return;
  const points = grid.axes.map(({ min, max }, a) =>
    Float64Array.from({ length: SPREAD }, (_, i) => min + (max - min) * halton(i, a)),
  );
  const F = new Float64Array(SPREAD);
  const before = clock.time;
  /** Of an interval, at each point. */
  const integral = (from: number, to: number): Float64Array => {
    const totals = new Float64Array(SPREAD);
    for (const [q, node] of RULE.nodes.entries()) {
      clock.time = from + node * (to - from);
      external([F], 0, points, 0, SPREAD);
      for (let i = 0; i < SPREAD; i++) totals[i] += RULE.weights[q] * (to - from) * (F[i] - F[0]);
    }
    return totals;
  };
  const gaps = Array.from({ length: PANELS }, (_, k) => {
    const [from, middle, to] = [k, k + 0.5, k + 1].map((x) => (end * (x + OFFSET)) / (PANELS + 1));
    const [whole, left, right] = [integral(from, to), integral(from, middle), integral(middle, to)];
    return { middle, size: whole.map(Math.abs), gap: whole.map((value, i) => Math.abs(value - left[i] - right[i])) };
  });
  clock.time = before;
  const sizes = F.map((_, i) => gaps.reduce((total, { size }) => total + size[i], 0));
  const rough = gaps.find(({ gap }) => gap.some((value, i) => value > ROUGH * sizes[i]));
  if (rough === undefined) return;
  throw new InputError("potential.F", text, `changes too fast near t = ${rough.middle}`, "smooth it in t, or shorten the run");
}
