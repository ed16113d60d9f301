import { InputError } from "../errors.ts";
import { commonGraph, heightInside, type LineMeasure, mixtureOnLine } from "./line-measure.ts";
import { meanAbsolute, transportCost } from "./wasserstein.ts";

/**
 * Wasserstein distances between measures on a circle, of which a `LineMeasure` gives positions modulo the period. Cut open at any point,
 * with distribution functions F and G on one period and quantile functions continued by Q(u + 1) = Q(u) + period,
 *
 *   W1   = min_c int |F - G - c| dx
 *   W2^2 = min_s int_0^1 (Q_a(u) - Q_b(u - s))^2 du,     convex in s
 *
 * Source: J. Delon, J. Salomon, A. Sobolevski, Fast transport optimization for Monge costs on the circle, SIAM J. Appl. Math. 70
 * (2010).
 */

/**
 * W1 along the circle, in the units of x. The best c is the median of F - G over the circle, found by halving until c is known to
 * rounding, at most 60 passes: the error is a few eps times the period. O(n + m) for n and m segments: 20 to 40 ms for 1e5 particles.
 *
 * @throws InputError if the period is not positive and finite, or lost to rounding at these positions.
 */
export function wasserstein1OnCircle(a: LineMeasure, b: LineMeasure, period: number): number {
  const [cutA, cutB] = cutOpen(a, b, period);
  const graph = commonGraph(cutA, cutB);
  const pieces = graph.x.length;
  const length = new Float64Array(pieces);
  // F - G from `first` to `last` on each piece; it is 0 on the piece from the last position round to the first.
  const first = new Float64Array(pieces);
  const last = new Float64Array(pieces);
  let count = 1;
  length[0] = Math.max(0, period - (graph.x[pieces - 1] - graph.x[0]));
  for (let k = 1; k < pieces; k++) {
    const width = graph.x[k] - graph.x[k - 1];
    if (width === 0) continue;
    length[count] = width;
    first[count] = graph.a[k - 1] - graph.b[k - 1];
    last[count++] = graph.a[k] - graph.b[k];
  }
  const c = median(length, first, last, count);
  let total = 0;
  for (let k = 0; k < count; k++) total += length[k] * meanAbsolute(first[k] - c, last[k] - c);
  return total;
}

/** The median of a piecewise linear function that goes from first[k] to last[k], both in [-1, 1], over a piece of length[k]. */
function median(length: Float64Array, first: Float64Array, last: Float64Array, count: number): number {
  let whole = 0;
  for (let k = 0; k < count; k++) whole += length[k];
  let low = -1;
  let high = 1;
  for (;;) {
    const c = (low + high) / 2;
    if (high - low < Number.EPSILON / 2 || c === low || c === high) return c;
    let below = 0;
    for (let k = 0; k < count; k++) {
      const bottom = first[k] < last[k] ? first[k] : last[k];
      const top = first[k] < last[k] ? last[k] : first[k];
      if (top <= c) below += length[k];
      else if (bottom < c) below += length[k] * ((c - bottom) / (top - bottom));
    }
    if (below < whole / 2) low = c;
    else high = c;
  }
}

/** The golden section. */
const SECTION = (Math.sqrt(5) - 1) / 2;

/**
 * W2 along the circle, in the units of x, by a golden section search over s in [-1, 1]: 80 evaluations of O(n + m) each, 0.2 s for
 * 1e5 particles against 1e5. W2^2 is right to a few eps period^2, as on the line.
 *
 * @throws InputError if the period is not positive and finite, or lost to rounding at these positions.
 */
