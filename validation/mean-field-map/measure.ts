import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import type { MapSnapshot } from "../../src/mean-field-map/mean-field-map.ts";
import { changeProblem, type Problem } from "../../src/problem/problem.ts";
import type { Range } from "../claims.ts";
import { mapAtEnd } from "../shared/choose-step.ts";
import { orderOf } from "../shared/orders.ts";
import type { KeepPart } from "../shared/parts.ts";
import { checkScales } from "../shared/reference-solution.ts";
import { measureParticles, type ParticleRuns } from "./particles.ts";

export interface MapConfig extends ParticleRuns {
  problem: Problem;
  /** Numbers of steps to the end of the run, ascending; dt is the end over them. */
  steps: readonly number[];
  /** How many of the finest of them the order is fitted to. */
  fitted: number;
}

const ORDER: Range = [0.9, 1.1];

/** Of two refinements of the characteristics: far below what the map differs by. */
const TOLERANCE = { line: 1e-9, plane: 1e-6 };

export async function measureMeanFieldMap(config: MapConfig, onReplicas: (share: number) => void = () => {}, keep?: KeepPart) {
  const { end: time, grid, observables } = config.problem;
  const problem = await changeProblem(config.problem, { time: { end: time, snapshots: [time] } });
  const names = observables.map(({ name }) => name);
  const pde = solvePde(problem, grid.dimension === 1 ? TOLERANCE.line : TOLERANCE.plane);
  const dts = config.steps.map((count) => time / count);
  const maps = dts.map((dt) => mapAtEnd(problem, dt));
  const orderIn = (quantity: string, of: (map: MapSnapshot) => number, exact: number) =>
    orderOf(quantity, dts, maps.map((map) => (map === null ? Number.NaN : of(map)) - exact), ORDER, config.fitted); // biome-ignore format: one row
  /** Map minus PDE of each observable and of the energy, NaN where the map has no mean; fitted to the finest dt. */
  const orders = [
    ...names.map((name, o) => orderIn(name, (map) => map.observables[name], pde.means[o])),
    orderIn("energy", (map) => map.energy, pde.energy),
  ];
  const coarse = mapAtEnd(problem, time / config.coarseSteps);
  /** The map at the coarse dt, and the root mean square over observables of (map - PDE) / sd_mu(phi) there. */
  const map = names.map((name) => coarse?.observables[name] ?? Number.NaN);
  const squares = map.map((mean, o) => ((mean - pde.means[o]) / pde.scales[o]) ** 2);
  const bias = Math.sqrt(squares.reduce((total, square) => total + square, 0) / squares.length);
  const particles =
    config.sizes.length === 0 ? null : await measureParticles(problem, config, { map, ...pde, bias }, onReplicas, keep);
  return { names, pde, orders, map, bias, particles };
}

export type MapOutcome = Awaited<ReturnType<typeof measureMeanFieldMap>>;

/** Means and standard deviations of the observables, the energy, and the difference of the last two refinements of the characteristics. */
function solvePde(problem: Problem, tolerance: number) {
  const { snapshots, levels } = solveCharacteristics(problem, { tolerance });
  const { points, weights, energy, observables } = snapshots[snapshots.length - 1];
  const names = problem.observables.map(({ name }) => name);
  const means = names.map((name) => observables[name]);
  const phi = new Float64Array(weights.length);
  const scales = problem.observables.map(({ value }, o) => {
    value([phi], 0, points, 0, phi.length);
    return Math.sqrt(weights.reduce((total, weight, j) => total + weight * (phi[j] - means[o]) ** 2, 0));
  });
  checkScales(names, means, scales);
  return { means, scales, energy, difference: levels.at(-1)?.difference ?? Infinity };
}
