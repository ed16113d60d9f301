import type { RandomStream } from "../numerics/random.ts";
import type { ReferenceData } from "../reference/reference-data.ts";
import type { Comparison } from "./comparison.ts";
import { nullQuantiles } from "./distance-test.ts";
import type { Evidence } from "./evidence.ts";

/**
 * What describes particles beside the tests: the W1 of noise, MMD^2, KL and the gap.
 *
 * @param sizes n, or the effective size of weighted particles, at each snapshot
 * @param stream of the signs, its own: the tests draw the same whether something is described or not
 */
export function describeEvidence(
  { samples, replicas, description }: Evidence,
  { gap }: Pick<ReferenceData, "gap">,
  { times, index, sizes }: { times: readonly number[]; index: readonly number[]; sizes: readonly number[] },
  stream: RandomStream,
): Pick<Comparison, "distanceNull" | "divergences" | "gaps"> {
  if (description === null) return { distanceNull: null, divergences: null, gaps: null };
  const gaps = index.map((i) => (gap !== undefined && Number.isFinite(gap[i]) ? gap[i] : null));
  return {
    distanceNull: replicas < 2 ? null : times.map((time, s) => ({ time, ...nullQuantiles(samples[s], stream) })),
    divergences: description.divergences.map((collector, s) => collector.finish(times[s], sizes[s])),
    gaps: description.gaps.finish(gaps),
  };
}
