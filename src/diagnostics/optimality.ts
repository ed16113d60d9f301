import type { Grid } from "../grid/grid.ts";

/** Cells with less than this share of the largest density are off the support. */
const OFF_SUPPORT = 1e-6;

/**
 * max (level - V)^+ over the cells whose density is at most 1e-6 of its maximum, 0 if there are none; shapes [cells]. NaN where no cell has
 * any: mu is then too narrow for the cells to tell what is off its support.
 */
export function residualOffSupport(mu: Float64Array, V: Float64Array, level: number): number {
  let largest = 0;
  for (let i = 0; i < mu.length; i++) if (mu[i] > largest) largest = mu[i];
  if (largest === 0) return Number.NaN;
  let residual = 0;
  for (let i = 0; i < mu.length; i++) {
    if (mu[i] <= OFF_SUPPORT * largest && level - V[i] > residual) residual = level - V[i];
  }
  return residual;
}

/** Local minima that are followed, and points of a lattice around one along each axis. */
const CANDIDATES = 8;
const LATTICE = 5;
/** Halvings of the lattice: its half-width falls from a cell to 1e-9 of one, and the error of a smooth minimum with its square. */
const HALVINGS = 30;

/**
 * The least value of a smooth function on the domain: the lowest local minima among the cell centres, each followed by a lattice of 5^d
 * points that is moved to its best point and halved when that is its middle. Minima narrower than a cell may be missed.
 *
 * @param evaluate out[i] = f(points[.][i]) for i < count.
 * @param atCentres f at the cell centres, shape [grid.size].
 */
export function lowestValue(
  grid: Grid,
  evaluate: (out: Float64Array, points: readonly Float64Array[], count: number) => void,
  atCentres: Float64Array,
): number {
  const d = grid.dimension;
  const starts = localMinima(grid, atCentres).slice(0, CANDIDATES);
  const patch = LATTICE ** d;
  const count = starts.length * patch;
  const points = grid.axes.map(() => new Float64Array(count));
  const values = new Float64Array(count);
  const centre = starts.map((cell) =>
    grid.axes.map(({ min, width, cells }, a) => min + ((Math.floor(cell / grid.strides[a]) % cells) + 0.5) * width),
  );
  const halving = starts.map(() => 0);
  const offset = (p: number, a: number) => (2 * (Math.floor(p / LATTICE ** a) % LATTICE)) / (LATTICE - 1) - 1;
  let lowest = Infinity;
  // A centre that moves does not halve: it moves at most from one cell into the next before it stays.
  for (let round = 0; round < HALVINGS + 4; round++) {
    for (let c = 0; c < starts.length; c++) {
      for (let p = 0; p < patch; p++) {
        for (let a = 0; a < d; a++) {
          const { min, max, width, periodic } = grid.axes[a];
          const x = centre[c][a] + offset(p, a) * width * 2 ** -halving[c];
          points[a][c * patch + p] = periodic ? x : Math.min(max, Math.max(min, x));
        }
      }
    }
    evaluate(values, points, count);
    for (let c = 0; c < starts.length; c++) {
      let best = (patch - 1) / 2;
      for (let p = 0; p < patch; p++) if (values[c * patch + p] < values[c * patch + best]) best = p;
      lowest = Math.min(lowest, values[c * patch + best]);
      for (let a = 0; a < d; a++) centre[c][a] = points[a][c * patch + best];
      if (best === (patch - 1) / 2) halving[c]++;
    }
  }
  return lowest;
}

/** Cells no higher than their neighbours along each axis, the lowest first. */
function localMinima(grid: Grid, values: Float64Array): number[] {
  const minima: number[] = [];
  for (let i = 0; i < grid.size; i++) {
    const isLowest = grid.axes.every(({ cells, periodic }, a) => {
      const stride = grid.strides[a];
      const index = Math.floor(i / stride) % cells;
      const back = index > 0 ? i - stride : periodic ? i + (cells - 1) * stride : i;
      const ahead = index < cells - 1 ? i + stride : periodic ? i - (cells - 1) * stride : i;
      return values[i] <= values[back] && values[i] <= values[ahead];
    });
    if (isLowest) minima.push(i);
  }
  return minima.sort((i, j) => values[i] - values[j]);
}
