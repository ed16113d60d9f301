import { InputError, InvariantError, refuseUnlessPositive, StepSizeError } from "../../errors.ts";
import { EDGE_MASS_LIMIT, ROUGHNESS_LIMIT, roughness } from "../../grid/density.ts";
import { checkGradation, type Gradation } from "../../grid/graded-edges.ts";
import { densitiesOf, describeMovingCell, roughnessOf } from "../../grid/moving-grid.ts";
import { type Carried, takeOver } from "../../numerics/carried.ts";
import { residualOffSupport } from "../../potential/optimality.ts";
import { longestInTime } from "../../problem/clock-checks.ts";
import { refuseUnless, termsOf } from "../../problem/dynamics.ts";
import { observablesOnGrid, type Problem, stopsOf } from "../../problem/problem.ts";
import { type GridSnapshot, withDensity } from "../../problem/snapshot.ts";
import { thermalTermsOf } from "../../problem/thermal.ts";
import { drain } from "../drain.ts";
import { createDrive } from "../energy-drive.ts";
import { createLeastPotential } from "../least-potential.ts";
import { createLedger, type LedgerEntry } from "../ledger.ts";
import { snapshotAt } from "../run-record.ts";
import { createSinceClocks } from "../since.ts";
import type { Continued, Solution, SolveOptions } from "../solve.ts";
import { findUnresolvedInputs, worseOf } from "../unresolved-inputs.ts";
import { createWallFlow, type WallMass } from "../wall-flow.ts";
import { FEWEST_POINTS } from "./axis-nodes.ts";
import { createCoarseTails } from "./coarse-tails.ts";
import { edgeMassOf } from "./edge-mass.ts";
import { createMovingStepper, type MovingStepper } from "./moving-stepper.ts";
import { densityOnGrid } from "./project-grid.ts";
import { createThermalMovingStepper } from "./thermal-moving-stepper.ts";

export interface MovingOptions {
  /**
   * Length of a step in units of the time in which the density changes its shape, see createMovingStepper; default 0.025. The error of the steps is of order 2 in it. Not at a temperature, where
   * steps are as on fixed cells.
   */
  stepNumber?: number;
  /** Upper bound on dt. */
  maxStep?: number;
  /** Steps are this share of what stepNumber allows, in (0, 1]; default 1. */
  stepShare?: number;
  /** How cells are spread; see gradeEdges. */
  gradation?: Partial<Gradation>;
  /** How fast edges are drawn to where cells are wanted, in units of the strain; see EdgeMotion. Default 1; not at a temperature. */
  pull?: number;
}

/** A snapshot with its own cells. */
export interface MovingSnapshot extends GridSnapshot {
  /** Edges of each axis, shapes [cells + 1]. */
  edges: readonly Float64Array[];
  /** Masses of the cells between them, shape [grid.size]. */
  masses: Float64Array;
}

/** A solution on moving cells. Its scheme is that of its transport; `heldBack` bounds what tails in coarse cells may have grown to, see CoarseTails. */
export interface MovingSolution extends Omit<Solution, "snapshots"> {
  /** Why it ended before its time, with time and place: mass, positivity or finiteness failed, edges would have crossed, or steps vanished; null where it did not. */
  failure: string | null;
  snapshots: MovingSnapshot[];
}

/** Where a run stands after a step. */
export interface MovingStep {
  time: number;
  /** The record that was due at this time, otherwise null. */
  snapshot: MovingSnapshot | null;
  /** V on the lattice as it is now, shape [grid.size]: a view that the next step overwrites. */
  V: Float64Array;
  /** What walls have held back so far; see Solution. */
  wallMass(): WallMass[];
  /** See SolveStep. */
  carried: Carried;
}

const DEFAULT_STEP = 0.025;
const GRADATION: Gradation = { uniform: 0.15, growth: 0.4, passes: 6 };
/** Edges, sharpness and tails are checked every 16 steps, at the start, at snapshots and at the end. */
const CHECK_EVERY = 16;
const MOST_STEPS = 1e7;
const MOST_HALVINGS = 40;
/** Edge mass below which walls hold nothing back that is reported. */
const NO_WALL_MASS = 1e-3 * EDGE_MASS_LIMIT;

