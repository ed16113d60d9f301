import { createMomentTree, momentsOf } from "../numerics/moment-tree.ts";
import type { Problem } from "../problem/problem.ts";
import { type SchemeName, WEIGHTED_SCHEMES } from "../schemes/schemes.ts";
import { DIAGNOSTICS, rowWidth } from "./replica-record.ts";

/** Statistics of one quantity over the replicas at one time. */
export interface QuantityStatistics {
  mean: number;
  standardError: number;
  /** n times the variance over replicas: of order 1 as n -> infinity. */
  nVariance: number;
  nVarianceError: number;
}

/** An ensemble at one time: means over its replicas under the names that the snapshots of every solver have, and beside them their statistics. */
export interface EnsembleSnapshot {
  time: number;
  /** int phi dmu^n of each observable. */
  observables: Record<string, number>;
  /** E[mu^n], in which a particle meets itself: its mean exceeds E[mu] by (int K(x, x) dmu - int int K dmu dmu) / 2n to first order. Without the entropy that E_tau has at a temperature. */
  energy: number;
  /** Vbar - min V of mu^n over the domain and the particles, an upper bound of E[mu^n] - min E; for features that the search of the minimum can miss see lowestValue. Null at a temperature, and where it was not asked for. */
  gap: number | null;
  /** Standard deviation of V over the particles: 0 where V = Vbar on the support   (17). NaN at a temperature. */
  residualOnSupport: number;
  /** The means once more, with their errors and the scatter over the replicas. Those of a quantity that is not defined are NaN. */
  statistics: {
    observables: Record<string, QuantityStatistics>;
    energy: QuantityStatistics;
    gap: QuantityStatistics;
    residualOnSupport: QuantityStatistics;
  };
  /** Mean share of the particles outside the domain. */
  outside: number;
  /** Mean of 1 / sum w^2, the equal weights that average as well, of a scheme with weights. */
  effectiveSize?: number;
}

/** n times the sample covariances of the means of observables over the replicas at one time, [observable][observable]; NaN for one replica. */
export interface EnsembleCovariance {
  time: number;
  nCovariance: number[][];
}

/**
 * Statistics of the replicas of an ensemble, which come in any order and are not kept: the same bits whatever the order, and however the replicas were shared out
 * (moment-tree.ts).
 */
export interface EnsembleSummary {
  /** Adds the table of a replica (ReplicaRecord), or null where it is missing and is to be left out. */
  add(replica: number, table: Float64Array | null): void;
  /** @throws RangeError while a replica has not been added, or where all are missing */
  snapshots(): EnsembleSnapshot[];
  covariances(): EnsembleCovariance[];
}

export function createSummary(
  problem: Problem,
  { scheme, n, replicas }: { scheme: SchemeName; n: number; replicas: number },
): EnsembleSummary {
  const { observables, snapshotTimes } = problem;
  const P = observables.length;
  const weighted = WEIGHTED_SCHEMES.includes(scheme);
  const width = rowWidth(problem, weighted);
  const tree = createMomentTree({ replicas, columns: snapshotTimes.length * width, blocks: snapshotTimes.length, correlated: P });
  const columnOf = (name: (typeof DIAGNOSTICS)[number]) => P + DIAGNOSTICS.indexOf(name);
  const total = () => {
    const sums = tree.total();
    if (sums === null) throw new RangeError("all replicas are missing");
    return sums;
  };
  return {
    add: tree.add,
    snapshots() {
      const sums = total();
      return snapshotTimes.map((time, s) => {
        const statistics = (k: number): QuantityStatistics => {
          const { mean, standardError, variance, varianceError } = momentsOf(sums, s * width + k);
          return { mean, standardError, nVariance: n * variance, nVarianceError: n * varianceError };
        };
        const named = Object.fromEntries(observables.map(({ name }, k) => [name, statistics(k)]));
        const [energy, gap, residualOnSupport] = (["energy", "gap", "residualOnSupport"] as const).map((name) =>
          statistics(columnOf(name)),
        );
        return {
          time,
          observables: Object.fromEntries(Object.entries(named).map(([name, { mean }]) => [name, mean])),
          energy: energy.mean,
          gap: Number.isNaN(gap.mean) ? null : gap.mean,
          residualOnSupport: residualOnSupport.mean,
          statistics: { observables: named, energy, gap, residualOnSupport },
          outside: sums.mean[s * width + columnOf("outside")],
          ...(weighted ? { effectiveSize: sums.mean[(s + 1) * width - 1] } : {}),
        };
      });
    },
    covariances() {
      const { count, products } = total();
      const covariance = (s: number, k: number, l: number) =>
        count > 1 ? n * (products[(s * P + k) * P + l] / (count - 1)) : Number.NaN;
      return snapshotTimes.map((time, s) => ({
        time,
        nCovariance: observables.map((_, k) => observables.map((_, l) => covariance(s, k, l))),
      }));
    },
  };
}
