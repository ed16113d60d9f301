import { InvariantError } from "../errors.ts";
import { createPoints, fillCentres, type Grid, withCells } from "../grid/grid.ts";
import { meanOf } from "../numerics/moments.ts";
import type { CellSamples } from "../potential/cell-samples.ts";
import { lowestValue } from "../potential/lowest-value.ts";
import { createPointPotential } from "../potential/point-potential.ts";
import type { PointPotential } from "../potential/potential.ts";
import { sampleExternal } from "../potential/sample-external.ts";
import type { Problem } from "../problem/problem.ts";
import { isWarm } from "../problem/thermal.ts";
import { countOutside } from "../schemes/population.ts";
import { effectiveSize } from "../schemes/weighted.ts";
import { DIAGNOSTICS, rowWidth } from "./replica-record.ts";

const GAP = DIAGNOSTICS.indexOf("gap");
const RESIDUAL = DIAGNOSTICS.indexOf("residualOnSupport");

/** Cells along each axis of the lattice on which the minimum of V is sought, by dimension. */
const LATTICE = [512, 32, 10] as const;

/** Fills and returns one row of the table from the particles at a snapshot; the row is overwritten by the next. */
export function createMeasure(problem: Problem, n: number, weights: Float64Array | null, gap: boolean) {
  const { grid, observables } = problem;
  const potential = createPointPotential(problem.potential);
  const { clock = null } = problem.potential;
  const warm = isWarm(problem);
  const V = new Float64Array(n);
  const scratch = new Float64Array(n);
  /** Diagnostics that are NaN. */
  const unknown = warm ? [GAP, RESIDUAL] : gap ? [] : [GAP];
  const leastOnDomain = unknown.length === 0 ? createLeast(problem, potential, n, weights) : () => Number.NaN;
  const row = new Float64Array(rowWidth(problem, weights !== null));

  return (points: readonly Float64Array[], time: number, dt: number): Float64Array => {
    observables.forEach(({ value }, k) => {
      value([scratch], 0, points, 0, n);
      row[k] = meanOf(scratch, weights);
    });
    if (clock !== null) clock.time = time;
    potential.value(V, points, weights, n);
    const { mean, deviation, least: amongParticles } = spread(V, weights, n);
    const least = Math.min(amongParticles, leastOnDomain(points));
    const energy = potential.energy(V, scratch, points, weights, n);
    if (weights !== null) row[row.length - 1] = effectiveSize(weights);
    row.set([energy, mean - least, warm ? Number.NaN : deviation, countOutside(points, grid, n) / n], observables.length);
    const lost = row.findIndex((entry, k) => !Number.isFinite(entry) && !unknown.includes(k - observables.length));
    if (lost >= 0) {
      const what = observables[lost]?.name ?? "the energy or the potential";
      throw new InvariantError("particles escape to infinity", time, `${what} is ${row[lost]}; reduce dt = ${dt}`);
    }
    return row;
  };
}

/** The least V over the domain, of the population at `points`. */
function createLeast(
  problem: Problem,
  potential: PointPotential,
  n: number,
  weights: Float64Array | null,
): (points: readonly Float64Array[]) => number {
  const lattice = latticeOf(problem);
  const centres = createPoints(lattice, lattice.size);
  fillCentres(lattice, 0, lattice.size, centres);
  const onLattice = new Float64Array(lattice.size);
  return (points) => {
    const samples = samplesOf(problem, lattice);
    const evaluate = (out: Float64Array, at: readonly Float64Array[], count: number) =>
      potential.field({ value: out, gradient: null, laplacian: null }, at, count, points, weights, n);
    evaluate(onLattice, centres, lattice.size);
    return lowestValue(lattice, evaluate, onLattice, samples);
  };
}

function latticeOf({ grid }: Problem): Grid {
  const most = LATTICE[grid.dimension - 1];
  return withCells(grid, grid.shape.map((cells) => Math.min(cells, most))); // biome-ignore format: one call
}

/** Samples of F by its time, for each problem, which the replicas of a thread share: they cost up to 2^21 evaluations. */
const SAMPLES = new WeakMap<Problem, Map<number, CellSamples>>();

function samplesOf(problem: Problem, lattice: Grid): CellSamples {
  const { potential } = problem;
  const time = potential.clock?.time ?? 0;
  const known = SAMPLES.get(problem) ?? new Map<number, CellSamples>();
  SAMPLES.set(problem, known);
  const samples = known.get(time) ?? sampleExternal(lattice, potential);
  known.set(time, samples);
  return samples;
}

/** Mean, standard deviation and least of V over the particles. */
function spread(V: Float64Array, weights: Float64Array | null, n: number): { mean: number; deviation: number; least: number } {
  let mean = 0;
  let least = Infinity;
  for (let i = 0; i < n; i++) {
    mean += weights === null ? V[i] / n : weights[i] * V[i];
    least = Math.min(least, V[i]);
  }
  let variance = 0;
  for (let i = 0; i < n; i++) variance += weights === null ? (V[i] - mean) ** 2 / n : weights[i] * (V[i] - mean) ** 2;
  return { mean, deviation: Math.sqrt(variance), least };
}
