import type { Figure } from "../figures/figure.ts";
import type { SummarisedEnsemble } from "../particles/simulate.ts";
import type { EnsembleSnapshot } from "../particles/summary.ts";
import { band, measured, TIME } from "./over-time.ts";

/** Half-widths of the bands, in standard deviations of one replica, and of the bars, in standard errors of the mean. */
const TWO = 2;

/** For each observable, and the energy, its mean over replicas, and the band in which nearly all replicas lie. @param ensemble of `simulate` */
export function particleFigures({ snapshots, n, replicas }: Pick<SummarisedEnsemble, "snapshots" | "n" | "replicas">): Figure[] {
  const names = Object.keys(snapshots[0]?.observables ?? {});
  const quantities = [
    ...names.map((name) => ({ name, of: ({ statistics }: EnsembleSnapshot) => statistics.observables[name] })),
    { name: "energy E[mu^n]", of: ({ statistics }: EnsembleSnapshot) => statistics.energy },
  ];
  const times = snapshots.map(({ time }) => time);
  return quantities.map(({ name, of }) => {
    const rows = snapshots.map(of);
    const means = rows.map(({ mean }) => mean);
    const title = { title: name, x: TIME, y: { title: name } };
    if (replicas < 2) return { ...title, traces: [{ name: "one replica", x: times, y: means, mode: "lines+markers" as const }] };
    const spreads = rows.map(({ nVariance }) => TWO * Math.sqrt(nVariance / n));
    return {
      ...title,
      traces: [
        band("one replica, +- 2 standard deviations", times, means, spreads),
        {
          ...measured(
            "mean of replicas, +- 2 standard errors",
            times,
            means,
            rows.map(({ standardError }) => TWO * standardError),
          ),
          mode: "lines+markers",
          colour: 0,
        },
      ],
    };
  });
}
