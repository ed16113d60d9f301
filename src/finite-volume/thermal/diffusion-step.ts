import type { Grid } from "../../grid/grid.ts";
import { equalSpacing, exchangeRates, placeSpacing } from "./exchange.ts";
import { createRowSystems, type RowSystems } from "./row-systems.ts";

/**
 * Transport and diffusion d_t mu = div(mu grad V) + tau lap mu for frozen V and tau, by sweeps along the axes. Along each row, with the exchange A of Scharfetter and
 * Gummel, one step of the modified Patankar Runge-Kutta method MPRK22(1) of Burchard, Deleersnijder & Meister (2003):
 *
 *   (I - dt A) s = y,   (I - dt A W) x = y,   W = diag((y / s + 1) / 2),
 *
 * so that what flows from i to j is dt A[j,i] (y[i] + s[i]) / 2, times x[i] / s[i]. Order 2; positive and conservative for every dt; e^{-V / tau} is a fixed point, since y = s = x there; modes
 * of large dt lambda are damped by -1/2. In an empty cell y = s = 0 and W is 1.
 *
 * The two halves of a step of dt sweep the axes in opposite order, which is order 2 with whatever is done between them.
 */
export interface DiffusionStep {
  /** Moves the edges of an axis, shape [cells + 1], for rates still to be measured: mu are then masses of cells. */
  place(axis: number, edges: Float64Array): void;
  /** Takes in V and tau for the steps to come. */
  measure(V: Float64Array, tau: number): void;
  /** mu after dt; `first`: along the axes from the first to the last, otherwise from the last to the first. */
  sweep(mu: Float64Array, dt: number, first: boolean): void;
  /** sum over the sweeps since the last call of int |x - s|: O(dt^2), the error of the stage of order 1. */
  takeDifference(): number;
  /**
   * int |grad V_tau|^2 dmu by what flows through faces, sum J[i+1/2] (V_tau[i] - V_tau[i+1]) >= 0. Faces of an empty cell, where it is infinite, are left out: they are not
   * empty a step later.
   */
  dissipation(mu: Float64Array, freePotential: Float64Array): number;
}

/** Rows that are solved together: each division then waits for no other. */
const LINES = 8;
/** Below it a cell is empty. */
const EMPTY = 1e-290;

/**
 * Equal cells at first. With edges of their own, cells hold masses: sums are then those of a grid whose cellVolume is 1. Cost: `measure` 25 ns a cell and axis, `sweep` 20 (a single row 35), `dissipation` 4. Memory: two arrays of shape
 * [grid.size] an axis.
 */
export function createDiffusionStep(grid: Grid): DiffusionStep {
  const axes = grid.axes.map((axis, a) => {
    const right = new Float64Array(grid.size);
    const left = new Float64Array(grid.size);
    const offset = { rates: 0 };
    const systems = new Map<number, RowSystems>();
    const count = grid.size / axis.cells;
    for (const lines of [Math.min(LINES, count), count % LINES]) {
      if (lines > 0 && !systems.has(lines))
        systems.set(lines, createRowSystems(axis.cells, lines, axis.periodic, right, left, offset));
    }
    return { axis, stride: grid.strides[a], count, spacing: equalSpacing(axis), right, left, offset, systems };
  });
  type Sweep = (typeof axes)[number];
  const longest = Math.max(...grid.shape) * LINES;
  const [y, stage, weights] = [new Float64Array(longest), new Float64Array(longest), new Float64Array(longest)];
  const firsts = new Int32Array(LINES);
  const total = { difference: 0 };

  /** Where the rows of a batch begin. @returns how many there are. */
  function locate({ axis: { cells }, stride, count }: Sweep, batch: number): number {
    const lines = Math.min(LINES, count - batch);
    for (let j = 0; j < lines; j++) {
      const row = batch + j;
      firsts[j] = Math.floor(row / stride) * stride * cells + (row % stride);
    }
    return lines;
  }

  function gather(out: Float64Array, from: Float64Array, { axis: { cells }, stride }: Sweep, lines: number): void {
    for (let i = 0, k = 0; i < cells; i++) for (let j = 0; j < lines; j++, k++) out[k] = from[firsts[j] + i * stride];
  }

  function along(mu: Float64Array, sweep: Sweep, dt: number): void {
    const { axis, stride, count, offset, systems } = sweep;
    const { cells } = axis;
    for (let batch = 0; batch < count; batch += LINES) {
      const lines = locate(sweep, batch);
      const size = cells * lines;
      gather(y, mu, sweep, lines);
      offset.rates = batch * cells;
      const system = systems.get(lines);
      if (system === undefined) throw new Error("every number of lines has its system");
      system.solve(stage, y, null, dt);
      for (let k = 0; k < size; k++) weights[k] = stage[k] > 0 ? 0.5 * (y[k] / stage[k] + 1) : 1;
      system.solve(y, y, weights, dt);
      let difference = 0;
      for (let i = 0, k = 0; i < cells; i++) {
        for (let j = 0; j < lines; j++, k++) {
          difference += Math.abs(y[k] - stage[k]);
          mu[firsts[j] + i * stride] = y[k];
        }
      }
      total.difference += difference;
    }
  }

  function dissipationAlong(mu: Float64Array, freePotential: Float64Array, sweep: Sweep): number {
    const { axis, stride, count, right, left } = sweep;
    const { cells, periodic } = axis;
    let sum = 0;
    for (let batch = 0; batch < count; batch += LINES) {
      const lines = locate(sweep, batch);
      for (let i = 0; i < (periodic ? cells : cells - 1); i++) {
        const next = i === cells - 1 ? 0 : i + 1;
        for (let j = 0; j < lines; j++) {
          const here = firsts[j] + i * stride;
          const ahead = firsts[j] + next * stride;
          if (!(mu[here] > EMPTY && mu[ahead] > EMPTY)) continue;
          const base = batch * cells + j;
          const flow = right[base + i * lines] * mu[here] - left[base + next * lines] * mu[ahead];
          sum += flow * (freePotential[here] - freePotential[ahead]);
        }
      }
    }
    return sum;
  }

  return {
    place: (a, edges) => placeSpacing(axes[a].spacing, edges, grid.axes[a].periodic),
    measure(V, tau) {
      for (const sweep of axes) {
        const { axis, stride, count, spacing, right, left } = sweep;
        for (let batch = 0; batch < count; batch += LINES) {
          const lines = locate(sweep, batch);
          for (let j = 0; j < lines; j++)
            exchangeRates(right, left, batch * axis.cells + j, lines, V, firsts[j], stride, axis, spacing, tau);
        }
      }
    },
    sweep(mu, dt, first) {
      if (first) for (let a = 0; a < axes.length; a++) along(mu, axes[a], dt);
      else for (let a = axes.length - 1; a >= 0; a--) along(mu, axes[a], dt);
    },
    takeDifference() {
      const { difference } = total;
      total.difference = 0;
      return difference * grid.cellVolume;
    },
    dissipation: (mu, freePotential) =>
      grid.cellVolume * axes.reduce((sum, sweep) => sum + dissipationAlong(mu, freePotential, sweep), 0),
  };
}
