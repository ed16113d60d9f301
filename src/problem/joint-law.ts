import { InputError } from "../errors.ts";
import { describeCell, fillCentres, type Grid } from "../grid/grid.ts";
import { BLOCK, type BlockFunction } from "../numerics/block-function.ts";
import { gaussLegendre, tensorProduct, trapezoid } from "../numerics/quadrature.ts";
import type { RandomStream } from "../numerics/random.ts";
import { sum } from "../numerics/sum.ts";
import { type InitialLaw, type InitialQuadrature, normaliseMass } from "./initial.ts";

const POINTS_PER_AXIS = 4;

/** A joint density given by an expression, restricted to the domain and normalised there. @param field where it stands in the problem file. */
export function createJointLaw(density: BlockFunction, domain: Grid, field = "initial.density"): InitialLaw {
  let table: SamplingTable | undefined;
  return {
    hasDensity: true,
    cellAverages(grid) {
      const averages = cellAveragesOf(density, grid, field);
      normaliseMass(grid, averages, field);
      return { density: averages, outside: 0 };
    },
    density(out, points, count) {
      density([out], 0, points, 0, count);
      for (let a = 0; a < domain.dimension; a++) {
        const { min, max, periodic } = domain.axes[a];
        if (!periodic) for (let i = 0; i < count; i++) if (!(points[a][i] >= min && points[a][i] <= max)) out[i] = 0;
      }
    },
    breaks: domain.axes.map(({ min, max, periodic }) => (periodic ? [] : [min, max])),
    quadrature: ({ counts }) => jointQuadrature(density, domain, counts, field),
    sample(points, count, stream) {
      table ??= createSamplingTable(density, domain, field);
      for (let i = 0; i < count; i++) table.draw(points, i, stream);
    },
  };
}

/** Gauss-Legendre on no-flux axes, the trapezoidal rule on periodic ones, times the density. */
function jointQuadrature(density: BlockFunction, domain: Grid, counts: readonly number[], field: string): InitialQuadrature {
  const rules = domain.axes.map(({ min, max, periodic }, a) => (periodic ? trapezoid : gaussLegendre)(counts[a], min, max));
  const { nodes, weights } = tensorProduct(rules);
  const values = new Float64Array(weights.length);
  density([values], 0, nodes, 0, values.length);
  const bad = values.findIndex((value) => !(value >= 0 && value < Infinity));
  if (bad >= 0) {
    const where = domain.axes.map(({ name }, a) => `${name} = ${Number(nodes[a][bad].toPrecision(6))}`).join(", ");
    throw new InputError(field, values[bad], `negative or not finite at ${where}`, "give a density >= 0");
  }
  for (let j = 0; j < weights.length; j++) weights[j] *= values[j];
  const total = sum(weights);
  if (!(total > 0)) {
    const points = counts.join(" x ");
    throw new InputError(
      field,
      undefined,
      `has no quadrature on ${points} nodes: it vanishes at all of them`,
      "use more nodes (--nodes), a domain that fits the density, or --method finite-volume",
    );
  }
  for (let j = 0; j < weights.length; j++) weights[j] /= total;
  return { points: nodes, weights, total, cutsTail: domain.axes.map(() => false) };
}

/** @throws InputError where the density is negative or not finite. */
function cellAveragesOf(density: BlockFunction, grid: Grid, field: string): Float64Array {
  const rules = grid.axes.map((axis) => gaussLegendre(POINTS_PER_AXIS, -axis.width / 2, axis.width / 2));
  const { nodes, weights } = tensorProduct(rules);
  const averages = new Float64Array(grid.size);
  const centre = grid.axes.map(() => new Float64Array(BLOCK));
  const shifted = grid.axes.map(() => new Float64Array(BLOCK));
  const values = new Float64Array(BLOCK);
  for (let start = 0; start < grid.size; start += BLOCK) {
    const count = Math.min(BLOCK, grid.size - start);
    fillCentres(grid, start, count, centre);
    for (let p = 0; p < weights.length; p++) {
      for (let a = 0; a < grid.dimension; a++) for (let i = 0; i < count; i++) shifted[a][i] = centre[a][i] + nodes[a][p];
      density([values], 0, shifted, 0, count);
      for (let i = 0; i < count; i++) {
        if (!(values[i] >= 0 && values[i] < Infinity)) {
          const where = describeCell(grid, start + i);
          throw new InputError(field, values[i], `negative or not finite in the cell at ${where}`, "give a density >= 0");
        }
        averages[start + i] += (weights[p] * values[i]) / grid.cellVolume;
      }
    }
  }
  return averages;
}

interface SamplingTable {
  draw(points: readonly Float64Array[], i: number, stream: RandomStream): void;
}

/** Head room of the envelope over the largest value found in a cell. */
const ENVELOPE = 1.5;

/**
 * Draws from a density by choosing a cell from its mass and rejecting within the cell, under an envelope of 1.5 times the largest
 * value on a lattice of 4^d points of the cell. A value above the envelope means the cells are too coarse, and is an error.
 */
function createSamplingTable(density: BlockFunction, domain: Grid, field: string): SamplingTable {
  const averages = cellAveragesOf(density, domain, field);
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
      const cell = lowerBound(cumulative, stream.uniform() * total);
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

/** The first index whose cumulative value exceeds x. */
function lowerBound(cumulative: Float64Array, x: number): number {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle] > x) high = middle;
    else low = middle + 1;
  }
  return low;
}
