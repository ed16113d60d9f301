import type { Figure, Series } from "../figures/figure.ts";
import { curve, measured, TIME } from "./over-time.ts";

/** n Var of an observable at a time: the prediction with its parts where there is a theory, and what replicas give. */
export interface NVariance {
  time: number;
  observable: string;
  predicted: { total: number; parts: Readonly<Record<string, number>> } | null;
  simulated: { value: number; error: number; label: string } | null;
}

/** For each observable n Var and its parts, of which `control` may be below 0, and the simulated values. */
export function fluctuationFigures(rows: readonly NVariance[]): Figure[] {
  const observables = [...new Set(rows.map(({ observable }) => observable))];
  return observables.map((observable) => {
    const own = rows.filter((row) => row.observable === observable);
    return {
      title: `n Var of ${observable}`,
      x: TIME,
      y: { title: "n Var" },
      traces: [...predictedTraces(own), ...simulatedTraces(own)],
    };
  });
}

function predictedTraces(rows: readonly NVariance[]): Series[] {
  const seen = rows.flatMap(({ time, predicted }) => (predicted === null ? [] : [{ time, ...predicted }]));
  if (seen.length === 0) return [];
  const over = (name: string, of: (row: (typeof seen)[number]) => number) => curve(name, seen.map(({ time }) => time), seen.map(of)); // biome-ignore format: one call
  return [
    { ...over("predicted, n -> infinity", ({ total }) => total), colour: "#1b1b1b", dash: [] },
    ...Object.keys(seen[0].parts).map((name, k) => ({ ...over(`its part ${name}`, ({ parts }) => parts[name]), colour: PARTS[k] })),
  ];
}

/** Numbers of colours of the series: the second is left to replicas. */
const PARTS = [0, 2, 3, 4] as const;

function simulatedTraces(rows: readonly NVariance[]): Series[] {
  const seen = rows.flatMap(({ time, simulated }) => (simulated === null ? [] : [{ time, ...simulated }]));
  if (seen.length === 0) return [];
  const [times, values, errors] = [
    seen.map(({ time }) => time),
    seen.map(({ value }) => value),
    seen.map(({ error }) => 2 * error),
  ];
  return [{ ...measured(seen[0].label, times, values, errors), colour: 1 }];
}
