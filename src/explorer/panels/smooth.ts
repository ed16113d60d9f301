/**
 * A cubic through positive values, in their logarithm, at ascending places between the first and the last of `xs`; null beyond them. Its slopes are those of
 * Fritsch and Butland (1984), so that it is monotone wherever the values are.
 */
export function smooth(xs: readonly number[], values: readonly number[], at: readonly number[]): (number | null)[] {
  const ys = values.map(Math.log);
  const chord = (i: number) => (ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i]);
  const last = xs.length - 1;
  const slopes = xs.map((_, i) => {
    if (last === 0) return 0;
    if (i === 0) return chord(0);
    if (i === last) return chord(last - 1);
    const [before, after] = [chord(i - 1), chord(i)];
    return before * after > 0 ? (2 * before * after) / (before + after) : 0;
  });
  let i = 0;
  return at.map((x) => {
    if (last < 0 || x < xs[0] || x > xs[last]) return null;
    while (i + 1 < last && x > xs[i + 1]) i++;
    if (last === 0) return values[0];
    const h = xs[i + 1] - xs[i];
    const t = (x - xs[i]) / h;
    const s = 1 - t;
    return Math.exp(
      ys[i] * s * s * (1 + 2 * t) + ys[i + 1] * t * t * (1 + 2 * s) + h * (slopes[i] * s * s * t - slopes[i + 1] * t * t * s),
    );
  });
}
