/** Where a run of either kind of cells stands after a step. */
interface Step<S> {
  time: number;
  /** The record that was due at this time, otherwise null. */
  snapshot: S | null;
}

/** A run to its end, with all of its snapshots. @param onStep called after each step with the time reached. */
export function drain<S, R>(steps: Generator<Step<S>, R, void>, onStep?: (time: number) => void): R & { snapshots: S[] } {
  const snapshots: S[] = [];
  for (;;) {
    const { done, value } = steps.next();
    if (done) return { ...value, snapshots };
    if (value.snapshot !== null) snapshots.push(value.snapshot);
    if (value.time > 0) onStep?.(value.time);
  }
}
