import { type Grid, wrapIndex } from "../grid/grid.ts";
import { basisOfOrder } from "../potential/lagrange-basis.ts";

/** Functions on the nodes of a lattice, at points between them. */
export interface LatticeValues {
  /** Goes to points[.][k]; returns the nearest node. */
  moveTo(points: readonly Float64Array[], k: number): number;
  /** The value there. */
  of(values: Float64Array): number;
}

/** By dimension. */
const ORDERS = [6, 6, 4] as const;

/** By Lagrange polynomials on the 6 nearest nodes of each axis, in space 4; beyond the outermost nodes the last polynomial goes on. */
export function createLatticeValues({ axes, strides, dimension }: Grid): LatticeValues {
  const most = ORDERS[dimension - 1];
  const along = axes.map(({ cells }) => {
    const order = Math.min(most, 2 * Math.floor(cells / 2));
    return { ...basisOfOrder(order), weights: new Float64Array(order), places: new Int32Array(order) };
  });
  const [x, y, z] = [...along, UNIT, UNIT];
  return {
    moveTo(points, k) {
      let nearest = 0;
      for (let a = 0; a < dimension; a++) {
        const { min, width, cells, periodic } = axes[a];
        const { order, evaluate, weights, places } = along[a];
        const at = (points[a][k] - min) / width - 0.5;
        const before = order / 2 - 1;
        let from = Math.floor(at) - before;
        if (!periodic) from = Math.min(cells - order, Math.max(0, from));
        evaluate(weights, at - from - before);
        for (let i = 0; i < order; i++) places[i] = strides[a] * (periodic ? wrapIndex(from + i, cells) : from + i);
        const cell = Math.round(at);
        nearest += strides[a] * (periodic ? wrapIndex(cell, cells) : Math.min(cells - 1, Math.max(0, cell)));
      }
      return nearest;
    },
    of(values) {
      let total = 0;
      for (let i = 0; i < x.weights.length; i++) {
        let plane = 0;
        for (let j = 0; j < y.weights.length; j++) {
          const start = x.places[i] + y.places[j];
          let line = 0;
          for (let l = 0; l < z.weights.length; l++) line += z.weights[l] * values[start + z.places[l]];
          plane += y.weights[j] * line;
        }
        total += x.weights[i] * plane;
      }
      return total;
    },
  };
}

/** An axis that is not there. */
const UNIT = { weights: Float64Array.of(1), places: Int32Array.of(0) };
