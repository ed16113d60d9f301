import type { NodeSnapshot } from "../characteristics/node-snapshot.ts";
import type { NodeState } from "../characteristics/node-state.ts";
import type { RefinementError } from "../characteristics/refinement-error.ts";
import type { CharacteristicsSolution } from "../characteristics/solve.ts";
import { EDGE_MASS_LIMIT, l1Distance, mass } from "../grid/density.ts";
import type { Problem } from "../problem/problem.ts";
import { chooseDistance } from "./densities.ts";
import type { GridKind, Verdict } from "./judges.ts";
import type { ReferenceSnapshot } from "./result.ts";
import { type DensityOpinions, errorOfNodes, type Opinions, stateDensityError, stateError } from "./stated-error.ts";

type Distance = (mu: Float64Array, nu: Float64Array) => number;

/** A density that characteristics give, and what is known of it without finite volumes. */
export interface TracedSnapshot extends NodeSnapshot {
  density: Float64Array;
  /** |mass - int density|. */
  missingMass: number;
  /** An estimate of its error in a distance, without finite volumes; null where there is none. */
  errorOfDensity: ((distance: Distance) => number) | null;
}

/** The statement of one judge on one snapshot. */
export interface Statement extends Pick<ReferenceSnapshot, "errors" | "judgedBy"> {
  opinions: NonNullable<ReferenceSnapshot["opinions"]>;
  /** Those of the density on the grid of the problem, in L1. */
  ofDensity: DensityOpinions;
  /** The largest stated error that a finer judge can bring below the tolerance. */
  refinable: number;
}

export type State = (s: number, kind: GridKind, verdict: Verdict, coarser: Verdict | null, second: NodeState | null) => Statement;

/**
 * Refinements may share the errors of the integrator's steps, which add up to a few times its tolerance (of 187 errors of problems with known answers that consist of little else the largest was
 * 3.5 times it), and rounding in sums over steps and nodes.
 */
const STEPS_ADDED = 5;
const ROUNDING = 1e-11;

const JUDGED_BY = { fixed: "finite volumes", moving: "moving finite volumes" } as const satisfies Record<
  GridKind,
  ReferenceSnapshot["judgedBy"]
>;

/**
 * States the errors of a snapshot that a judge has reached, by it, by the judge before it and by a second family of nodes.
 *
 * @param tracing the tolerance of the traced densities. @param goal the required error.
 */