/** `solveMovingSteps` to the end. */
export function solveMoving(
  problem: Problem,
  { onStep, ...options }: MovingOptions & Pick<SolveOptions, "onStep"> = {},
): MovingSolution {
  return drain(solveMovingSteps(problem, options), onStep);
}

/**
 * Solves a problem by finite volumes whose cells follow the mass, one step at a time; the snapshot at t = 0 comes before the first step. As many cells an axis as the grid of
 * the problem has, on which V is evaluated: between its points F, K and observables are polynomials of degree 5. The densities of snapshots are projected onto that
 * grid; `resolved`, `edgeMass` and `minDensity` are those of the moving cells.
 *
 * Order 2 in the steps, between 2 and 3 in the cells, at a temperature 2 (createThermalMovingStepper); a density that sharpens is resolved for as long as its peaks are wider than 2^-39 of the domain.
 *
 * @throws InputError for a dynamics without moving cells, and where F or an observable is not finite on the grid.
 * Where mass, positivity or finiteness fails or edges would cross, the run ends there, with the snapshots before and the reason.
 */
export function* solveMovingSteps(
  problem: Problem,
  options: MovingOptions & Continued = {},
): Generator<MovingStep, Omit<MovingSolution, "snapshots">, void> {
  const { grid } = problem;
  refuseUnless(problem, "finite-volume");
  refuseUnless(problem, "moving-grid");
  const few = grid.axes.find(({ cells }) => cells < FEWEST_POINTS);
  if (few !== undefined) {
    throw new InputError(`variables.${few.name}.cells`, few.cells, "too few for cells that move", `use at least ${FEWEST_POINTS}`);
  }
  const { stepNumber = DEFAULT_STEP, maxStep = Infinity, stepShare = 1, pull = 1 } = options;
  refuseUnlessPositive({ stepNumber, maxStep, stepShare, pull });
  if (stepShare > 1) throw new InputError("stepShare", stepShare, "above 1", "give a number in (0, 1]");
  const ofF = longestInTime(problem);
  const gradation = { ...GRADATION, ...options.gradation };
  checkGradation(gradation);
  const isThermal = problem.temperature.constant !== 0;
  const stepper = isThermal
    ? createThermalMovingStepper(problem, grid, gradation)
    : createMovingStepper(problem, grid, gradation, pull);
  const observables = observablesOnGrid(problem.observables, grid);
  const { transport, reaction } = termsOf(problem);
  const { diffusion, logTerm } = thermalTermsOf(problem);
  const loss = stepper.loss === null ? null : { loss: stepper.loss };
  const entry: LedgerEntry = { what: "mass", place: (i) => describeMovingCell(stepper.grid, i) };
  const drive = createDrive(problem, grid, stepper.mu, stepper.potential.external);
  const ledger = createLedger(problem, grid, { ...stepper, mu: stepper.masses, reaction: loss, entry }, stepper.measure, drive);
  // Diffusion fills tails anew, whatever they were.
  const tails = createCoarseTails(problem, stepper.grid, reaction !== null && !diffusion, logTerm === "density");
  const gridDensity = () => densityOnGrid(stepper.masses, stepper.rows, grid);
  const leastPotential = createLeastPotential(problem.potential, grid, stepper.potential);
  const initialDensity = gridDensity();
  const wallFlow = transport && !diffusion ? createWallFlow(grid, initialDensity, stepper.V) : null;
  const wallMass = () => wallFlow?.held() ?? [];
  const since = createSinceClocks();
  const run = {
    nearWall: false,
    time: 0,
    steps: 0,
    /** The stop that comes next, and the time left to it. */
    stop: 0,
    remaining: 0,
  };
  const carried = {
    run,
    since: since.carried,
    stepper: stepper.carried,
    ledger: ledger.carried,
    wallFlow: wallFlow?.carried ?? null,
    leastPotential: leastPotential.carried,
    tails: tails.carried,
  };

  function check(): { edgeMass: number; resolved: boolean } {
    const edgeMass = edgeMassOf(grid, stepper.rows, stepper.masses);
    const resolved = roughnessOf(stepper.grid, stepper.masses) <= ROUGHNESS_LIMIT;
    since.note(run.time, edgeMass, resolved);
    run.nearWall = edgeMass > NO_WALL_MASS;
    tails.record(run.time, stepper.growth, stepper.masses);
    return { edgeMass, resolved };
  }

  function record(): MovingSnapshot {
    stepper.potential.moveTo?.(run.time);
    const densities = densitiesOf(stepper.grid, stepper.masses);
    const offSupport = (ofBaseline: number) => residualOffSupport(densities, stepper.atCells(), ofBaseline);
    const measured = { grid, mu: stepper.mu, minPotential: leastPotential(stepper.mu, stepper.V), offSupport };
    const snapshot = stepper.record(snapshotAt(run.time, problem, ledger, measured, observables));
    return {
      ...withDensity(snapshot, grid, gridDensity()),
      minDensity: densities.reduce((least, value) => Math.min(least, value), Infinity),
      ...check(),
      edges: stepper.grid.edges.map((edges) => edges.slice()),
      masses: stepper.masses.slice(),
    };
  }

  function advance(longest: number, remaining: number): number {
    const { time, nearWall } = run;
    const equal = remaining / Math.max(1, Math.ceil(remaining / longest - 1e-9));
    const { dt, massChange } = stepOf(stepper, time, equal);
    ledger.close(time, dt, massChange);
    if (nearWall) wallFlow?.record(time, dt, gridDensity(), stepper.V);
    else wallFlow?.rest();
    return dt;
  }

  const stand = (snapshot: MovingSnapshot | null): MovingStep => ({ time: run.time, snapshot, V: stepper.V, wallMass, carried });

  const { from } = options;
  if (from === undefined) check();
  else {
    takeOver(carried, from);
    stepper.resume();
    stepper.potential.moveTo?.(run.time);
  }
  let goesOn = from !== undefined;
  let failure: string | null = null;
  for (const stops = stopsOf(problem); run.stop < stops.length && failure === null; run.stop++) {
    const target = stops[run.stop];
    const due = problem.snapshotTimes.includes(target);
    if (!goesOn) {
      run.remaining = target - run.time;
      if (target === 0 && due) yield stand(record());
    }
    goesOn = false;
    while (run.remaining > 0) {
      const { time, remaining } = run;
      const found = stepper.longest(reaction === null ? 0 : problem.alpha.largest(time, target), { stepNumber, stepShare });
      const longest = Math.min(maxStep, found.dt, stepShare * ofF);
      let dt: number;
      try {
        if (!(remaining / longest < MOST_STEPS)) {
          throw new InvariantError("steps vanish", time, `${found.why}: dt = ${longest}`);
        }
        dt = advance(longest, remaining);
      } catch (error) {
        if (!(error instanceof InvariantError)) throw error;
        failure = error.message;
        break;
      }
      run.remaining -= dt;
      if (run.remaining < 1e-12 * target) run.remaining = 0;
      run.time = target - run.remaining;
      run.steps++;
      since.noteDefect(run.time, ledger.isDefective(), run.remaining === 0);
      if (run.steps % CHECK_EVERY === 0 || run.remaining === 0) check();
      yield stand(run.remaining === 0 && due ? record() : null);
    }
  }
  stepper.potential.moveTo?.(0);
  const atStart = findUnresolvedInputs(problem, grid, initialDensity);
  stepper.potential.moveTo?.(problem.end);
  // Only where the lattice too resolves the density: within one of its cells everything is a kink.
  const last = gridDensity();
  const seen = failure === null && roughness(grid, last) <= ROUGHNESS_LIMIT;
  const atEnd = seen ? findUnresolvedInputs(problem, grid, last) : [];
  return {
    grid,
    scheme: { flux: stepper.flux, splitting: "strang" },
    failure,
    steps: run.steps,
    heldBack: tails.misplaced(),
    outsideInitially: stepper.outside,
    outsideOfPrior: 0,
    ...since.found(),
    wallMass: wallMass(),
    unresolvedInputs: worseOf(atStart, atEnd),
    largestEnergyRise: ledger.largestRise(),
    largestMassDrift: ledger.largestMassDrift(),
  };
}

/** One step of at most dt, halved until the stepper takes it. */
function stepOf(stepper: MovingStepper, time: number, dt: number): { dt: number; massChange: number } {
  for (let tried = dt, halvings = 0; ; tried /= 2, halvings++) {
    try {
      return { dt: tried, massChange: stepper.step(time, tried) };
    } catch (error) {
      if (!(error instanceof StepSizeError) || halvings === MOST_HALVINGS) throw error;
    }
  }
}
