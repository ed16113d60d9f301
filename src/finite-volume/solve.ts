import { StepSizeError } from "../errors.ts";
import { edgeMass, ROUGHNESS_LIMIT, roughness } from "../grid/density.ts";
import type { Grid } from "../grid/grid.ts";
import { type Carried, takeOver } from "../numerics/carried.ts";
import { residualOffSupport } from "../potential/optimality.ts";
import { longestInTime } from "../problem/clock-checks.ts";
import { refuseUnless, termsOf } from "../problem/dynamics.ts";
import { observablesOnGrid, type Problem, stopsOf } from "../problem/problem.ts";
import { type GridSnapshot, withDensity } from "../problem/snapshot.ts";
import { thermalTermsOf } from "../problem/thermal.ts";
import { drain } from "./drain.ts";
import { createDrive } from "./energy-drive.ts";
import { createFieldRates } from "./field-rates.ts";
import { type AnyFluxName, FLUXES, type FluxName, fluxFor, isThermalFlux } from "./fluxes.ts";
import { createLeastPotential } from "./least-potential.ts";
import { createLedger, type Ledger } from "./ledger.ts";
import { createNeglected } from "./neglected.ts";
import { snapshotAt, thermalSnapshot } from "./run-record.ts";
import { createSinceClocks, type Since } from "./since.ts";
import type { SplittingName } from "./splittings.ts";
import { longestStep, refuseEndless, type StepOptions } from "./step-bounds.ts";
import { createStepper, type SchemeOptions, type Stepper } from "./stepper.ts";
import { createThermalStepper } from "./thermal/thermal-stepper.ts";
import { findUnresolvedInputs, type UnresolvedInput, worseOf } from "./unresolved-inputs.ts";
import { createWallFlow, type WallMass } from "./wall-flow.ts";

export interface SolveOptions extends Partial<Omit<SchemeOptions, "flux">>, StepOptions {
  /** Default: scharfetter-gummel where there is diffusion, otherwise muscl. */
  flux?: AnyFluxName;
  /** Called after each step with the time reached. */
  onStep?: (time: number) => void;
}

export interface Solution extends Since {
  grid: Grid;
  /** The flux and the splitting; named as in summaries. */
  scheme: { flux: AnyFluxName; splitting: SplittingName };
  steps: number;
  /** A bound on the share of the mass at the end that is misplaced because steps follow the mass and not far cells without it. See Neglected. */
  heldBack: number;
  snapshots: GridSnapshot[];
  /** Mass of the initial distribution that lay outside the domain and was cut off. */
  outsideInitially: number;
  /** The same of the prior of a reinjection; 0 without one. */
  outsideOfPrior: number;
  /** Mass that no-flux walls have held back and that would have left on the whole space; walls with more than 1e-6 only. */
  wallMass: WallMass[];
  /** F, K and observables that the cells do not resolve, where there was mass at the start or at the end; see findUnresolvedInputs. */
  unresolvedInputs: UnresolvedInput[];
  /** Largest rise of the energy over one step, 0 if it never rose. */
  largestEnergyRise: number;
  /** Largest difference over the steps between the mass and what it must be: 1, or under `unbalanced` 1 plus what each reaction step added. */
  largestMassDrift: number;
}

/** A run that goes on where another one of the same problem and options was left, with the same bits from there. */
export interface Continued {
  /** What the other carried after a step. It is taken over, and no longer of use to others. */
  from?: Carried | undefined;
}

/** Where a run stands after a step. */
export interface SolveStep {
  time: number;
  /** The record that was due at this time, otherwise null. */
  snapshot: GridSnapshot | null;
  /** mu and V as they are now, shape [grid.size]: views that the next step overwrites. */
  mu: Float64Array;
  V: Float64Array;
  /** What walls have held back so far; see Solution. */
  wallMass(): WallMass[];
  /** All that the steps to come depend on, live: `from` of another run goes on with it. */
  carried: Carried;
}

/** Edges and sharpness are checked every 16 steps, at the start, at snapshots and at the end; without K the length of a step is too. */
const CHECK_EVERY = 16;

