import { IntegrationError } from "../numerics/dormand-prince.ts";
import { type Keep, keepNothing } from "../numerics/keep.ts";
import { refuseUnless, termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { type GridSnapshot, withDensity } from "../problem/snapshot.ts";
import { firstPlan, HIGHER_FLOOR, nextPlan, type SpectralRefinement } from "./refinements.ts";
import { runSpectral, type SpectralRun } from "./run.ts";
import { compareStates, type SpectralState } from "./state.ts";
import type { SpectralPlan } from "./through-modes.ts";

export interface SpectralOptions {
  /** Largest difference of two refinements in mass, energy, Vbar, dissipation, observables, and the density in L1, at every snapshot, relative to its size; default 1e-8. See compareStates. */
  tolerance?: number;
  /** Nodes along each axis of the first refinement, one count or one by name: powers of two. */
  nodes?: number | Readonly<Record<string, number>>;
  /** Called as time goes on: the refinement from 0, and the time it has reached. */
  onProgress?: (refinement: number, time: number) => void;
  /** Keeps each refinement; see Keep. */
  keep?: Keep;
}

/** A snapshot of a spectral solution: cell averages are those of the trigonometric interpolant, positive up to rounding. */
export interface SpectralSnapshot extends GridSnapshot {
  /** The least density at a node, as a share of the largest. */
  negative: number;
  edge: number;
  spectrumTail: number;
}

export interface SpectralSolution {
  tolerance: number;
  /** True where, to the tolerance, two refinements agree, the density vanishes at the ends of no-flux axes, and what is below rounding does not matter. */
  converged: boolean;
  /** First to last that came to an end; the snapshots are those of the last. */
  levels: SpectralRefinement[];
  snapshots: SpectralSnapshot[];
  steps: number;
  /** The largest density at an end of a no-flux axis at any step, as a share of the largest of all. */
  edge: number;
  /** Share of mu_0 outside the domain. */
  outsideInitially: number;
  /** Difference of a run in which densities below 1e-12, not 1e-14, of the largest do not count: births from less are missed. null where nothing moves, or was not tested. */
  floorDifference: number | null;
}

/**
 * Solves a problem by Fourier modes: mu at the nodes of a uniform lattice, products at the nodes, derivatives of the modes, K by the trapezoidal rule, diffusion exactly by an integrating factor, and an
 * adaptive Runge-Kutta method of order 7. Modes are doubled and steps tightened until two solutions agree. Where mu and V are smooth the error falls faster than any power of the modes. Independent of
 * finite volumes and characteristics: it shares with them V, the measures of energy and the initial density.
 *
 * mu has to be periodic, or to vanish at the ends of no-flux axes: all axes are taken as periodic. Densities are positive up to rounding only. Births from a density below 1e-14 of the largest are missed;
 * floorDifference shows whether they matter. Without transport log mu is solved for, and nothing is missed.
 * Cost: 10 evaluations of createEquation a step; steps times the speed are some 2 nodes long at most, where there is mass. Memory: some 20 arrays of nodes.
 *
 * @throws InputError for a dynamics without spectral solver, an unusable tolerance or count of nodes.
 * @throws IntegrationError where no refinement comes to an end.
 */
export function solveSpectral(problem: Problem, options: SpectralOptions = {}): SpectralSolution {
  return refineModes(problem, options).solution;
}

/** solveSpectral with what the refinement before found; null where there is one alone. @param stalled see nextPlan. */
export function refineModes(
  problem: Problem,
  options: SpectralOptions = {},
  stalled?: number,
): { solution: SpectralSolution; before: readonly SpectralState[] | null } {
  refuseUnless(problem, "spectral");
  const { tolerance = 1e-8, nodes, onProgress, keep = keepNothing } = options;
  const { grid } = problem;
  const run = (plan: SpectralPlan, refinement: number) => {
    const name = ["modes", ...plan.nodes, plan.integration, plan.floor].join("-");
    return keep(name, () => endOf(() => runSpectral(problem, plan, (time) => onProgress?.(refinement, time))));
  };
  const levels: SpectralRefinement[] = [];
  let plan: SpectralPlan | null = firstPlan(grid, tolerance, nodes);
  let latest: { run: SpectralRun; plan: SpectralPlan } | null = null;
  let previous: { run: SpectralRun; plan: SpectralPlan } | null = null;
  let failure: string | null = null;
  while (plan !== null) {
    const found = run(plan, levels.length);
    const { nodes, integration } = plan;
    if ("failure" in found) {
      failure = found.failure;
      levels.push({
        nodes,
        integration,
        steps: null,
        difference: levels.length === 0 ? null : Infinity,
        worst: failure,
        edge: Number.NaN,
        spectrumTail: Number.NaN,
      });
      previous = null;
    } else {
      const before: SpectralRun | null = latest?.run ?? null;
      const compared =
        before === null
          ? { difference: levels.length === 0 ? null : Infinity, worst: null }
          : compareStates(grid, found.states, before.states);
      levels.push({
        nodes,
        integration,
        steps: found.steps,
        ...compared,
        edge: found.edge,
        spectrumTail: Math.max(...found.states.map((state) => state.spectrumTail)),
      });
      previous = latest;
      latest = { run: found, plan };
    }
    plan = agrees(levels, tolerance) ? null : nextPlan(levels, tolerance, stalled);
  }
  if (latest === null)
    throw new IntegrationError(
      `${failure}; widen the domain so that the density vanishes to rounding at no-flux ends, smooth F, K and the initial distribution, or use --method finite-volume`,
      0,
      0,
    );
  const { states, edge, initialEnergy, steps } = latest.run;
  let floorDifference: number | null = null;
  if (agrees(levels, tolerance) && previous !== null && termsOf(problem).transport) {
    const higher = run({ ...previous.plan, floor: HIGHER_FLOOR }, levels.length);
    floorDifference = "failure" in higher ? Infinity : compareStates(grid, higher.states, previous.run.states).difference;
  }
  const solution = {
    tolerance,
    converged: agrees(levels, tolerance) && edge <= tolerance && !(floorDifference !== null && floorDifference > tolerance),
    levels,
    steps,
    edge,
    outsideInitially: problem.initial.cellAverages(grid).outside,
    floorDifference,
    snapshots: states.map(({ sizes: _, density, ...state }) => ({
      ...withDensity({ ...state, defect: state.energy - initialEnergy + state.dissipated }, grid, density),
    })),
  };
  return { solution, before: previous?.run.states ?? null };
}

const agrees = (levels: readonly SpectralRefinement[], tolerance: number) => {
  const last = levels.at(-1)?.difference ?? null;
  return last !== null && last <= tolerance;
};

/** A run, or why it came to no end. */
function endOf(run: () => SpectralRun): SpectralRun | { failure: string } {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    return { failure: error.message };
  }
}
