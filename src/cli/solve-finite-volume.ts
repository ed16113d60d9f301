import { InputError } from "../errors.ts";
import { formatNumber } from "../figures/numbers.ts";
import type { DatasetFile } from "../files/netcdf.ts";
import { fluxFor } from "../finite-volume/fluxes.ts";
import { type MovingSnapshot, solveMovingSteps } from "../finite-volume/moving/solve-moving.ts";
import { solveSteps } from "../finite-volume/solve.ts";
import { orderInTime } from "../finite-volume/splittings.ts";
import { refineSteps, type StepError } from "../finite-volume/step-tolerance.ts";
import { describeUnresolved } from "../finite-volume/unresolved-inputs.ts";
import { EDGE_MASS_LIMIT } from "../grid/density.ts";
import type { Carried } from "../numerics/carried.ts";
import type { FrameKeeper } from "../plots/density-over-time.ts";
import { termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import type { GridSnapshot } from "../problem/snapshot.ts";
import { thermalTermsOf } from "../problem/thermal.ts";
import { describeSolution } from "../reference/datasets.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { describeCut, describeWall } from "./coverage-warnings.ts";
import { startProgress } from "./progress.ts";
import { screenTable } from "./screen.ts";
import type { MethodOptions, MethodRun } from "./solve-method.ts";
import { type RecordedSolution, runSteps, type Steps } from "./solve-recorded.ts";

/** Fixed cells, or cells that follow the mass. */
export const GRIDS = ["fixed", "moving"] as const;

export function runFiniteVolume(
  problem: Problem,
  options: MethodOptions,
  file: DatasetFile | null,
  checkpoint: Checkpoint | null,
  frames?: FrameKeeper,
): MethodRun {
  const moving = options.grid === "moving";
  if (moving) refuseWithMoving(options);
  const progress = startProgress(`solving ${problem.name}`, problem.end, "time units");
  const write = (snapshot: GridSnapshot | MovingSnapshot) =>
    file?.addDensity(snapshot.density, "edges" in snapshot ? snapshot : null);
  let solution: RecordedSolution;
  let stepError: StepError | null = null;
  try {
    const run = (share: number, onSnapshot: (snapshot: GridSnapshot) => void) =>
      runSteps<GridSnapshot>({
        begin: (from) => stepsOf(problem, options, share, from),
        end: problem.end,
        onStep: progress.update,
        onKept: progress.skip,
        onSnapshot,
        frames,
        checkpoint,
        name: share === 1 ? "run" : `run-${share}`,
      });
    if (options.tolerance === undefined) solution = run(1, write);
    else {
      const { splitting = "strang" } = options;
      const flux = moving ? "muscl" : fluxFor(thermalTermsOf(problem).diffusion, options.flux);
      const order = moving ? 2 : orderInTime({ flux, splitting }, termsOf(problem));
      const found = refineSteps(problem, options.tolerance, order, (share) => {
        const whole: GridSnapshot[] = [];
        const recorded = run(share, (snapshot) => whole.push(snapshot));
        return { steps: recorded.steps, recorded, snapshots: whole };
      });
      solution = found.run.recorded;
      stepError = found.stepError;
      found.run.snapshots.forEach(write);
    }
  } finally {
    progress.stop();
  }
  const failure = solution.failure ?? null;
  return {
    summary: {
      problem: problem.name,
      method: "finite-volume",
      ...(moving ? { grid: "moving" } : {}),
      scheme: solution.scheme,
      cells: [...solution.grid.shape],
      steps: solution.steps,
      ...(stepError === null ? {} : { stepError }),
      ...(failure === null ? {} : { failure }),
      heldBack: solution.heldBack,
      outsideInitially: solution.outsideInitially,
      outsideOfPrior: solution.outsideOfPrior,
      edgeMassSince: solution.edgeMassSince,
      unresolvedSince: solution.unresolvedSince,
      wallMass: solution.wallMass,
      defectSince: solution.defectSince,
      unresolvedInputs: solution.unresolvedInputs,
      snapshots: solution.snapshots,
    },
    text: describe(problem, solution, moving),
    warnings: [
      ...(failure === null ? [] : [`${failure}; what was recorded before is written`]),
      ...(stepError === null || stepError.reached ? [] : [complaintOf(stepError)]),
      ...warningsOf(solution, moving),
    ],
    exitCode: failure === null && (stepError?.reached ?? true) ? 0 : 1,
    finishFile: (open) => open.finish(describeSolution(problem, solution, { moving, stepError, failure })),
  };
}

/** @param share of the usual length of steps. @param from see Continued. */
function stepsOf(
  problem: Problem,
  { grid, flux, splitting, maxStep }: MethodOptions,
  share: number,
  from: Carried | undefined,
): Steps<GridSnapshot> {
  const bound = { from, ...(maxStep === undefined ? {} : { maxStep }) };
  if (grid === "moving") return solveMovingSteps(problem, { ...bound, stepShare: share });
  return solveSteps(problem, {
    ...bound,
    stepShare: share,
    ...(flux === undefined ? {} : { flux }),
    ...(splitting === undefined ? {} : { splitting }),
  });
}

function refuseWithMoving(options: MethodOptions): void {
  for (const name of ["flux", "splitting"] as const) {
    if (options[name] === undefined) continue;
    throw new InputError(
      `--${name}`,
      options[name],
      "not an option of --grid moving, which takes large steps and Strang's splitting",
      "leave it out, or use --grid fixed",
    );
  }
}

/** Shares of the mass above which they are told, and how they come about. On moving cells the bound is far above the error where little grows: 0.15 at most where it was below 1e-3. */
const MISPLACED_BY_STEPS = [1e-6, "mass that steps neglected has grown since; give a smaller --max-step"] as const;
const MISPLACED_BY_MOVING = [
  0.3,
  "births have made it of tails that are too thin for moving cells; compare with --grid fixed, and use more cells",
] as const;

function complaintOf({ tolerance, error, worst, runs }: StepError): string {
  const { steps } = runs[runs.length - 1];
  if (error === Infinity)
    return `tolerance ${tolerance} not reached: the run of ${steps} steps ended early; accept a larger --tolerance`;
  return `tolerance ${tolerance} not reached: with ${steps} steps their error is about ${formatNumber(error, 2)} (${worst}); accept a larger --tolerance, or use more cells`;
}

function describe(problem: Problem, solution: RecordedSolution, moving: boolean): string {
  const names = problem.observables.map(({ name }) => name);
  // At a temperature the support is everything.
  const reachesGibbs = solution.snapshots.some(({ gibbsResidual }) => gibbsResidual !== undefined);
  const rows = solution.snapshots.map((s) => [
    s.time, s.energy, s.gap ?? "-", s.residualOnSupport, reachesGibbs ? (s.gibbsResidual ?? "-") : s.residualOffSupport, s.dissipated, s.defect, s.edgeMass, s.resolved,
    ...names.map((name) => s.observables[name]),
  ]); // biome-ignore format: two rows
  const method = `${solution.scheme.flux}, ${solution.scheme.splitting}, ${solution.grid.shape.join(" x ")} ${moving ? "moving " : ""}cells, ${solution.steps} steps`;
  const header = [
    "time",
    "energy",
    "gap",
    "on supp",
    reachesGibbs ? "to Gibbs" : "off supp",
    "dissipated",
    "defect",
    "edge mass",
    "resolved",
    ...names,
  ];
  return `${problem.name} (${method})\n\n${screenTable(header, rows)}`;
}

function warningsOf(solution: RecordedSolution, moving: boolean): string[] {
  const {
    grid,
    outsideInitially,
    outsideOfPrior,
    edgeMassSince,
    unresolvedSince,
    defectSince,
    unresolvedInputs,
    wallMass,
    heldBack,
  } = solution;
  const warnings: string[] = [];
  warnings.push(...describeCut("initial distribution", outsideInitially), ...describeCut("prior", outsideOfPrior));
  if (edgeMassSince !== null)
    warnings.push(
      `more than ${EDGE_MASS_LIMIT} of the mass is at a no-flux edge from t = ${formatNumber(edgeMassSince)}; widen the domain`,
    );
  warnings.push(...wallMass.map(describeWall));
  const [limit, why] = moving ? MISPLACED_BY_MOVING : MISPLACED_BY_STEPS;
  if (!(heldBack <= limit)) warnings.push(`up to ${formatNumber(heldBack, 2)} of the mass may be misplaced: ${why}`);
  if (unresolvedSince !== null) {
    warnings.push(
      `peaks are narrower than three cells from t = ${formatNumber(unresolvedSince)}: densities after that depend on the grid; use more cells${moving ? "" : ", or --grid moving"}`,
    );
  }
  if (defectSince !== null) {
    const worst = solution.snapshots.reduce((one, other) => (Math.abs(other.defect) > Math.abs(one.defect) ? other : one));
    warnings.push(
      `the energy identity does not hold from t = ${formatNumber(defectSince)} (defect ${formatNumber(worst.defect, 2)} at t = ${worst.time}, where ${formatNumber(worst.dissipated, 2)} was dissipated): V or mu varies within a cell there; use more cells, or smooth what is steep in F and K`,
    );
  }
  for (const input of unresolvedInputs) warnings.push(describeUnresolved(input, grid));
  return warnings;
}
