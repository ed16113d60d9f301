import { formatNumber } from "../figures/numbers.ts";
import type { Solution } from "../finite-volume/solve.ts";
import type { Carried } from "../numerics/carried.ts";
import type { FrameKeeper } from "../plots/density-over-time.ts";
import type { GridSnapshot } from "../problem/snapshot.ts";
import type { Recorded } from "../reference/file-contents.ts";
import { type Checkpoint, sayGoesOn } from "./checkpoint.ts";

/** A solution whose densities were handed over when they were recorded. */
export type RecordedSolution = Omit<Solution, "snapshots"> & { snapshots: Recorded[]; failure?: string | null };

/** A run, one step at a time. */
export type Steps<S extends GridSnapshot> = Generator<
  { time: number; snapshot: S | null; carried: Carried; mu?: Float64Array },
  Omit<RecordedSolution, "snapshots">,
  void
>;

export interface RunOptions<S extends GridSnapshot> {
  /** Begins the run, or goes on with what another one carried. */
  begin(from: Carried | undefined): Steps<S>;
  end: number;
  onStep(time: number): void;
  /** Called with the time that an earlier run had reached, before the first step. */
  onKept(time: number): void;
  /** Receives each snapshot when it is recorded. */
  onSnapshot(snapshot: S): void;
  /** Receives the densities of fixed cells after each step, for a picture; left out where none is drawn. */
  frames?: FrameKeeper | undefined;
  /** Where states of the run are kept, under this name. */
  checkpoint: Checkpoint | null;
  name: string;
}

/** A state that is kept: NAME-snapshot-0, 1, ... hold its snapshots, which do not change. */
interface KeptRun {
  time: number;
  steps: number;
  snapshots: number;
  carried: Carried;
}

/** Runs to the end, or goes on to it from the state that was kept last. Nothing but numbers stays in memory. */
export function runSteps<S extends GridSnapshot>({
  begin,
  end,
  onStep,
  onKept,
  onSnapshot,
  frames,
  checkpoint,
  name,
}: RunOptions<S>): RecordedSolution {
  const snapshots: Recorded[] = [];
  const take = (snapshot: S) => {
    snapshots.push(recordedOf(snapshot));
    onSnapshot(snapshot);
  };
  const found = checkpoint === null ? null : readRun<S>(checkpoint, name);
  if (found !== null) onKept(found.time);
  found?.snapshots.forEach(take);
  const steps = begin(found?.carried);
  let count = found?.steps ?? 0;
  let unkept: S[] = [];
  for (;;) {
    const { done, value } = steps.next();
    if (done) return { ...value, snapshots };
    const { time, snapshot, carried, mu } = value;
    if (mu !== undefined) frames?.add(time, mu);
    if (snapshot !== null) take(snapshot);
    if (time > 0) {
      count++;
      onStep(time);
    }
    if (checkpoint === null) continue;
    if (snapshot !== null) unkept.push(snapshot);
    if (!(time === end || checkpoint.isDue(snapshot !== null))) continue;
    unkept.forEach((each, k) => {
      checkpoint.put(snapshotName(name, snapshots.length - unkept.length + k), each);
    });
    unkept = [];
    checkpoint.keepState(name, { time, steps: count, snapshots: snapshots.length, carried } satisfies KeptRun);
  }
}

const snapshotName = (name: string, k: number) => `${name}-snapshot-${k}`;

/** The state that was kept last, with its snapshots. */
function readRun<S>(checkpoint: Checkpoint, name: string): (Omit<KeptRun, "snapshots"> & { snapshots: S[] }) | null {
  const state = checkpoint.get(name) as KeptRun | undefined;
  if (state === undefined) return null;
  const snapshots: S[] = [];
  for (let k = 0; k < state.snapshots; k++) {
    const snapshot = checkpoint.get(snapshotName(name, k));
    if (snapshot === undefined) {
      process.stderr.write(`warning: without snapshot ${k} the run starts at t = 0\n`);
      return null;
    }
    snapshots.push(snapshot as S);
  }
  sayGoesOn(`t = ${formatNumber(state.time)} (step ${state.steps})`);
  return { ...state, snapshots };
}

/** A snapshot without its arrays. */
function recordedOf(snapshot: GridSnapshot & { edges?: unknown; masses?: unknown }): Recorded {
  const { density: _, edges: __, masses: ___, ...recorded } = snapshot;
  return recorded;
}
