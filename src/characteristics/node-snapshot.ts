import type { Snapshot } from "../problem/snapshot.ts";
import type { Certificates } from "./certificates.ts";
import type { HiddenVariations } from "./hidden.ts";
import type { NodeState } from "./node-state.ts";
import { errorOfRefinements, type RefinementError } from "./refinement-error.ts";
import { distance, type Refinement } from "./refinements.ts";
import type { RefinementRun } from "./run-refinement.ts";

export interface NodeSnapshot extends Snapshot {
  /** points[a][j] of the nodes; on a periodic axis they may lie outside the period. */
  points: readonly Float64Array[];
  /** Their masses. */
  weights: Float64Array;
  /** Differences from the refinement before. Named as in summaries. */
  levelDifferences: RefinementQuantities<number>;
  /** Errors of the last refinement, from the differences of all. */
  levelErrors: RefinementQuantities<RefinementError>;
  /** What of F and of the observables the nodes do not see. */
  hidden: HiddenVariations;
  /** Whether the nodes did not see all of F now or before, so that they may be anywhere else. */
  lost: boolean;
  /** Share of the mass outside the domain, beyond walls that characteristics do not see. */
  outside: number;
  sizes: NodeState["sizes"];
  tailShare: number;
}

export interface RefinementQuantities<T> {
  energy: T;
  meanPotential: T;
  dissipated: T;
  observables: Record<string, T>;
}

/** Quantities of a state by name, in the words of messages, each with its size. */
function quantitiesOf({ energy, meanPotential, dissipated, observables, sizes }: NodeState): [string, number, number][] {
  return [
    ["energy", energy, sizes.energy.scale],
    ["Vbar", meanPotential, sizes.energy.scale],
    ["dissipated", dissipated, sizes.energy.scale + Math.abs(dissipated)],
    ...Object.entries(observables).map(([name, value]): [string, number, number] => [
      `observable "${name}"`,
      value,
      sizes.observables[name].scale,
    ]),
  ];
}

/** The largest relative difference of two runs, in any quantity at any snapshot, and where it is. */
export function compare(run: RefinementRun, before: RefinementRun | null): Pick<Refinement, "difference" | "worst"> {
  if (before === null) return { difference: null, worst: null };
  let difference = Math.abs(1 - before.initialTotal / run.initialTotal);
  let worst = "the mass of the initial density";
  const sizes = quantitiesOf(run.atStart).map(([, , scale]) => scale);
  run.states.forEach((state, s) => {
    const old = quantitiesOf(before.states[s]);
    quantitiesOf(state).forEach(([name, value, scale], k) => {
      // A size that has shrunk counts as it was: no observable of mass that contracts to 0 is known to a share of itself.
      sizes[k] = Math.max(sizes[k], scale);
      const change = distance(value, old[k][1], sizes[k]);
      if (change <= difference) return;
      difference = change;
      worst = `${name} at t = ${state.time}`;
    });
  });
  return { difference, worst };
}

/** Snapshot s of the last refinement, with its errors by those of all, first to last. */
export function snapshotOf(
  { states, atStart }: RefinementRun,
  s: number,
  history: readonly NodeState[],
  { levels, converged, tolerance }: { levels: readonly Refinement[]; converged: boolean; tolerance: number },
  { gap, ...certificates }: Certificates,
): Omit<NodeSnapshot, "hidden" | "lost"> {
  const { potentialVariance, ...state } = states[s];
  const joint = levels.flatMap(({ difference }) => difference ?? []);
  const eachOf = <T>(make: (differences: number[], scale: number) => T): RefinementQuantities<T> => {
    const of = (quantity: (state: NodeState) => number, scaleOf: (state: NodeState) => number) => {
      const differences = history.slice(1).map((later, k) => Math.abs(quantity(later) - quantity(history[k])));
      return make(differences, scaleOf(states[s]));
    };
    const energyScale = ({ sizes }: NodeState) => sizes.energy.scale;
    return {
      energy: of(({ energy }) => energy, energyScale),
      meanPotential: of(({ meanPotential }) => meanPotential, energyScale),
      dissipated: of(({ dissipated }) => dissipated, energyScale),
      observables: Object.fromEntries(
        Object.keys(state.observables).map((name) => [
          name,
          of(({ observables }) => observables[name], ({ sizes }) => sizes.observables[name].scale), // biome-ignore format: one call
        ]),
      ),
    };
  };
  return {
    ...state,
    ...certificates,
    gap,
    residualOnSupport: Math.sqrt(potentialVariance),
    defect: state.energy - atStart.energy + state.dissipated,
    levelDifferences: eachOf((differences) => differences.at(-1) ?? Number.NaN),
    levelErrors: eachOf((differences, scale) => errorOfRefinements(differences, joint, tolerance * scale, converged)),
  };
}
