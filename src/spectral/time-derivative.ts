/** Points of the interpolating polynomial, and their distance as a share of the interval. */
const POINTS = 7;
const SPACING = 1 / 256;

/** f'(t), by the polynomial through 7 values near t within [from, to]: of order 6, to some 1e-12 of f / (to - from) where f is smooth on the scale of the interval. */
export function derivativeInTime(f: (t: number) => number, t: number, from: number, to: number): number {
  const h = (to - from) * SPACING;
  const first = Math.min(Math.max(t - 3 * h, from), to - (POINTS - 1) * h);
  const x = (t - first) / h;
  let total = 0;
  for (let j = 0; j < POINTS; j++) {
    // Derivative at x of the polynomial that is 1 at j and 0 at the other points.
    let weight = 0;
    for (let l = 0; l < POINTS; l++) {
      if (l === j) continue;
      let part = 1 / (j - l);
      for (let m = 0; m < POINTS; m++) if (m !== j && m !== l) part *= (x - m) / (j - m);
      weight += part;
    }
    total += weight * f(first + j * h);
  }
  return total / h;
}
