/**
 * Rates of exchange between neighbouring cells by Scharfetter and Gummel (1969), for d_t mu = div(mu grad V) + tau lap mu along a row of cells of width h:
 *
 *   J[i+1/2] = h (right[i] mu[i] - left[i+1] mu[i+1]),   right[i] = (tau / h^2) B(d / tau),   left[i+1] = (tau / h^2) B(-d / tau),
 *   B(z) = z / (e^z - 1),   d = V[i+1] - V[i].
 *
 * Both are positive, and right / left = e^{-d / tau} to rounding: J = 0 where mu = c e^{-V / tau}. They differ by -d / h^2, and as tau -> 0 they tend to those of upwinding,
 * which they are at tau = 0. Order 2 in h where |d| is of order tau at most, otherwise 1. About 20 ns a face.
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
  { cells, width, periodic }: { cells: number; width: number; periodic: boolean },
  tau: number,
): void {
  const factor = 1 / (width * width);
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
    right[here] = factor * (d > 0 ? uphill : downhill);
    left[next] = factor * (d > 0 ? downhill : uphill);
  }
}
