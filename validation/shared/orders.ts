import type { Axis, Figure, Series } from "../../src/figures/figure.ts";
import type { Cell, Table } from "../../src/figures/table.ts";
import { type AnyFluxName, fluxesFor, fluxFor } from "../../src/finite-volume/fluxes.ts";
import { type Solution, type SolveOptions, solve } from "../../src/finite-volume/solve.ts";
import { fitLine, type LineFit } from "../../src/numerics/statistics.ts";
import type { DynamicsName } from "../../src/problem/dynamics.ts";
import { termsOf } from "../../src/problem/dynamics.ts";
import { changeProblem, type Problem } from "../../src/problem/problem.ts";
import { thermalTermsOf } from "../../src/problem/thermal.ts";
import { bandwidthOf } from "../../src/problem-file/smoothing.ts";
import { type Claim, type Range, showInterval, undecided, within } from "../claims.ts";
import { looksByDynamics } from "./colours.ts";
import { drawGuide, logLog } from "./draw.ts";

/** Errors at several widths or steps h, and the power of h that they fall with. */
export interface Order {
  label: string;
  h: number[];
  errors: number[];
  /** log |error| against log h. */
  fit: LineFit;
  /** Range that the order must lie in. */
  expected: Range;
}

/** @param fitted how many of the last, which are the finest, the line is fitted to; all by default. */
export function orderOf(label: string, h: number[], errors: number[], expected: Range, fitted = h.length): Order {
  const logs = (values: readonly number[]) => values.slice(-fitted).map((value) => Math.log2(Math.abs(value)));
  return { label, h, errors, fit: fitLine(logs(h), logs(errors)), expected };
}

/** Below this errors of densities of mass 1 are rounding. */
const ROUNDING = 1e-12;

/** @param what what the order is of. */
export function claimOrder(what: string, { label, fit, expected, errors }: Order, digits = 2): Claim {
  if (errors.every((error) => Math.abs(error) < ROUNDING))
    return undecided(`${label}: ${what}`, "errors are rounding, which has no order");
  return within(`${label}: ${what} at order ${fit.slope.toFixed(digits)}, 95% interval`, fit.interval, expected, digits);
}

/**
 * A problem on cells of every axis with dt = ratio h where the positivity limit allows it: refining h refines dt.
 *
 * @returns the solution, with the least h.
 */
export async function solveRefined(
  problem: Problem,
  cells: number,
  ratio: number,
  scheme: SolveOptions,
): Promise<Solution & { h: number }> {
  const refined = await changeProblem(problem, {}, { cells });
  const h = Math.min(...refined.grid.axes.map(({ width }) => width));
  return { h, ...solve(refined, { ...scheme, maxStep: ratio * h, reactionNumber: Infinity, safety: 1 }) };
}

/** The fluxes whose orders a problem shows: where nothing moves they are all the same. */
export const fluxesOf = (problem: Problem): AnyFluxName[] =>
  termsOf(problem).transport ? fluxesFor(thermalTermsOf(problem).diffusion) : [fluxFor(false)];

/** Of a problem that is given, whose errors may fall faster: by symmetry, or on cells that are too coarse for an order. */
export const atLeastOrder = <O extends Order>(orders: readonly O[]): O[] =>
  orders.map((order) => ({ ...order, expected: [order.expected[0], Infinity] as const }));

/** Counts of cells as many times larger as the bandwidth of a smoothed reaction requires, which a cell may not be wider than. */
export function fineEnough({ grid, definition }: Problem, cells: readonly number[]): number[] {
  const bandwidth = bandwidthOf(definition);
  const fewest = bandwidth > 0 ? Math.max(...grid.axes.map(({ min, max }) => (max - min) / bandwidth)) : 1;
  const times = Math.max(1, Math.ceil(fewest / cells[0]));
  return cells.map((count) => count * times);
}

/** The order between each h and the one before it. */
export function localOrders({ h, errors }: Pick<Order, "h" | "errors">): Cell[] {
  return errors.map((error, k) =>
    k === 0 ? "" : (Math.log(Math.abs(errors[k - 1] / error)) / Math.log(h[k - 1] / h[k])).toFixed(3),
  );
}

/** A row for each h. @param cells of a row, by the place of h and the order between it and the one before. */
export function tabulateOrders<O extends Order>(
  title: string,
  header: readonly string[],
  orders: readonly O[],
  cells: (order: O, k: number, local: Cell) => Cell[],
): Table {
  const rows = orders.flatMap((order) => localOrders(order).map((local, k) => cells(order, k, local)));
  return { title, header, rows };
}

/** Powers of h that lines guide the eye along. */
const SLOPES = [1, 2, 3];

/**
 * Errors against h, each with its fitted order and the 95% interval of that, and lines of the whole orders among the expected ones below them.
 * @param x what h is, @param y what falls, @param dynamics under which the errors were found
 */
export function drawOrders(
  title: string,
  x: Axis,
  y: Axis,
  orders: readonly Order[],
  { dynamics, digits = 2 }: { dynamics: (order: Order) => DynamicsName | null; digits?: number },
): Figure {
  const looks = looksByDynamics(orders.map(dynamics));
  const traces = orders.map(({ label, h, errors, fit }, k): Series => {
    const name = `${label}: ${fit.slope.toFixed(digits)} ${showInterval(fit.interval, digits)}`;
    return { name, x: h, y: errors.map(Math.abs), mode: "lines+markers", ...looks[k] };
  });
  return logLog(title, x, y, [...traces, ...drawSlopes(orders)]);
}

/** Lines of slope p, each below the errors that may fall with h^p. */
function drawSlopes(orders: readonly Order[]): Series[] {
  const all = orders.flatMap(({ h }) => h);
  const ends = [Math.min(...all), Math.max(...all)] as const;
  return SLOPES.flatMap((power) => {
    const own = orders.filter(({ expected: [low, high] }) => low <= power && power <= high);
    const factors = own.flatMap(({ h, errors }) => errors.map((error, k) => Math.abs(error) / h[k] ** power));
    const factor = 0.6 * Math.min(...factors.filter((value) => value > 0));
    return own.length === 0 ? [] : [drawGuide(`slope ${power}`, ends, [factor * ends[0] ** power, factor * ends[1] ** power])];
  });
}
