import type { Problem } from "../problem/problem.ts";
import { version } from "../version.ts";
import type { Reference } from "./reference.ts";
import { leavesSince, type StatedNodes } from "./result.ts";

/** One number for each time, and its stated error. */
export interface StatedSeries {
  value: Float64Array;
  error: Float64Array;
}

/** What a reference states, read from its file or just computed. */
export interface ReferenceData {
  problem: Problem;
  times: number[];
  /** Cell averages at each time, shape [grid.size]. */
  densities: Float64Array[];
  /** Weighted nodes of mu at each time; null where there are finite volumes alone. */
  nodes: readonly StatedNodes[] | null;
  /** By their names in the problem. */
  observables: Record<string, StatedSeries>;
  energy: StatedSeries;
  /** Vbar - min V at each time, without a stated error; NaN where there is none, left out where the file does not tell it. */
  gap?: Float64Array;
  densityL1Error: Float64Array;
  densityWasserstein1Error: Float64Array;
  /** The version that wrote it. */
  source: string;
  /** The required error. */
  tolerance: number;
  /** First time with more than 1e-6 of its mass outside the domain, or pressed against a wall; null if there is none. */
  outsideSince: number | null;
}

/** A computed reference as its file would be read. */
export function referenceDataOf(reference: Reference): ReferenceData {
  const { problem, snapshots, tolerance } = reference;
  const column = (of: (snapshot: Reference["snapshots"][number]) => number) => Float64Array.from(snapshots, of);
  return {
    problem,
    times: snapshots.map(({ time }) => time),
    densities: snapshots.map(({ density }) => density),
    nodes: nodesOf(snapshots),
    observables: Object.fromEntries(
      problem.observables.map(({ name }) => [
        name,
        { value: column(({ observables }) => observables[name]), error: column(({ errors }) => errors.observables[name]) },
      ]),
    ),
    energy: { value: column(({ energy }) => energy), error: column(({ errors }) => errors.energy) },
    gap: column(({ gap }) => gap ?? Number.NaN),
    densityL1Error: column(({ errors }) => errors.l1),
    densityWasserstein1Error: column(({ errors }) => errors.wasserstein1),
    source: `birth-death-pde ${version}`,
    tolerance,
    outsideSince: leavesSince(reference),
  };
}

/** The nodes of all snapshots; null where one has none. */
export function nodesOf(snapshots: Reference["snapshots"]): ReferenceData["nodes"] {
  const nodes = snapshots.flatMap((snapshot) => snapshot.nodes ?? []);
  return nodes.length === snapshots.length ? nodes : null;
}
