import { InputError } from "../errors.ts";
import { pointsOnLine } from "./line-measure.ts";
import { checkedWeights, type PointMeasure, requireDimension } from "./point-measure.ts";
import { wasserstein1 } from "./wasserstein.ts";

/**
 * Sliced Wasserstein-1 distance, the mean over directions of the exact distance between the projections:
 *
 *   SW1(a, b) = (1/m) sum_k W1(e_k . X, e_k . Y),   X ~ a, Y ~ b, |e_k| = 1
 *
 * in the units of x, with no other constant: a shift by v gives the mean of |e_k . v|, which tends to (2 / pi) |v| in two dimensions
 * and to |v| / 2 in three. In one dimension it is W1. SW1 <= W1 always. It is a metric for the directions used, up to measures whose
 * projections agree on all of them.
 *
 * In two dimensions the mean over all angles is missed by at most pi / (4 m) (E|X| + E|Y|), the origin where one likes; where the
 * distance is a smooth function of the angle by far less, as the rule is the trapezoidal one of a periodic function. In three no bound
 * is proved; the mean of |e_k . v| is |v| / 2 to |v| / m (measured, m from 8 to 1000).
 *
 * Positions are taken as on the line, also on periodic axes: wrapped ones see a jump at the seam. O(m n log n); 64 directions of 1e5
 * particles against 1e5 take 1.3 s, of weighted nodes 2.5 s.
 *
 * Source: N. Bonneel, J. Rabin, G. Peyre, H. Pfister, Sliced and Radon Wasserstein barycenters of measures, J. Math. Imaging Vis. 51
 * (2015).
 *
 * @throws InputError if `directions` is not a positive integer, the measures differ in dimension or have more than three, or are no probability measures.
 */
export function slicedWasserstein1(a: PointMeasure, b: PointMeasure, directions: number): number {
  const dimension = a.points.length;
  requireDimension(b, dimension);
  const sides = [a, b].map((measure) => ({
    measure,
    weights: checkedWeights(measure),
    projection: new Float64Array(measure.count),
  }));
  const all = spreadDirections(dimension, directions);
  let total = 0;
  for (const direction of all) {
    const [onA, onB] = sides.map(({ measure, weights, projection }) => {
      project(projection, measure.points, direction);
      return pointsOnLine(projection, weights);
    });
    total += wasserstein1(onA, onB);
  }
  return total / all.length;
}

const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

/**
 * Unit vectors spread evenly over half of all directions: [1] in one dimension, the middles of `count` equal parts of the half circle
 * in two, and a Fibonacci spiral on the half sphere z > 0 in three. Always the same ones.
 */
export function spreadDirections(dimension: number, count: number): number[][] {
  if (!Number.isInteger(count) || count < 1) throw new InputError("directions", count, "not a positive integer", "try 64");
  if (dimension === 1) return [[1]];
  if (dimension > 3)
    throw new InputError("points.length", dimension, "no directions for so many coordinates", "use three or fewer");
  return Array.from({ length: count }, (_, k) => {
    const middle = (k + 0.5) / count;
    if (dimension === 2) return [Math.cos(Math.PI * middle), Math.sin(Math.PI * middle)];
    const radius = Math.sqrt(1 - middle * middle);
    return [radius * Math.cos(GOLDEN_ANGLE * k), radius * Math.sin(GOLDEN_ANGLE * k), middle];
  });
}

/** out[i] = sum_a direction[a] points[a][i]. */
function project(out: Float64Array, points: readonly Float64Array[], direction: readonly number[]): void {
  out.fill(0);
  for (let a = 0; a < points.length; a++) {
    const x = points[a];
    const factor = direction[a];
    for (let i = 0; i < out.length; i++) out[i] += factor * x[i];
  }
}
