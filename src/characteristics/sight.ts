import type { Problem } from "../problem/problem.ts";
import { createHiddenCheck, type HiddenVariations } from "./hidden.ts";
import type { NodeState } from "./node-state.ts";

/** A feature of F or of an observable between the nodes. */
export interface Unseen {
  /** `F`, or `observable "mean"`. */
  what: string;
  /** A coordinate an axis. */
  place: readonly number[];
  time: number;
  /** What it may change the integral by. */
  amount: number;
}

type State = Pick<NodeState, "time" | "weights" | "sizes"> & { points: readonly Float64Array[] };

/** What the nodes of a run see. */
export interface Sight {
  /** At the snapshots. */
  hidden: HiddenVariations[];
  /** Whether all of F is seen: at t = 0, then at the snapshots. */
  ofF: boolean[];
  unseen: Unseen | null;
}

/** On a line F is sought to this share of its size at the start: even a narrow trap takes more mass the longer the run is. */
const OF_TRAPS = 1e-11;

/**
 * A check of F and the observables between the nodes of a run. In the plane and in space nodes gather on curves as time goes on, and boxes between them
 * bound nothing: there the check is made at the start, and its findings count for all times. Amounts matter from the tolerance on, times the largest size up to then.
 */
export function createSightCheck(
  problem: Problem,
  tolerance: number,
): (run: { atStart: State; states: readonly State[] }) => Sight {
  const check = createHiddenCheck(problem);
  const { clock = null } = problem.potential;
  return ({ states, atStart }) => {
    let unseen: Unseen | null = null;
    let worst = 1;
    const scales: { F: number; observables: Record<string, number> } = { F: 0, observables: {} };
    const hidden: HiddenVariations[] = [];
    const ofF: boolean[] = [];
    for (const state of [atStart, ...states]) {
      const { time, sizes, points, weights } = state;
      const strict = state === atStart && points.length === 1 ? Math.min(tolerance, OF_TRAPS) : tolerance;
      scales.F = Math.max(scales.F, strict * sizes.energy.scale);
      for (const [name, { scale }] of Object.entries(sizes.observables)) {
        scales.observables[name] = Math.max(scales.observables[name] ?? 0, tolerance * scale, Number.MIN_VALUE);
      }
      const known = points.length > 1 ? hidden[0] : undefined;
      if (clock !== null) clock.time = time;
      const found = known ?? check({ points, weights }, { F: SMALL * scales.F, observables: mapValues(scales.observables, (scale) => SMALL * scale) }); // biome-ignore format: one line
      hidden.push(found);
      ofF.push(found.F.amount <= scales.F);
      const named = Object.entries(found.observables).map(([name, each]) => [`observable "${name}"`, each, scales.observables[name]] as const); // biome-ignore format: one line
      for (const [what, { amount, place }, scale] of [["F", found.F, scales.F] as const, ...named]) {
        if (place === null || !(amount > worst * scale)) continue;
        worst = amount / scale;
        unseen = { what, place, time, amount };
      }
    }
    return { hidden: hidden.slice(1), ofF, unseen };
  };
}

/** Share of what matters that need not be looked for. */
const SMALL = 0.01;

function mapValues<A, B>(record: Readonly<Record<string, A>>, f: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value)]));
}
