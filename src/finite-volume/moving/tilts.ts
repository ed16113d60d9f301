/** Half the distance of the Gauss-Legendre nodes of an interval of length 1. */
const NODE = 0.5 / Math.sqrt(3);
/** Largest difference of a density across a cell over its mean, of a straight line that is nowhere negative. */
const STEEPEST = 2;

/**
 * The tilts of cells along an axis: s = NODE h rho' / rho, so that weights (1 - s) / 2 and (1 + s) / 2 at the two Gauss-Legendre nodes have the centre of mass of
 * the straight line of slope rho', from the parabola through three cells, limited to non-negative densities: |s| <= 1 / sqrt(3).
 *
 * @param masses shape [outer, cells, inner]. @param widths of the cells of the axis.
 */
export function fillTilts(
  out: Float64Array,
  masses: Float64Array,
  widths: Float64Array,
  periodic: boolean,
  outer: number,
  inner: number,
): void {
  const cells = widths.length;
  for (let i = 0; i < cells; i++) {
    const a = i > 0 ? i - 1 : periodic ? cells - 1 : 0;
    const b = i < cells - 1 ? i + 1 : periodic ? 0 : cells - 1;
    const h = widths[i];
    // The slopes to either neighbour, weighted so that the derivative at the centre of the parabola through their centres results.
    const sum = 2 * h + widths[a] + widths[b];
    const toBehind = (h + widths[b]) / sum / (0.5 * (h + widths[a]));
    const toAhead = (h + widths[a]) / sum / (0.5 * (h + widths[b]));
    const scale = h * h;
    for (let o = 0; o < outer; o++) {
      const here = (o * cells + i) * inner;
      const behind = (o * cells + a) * inner;
      const ahead = (o * cells + b) * inner;
      for (let k = 0; k < inner; k++) {
        const m = masses[here + k];
        if (!(m > 0)) {
          out[here + k] = 0;
          continue;
        }
        const density = m / h;
        const slope =
          toBehind * (density - masses[behind + k] / widths[a]) + toAhead * (masses[ahead + k] / widths[b] - density);
        const drop = (scale * slope) / m;
        out[here + k] = NODE * (drop > STEEPEST ? STEEPEST : drop < -STEEPEST ? -STEEPEST : drop);
      }
    }
  }
}
