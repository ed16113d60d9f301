import { InputError } from "../../errors.ts";
import type { MovingSnapshot } from "../../finite-volume/moving/solve-moving.ts";
import type { Solution } from "../../finite-volume/solve.ts";
import { nameOfDynamics } from "../../problem/dynamics.ts";
import { createProblem, type Problem } from "../../problem/problem.ts";
import type { GridSnapshot } from "../../problem/snapshot.ts";
import type { ProblemDefinition } from "../../problem-file/problem-file.ts";
import type { GridKind } from "./configuration.ts";
import { type Marginal, marginalsOf, marginalsOfCells } from "./distances.ts";
import { keptByFrame, MOST_KEPT } from "./frame-times.ts";
import type { MeanFieldFrame, RunSetup } from "./frames.ts";
import { levelsHolding, MASS_SHARES } from "./levels.ts";
import { createPlane, densityOfCells, planesOf, projectDensity, projectPotential } from "./planes.ts";
import { createThermalFrames, thermalSetupOf } from "./thermal-frames.ts";
import { type WatchedStep, watchSteps } from "./watched-steps.ts";

/** A solve that is watched: one step at a time, a frame at each snapshot. */
export interface MeanFieldRun {
  problem: Problem;
  setup: RunSetup;
  time: number;
  /** Marginal distributions at the frames so far. */
  marginals: Marginal[][];
  /** The records so far. */
  snapshots: GridSnapshot[];
  /** Null until the last step is done. */
  solution: Omit<Solution, "snapshots"> | null;
  /** Takes one step; returns the frame that was due after it. */
  step(): MeanFieldFrame | null;
}

/** @throws InputError as `createProblem` does, and where the densities of all snapshots do not fit into a page. */
export async function createMeanFieldRun(definition: ProblemDefinition, kind: GridKind = "fixed"): Promise<MeanFieldRun> {
  const problem = await createProblem(definition);
  checkKept(problem);
  const { grid } = problem;
  const pairs = planesOf(grid);
  const planes = (pairs.length === 0 ? [null] : pairs).map((pair) => createPlane(grid, pair));
  const steps = watchSteps(problem, kind);
  const thermalOf = createThermalFrames(problem, planes);

  // V of a temperature is not what drives mass, and moving cells are not those of the grid.
  const hasVolume =
    grid.dimension === 3 && kind === "fixed" && thermalSetupOf(problem) === null && 2 * grid.size * problem.snapshotTimes.length <= MOST_DRAWN_NUMBERS; // biome-ignore format: one condition

  const frameOf = ({ snapshot, V, wallMass, own }: WatchedStep): MeanFieldFrame | null => {
    if (snapshot === null) return null;
    run.snapshots.push(snapshot);
    const mu = snapshot.density;
    const marginals = own === null ? marginalsOf(grid, mu) : marginalsOfCells(grid, own);
    run.marginals.push(marginals);
    const cells = own && {
      edges: own.edges,
      densities: planes.map((plane, k) => densityOfCells(plane, pairs[k] ?? [0], own)),
    };
    const densities = planes.map((plane) => projectDensity(plane, mu));
    const areas = (k: number) => cells && areasOf(pairs[k].map((a) => cells.edges[a]));
    return {
      sampling: marginals.map(({ band }) => band),
      record: recordOf(snapshot),
      wallMass: wallMass(),
      densities,
      levels: pairs.map((_, k) => levelsHolding((cells?.densities ?? densities)[k], MASS_SHARES, areas(k))),
      volume: hasVolume ? { density: Float32Array.from(mu), potential: Float32Array.from(V) } : null,
      potentials: planes.map((plane) => projectPotential(plane, V, mu)),
      cells,
      thermal: thermalOf(snapshot.time, mu, V, snapshot.energy, own),
    };
  };

  const run: MeanFieldRun = {
    problem,
    setup: {
      axes: grid.axes,
      times: problem.snapshotTimes,
      dynamics: nameOfDynamics(problem.dynamics),
      observables: problem.observables.map(({ name }) => name),
      planes: pairs,
      rates: problem.snapshotTimes.map((time) => problem.alpha.at(time)),
      thermal: thermalSetupOf(problem),
    },
    time: 0,
    marginals: [],
    snapshots: [],
    solution: null,
    step() {
      const { done, value } = steps.next();
      if (done) {
        run.solution = value;
        return null;
      }
      run.time = value.time;
      return frameOf(value);
    },
  };
  return run;
}

/** Areas of the cells of a plane, the second axis fastest. */
function areasOf([first, second]: readonly Float64Array[]): Float64Array {
  const rows = second.length - 1;
  return Float64Array.from({ length: (first.length - 1) * rows }, (_, k) => {
    const [i, j] = [Math.floor(k / rows), k % rows];
    return (first[i + 1] - first[i]) * (second[j + 1] - second[j]);
  });
}

/** Numbers of single precision that a page keeps of volumes: 160 MB. */
const MOST_DRAWN_NUMBERS = 4e7;

/**
 * @param drawn particles that are drawn in each frame, 0 without them.
 * @throws InputError where a page could not hold what it has to show.
 */
export function checkKept({ grid, snapshotTimes }: Problem, drawn = 0): void {
  const each = keptByFrame(grid.size, grid.dimension, drawn);
  const numbers = each * snapshotTimes.length;
  if (numbers <= MOST_KEPT) return;
  throw new InputError(
    "time.snapshots",
    snapshotTimes.length,
    `${Math.round((8 * numbers) / 1e6)} MB of densities and particles are too many for a page`,
    `use fewer cells, or at most ${Math.max(1, Math.floor(MOST_KEPT / each))} snapshots`,
  );
}

/** The scalars of a snapshot, as `bdpde solve --summary` prints them. */
function recordOf(snapshot: GridSnapshot): MeanFieldFrame["record"] {
  const { density: _, ...record } = snapshot;
  const { edges: __, masses: ___, ...scalars } = record as typeof record & Partial<MovingSnapshot>;
  return scalars;
}
