import type { Axis, Figure, Surfaces } from "../../src/figures/figure.ts";
import { formatNumber } from "../../src/figures/numbers.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import { centres, type Grid } from "../../src/grid/grid.ts";
import { nameOfDynamics } from "../../src/problem/dynamics.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { COLOURS, NEUTRAL } from "../shared/colours.ts";

/** Shares of the mass within the surfaces that are drawn. */
const SHARES = [0.9, 0.5] as const;

/** A density in three variables at its first and its last time, by the surfaces around nine tenths and half of its mass. */
export function drawInSpace(problem: Problem): Figure {
  const { grid, snapshots } = solve(problem);
  const traces = [snapshots[0], snapshots[snapshots.length - 1]].map(({ time, density }, k): Surfaces => {
    const colour = k === 0 ? NEUTRAL : COLOURS[nameOfDynamics(problem.dynamics)];
    return { ...surfacesOf(grid, density), name: `t = ${formatNumber(time)}`, colour, opacity: k === 0 ? 0.2 : 0.5 };
  });
  const [x, y, z] = grid.axes.map(({ name }, a): Axis => ({ title: "place", symbol: name, range: extent(grid, traces, a) }));
  const title = `Density of ${problem.name} (${grid.shape.join(" x ")} cells): surfaces around nine tenths and half of the mass`;
  return { title, x, y, z, traces };
}

function surfacesOf(grid: Grid, density: Float64Array): Omit<Surfaces, "name"> {
  const [outer, inner] = SHARES.map((share) => levelAround(density, share));
  const [x, y, z] = grid.axes.map((axis) => Array.from(centres(axis)));
  // Three digits show no difference in a picture, and far from the surfaces none at all.
  const values = Array.from(density, (value) => (value < outer / 100 ? 0 : Number(value.toPrecision(3))));
  return { kind: "surfaces", x, y, z, values, levels: [outer, inner] };
}

/** The largest level such that the cells with a density of at least it hold a share of the mass, on a uniform grid. */
export function levelAround(density: Float64Array, share: number): number {
  const sorted = density.toSorted().reverse();
  const mass = sorted.reduce((total, value) => total + value, 0);
  let held = 0;
  const found = sorted.findIndex((value) => {
    held += value;
    return held >= share * mass;
  });
  return sorted[found];
}

/** An axis as far as the surfaces reach, with a cell around them. */
function extent(grid: Grid, traces: readonly Surfaces[], a: number): [number, number] {
  const stride = grid.shape.slice(a + 1).reduce((product, cells) => product * cells, 1);
  const { cells, min, width } = grid.axes[a];
  let [first, last] = [cells, -1];
  for (const { values, levels } of traces) {
    for (let k = 0; k < values.length; k++) {
      if (!(values[k] >= levels[0])) continue;
      const i = Math.floor(k / stride) % cells;
      first = Math.min(first, i);
      last = Math.max(last, i);
    }
  }
  return [min + (first - 1) * width, min + (last + 2) * width];
}
