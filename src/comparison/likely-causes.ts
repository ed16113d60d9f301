import { LARGEST_ERROR } from "./compare-options.ts";
import { allowanceOf, type LikelyCause, type MeanComparison } from "./comparison.ts";
import type { Term } from "./scheme-means.ts";
import type { TermSensitivities } from "./term-sensitivities.ts";

const LARGEST = 2 * LARGEST_ERROR;

/** Share of the deviations that a wrong term has to explain to be named. */
const MOST_OF_THEM = 0.8;

/**
 * Terms whose error would explain the deviations g_i of the means: with s_i = d mean / d log term and v_i = (standard error)^2 + allowance^2,
 *
 *   size = sum g s / v / sum s^2 / v,     explained = size^2 (sum s^2 / v) / (sum g^2 / v)
 *
 * the weighted least squares of one term at a time, to first order in its error. Means at different times are correlated, so `explained` is a share and no probability. The best one first; those that
 * explain less than four fifths are left out. None is named where the best takes an error so large that first order says little of it, as a reversed sign does.
 */
export function likelyCauses(sensitivities: TermSensitivities, means: readonly MeanComparison[]): LikelyCause[] {
  const observables = Object.keys(sensitivities[0] ?? {}).length;
  const rows = means.flatMap((m, i) => {
    const variance = m.standardError ** 2 + allowanceOf(m) ** 2;
    const of = sensitivities[Math.floor(i / observables)]?.[m.observable];
    return of === undefined || m.leftOut || !(variance > 0 && variance < Infinity)
      ? []
      : [{ deviation: m.particles - m.reference - m.dtCorrection, variance, of }];
  });
  const total = rows.reduce((sum, { deviation, variance }) => sum + deviation ** 2 / variance, 0);
  const terms = [...new Set(rows.flatMap(({ of }) => Object.keys(of) as Term[]))];
  const causes = terms
    .map((of): LikelyCause => {
      let product = 0;
      let square = 0;
      for (const row of rows) {
        const slope = row.of[of]?.value ?? 0;
        product += (row.deviation * slope) / row.variance;
        square += slope ** 2 / row.variance;
      }
      const size = product / square;
      return { of, size, standardError: 1 / Math.sqrt(square), explained: (size * product) / total };
    })
    .filter(({ explained }) => explained >= MOST_OF_THEM)
    .sort((a, b) => b.explained - a.explained);
  const [best] = causes;
  if (best === undefined || Math.abs(best.size) > LARGEST) return [];
  return causes.filter(({ size }) => Math.abs(size) <= LARGEST);
}