export function wasserstein2OnCircle(a: LineMeasure, b: LineMeasure, period: number): number {
  const [cutA, cutB] = cutOpen(a, b, period);
  const capacity = cutB.heights.length + 1;
  const rotated = { heights: new Float64Array(capacity), from: new Float64Array(capacity), to: new Float64Array(capacity) };
  const cost = (shift: number) => {
    rotate(rotated, cutB, shift, period);
    return transportCost(cutA, rotated, 2);
  };
  // Beyond [-1, 1] all of one lies on one side of the other, and the cost grows. Kinks, as between atoms, are often at its ends.
  let least = Math.min(cost(-1), cost(0), cost(1));
  let [low, high] = [-1, 1];
  let [left, right] = [high - SECTION * (high - low), low + SECTION * (high - low)];
  let [atLeft, atRight] = [cost(left), cost(right)];
  while (high - low > Number.EPSILON / 2 && low < left && left < right && right < high) {
    least = Math.min(least, atLeft, atRight);
    if (atLeft < atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - SECTION * (high - low);
      atLeft = cost(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + SECTION * (high - low);
      atRight = cost(right);
    }
  }
  return Math.sqrt(Math.min(least, atLeft, atRight));
}

/** out = Q(u - shift) for 0 < u < 1, where Q(u + 1) = Q(u) + period; `out` holds one segment more than `measure`. */
function rotate(out: LineMeasure, { heights, from, to }: LineMeasure, shift: number, period: number): void {
  const n = heights.length;
  const turn = Math.floor(-shift);
  const start = -shift - turn;
  // The first segment that ends above the height `start`, by bisection; there is one, as start < 1.
  let k = 0;
  for (let end = n - 1; k < end; ) {
    const middle = (k + end) >> 1;
    if (heights[middle] > start) end = middle;
    else k = middle + 1;
  }
  const below = k === 0 ? 0 : heights[k - 1];
  const cut = from[k] + (to[k] - from[k]) * ((start - below) / (heights[k] - below));
  let offset = turn * period;
  let lift = -start;
  for (let i = 0; i < n; i++) {
    out.heights[i] = heights[k] + lift;
    out.from[i] = (i === 0 ? cut : from[k]) + offset;
    out.to[i] = to[k] + offset;
    if (++k === n) {
      k = 0;
      offset += period;
      lift = 1 - start;
    }
  }
  out.heights[n] = 1;
  out.from[n] = from[k] + offset;
  out.to[n] = cut + offset;
}

/** Both measures with positions in one period, [first, first + period]: the same arrays where they are already. */
function cutOpen(a: LineMeasure, b: LineMeasure, period: number): [LineMeasure, LineMeasure] {
  if (!(period > 0 && period < Infinity)) throw new InputError("period", period, "not a length", "give a positive finite number");
  const origin = Math.min(a.from[0], b.from[0]);
  return [wrap(a, origin, period), wrap(b, origin, period)];
}

/** Positions modulo the period into [origin, origin + period], segments cut at the seam; `origin` is not above the first of them. */
function wrap(measure: LineMeasure, origin: number, period: number): LineMeasure {
  const { heights, from, to } = measure;
  const n = heights.length;
  if (to[n - 1] <= origin + period) return measure;
  if (origin + period === origin || to[n - 1] - period === to[n - 1]) {
    throw new InputError("period", period, "lost to rounding at these positions", "wrap positions into one period beforehand");
  }
  const turns: [number, LineMeasure][] = [];
  const within = (x: number, turn: number) => Math.min(origin + period, Math.max(origin, x - turn * period));
  let turn = -1;
  let height = 0;
  let k = 0;
  let x = from[0];
  while (k < n) {
    turn = Math.max(turn + 1, Math.floor((x - origin) / period));
    const seam = origin + (turn + 1) * period;
    const start = height;
    const [ends, lefts, rights]: number[][] = [[], [], []];
    while (k < n && x < seam) {
      const whole = to[k] <= seam;
      height = whole ? heights[k] : heightInside(measure, k, k === 0 ? 0 : heights[k - 1], seam);
      ends.push(height);
      lefts.push(within(x, turn));
      rights.push(within(to[k], turn));
      x = whole ? from[++k] : seam;
    }
    if (height === start) continue;
    const share = height - start;
    turns.push([
      share,
      {
        heights: Float64Array.from(ends, (end) => (end - start) / share),
        from: Float64Array.from(lefts),
        to: Float64Array.from(rights),
      },
    ]);
  }
  return mixtureOnLine(turns);
}
