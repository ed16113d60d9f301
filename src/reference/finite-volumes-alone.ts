import type { HiddenVariations } from "../characteristics/hidden.ts";
import { createSightCheck, type Sight } from "../characteristics/sight.ts";
import { type Solution, solve } from "../finite-volume/solve.ts";
import { coarsen, EDGE_MASS_LIMIT, integrate, l1Distance } from "../grid/density.ts";
import { evaluateAtCentres, type Grid } from "../grid/grid.ts";
import { densityAtCentres } from "../measures/point-measure.ts";
import type { BlockFunction } from "../numerics/block-function.ts";
import { keepNothing } from "../numerics/keep.ts";
import type { Problem } from "../problem/problem.ts";
import { withDensity } from "../problem/snapshot.ts";
import { isWarm } from "../problem/thermal.ts";
import { addErrors, atWalls } from "./at-walls.ts";
import { chooseDistance } from "./densities.ts";
import { affordableDoublings } from "./judge-kinds.ts";
import { type Judgement, judgementOf, judgeOn, refined, type Verdict } from "./judges.ts";
import { largest, type Reference, type ReferenceOptions, type ReferenceSnapshot, type StatedErrors } from "./result.ts";

/** Share of a quantity, and of the mass, that rounding may hide where everything agrees, as at the start. */
const ROUNDING = 1e-13;
/** Refinements of the grid at most. */
const MOST_DOUBLINGS = 4;

/**
 * A reference where nothing else solves the problem, as where characteristics stick at a kink: finite volumes of two resolutions, h and 2h, and two fluxes,
 * refined while errors are above the tolerance. Values are those of the muscl flux on the finer grid, m_h; the stated error is
 *
 *   max(2 |m_h - m_2h|, |m_2h - m_4h|, |m_h - (2 u_h - u_2h)|) + the variation within cells that hold peaks narrower than themselves
 *                                           + int |second difference of phi| / 8 dmu,
 *
 * u the upwind flux: of order 1, its extrapolation of order 2 where the density is smooth. The factor 2 is for kinks, at which muscl is of order 1 as
 * well and its error as large as the difference; that depends on where in its cell the kink lies, so that of the grids before counts as well. The last
 * term, phi an observable or for the energy F, is what centres of cells miss of a kink: one of slope J is off the mean of its cell by J h / 8 at
 * most, and has second differences that add up to J h. The two fluxes share the equation and the grids; where mass sticks in one cell neither knows more than the cell.
 *
 * At a temperature there is one flux, of Scharfetter and Gummel, of order 2 also at kinks of F, which diffusion smooths: instead of the maximum
 *
 *   max(2 |m_h - m_2h|, |m_2h - m_4h| / 2)
 *
 * with steps that shorten as the cells do, so that the differences tell of both. Walls reflect, while particles leave the domain: atWalls is added.
 */