/**
 * Solves a problem on its grid by finite volumes and operator splitting.
 *
 * Steps are the largest that keep densities non-negative and resolve the reaction where there is mass (OutflowLimit), and divide the time to the next snapshot equally. Mass and
 * positivity are checked at every step. Memory: about nine arrays of grid.size doubles and those of the kernel.
 *
 * @throws InputError if F or an observable is not finite on the grid, or the initial distribution has no mass in the domain.
 * @throws InvariantError if mass, positivity or finiteness fails, with time and place.
 */
export function solve(problem: Problem, options: SolveOptions = {}): Solution {
  return drain(solveSteps(problem, options), options.onStep);
}

/**
 * `solve` one step at a time, for callers that watch or interrupt it; the snapshot at t = 0 comes before the first step. Snapshots are handed over
 * and not kept.
 */
export function* solveSteps(
  problem: Problem,
  options: Omit<SolveOptions, "onStep"> & Continued = {},
): Generator<SolveStep, Omit<Solution, "snapshots">, void> {
  const { splitting = "strang", freezePotential = false, stepShare = 1 } = options;
  const { grid } = problem;
  refuseUnless(problem, "finite-volume");
  const maxStep = Math.min(options.maxStep ?? Infinity, stepShare * longestInTime(problem));
  const { diffusion } = thermalTermsOf(problem);
  const flux = fluxFor(diffusion, options.flux);
  const isThermal = problem.temperature.constant !== 0;
  const scheme = { splitting, freezePotential };
  const thermal = isThermal ? createThermalStepper(problem, grid, scheme) : null;
  const stepper = thermal ?? createStepper(problem, grid, { flux: coldFlux(flux), ...scheme });
  const { reaction } = stepper;
  const initial = problem.initial.cellAverages(grid);
  const observables = observablesOnGrid(problem.observables, grid);
  const { transport } = termsOf(problem);

  stepper.start(initial.density);
  const drive = createDrive(problem, grid, stepper.mu, stepper.potential.external);
  const ledger = createLedger(problem, grid, stepper, thermal?.measure, drive);
  // With diffusion walls reflect, and mass that comes to them goes back: nothing is held.
  const wallFlow = transport && !diffusion ? createWallFlow(grid, stepper.mu, stepper.V) : null;
  const leastPotential = createLeastPotential(problem.potential, grid, stepper.potential);
  const neglected = createNeglected(problem, reaction, stepper.simd);
  const wallMass = () => wallFlow?.held() ?? [];
  const since = createSinceClocks();
  const run = {
    time: 0,
    steps: 0,
    lastStep: 0,
    /** The stop that comes next, the time left to it, and the longest step that was allowed last; 0 where another has to be found. */
    stop: 0,
    remaining: 0,
    longest: 0,
  };
  const carried = {
    run,
    since: since.carried,
    stepper: stepper.carried,
    ledger: ledger.carried,
    wallFlow: wallFlow?.carried ?? null,
    leastPotential: leastPotential.carried,
    neglected: neglected.carried,
  };
  const changes = stepper.potential.interacting || isThermal || stepper.potential.moveTo !== undefined;
  const ratesOf = !diffusion && FLUXES[coldFlux(flux)].courant === Infinity ? createFieldRates(grid) : null;

  const check = () => since.note(run.time, edgeMass(grid, stepper.mu), roughness(grid, stepper.mu) <= ROUGHNESS_LIMIT);

  function record(): GridSnapshot {
    const { mu, V } = stepper;
    stepper.potential.moveTo?.(run.time);
    const offSupport = (baseline: number) => residualOffSupport(mu, V, baseline);
    const measured = { grid, mu, minPotential: leastPotential(mu, V), offSupport };
    const snapshot = snapshotAt(run.time, problem, ledger, measured, observables);
    const whole = withDensity(isThermal ? thermalSnapshot(snapshot, problem, { grid, mu, V }) : snapshot, grid, mu.slice());
    since.note(run.time, whole.edgeMass, whole.resolved);
    return whole;
  }

  const stand = (snapshot: GridSnapshot | null): SolveStep => ({
    time: run.time,
    snapshot,
    mu: stepper.mu,
    V: stepper.V,
    wallMass,
    carried,
  });

  const { from } = options;
  if (from === undefined) check();
  else {
    takeOver(carried, from);
    stepper.potential.moveTo?.(run.time);
  }
  let goesOn = from !== undefined;
  for (const stops = stopsOf(problem); run.stop < stops.length; run.stop++) {
    const target = stops[run.stop];
    const due = problem.snapshotTimes.includes(target);
    if (!goesOn) {
      Object.assign(run, { remaining: target - run.time, longest: 0 });
      if (target === 0 && due) yield stand(record());
    }
    goesOn = false;
    while (run.remaining > 0) {
      const { time, remaining } = run;
      if (run.longest === 0 || changes || run.steps % CHECK_EVERY === 0) {
        const share = neglected.allowed(time, ledger.state().meanPotential, stepper.V);
        stepper.neglect(share);
        const reactionRate =
          reaction === null ? 0 : problem.alpha.largest(time, target) * reaction.spread(stepper.V, stepper.mu, share);
        const rates = ratesOf === null || !transport ? null : ratesOf(stepper.mu, stepper.V);
        const rate =
          rates === null
            ? 0
            : rates.strain + rates.crossing + (reaction === null ? 0 : problem.alpha.largest(time, target) * rates.deviation);
        const found = longestStep(stepper, reactionRate, rate, { ...options, maxStep });
        refuseEndless(remaining, found);
        run.longest = found.dt;
      }
      const equal = remaining / Math.max(1, Math.ceil(remaining / run.longest - 1e-9));
      // One and the same number for equal steps: factors of the reaction are kept.
      const dt = Math.abs(equal - run.lastStep) <= 1e-13 * target ? run.lastStep : equal;
      const taken = advance(stepper, ledger, dt, time);
      neglected.record(time, time + taken, stepper.heldBack());
      wallFlow?.record(time, taken, stepper.mu, stepper.V);
      run.lastStep = taken;
      if (taken < dt) run.longest = 0;
      run.remaining -= taken;
      if (run.remaining < 1e-12 * target) run.remaining = 0;
      run.time = target - run.remaining;
      run.steps++;
      since.noteDefect(run.time, ledger.isDefective(), run.remaining === 0);
      if (run.steps % CHECK_EVERY === 0 || run.remaining === 0) check();
      yield stand(run.remaining === 0 && due ? record() : null);
    }
  }
  // At the end only where the density itself is resolved: in a peak of a few cells everything is a kink.
  stepper.potential.moveTo?.(0);
  const atStart = findUnresolvedInputs(problem, grid, initial.density);
  stepper.potential.moveTo?.(problem.end);
  const found = since.found();
  const atEnd = found.unresolvedSince === null ? findUnresolvedInputs(problem, grid, stepper.mu) : [];
  return {
    grid,
    scheme: { flux, splitting },
    steps: run.steps,
    heldBack: neglected.misplaced(),
    outsideInitially: initial.outside,
    outsideOfPrior: stepper.prior?.outside ?? 0,
    ...found,
    wallMass: wallMass(),
    unresolvedInputs: worseOf(atStart, atEnd),
    largestEnergyRise: ledger.largestRise(),
    largestMassDrift: ledger.largestMassDrift(),
  };
}

/** fluxFor has checked it. */
function coldFlux(flux: AnyFluxName): FluxName {
  if (isThermalFlux(flux)) throw new Error("a flux with diffusion without it");
  return flux;
}

const MOST_HALVINGS = 40;

/** One step of at most dt: halved until V, as it is in the middle of the step, allows it. */
function advance(stepper: Stepper, ledger: Ledger, dt: number, time: number): number {
  let tried = dt;
  for (let halvings = 0; ; halvings++) {
    try {
      const massChange = stepper.step(time, tried);
      ledger.close(time, tried, massChange);
      return tried;
    } catch (error) {
      if (!(error instanceof StepSizeError) || halvings === MOST_HALVINGS) throw error;
      tried /= 2;
    }
  }
}
