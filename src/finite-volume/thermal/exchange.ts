/** 1 / (s h) of the cells on the left and on the right of each face, the one after cell i at place i. Shapes [cells]. */
export interface Spacing {
  toRight: Float64Array;
  toLeft: Float64Array;
}

/** Of equal cells. */
export function equalSpacing({ cells, width }: { cells: number; width: number }): Spacing {
  const toRight = new Float64Array(cells).fill(1 / (width * width));
  return { toRight, toLeft: toRight.slice() };
}

/** Of cells between edges, shape [cells + 1]; the last face of a periodic row is that to its first cell. */
export function placeSpacing({ toRight, toLeft }: Spacing, edges: Float64Array, periodic: boolean): void {
  const cells = toRight.length;
  const widthOf = (i: number) => edges[i + 1] - edges[i];
  for (let i = 0; i < (periodic ? cells : cells - 1); i++) {
    const [here, ahead] = [widthOf(i), widthOf(i === cells - 1 ? 0 : i + 1)];
    const distance = 0.5 * (here + ahead);
    toRight[i] = 1 / (distance * here);
    toLeft[i] = 1 / (distance * ahead);
  }
}

/**
 * Rates of exchange between neighbouring cells by Scharfetter and Gummel (1969), for d_t mu = div(mu grad V) + tau lap mu along a row of cells of masses m and widths h, with
 * centres a distance s apart:
 *
 *   J[i+1/2] = right[i] m[i] - left[i+1] m[i+1],   right[i] = tau / (s h[i]) B(d / tau),   left[i+1] = tau / (s h[i+1]) B(-d / tau),
 *   B(z) = z / (e^z - 1),   d = V[i+1] - V[i].
 *
 * Both are positive, and h[i] right[i] / (h[i+1] left[i+1]) = e^{-d / tau} to rounding: J = 0 where m = c h e^{-V / tau}. As tau -> 0 they tend to those of upwinding,
 * which they are at tau = 0. Order 2 in h where |d| is of order tau at most, otherwise 1; so too where widths change smoothly. About 20 ns a face.
 *
 * @param right, left written from `offset` on, `lines` apart.
 * @param V of which the row is read from `first` on, `stride` apart.
 */
export function exchangeRates(
  right: Float64Array,
  left: Float64Array,
  offset: number,
  lines: number,
  V: Float64Array,
  first: number,
  stride: number,
  { cells, periodic }: { cells: number; periodic: boolean },
  { toRight, toLeft }: Spacing,
  tau: number,
): void {
  for (let i = 0; i < cells; i++) {
    const here = offset + i * lines;
    const isLast = i === cells - 1;
    const next = isLast ? offset : here + lines;
    if (isLast && !periodic) {
      right[here] = 0;
      left[next] = 0;
      continue;
    }
    const d = V[isLast ? first : first + (i + 1) * stride] - V[first + i * stride];
    const drop = Math.abs(d);
    const uphill = drop === 0 ? tau : drop / Math.expm1(drop / tau);
    const downhill = uphill + drop;
    right[here] = toRight[i] * (d > 0 ? uphill : downhill);
    left[next] = toLeft[i] * (d > 0 ? downhill : uphill);
  }
}
