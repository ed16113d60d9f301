import type { NodeState } from "../characteristics/node-state.ts";
import type { RefinementError } from "../characteristics/refinement-error.ts";
import { LEAST_TOLERANCE } from "../characteristics/refinements.ts";
import { type CharacteristicsSolution, type NodeSnapshot, solveCharacteristics } from "../characteristics/solve.ts";
import { InputError } from "../errors.ts";
import { EDGE_MASS_LIMIT, l1Distance, mass } from "../grid/density.ts";
import { type Grid, intoPeriod } from "../grid/grid.ts";
import { IntegrationError } from "../numerics/dormand-prince.ts";
import { pow } from "../numerics/pow.ts";
import type { Problem } from "../problem/problem.ts";
import { withDensity } from "../problem/snapshot.ts";
import { chooseDistance } from "./densities.ts";
import { referenceByFiniteVolumes } from "./finite-volumes-alone.ts";
import { affordableDoublings, halfOf, type Judgement, judgeOn, type Verdict } from "./judges.ts";
import { largest, type Reference, type ReferenceOptions, type ReferenceSnapshot } from "./result.ts";
import { errorOfNodes, type Opinions, stateError } from "./stated-error.ts";

export type { Judge } from "./judges.ts";
export { largest, type Reference, type ReferenceOptions, type ReferenceSnapshot, type StatedErrors } from "./result.ts";

/** Tolerance of the characteristics where the required one does not need a smaller, by dimension. */
const REFINEMENT_TOLERANCE = [1e-8, 1e-6, 1e-4] as const;

/**
 * Densities on the grid of a problem, with energy and observables, all of stated error: found by characteristics, whose refinements and families of nodes
 * tell their error, and compared with finite volumes on grids refined until they agree to the tolerance.
 *
 * Where the fall of the errors shows that no affordable grid reaches the tolerance at a snapshot, the grid is not refined for it. Where characteristics cannot be
 * integrated, finite volumes of two resolutions and two fluxes stand alone.
 *
 * @throws InputError for a tolerance that cannot be used, or an observable that is not a number where there is mass.
 */
export async function computeReference(problem: Problem, { tolerance, onProgress }: ReferenceOptions): Promise<Reference> {
  const levelTolerance = Math.min(REFINEMENT_TOLERANCE[problem.grid.dimension - 1], SHARE * tolerance);
  checkTolerance(tolerance);
  const densityTolerance = Math.min(1e-6, SHARE * tolerance);
  const found = orWhatStopsIt(() => traceSnapshots(problem, levelTolerance, densityTolerance, onProgress));
  const alone = { tolerance, ...(onProgress === undefined ? {} : { onProgress }) };
  if (found instanceof IntegrationError) return referenceByFiniteVolumes(problem, alone, found.message);
  const { grid } = problem;
  const { solution, snapshots } = found;

  const state = createStatements(solution, grid, densityTolerance, tolerance);
  const half = halfOf(grid);
  const run = (cells: readonly number[], end: number) =>
    judgeOn(problem, cells, end, { onStep: (time) => onProgress?.(`finite volumes on ${cells.join(" x ")} cells`, time) });
  const coarsest: Judgement | null = half === null ? null : run(half, problem.end);
  let coarser = coarsest;
  const judgements: Judgement[] = [];
  /** The largest error of each snapshot that a finer grid can make smaller. */
  const now = snapshots.map(({ errors }) => largest(errors));
  let before = [...now];
  for (let factor = 1; ; factor *= 2) {
    const doublings = affordableDoublings(problem, judgements.at(-1)?.judge);
    const last = snapshots.findLast((_, s) => now[s] > tolerance && predict(before[s], now[s], doublings) <= tolerance);
    if (last === undefined) break;
    // A judge that does not reach a snapshot says nothing about how its error falls.
    before = now.map((error, s) => (snapshots[s].time <= last.time ? error : before[s]));
    const judgement = run(grid.shape.map((count) => count * factor), last.time); // biome-ignore format: one call
    judgements.push(judgement);
    judgement.verdicts.forEach((verdict, s) => {
      now[s] = state(snapshots[s], s, verdict, coarser?.verdicts[s] ?? null, null);
    });
    coarser = judgement;
  }

  if (!solution.converged || snapshots.some(({ judgedBy }) => judgedBy === "nodes")) {
    const second = orWhatStopsIt(() => solution.secondOpinion((time) => onProgress?.("characteristics on other nodes", time)));
    if (second instanceof IntegrationError) return referenceByFiniteVolumes(problem, alone, second.message);
    const resolutions = [...(coarsest === null ? [] : [coarsest]), ...judgements];
    snapshots.forEach((snapshot, s) => {
      const heard = resolutions.filter(({ verdicts }) => verdicts[s] !== undefined).map(({ verdicts }) => verdicts[s]);
      if (snapshot.judgedBy === "nodes" || !solution.converged) state(snapshot, s, heard[heard.length - 1], heard.at(-2) ?? null, second[s]);
    }); // biome-ignore format: long lines
  }
  return {
    problem,
    tolerance,
    reached: snapshots.every(({ errors }) => largest(errors) <= tolerance),
    snapshots,
    stoppedBy: null,
    levels: solution.levels,
    levelTolerance,
    densityTolerance,
    judges: judgements.map(({ judge }) => judge),
    unresolvedSince: snapshots.find(({ judgedBy }) => judgedBy === "nodes")?.time ?? null,
    edgeMassSince: snapshots.find(({ edgeMass }) => edgeMass > EDGE_MASS_LIMIT)?.time ?? null,
    outsideInitially: judgements[0]?.outsideInitially ?? 0,
    outsideSince: solution.outsideSince,
    wallMass: [],
    unresolvedInitially: solution.unresolvedInitially,
    unseen: solution.unseen,
  };
}

