import { formatNumber } from "../figures/numbers.ts";
import type { SummarisedEnsemble } from "../particles/simulate.ts";
import type { EnsembleSnapshot } from "../particles/summary.ts";
import type { Problem } from "../problem/problem.ts";
import { isWarm } from "../problem/thermal.ts";
import { screenTable } from "./screen.ts";

/** The statistics of an ensemble as a table. */
export function describeEnsemble(problem: Problem, ensemble: SummarisedEnsemble): string {
  const { scheme, n, dt, replicas, seed } = ensemble;
  const header = ["time", "quantity", "mean", "+-", "n Var", "+-"];
  const rows = ensemble.snapshots.flatMap(
    ({ time, statistics: { observables, energy, gap, residualOnSupport }, effectiveSize }) => [
      ...Object.entries({ ...observables, energy, ...(isWarm(problem) ? {} : { gap, "on supp": residualOnSupport }) }).map(
        ([name, s]) => [
          time,
          name,
          s.mean,
          ...[s.standardError, s.nVariance, s.nVarianceError].map((value) => (Number.isNaN(value) ? "-" : value)),
        ],
      ),
      ...(effectiveSize === undefined ? [] : [[time, "eff. n", effectiveSize, "-", "-", "-"]]),
    ],
  );
  return `${problem.name} (${scheme}, n = ${n}, dt = ${dt}, ${replicas} replicas, seed ${seed})\n\n${screenTable(header, rows)}`;
}

/** Snapshots as they stand in a summary: the statistics of each quantity under its name. */
export function summariseSnapshots(snapshots: readonly EnsembleSnapshot[]): object[] {
  return snapshots.map(({ time, statistics, outside, effectiveSize }) => ({
    time,
    ...statistics,
    outside,
    ...(effectiveSize === undefined ? {} : { effectiveSize }),
  }));
}

/** Warns of particles outside the domain of the grid. */
export function outsideWarnings(snapshots: readonly EnsembleSnapshot[]): string[] {
  const outside = Math.max(...snapshots.map((snapshot) => snapshot.outside));
  const since = snapshots.find((snapshot) => snapshot.outside > 0)?.time ?? 0;
  if (outside === 0) return [];
  return [
    `up to ${formatNumber(outside)} of the particles are outside the domain of the grid, from t = ${formatNumber(since)}; a density on the grid holds what has left at its walls`,
  ];
}
