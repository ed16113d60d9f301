import { InputError } from "../errors.ts";
import { describeCell, fillCentres, type Grid } from "../grid/grid.ts";
import type { BlockFunction } from "../numerics/block-function.ts";
import { tensorProduct } from "../numerics/quadrature.ts";
import type { RandomStream } from "../numerics/random.ts";
import { countBelow } from "../numerics/search.ts";

export interface SamplingTable {
  draw(points: readonly Float64Array[], i: number, stream: RandomStream): void;
}

/** Head room of the envelope over the largest value found in a cell. */
const ENVELOPE = 1.5;

/**
 * Draws from a density by choosing a cell from its mass and rejecting within the cell, under an envelope of 1.5 times the largest
 * value on a lattice of 4^d points of the cell. A value above the envelope means the cells are too coarse, and is an error.
 *
 * @param averages of the cells, up to a factor.
 */
export function createSamplingTable(density: BlockFunction, averages: Float64Array, domain: Grid, field: string): SamplingTable {
  const cumulative = new Float64Array(domain.size);
  let total = 0;
  for (let i = 0; i < domain.size; i++) {
    total += averages[i];
    cumulative[i] = total;
  }
  if (!(total > 0))
    throw new InputError(field, undefined, "has no mass in the domain", "give a density that is positive somewhere");
  const lattice = tensorProduct(
    domain.axes.map((axis) => ({
      nodes: Float64Array.from([-1 / 2, -1 / 6, 1 / 6, 1 / 2], (s) => s * axis.width),
      weights: new Float64Array(4),
    })),
  ).nodes;
  const envelopes = new Float64Array(domain.size).fill(Number.NaN);
  const corner = domain.axes.map(() => new Float64Array(lattice[0].length));
  const values = new Float64Array(lattice[0].length);
  const centre = domain.axes.map(() => new Float64Array(1));
  const point = domain.axes.map(() => new Float64Array(1));
  const value = new Float64Array(1);

  function envelope(cell: number): number {
    if (Number.isNaN(envelopes[cell])) {
      lattice.forEach((offsets, a) => {
        for (let p = 0; p < offsets.length; p++) corner[a][p] = centre[a][0] + offsets[p];
      });
      density([values], 0, corner, 0, values.length);
      envelopes[cell] = ENVELOPE * Math.max(...values, averages[cell]);
    }
    return envelopes[cell];
  }

  return {
    draw(points, i, stream) {
      const cell = Math.min(domain.size - 1, countBelow(cumulative, stream.uniform() * total, true));
      fillCentres(domain, cell, 1, centre);
      const top = envelope(cell);
      for (;;) {
        for (let a = 0; a < domain.dimension; a++) {
          point[a][0] = centre[a][0] + (stream.uniform() - 0.5) * domain.axes[a].width;
        }
        density([value], 0, point, 0, 1);
        if (value[0] > top) {
          throw new InputError(
            field,
            value[0],
            `varies too much within the cell at ${describeCell(domain, cell)}`,
            "use more cells",
          );
        }
        if (stream.uniform() * top < value[0]) break;
      }
      for (let a = 0; a < domain.dimension; a++) points[a][i] = point[a][0];
    },
  };
}
