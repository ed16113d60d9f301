import type { TracedDensity } from "../../src/characteristics/density.ts";
import { type CharacteristicsSolution, solveCharacteristics } from "../../src/characteristics/solve.ts";
import { FLUXES, type FluxName } from "../../src/finite-volume/fluxes.ts";
import { orderOfDiscretisation } from "../../src/finite-volume/splittings.ts";
import { coarsen, l1Distance, mass } from "../../src/grid/density.ts";
import { type Grid, withCells } from "../../src/grid/grid.ts";
import { changeProblem, type Problem } from "../../src/problem/problem.ts";
import { type Order, orderOf, solveRefined } from "../shared/orders.ts";
import { inSequence } from "../shared/sizes.ts";
import { candidateTimes, lastSmoothTime } from "../shared/smooth-time.ts";

type Dynamics = Problem["dynamics"];

export interface AgreementConfig {
  problem: Problem;
  /** Cells of every axis, ascending. */
  cells: readonly number[];
  /** dt / h where the positivity limit allows it: refining h refines dt. */
  ratio: number;
  /** Largest difference of the last two refinements of the characteristics. */
  tolerance: number;
  /** Relative tolerance of the tracing of densities. */
  tracing: number;
  /** Dynamics under which the characteristics are checked. */
  dynamics: readonly Dynamics[];
}

/** L1 differences of one flux from the traced density. */
export interface DensityOrder extends Order {
  steps: number[];
}

export type AgreementOutcome = Awaited<ReturnType<typeof measureAgreement>>;

export async function measureAgreement(config: AgreementConfig, onPart: (share: number) => void = () => {}) {
  const { problem, cells, tolerance, tracing, dynamics } = config;
  const parts = FLUX_NAMES.length * cells.length + dynamics.length;
  let done = 0;
  const advance = () => onPart(++done / parts);
  const started = performance.now();
  const solution = solveCharacteristics(problem, { tolerance });
  /** Taken by the characteristics, the certificates of their snapshots included. */
  const seconds = (performance.now() - started) / 1000;
  const traced = solution.tracedDensity(tracing);
  /** When densities are compared. */
  const coarsest = withCells(problem.grid, problem.grid.shape.map(() => cells[0])); // biome-ignore format: one call
  const time = lastSmoothTime(candidateTimes(problem), coarsest, (at) => traced.cellAverages(coarsest, at));
  const exact = traceOnAll(problem.grid, traced, cells, time);
  const early = await changeProblem(problem, { time: { end: time, snapshots: [time] } });
  const orders = await inSequence(FLUX_NAMES, (flux) => measureOrder(early, config.ratio, flux, exact, advance));
  const known = (each: Dynamics) => (each === problem.dynamics ? solution : null);
  const conserved = (await inSequence(dynamics, (each) => measureConserved(config, each, known(each)), advance)).flat();
  return { time, orders, levels: solution.levels, converged: solution.converged, conserved, seconds };
}

interface OnGrid {
  grid: Grid;
  density: Float64Array;
}

/** Cell averages by number of cells: traced on the finest grids, and added up for those that they refine. */
function traceOnAll(domain: Grid, traced: TracedDensity, cells: readonly number[], time: number): Map<number, OnGrid> {
  const found = new Map<number, OnGrid>();
  for (const count of cells.toReversed()) {
    const grid = withCells(domain, domain.shape.map(() => count)); // biome-ignore format: one call
    const finer = [...found.values()].find(({ grid: { shape } }) => shape[0] % count === 0);
    const density = finer === undefined ? traced.cellAverages(grid, time) : coarsen(finer.grid, finer.density, grid);
    found.set(count, { grid, density });
  }
  return found;
}

async function measureOrder(
  problem: Problem,
  ratio: number,
  flux: FluxName,
  exact: ReadonlyMap<number, OnGrid>,
  onSolved: () => void,
): Promise<DensityOrder> {
  const { grid, initial } = problem;
  const found = await inSequence([...exact].toReversed(), async ([count, { density }]) => {
    const solution = await solveRefined(problem, count, ratio, { flux });
    onSolved();
    return { ...solution, difference: l1Distance(solution.grid, solution.snapshots[0].density, density) };
  });
  const [h, differences, steps] = (["h", "difference", "steps"] as const).map((key) => found.map((solution) => solution[key]));
  const jumps = initial.breaks.some((places) => places.length > 0);
  const [least, most] = SHARES[jumps ? "jumps" : grid.dimension === 1 ? "line" : "plane"];
  const order = orderOfDiscretisation({ flux, splitting: "strang" });
  return { ...orderOf(`${flux} + strang`, h, differences, [least * order, most * order]), steps };
}

/**
 * Orders in L1 as shares of that of the scheme. In two dimensions affordable grids are coarse, and the error of a limiter depends on where in its cell
 * a maximum lies. At a jump schemes of order p fall to p / (p + 1), and to less where the smeared jump is not yet narrow.
 */
const SHARES = { line: [0.9, 1.15], plane: [0.7, 1.2], jumps: [0.25, 1.15] } as const;

const FLUX_NAMES = (Object.keys(FLUXES) as FluxName[]).toReversed();

/** Mass and energy at the snapshots of a problem under other dynamics; `known` is its solution where there is one. */
async function measureConserved(
  { problem, cells, tolerance, tracing }: AgreementConfig,
  dynamics: Dynamics,
  known: CharacteristicsSolution | null,
) {
  const changed = await changeProblem(problem, {}, { dynamics });
  const solution = known ?? solveCharacteristics(changed, { tolerance });
  const traced = solution.tracedDensity(tracing);
  const grid = withCells(problem.grid, problem.grid.shape.map(() => cells[0])); // biome-ignore format: one call
  return solution.snapshots.map(({ time, mass: ofNodes, defect }) => {
    const massError = mass(grid, traced.cellAverages(grid, time)) - ofNodes;
    return { dynamics: String(dynamics), time, mass: ofNodes, defect, massError };
  });
}