export function referenceByFiniteVolumes(
  problem: Problem,
  { tolerance, onProgress, keep = keepNothing }: ReferenceOptions,
  stoppedBy: string,
): Reference {
  const { grid, end } = problem;
  const warm = isWarm(problem);
  const pairs: Pair[] = [];
  let snapshots: ReferenceSnapshot[] = [];
  for (let factor = 1; ; factor *= 2) {
    const cells = grid.shape.map((count) => count * factor);
    const onStep = (flux: string) => (time: number) => onProgress?.(`finite volumes (${flux}) on ${cells.join(" x ")} cells`, time);
    const kept = <Part>(flux: string, compute: () => Part) => keep(`alone-${flux}-${cells.join("-")}`, compute);
    const flux = warm ? "scharfetter-gummel" : "muscl";
    const finest = kept(flux, () =>
      solve(refined(problem, cells, end), { onStep: onStep(flux), ...(warm ? { stepShare: 1 / factor } : {}) }),
    );
    const upwind = warm ? null : kept("upwind", () => judgeOn(problem, cells, end, { flux: "upwind", onStep: onStep("upwind") }));
    pairs.push({ finest, muscl: judgementOf(problem, finest, end), upwind });
    if (pairs.length < 2) continue;
    const [coarse, fine] = pairs.slice(-2);
    const coarsest = pairs.at(-3) ?? null;
    const bends = bendsOf(problem, fine.finest);
    snapshots = fine.finest.snapshots.map((_, s) => stateSnapshot(problem, s, [coarsest, coarse, fine], bends));
    const reached = snapshots.every(({ errors }) => largest(errors) <= tolerance);
    if (reached || pairs.length > MOST_DOUBLINGS || affordableDoublings(problem, fine.muscl.judge) < 1) break;
    // Densities of coarser grids have been coarsened to that of the problem.
    coarse.finest.snapshots.length = 0;
  }
  const [first] = pairs;
  const sight = lookBetweenCentres(problem, tolerance, pairs[pairs.length - 1].finest);
  const walls = warm ? atWalls(problem, snapshots, first.muscl.outsideInitially) : null;
  snapshots.forEach(({ errors }, s) => {
    const lost = sight.ofF.slice(0, s + 2).includes(false);
    addUnseen(errors, lost, sight.hidden[s]);
    if (walls !== null) addErrors(errors, walls[s]);
  });
  return {
    problem,
    tolerance,
    reached: snapshots.every(({ errors }) => largest(errors) <= tolerance),
    snapshots,
    stoppedBy,
    levels: [],
    levelTolerance: Number.NaN,
    densityTolerance: Number.NaN,
    judges: pairs.flatMap(({ muscl, upwind }) => [muscl.judge, ...(upwind === null ? [] : [upwind.judge])]),
    unresolvedSince: snapshots.find((_, s) => !pairs[pairs.length - 1].muscl.verdicts[s].resolved)?.time ?? null,
    edgeMassSince: snapshots.find(({ edgeMass }) => edgeMass > EDGE_MASS_LIMIT)?.time ?? null,
    outsideInitially: first.muscl.outsideInitially,
    outsideSince: walls === null ? null : (snapshots.find(({ edgeMass }) => edgeMass > EDGE_MASS_LIMIT)?.time ?? null),
    wallMass: pairs[pairs.length - 1].finest.wallMass,
    unresolvedInitially: 0,
    unseen: sight.unseen,
  };
}

/** Share of the tolerance that F and the observables may be off by between the centres of cells. */
const SHARE = 1e-2;

/** What the centres of cells do not see, with the mass of each cell at its centre. */
export function lookBetweenCentres(
  problem: Problem,
  tolerance: number,
  { grid, snapshots }: Pick<Solution, "grid" | "snapshots">,
): Sight {
  const stateOf = (time: number, density: Float64Array, { energy, observables }: Pick<Verdict, "energy" | "observables">) => {
    const { points, weights } = densityAtCentres(grid, density);
    const size = (scale: number) => ({ scale: Math.abs(scale), outside: 0, reach: 0 });
    const sizes = { energy: size(energy), observables: Object.fromEntries(Object.entries(observables).map(([name, value]) => [name, size(value)])) }; // biome-ignore format: one line
    return { time, points, weights: (weights ?? new Float64Array()).map((mass) => mass * grid.cellVolume), sizes };
  };
  const states = snapshots.map((snapshot) => stateOf(snapshot.time, snapshot.density, snapshot));
  const atStart = stateOf(0, problem.initial.cellAverages(grid).density, snapshots[0]);
  return createSightCheck(problem, SHARE * tolerance)({ atStart, states });
}

/** Where F has features that the centres do not see, mass may move in another way, and nothing is known. */
export function addUnseen(errors: StatedErrors, lost: boolean, { F, observables }: HiddenVariations): void {
  errors.energy += lost ? Infinity : F.amount;
  for (const [name, { amount }] of Object.entries(observables)) errors.observables[name] += lost ? Infinity : amount;
  if (lost) [errors.l1, errors.wasserstein1] = [Infinity, Infinity];
}

/** On one grid; at a temperature without the second flux, and `muscl` is that of Scharfetter and Gummel. */
type Pair = { finest: Solution; muscl: Judgement; upwind: Judgement | null };