/** The result, or the error where it cannot be integrated. */
function orWhatStopsIt<T>(compute: () => T): T | IntegrationError {
  try {
    return compute();
  } catch (error) {
    if (error instanceof IntegrationError) return error;
    throw error;
  }
}

interface Traced {
  solution: CharacteristicsSolution;
  /** With densities on the grid; nothing is known of their errors yet. */
  snapshots: (ReferenceSnapshot & NodeSnapshot)[];
}

/** @throws IntegrationError where nodes, or paths back from the cells, stick at kinks or run away. */
function traceSnapshots(
  problem: Problem,
  tolerance: number,
  densityTolerance: number,
  onProgress: ReferenceOptions["onProgress"],
): Traced {
  const { grid } = problem;
  const solution = solveCharacteristics(problem, {
    tolerance,
    onProgress: (refinement, time) => onProgress?.(`characteristics, refinement ${refinement + 1}`, time),
  });
  const traced = solution.tracedDensity(densityTolerance);
  const snapshots = solution.snapshots.map((snapshot): ReferenceSnapshot & NodeSnapshot => {
    onProgress?.("tracing densities", snapshot.time);
    const unknown = Object.fromEntries(problem.observables.map(({ name }) => [name, Infinity]));
    const density = traced.cellAverages(grid, snapshot.time);
    return {
      ...withDensity(snapshot, grid, density),
      nodes: {
        points: snapshot.points.map((x, a) => x.map((coordinate) => intoPeriod(coordinate, grid.axes[a]))),
        weights: snapshot.weights,
      },
      missingMass: Math.abs(snapshot.mass - mass(grid, density)),
      errors: { l1: Infinity, wasserstein1: Infinity, energy: Infinity, observables: unknown },
      opinions: null,
      judgedBy: "nodes",
    };
  });
  return { solution, snapshots };
}

/**
 * The error after some doublings of the cells: they bring a factor of 4 once the density is resolved, and up to then at best half as much
 * again as the doubling before.
 */
function predict(before: number, now: number, doublings: number): number {
  if (now === Infinity) return 0;
  if (doublings === 0) return Infinity;
  const gain = before === Infinity ? 4 : Math.min(4, (1.5 * before) / now);
  return now / pow(gain, doublings);
}

/** Share of the tolerance left to the characteristics and the tracing. */
const SHARE = 1e-2;

