import type { PointFunction } from "../numerics/block-function.ts";
import type { TrigonometricAxis } from "../numerics/trigonometric-sums.ts";

/**
 * A trigonometric series at any places x of its axes, in spacings from the first point,
 *
 *   f(x) = sum_k coefficients[k] prod_a phi_k(x_a),      phi and the order of the coefficients as in TrigonometricSums.
 *
 * Axis by axis, from the last to the first; what the last axes give is kept while places agree in them. Cost: some 1 ns for each coefficient at the first of such places, and
 * in two or three dimensions those of the axes before for each of the others. Error: some eps a mode and axis of sum |coefficients|.
 */
export function createSeriesReader(axes: readonly TrigonometricAxis[], coefficients: Float64Array): PointFunction {
  const d = axes.length;
  const counts = axes.map(({ modes }) => 2 * modes + 1);
  const functions = counts.map((count) => new Float64Array(count));
  /** sums[a]: what is left when axes a and later are summed; sums[d] are the coefficients. */
  const sums = [...counts.map((_, a) => new Float64Array(counts.slice(0, a).reduce((product, n) => product * n, 1))), coefficients];
  const last = axes.map(() => Number.NaN);
  return (out, places, count) => {
    for (let i = 0; i < count; i++) {
      let changed = false;
      for (let a = d - 1; a >= 0; a--) {
        const x = places[a][i];
        if (!changed && x === last[a]) continue;
        changed = true;
        if (x !== last[a]) fillFunctions(functions[a], axes[a], x);
        last[a] = x;
        sumLastAxis(sums[a], sums[a + 1], functions[a]);
      }
      out[i] = sums[0][0];
    }
  };
}

/** cos k t for k = 0 ... m, then sin k t for k = 1 ... m. */
function fillFunctions(out: Float64Array, { points, period, modes }: TrigonometricAxis, x: number): void {
  const t = (2 * Math.PI * (x - (points - 1) / 2)) / period;
  for (let k = 0; k <= modes; k++) out[k] = Math.cos(k * t);
  for (let k = 1; k <= modes; k++) out[modes + k] = Math.sin(k * t);
}

function sumLastAxis(out: Float64Array, from: Float64Array, functions: Float64Array): void {
  const n = functions.length;
  for (let r = 0, at = 0; r < out.length; r++) {
    let total = 0;
    for (let k = 0; k < n; k++) total += from[at++] * functions[k];
    out[r] = total;
  }
}
