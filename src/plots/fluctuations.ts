import type { Figure, Series } from "../figures/figure.ts";
import { THEMES } from "../figures/theme.ts";
import type { Fluctuations } from "../fluctuations/predict.ts";
import type { QuantityStatistics } from "../particles/summary.ts";
import { overTime, points } from "./curves.ts";
import { RECORDED, TIME } from "./over-time.ts";

/** n Var over replicas, as an `Ensemble` has it. */
export interface SimulatedVariances {
  n: number;
  replicas: number;
  snapshots: readonly {
    time: number;
    statistics: { observables: Readonly<Record<string, Pick<QuantityStatistics, "nVariance" | "nVarianceError">>> };
  }[];
}

/**
 * For each observable its predicted n Var over time with its parts, of which `control` may be below 0, and that of replicas with bars of two standard errors.
 *
 * @param predicted by `predictFluctuations`; null where a scheme has no theory
 * @param simulated by `simulate`, at times of its own
 */
export function fluctuationFigures(
  predicted: Pick<Fluctuations, "snapshots"> | null,
  simulated: SimulatedVariances | null = null,
): Figure[] {
  const names = Object.keys((predicted?.snapshots[0] ?? simulated?.snapshots[0]?.statistics)?.observables ?? {});
  return names.map((name) => ({
    title: `n Var of ${name}`,
    x: TIME,
    y: { title: "n Var" },
    traces: [
      ...(predicted === null ? [] : predictedTraces(predicted, name)),
      ...(simulated === null ? [] : [simulatedTrace(simulated, name)]),
    ],
  }));
}

const PARTS = ["initial", "motion", "events", "control"] as const;

/** Numbers of colours of the series: the second is left to replicas. */
const COLOURS = [0, 2, 3, 4] as const;

function predictedTraces({ snapshots }: Pick<Fluctuations, "snapshots">, name: string): Series[] {
  const parts = PARTS.filter((part) => snapshots[0].observables[name][part] !== undefined);
  const total = { ...RECORDED, colour: THEMES.light.text, dash: [] };
  return [
    overTime("predicted, n -> infinity", snapshots, ({ observables }) => observables[name].nVariance, total),
    ...parts.map((part, k) =>
      overTime(`its part ${part}`, snapshots, ({ observables }) => observables[name][part] ?? null, {
        ...RECORDED,
        colour: COLOURS[k],
      }),
    ),
  ];
}

function simulatedTrace({ snapshots, n, replicas }: SimulatedVariances, name: string): Series {
  const values = snapshots.map(({ statistics: { observables } }) => ({
    mean: observables[name].nVariance,
    standardError: observables[name].nVarianceError,
  }));
  const label = `${replicas} replicas of n = ${n}, +- 2 standard errors`;
  return points(label, snapshots.map(({ time }) => time), values, { colour: 1, size: 6 }); // biome-ignore format: one call
}
