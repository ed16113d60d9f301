import type { Grid } from "../grid/grid.ts";
import type { Carried } from "../numerics/carried.ts";
import { createAccumulator } from "../numerics/sum.ts";

/** Mass that has come to a no-flux wall and been held there. */
export interface WallMass {
  /** The variable, and which of its ends. */
  variable: string;
  end: "min" | "max";
  /** Where the wall is. */
  place: number;
  mass: number;
  /** Start of the step in which it passed 1e-6. */
  since: number;
}

/** Mass at a wall from which on it is reported. */
const LIMIT = 1e-6;

export interface WallFlow {
  /** Takes in a step of length dt that began at `from`, with mu and V as they are after it. */
  record(from: number, dt: number, mu: Float64Array, V: Float64Array): void;
  /** Takes in a step in which hardly any mass was near a wall: nothing flowed, nor does at the start of the next. */
  rest(): void;
  /** Walls with more than 1e-6. */
  held(): WallMass[];
  carried: Carried;
}

/**
 * Mass that no-flux walls have held back: on the whole space it would have left the domain. Where V falls outwards at a wall,
 *
 *   held(t) = int_0^t int_wall rho (-dV/dn)^+ dS ds,
 *
 * by the flow into the outermost cells, rho of the cell before (mass held there gathers in the outermost cells and must not be counted again) times
 * u = -(V_n - V_{n-1}) / h, by the trapezoidal rule in time; order 1 in h. The slope at the wall itself is that of the parabola through the three outermost
 * cells: where it points inwards, as in a well whose bottom is near the wall, nothing is held. Births and deaths at the wall are left out. Cost: one
 * number for each cell of the walls and step.
 */
export function createWallFlow(grid: Grid, mu: Float64Array, V: Float64Array): WallFlow {
  const walls = grid.axes.flatMap((axis, a) =>
    axis.periodic ? [] : (["min", "max"] as const).map((end) => ({ end, axis, a, total: createAccumulator(), seen: { since: null as number | null } })),
  ); // biome-ignore format: one list
  const rateOf = ({ end, axis, a }: (typeof walls)[number], density: Float64Array, potential: Float64Array) =>
    (flowTo(grid, a, end === "min" ? 0 : axis.cells - 1, end === "min" ? 1 : -1, density, potential) * grid.cellVolume) /
    axis.width;
  const carried = {
    rates: walls.map((wall) => rateOf(wall, mu, V)),
    walls: Object.fromEntries(walls.map(({ axis, end, total, seen }) => [`${axis.name} ${end}`, { total: total.carried, seen }])),
  };
  return {
    carried,
    record(from, dt, density, potential) {
      const now = walls.map((wall) => rateOf(wall, density, potential));
      walls.forEach((wall, w) => {
        wall.total.add(0.5 * dt * (carried.rates[w] + now[w]));
        if (wall.total.value() > LIMIT) wall.seen.since ??= from;
      });
      carried.rates = now;
    },
    rest: () => carried.rates.fill(0),
    held: () =>
      walls.flatMap(({ end, axis, total, seen: { since } }) =>
        since === null ? [] : [{ variable: axis.name, end, place: axis[end], mass: total.value(), since }],
      ),
  };
}

/** sum over the cells of a wall of rho (-dV/dn)^+, from layers `index`, `index` + inward, `index` + 2 inward. */
function flowTo(grid: Grid, a: number, index: number, inward: number, mu: Float64Array, V: Float64Array): number {
  const stride = grid.strides[a];
  const { cells, width } = grid.axes[a];
  const step = inward * stride;
  let flow = 0;
  for (let slab = index * stride; slab < grid.size; slab += stride * cells) {
    for (let i = slab; i < slab + stride; i++) {
      const drop = V[i + step] - V[i];
      const atWall = 2 * V[i] - 3 * V[i + step] + V[i + 2 * step];
      if (drop > 0 && atWall < 0) flow += (mu[i + step] * drop) / width;
    }
  }
  return flow;
}