function checkTolerance(tolerance: number): void {
  if (!(tolerance > 0 && tolerance < Infinity)) {
    throw new InputError("--tolerance", tolerance, "not a positive number", "give a tolerance such as 1e-3");
  }
  if (SHARE * tolerance < LEAST_TOLERANCE) {
    const least = Number((LEAST_TOLERANCE / SHARE).toPrecision(2));
    throw new InputError("--tolerance", tolerance, "below what double precision can give", `use at least ${least}`);
  }
}

type State = (
  snapshot: ReferenceSnapshot & NodeSnapshot,
  s: number,
  verdict: Verdict,
  coarser: Verdict | null,
  second: NodeState | null,
) => number;

/** Refinements may share the errors of the integrator's steps, which add up to several times its tolerance, and rounding in sums over steps and nodes. */
const STEPS_ADDED = 10;
const ROUNDING = 1e-11;

/**
 * States the errors of a snapshot that a judge has reached, by it, by the judge before it and by a second family of nodes; a finer judge comes later
 * and replaces what was stated. Returns the largest stated error that a finer judge can bring below the tolerance.
 */
function createStatements(
  { snapshots, levels, tolerance, doubtInitially, unresolvedInitially }: CharacteristicsSolution,
  grid: Grid,
  tracing: number,
  goal: number,
): State {
  const width = Math.max(...grid.axes.map(({ min, max }) => max - min));
  const distance = chooseDistance(grid);
  const resolved = unresolvedInitially <= tolerance;
  const shared = Math.max(STEPS_ADDED * levels[levels.length - 1].integration, ROUNDING);
  return (snapshot, s, verdict, coarser, second) => {
    const { lost, hidden } = snapshot;
    // Mass that has been outside counts after it has come back.
    const outside = Math.max(...snapshots.slice(0, s + 1).map((each) => each.outside));
    const crossed = outside > EDGE_MASS_LIMIT;
    snapshot.judgedBy = verdict.resolved ? "finite volumes" : "nodes";
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
      settled: byRefinements.settled && resolved,
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
    snapshot.opinions = { energy, observables };
    snapshot.errors.energy = stateError(energy);
    for (const [name, opinions] of Object.entries(observables)) snapshot.errors.observables[name] = stateError(opinions);

    const { density, missingMass } = snapshot;
    if (verdict.density === null) throw new Error("a judge refines the grid");
    // Paths and growth along them are known as well as V and Vbar are.
    const ofV = (["energy", "meanPotential"] as const).map((key) =>
      levelErrors[key].error < Infinity ? levelErrors[key].error : lastOf(levelDifferences[key], (state) => state[key]),
    );
    const share =
      (lost ? Infinity : tracing) +
      missingMass +
      2 * doubtInitially +
      (ofV[0] + ofV[1]) / Math.max(sizes.energy.scale, Number.MIN_VALUE);
    const own = crossed ? (to: (other: Float64Array) => number) => (coarser?.density ? to(coarser.density) : null) : () => 0;
    const state = (to: (other: Float64Array) => (mu: Float64Array) => number) => {
      const fromJudge = to(verdict.density as Float64Array);
      const found = fromJudge(density);
      return found + (own(fromJudge) ?? found);
    };
    snapshot.errors.l1 = state((other) => (mu) => l1Distance(grid, mu, other)) + share;
    snapshot.errors.wasserstein1 =
      mass(grid, density) > 0
        ? state((other) => (mu) => distance(mu, other)) + tracing + (share - tracing) * width
        : lost
          ? Infinity
          : width;
    const ofJudge = [energy, ...Object.values(observables)].map((each) => (errorOfNodes(each) > goal ? 0 : stateError(each)));
    return Math.max(...ofJudge, share > goal ? 0 : snapshot.errors.l1, share * width > goal ? 0 : snapshot.errors.wasserstein1);
  };
}

type Quantities = Pick<NodeState, "energy" | "observables">;
/** What there is of both families of nodes. */
type NodeQuantities = Quantities & Pick<NodeState, "meanPotential">;
