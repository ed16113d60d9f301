import type { Solution } from "../finite-volume/solve.ts";
import type { GridSnapshot } from "../problem/snapshot.ts";
import type { Recorded } from "../reference/datasets.ts";

/** A solution whose densities were handed over when they were recorded. */
export type RecordedSolution = Omit<Solution, "snapshots"> & { snapshots: Recorded[]; failure?: string | null };

/** A run, one step at a time. */
export type Steps<S extends GridSnapshot> = Generator<
  { time: number; snapshot: S | null },
  Omit<RecordedSolution, "snapshots">,
  void
>;

/** Runs to the end, and keeps nothing but numbers: `onSnapshot` receives each snapshot when it is recorded. */
export function runSteps<S extends GridSnapshot>(
  steps: Steps<S>,
  onStep: (time: number) => void,
  onSnapshot: (snapshot: S) => void,
): RecordedSolution {
  const snapshots: Recorded[] = [];
  for (;;) {
    const { done, value } = steps.next();
    if (done) return { ...value, snapshots };
    if (value.snapshot !== null) {
      snapshots.push(recordedOf(value.snapshot));
      onSnapshot(value.snapshot);
    }
    if (value.time > 0) onStep(value.time);
  }
}

/** A snapshot without its arrays. */
function recordedOf(snapshot: GridSnapshot & { edges?: unknown; masses?: unknown }): Recorded {
  const { density: _, edges: __, masses: ___, ...recorded } = snapshot;
  return recorded;
}