/** int |second difference| / 8 dmu at each snapshot, of F and of the observables, summed over axes. */
function bendsOf({ potential, observables }: Problem, { grid, snapshots }: Solution): Pick<Verdict, "energy" | "observables">[] {
  const { clock = null } = potential;
  const bendOf = (phi: BlockFunction) => secondDifferences(grid, evaluateAtCentres(grid, phi));
  let ofF = clock === null ? bendOf(potential.external) : null;
  const each = observables.map(({ name, value }) => [name, bendOf(value)] as const);
  return snapshots.map(({ time, density }) => {
    if (clock !== null) {
      clock.time = time;
      ofF = bendOf(potential.external);
    }
    return {
      energy: ofF === null ? 0 : integrate(grid, density, ofF) / 8,
      observables: Object.fromEntries(each.map(([name, bend]) => [name, integrate(grid, density, bend) / 8])),
    };
  });
}

/** |f(x + h) - 2 f(x) + f(x - h)| summed over axes; at a no-flux edge 0. */
function secondDifferences({ axes, strides, size }: Grid, f: Float64Array): Float64Array {
  const found = new Float64Array(size);
  axes.forEach(({ cells, periodic }, a) => {
    const stride = strides[a];
    for (let i = 0; i < size; i++) {
      const k = Math.floor(i / stride) % cells;
      if (!periodic && (k === 0 || k === cells - 1)) continue;
      const next = k === cells - 1 ? i - k * stride : i + stride;
      const last = k === 0 ? i + (cells - 1) * stride : i - stride;
      found[i] += Math.abs(f[next] - 2 * f[i] + f[last]);
    }
  });
  return found;
}

function stateSnapshot(
  problem: Problem,
  s: number,
  [coarsest, coarse, fine]: readonly [Pair | null, Pair, Pair],
  bends: ReturnType<typeof bendsOf>,
): ReferenceSnapshot {
  const { grid } = problem;
  const distance = chooseDistance(grid);
  const width = Math.max(...grid.axes.map(({ min, max }) => max - min));
  const [m, before] = [fine.muscl, coarse.muscl].map(({ verdicts }) => verdicts[s]);
  const fluxes = fine.upwind === null || coarse.upwind === null ? null : [fine.upwind.verdicts[s], coarse.upwind.verdicts[s]];
  const oldest = coarsest?.muscl.verdicts[s] ?? null;
  const ofOldest = fluxes === null ? 0.5 : 1;
  const stated = (of: (verdict: Pick<Verdict, "energy" | "observables">) => number, withinCells: number) =>
    Math.max(
      2 * Math.abs(of(m) - of(before)),
      oldest === null ? 0 : ofOldest * Math.abs(of(before) - of(oldest)),
      fluxes === null ? 0 : Math.abs(of(m) - (2 * of(fluxes[0]) - of(fluxes[1]))),
    ) +
    of(bends[s]) +
    withinCells +
    ROUNDING * Math.abs(of(m));
  const snapshot = fine.finest.snapshots[s];
  const density = coarsen(fine.finest.grid, snapshot.density, grid);
  const onGrid = (verdict: Verdict) => verdict.density ?? density;
  const old = onGrid(before);
  let [l1OfFluxes, w1OfFluxes] = [0, 0];
  if (fluxes !== null) {
    const [up, upOld] = fluxes.map(onGrid);
    // The extrapolation need not be positive: for distances it is taken as it is, and in W1 by its two densities.
    const extrapolated = up.map((value, i) => 2 * value - upOld[i]);
    l1OfFluxes = l1Distance(grid, density, extrapolated);
    w1OfFluxes = distance(density, up) + distance(up, upOld);
  }
  return {
    ...withDensity(snapshot, grid, density),
    outside: 0,
    missingMass: 0,
    judgedBy: "finite volumes alone",
    nodes: null,
    movingCellErrors: null,
    opinions: null,
    errors: {
      l1: 2 * l1Distance(grid, density, old) + l1OfFluxes + ROUNDING,
      wasserstein1: Math.max(2 * distance(density, old), w1OfFluxes) + ROUNDING * width,
      energy: stated(({ energy }) => energy, 0),
      observables: Object.fromEntries(
        Object.keys(snapshot.observables).map((name) => [
          name,
          stated(({ observables }) => observables[name], m.withinCells[name]),
        ]),
      ),
    },
  };
}