export function createStatements(
  {
    levels,
    tolerance,
    doubtInitially,
    unresolvedInitially,
  }: Pick<CharacteristicsSolution, "levels" | "tolerance" | "doubtInitially" | "unresolvedInitially">,
  snapshots: readonly TracedSnapshot[],
  { grid, compiled }: Problem,
  tracing: number,
  goal: number,
): State {
  const width = Math.max(...grid.axes.map(({ min, max }) => max - min));
  const distance = chooseDistance(grid);
  const resolved = unresolvedInitially <= tolerance;
  const shared = Math.max(STEPS_ADDED * levels[levels.length - 1].integration, ROUNDING);
  return (s, kind, verdict, coarser, second) => {
    const snapshot = snapshots[s];
    const { lost, hidden } = snapshot;
    // Mass that has been outside counts after it has come back.
    const outside = Math.max(...snapshots.slice(0, s + 1).map((each) => each.outside));
    const crossed = outside > EDGE_MASS_LIMIT;
    /** Where there is one refinement alone, the other family tells. */
    const lastOf = (difference: number, of: (state: NodeQuantities) => number) => {
      if (!Number.isNaN(difference)) return difference;
      return second === null ? Infinity : Math.abs(of(snapshot) - of(second));
    };
    const opinionsOn = (of: (state: Quantities) => number, size: NodeSnapshot["sizes"]["energy"], [byRefinements, difference]: [RefinementError, number], withinCells: number, unseen: number): Opinions => ({
      levels: byRefinements.error,
      lastDifference: lastOf(difference, of),
      nodes: second === null ? null : Math.abs(of(snapshot) - of(second)),
      grid: {
        difference: Math.abs(of(snapshot) - of(verdict)),
        own: coarser === null ? null : Math.abs(of(verdict) - of(coarser)) + withinCells,
      },
      settled: byRefinements.falls && resolved,
      crossed,
      floor:
        (shared + snapshot.tailShare) * size.scale +
        // What little has been outside may be anywhere else on the domain, and comes back from there with the whole reach of the quantity; once it is
        // more, the difference from finite volumes tells.
        (crossed ? 0 : 2 * (size.outside + outside * size.reach)) +
        2 * doubtInitially * size.reach +
        (lost ? Infinity : unseen),
    }); // biome-ignore format: a long signature
    const { levelErrors, levelDifferences, sizes } = snapshot;
    const energy = opinionsOn(
      (state) => state.energy,
      sizes.energy,
      [levelErrors.energy, levelDifferences.energy],
      0,
      hidden.F.amount,
    );
    const observables = Object.fromEntries(
      Object.keys(snapshot.observables).map((name) => {
        const errors: [RefinementError, number] = [levelErrors.observables[name], levelDifferences.observables[name]];
        return [
          name,
          opinionsOn(
            (state) => state.observables[name],
            sizes.observables[name],
            errors,
            verdict.withinCells[name],
            hidden.observables[name].amount,
          ),
        ];
      }),
    );

    const { density, errorOfDensity, missingMass } = snapshot;
    const judged = verdict.density;
    if (judged === null) throw new Error("a judge refines the grid");
    // Paths and growth along them are known as well as V and Vbar are; without K only Vbar can be off, which the missing mass tells.
    const ofV = (["energy", "meanPotential"] as const).map((key) =>
      levelErrors[key].error < Infinity ? levelErrors[key].error : lastOf(levelDifferences[key], (state) => state[key]),
    );
    // At kinks of F the steps of the tracing add up as those of the nodes do.
    const ofSteps = levelErrors.energy.settled || grid.dimension > 1 ? tracing : STEPS_ADDED * tracing;
    const missing = missingMass + 2 * doubtInitially + ROUNDING;
    const ofPaths = compiled.kernel !== null ? (ofV[0] + ofV[1]) / Math.max(sizes.energy.scale, Number.MIN_VALUE) : 0;
    // Without K no path depends on the nodes.
    const known = compiled.kernel === null || (levelErrors.energy.falls && levelErrors.meanPotential.falls);
    const settled = known && resolved && !lost && verdict.resolved;
    const densityOpinions = (to: Distance, reach: number): DensityOpinions => {
      return {
        difference: to(density, judged),
        own: coarser === null || coarser.density === null ? null : to(judged, coarser.density),
        refinements: errorOfDensity?.(to) ?? null,
        settled,
        crossed,
        known: missing * reach,
        tracing: lost ? Infinity : ofSteps * reach,
        paths: ofPaths * reach,
      };
    };
    const l1 = densityOpinions((mu, nu) => l1Distance(grid, mu, nu), 1);
    const w1 = mass(grid, density) > 0 && mass(grid, judged) > 0 ? densityOpinions(distance, width) : null;
    const ofDensity = [stateDensityError(l1, goal), w1 === null ? (lost ? Infinity : width) : stateDensityError(w1, goal)];
    const refinable = [...[energy, ...Object.values(observables)].map((each) => (errorOfNodes(each) > goal ? 0 : stateError(each))), ...[l1, w1].map((each, k) => (each !== null && each.known + each.tracing + (each.refinements ?? each.paths) > goal ? 0 : ofDensity[k]))]; // biome-ignore format: one list
    return {
      judgedBy: verdict.resolved ? JUDGED_BY[kind] : "nodes",
      opinions: { energy, observables },
      ofDensity: l1,
      errors: {
        l1: ofDensity[0],
        wasserstein1: ofDensity[1],
        energy: stateError(energy),
        observables: Object.fromEntries(Object.entries(observables).map(([name, opinions]) => [name, stateError(opinions)])),
      },
      refinable: Math.max(...refinable),
    };
  };
}

type Quantities = Pick<NodeState, "energy" | "observables">;
/** What there is of both families of nodes. */
type NodeQuantities = Quantities & Pick<NodeState, "meanPotential">;
