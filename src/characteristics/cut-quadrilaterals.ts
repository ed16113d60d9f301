import { countBelow } from "../numerics/search.ts";

/** The edges of the cells of an axis, ascending; on a periodic axis the last is a period after the first. */
export interface CellEdges {
  edges: Float64Array;
  periodic: boolean;
}

/**
 * Adds the mass of a quadrilateral with corners (x[k], y[k]), in order around it, to masses[i * columns + j] of the cells that it meets, by the shares of its area (Sutherland & Hodgman 1974,
 * against the two edges of each cell of the first axis, then of the second). Beyond a no-flux end it is lost. One without area, or that is not convex, is
 * spread over 4 x 4 points of its bilinear map. It is narrower than a period.
 */
export type SpreadQuadrilateral = (masses: Float64Array, x: Float64Array, y: Float64Array, mass: number) => void;

/** Below this share of that of its box, an area is right to 1e-9 only; below the other its inverse is no number. */
const THIN = 1e-7;
const NOTHING = 1e-280;
const POINTS = 4;
/** Corners of a quadrilateral that four half-planes cut, at most 8. */
const MOST_CORNERS = 12;

type Polygon = readonly [Float64Array, Float64Array];

export function createSpreading(first: CellEdges, second: CellEdges): SpreadQuadrilateral {
  const across = cellsOf(first);
  const along = cellsOf(second);
  const columns = along.cells;
  const polygon = (): Polygon => [new Float64Array(MOST_CORNERS), new Float64Array(MOST_CORNERS)];
  const [whole, half, strip, cut, piece] = [polygon(), polygon(), polygon(), polygon(), polygon()];

  function spreadPoints(masses: Float64Array, [x, y]: Polygon, mass: number): void {
    for (let p = 0; p < POINTS; p++) {
      for (let q = 0; q < POINTS; q++) {
        const [s, t] = [(p + 0.5) / POINTS, (q + 0.5) / POINTS];
        const at = (z: Float64Array) => (1 - s) * ((1 - t) * z[0] + t * z[3]) + s * ((1 - t) * z[1] + t * z[2]);
        const [i, j] = [across.cellAt(at(x)), along.cellAt(at(y))];
        if (across.has(i) && along.has(j)) masses[across.wrap(i) * columns + along.wrap(j)] += mass / POINTS ** 2;
      }
    }
  }

  return (masses, x, y, mass) => {
    const [shiftX, shiftY] = [across.shiftOf(least(x, 4)), along.shiftOf(least(y, 4))];
    const [px, py] = whole;
    for (let k = 0; k < 4; k++) {
      px[k] = x[k] + shiftX;
      py[k] = y[k] + shiftY;
    }
    const [left, right, low, high] = [least(px, 4), most(px, 4), least(py, 4), most(py, 4)];
    const [fromI, toI] = [across.cellAt(left), across.cellAt(right)];
    const [fromJ, toJ] = [along.cellAt(low), along.cellAt(high)];
    if (fromI === toI && fromJ === toJ) {
      if (across.has(fromI) && along.has(fromJ)) masses[across.wrap(fromI) * columns + along.wrap(fromJ)] += mass;
      return;
    }
    const area = areaOf(whole, 4);
    if (!(Math.abs(area) > THIN * (right - left) * (high - low) + NOTHING) || !isConvex(whole)) {
      spreadPoints(masses, whole, mass);
      return;
    }
    const share = mass / area;
    for (let i = across.first(fromI); i <= across.last(toI); i++) {
      const corners = cutAt(half, whole, 4, 0, across.edge(i), 1);
      const inStrip = cutAt(strip, half, corners, 0, across.edge(i + 1), -1);
      if (inStrip < 3) continue;
      const row = across.wrap(i) * columns;
      for (let j = along.first(fromJ); j <= along.last(toJ); j++) {
        const above = cutAt(cut, strip, inStrip, 1, along.edge(j), 1);
        const count = cutAt(piece, cut, above, 1, along.edge(j + 1), -1);
        if (count >= 3) masses[row + along.wrap(j)] += share * areaOf(piece, count);
      }
    }
  };
}

/** The cells of an axis by number; on a periodic one they go on beyond the period. */
function cellsOf({ edges, periodic }: CellEdges) {
  const cells = edges.length - 1;
  const start = edges[0];
  const period = edges[cells] - start;
  return {
    cells,
    has: (i: number) => periodic || (i >= 0 && i < cells),
    first: (i: number) => (periodic ? i : Math.max(0, i)),
    last: (i: number) => (periodic ? i : Math.min(cells - 1, i)),
    wrap: (i: number) => (i >= cells ? i - cells : i),
    edge: (i: number) => (i <= cells ? edges[i] : edges[i - cells] + period),
    shiftOf: (x: number) => (periodic ? -period * Math.floor((x - start) / period) : 0),
    cellAt(x: number): number {
      if (!periodic || x < edges[cells]) return Math.max(periodic ? 0 : -1, countBelow(edges, x, true) - 1);
      return cells + Math.max(0, Math.min(cells, countBelow(edges, x - period, true)) - 1);
    },
  };
}

function least(x: Float64Array, count: number): number {
  let found = x[0];
  for (let k = 1; k < count; k++) if (x[k] < found) found = x[k];
  return found;
}

function most(x: Float64Array, count: number): number {
  let found = x[0];
  for (let k = 1; k < count; k++) if (x[k] > found) found = x[k];
  return found;
}

/** With its sign, from the first corner, so that small polygons far from 0 keep their digits. */
function areaOf([x, y]: Polygon, count: number): number {
  let twice = 0;
  for (let k = 1; k + 1 < count; k++) twice += (x[k] - x[0]) * (y[k + 1] - y[0]) - (x[k + 1] - x[0]) * (y[k] - y[0]);
  return twice / 2;
}

function isConvex([x, y]: Polygon): boolean {
  let [left, right] = [false, false];
  for (let k = 0; k < 4; k++) {
    const [a, b, c] = [k, (k + 1) % 4, (k + 2) % 4];
    const turn = (x[b] - x[a]) * (y[c] - y[b]) - (x[c] - x[b]) * (y[b] - y[a]);
    if (turn > 0) left = true;
    if (turn < 0) right = true;
  }
  return !(left && right);
}

/** The part of a polygon with side * (coordinate - edge) >= 0, into `out`; returns its corners. */
function cutAt(out: Polygon, from: Polygon, count: number, axis: 0 | 1, edge: number, side: 1 | -1): number {
  const along = from[axis];
  let corners = 0;
  for (let k = 0; k < count; k++) {
    const next = k + 1 === count ? 0 : k + 1;
    const a = side * (along[k] - edge);
    const b = side * (along[next] - edge);
    if (a >= 0) {
      out[0][corners] = from[0][k];
      out[1][corners] = from[1][k];
      corners++;
    }
    if (a >= 0 !== b >= 0) {
      const t = a / (a - b);
      out[0][corners] = from[0][k] + t * (from[0][next] - from[0][k]);
      out[1][corners] = from[1][k] + t * (from[1][next] - from[1][k]);
      out[axis][corners] = edge;
      corners++;
    }
  }
  return corners;
}
