import { type Axis, intoPeriod } from "../grid/grid.ts";
import type { WeightedNodes } from "../mean-field-map/weighted-nodes.ts";
import { countBelow } from "../numerics/search.ts";
import { sortTogether } from "../numerics/sort-together.ts";
import type { Observable } from "../problem/problem.ts";

/**
 * Distribution functions of a marginal as observables. An axis is cut into cells [a, b], and the observable of a cell is the mean over it of 1[theta <= x],
 *
 *   phi(theta) = (b - theta) / (b - a) within the cell, 1 below it and 0 above it,
 *
 * whose mean under mu is that of F over the cell. On a circle the same of the first cell is subtracted, so that phi closes up: all F - F' are then off by one constant, which the distance on a circle leaves free.
 */
export interface MarginalCuts {
  axis: Axis;
  /** Lengths of the cells, shape [cells]. */
  lengths: Float64Array;
  /** Shares of the mass, shape [cells]. */
  shares: Float64Array;
  observables: Observable[];
}

/** Share of the mass beyond the outermost cells on either side. */
const TAIL = 1e-4;

/** Half of the cells by mass, half by length: as narrow as the mass where that is in peaks, and never far apart. On a circle they cover it. */
export function cutMarginal({ points, weights }: WeightedNodes, axis: Axis, a: number, cells: number): MarginalCuts {
  const places = points[a].map((x) => intoPeriod(x, axis));
  const masses = weights.slice();
  sortTogether(places, masses);
  const [low, high] = axis.periodic ? [axis.min, axis.max] : [quantile(places, masses, TAIL), quantile(places, masses, 1 - TAIL)];
  const edges = new Float64Array(cells + 1);
  let below = 0;
  let j = 0;
  edges[0] = low;
  edges[cells] = high;
  // H = half the mass below and half the length; the nodes are few, so the edges are where it passes k / cells between them.
  let before = { x: low, H: 0 };
  for (let k = 1; k < cells; ) {
    const x = j < places.length ? Math.min(high, Math.max(low, places[j])) : high;
    const H = j < places.length ? 0.5 * (below + (x - low) / (high - low)) : 1;
    if (H * cells < k && j < places.length) {
      before = { x, H };
      below += masses[j++];
      continue;
    }
    const share = H > before.H ? (k / cells - before.H) / (H - before.H) : 1;
    edges[k] = before.x + Math.min(1, Math.max(0, share)) * (x - before.x);
    k++;
  }
  const kept = edges.filter((x, k) => k === 0 || x > edges[k - 1]);
  const shares = new Float64Array(kept.length - 1);
  places.forEach((x, i) => {
    const cell = countBelow(kept, x, true) - 1;
    if (cell >= 0 && cell < shares.length) shares[cell] += masses[i];
  });
  return {
    shares,
    axis,
    lengths: kept.subarray(1).map((x, k) => x - kept[k]),
    observables: Array.from(kept.subarray(1), (b, k) => cutAt(axis, a, [kept[k], b], [kept[0], kept[1]])),
  };
}

function quantile(places: Float64Array, masses: Float64Array, p: number): number {
  let below = 0;
  for (let j = 0; j < places.length; j++) {
    below += masses[j];
    if (below >= p) return places[j];
  }
  return places[places.length - 1];
}

function cutAt(axis: Axis, a: number, own: readonly [number, number], first: readonly [number, number]): Observable {
  const height = (x: number, [from, to]: readonly [number, number]) => Math.min(1, Math.max(0, (to - x) / (to - from)));
  const slope = (x: number, [from, to]: readonly [number, number]) => (x > from && x < to ? -1 / (to - from) : 0);
  const valueAt = axis.periodic ? (x: number) => height(x, own) - height(x, first) : (x: number) => height(x, own);
  const slopeAt = axis.periodic ? (x: number) => slope(x, own) - slope(x, first) : (x: number) => slope(x, own);
  return {
    name: "",
    value([out], outStart, inputs, inStart, count) {
      for (let i = 0; i < count; i++) out[outStart + i] = valueAt(intoPeriod(inputs[a][inStart + i], axis));
    },
    gradient(outs, outStart, inputs, inStart, count) {
      outs.forEach((out, b) => {
        for (let i = 0; i < count; i++) out[outStart + i] = b === a ? slopeAt(intoPeriod(inputs[a][inStart + i], axis)) : 0;
      });
    },
  };
}
