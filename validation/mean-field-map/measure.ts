import { type CharacteristicsSolution, type NodeSnapshot, solveCharacteristics } from "../../src/characteristics/solve.ts";
import type { MapSnapshot } from "../../src/mean-field-map/mean-field-map.ts";
import { changeProblem, type Problem } from "../../src/problem/problem.ts";
import type { Range } from "../claims.ts";
import { mapAtEnd } from "../shared/choose-step.ts";
import { type Order, orderOf } from "../shared/orders.ts";
import { checkScales } from "../shared/reference-solution.ts";
import { measureParticles, type ParticleOutcome, type ParticleRuns } from "./particles.ts";

export interface MapConfig extends ParticleRuns {
  problem: Problem;
  /** Numbers of steps to the end of the run, ascending; dt is the end over them. */
  steps: readonly number[];
  /** How many of the finest of them the order is fitted to. */
  fitted: number;
}

export interface MapOutcome {
  names: string[];
  /** Means and standard deviations of the observables under the PDE. */
  pde: { means: number[]; scales: number[]; energy: number; levelDifference: number };
  /** Map minus PDE of each observable and of the energy, NaN where the map has no mean; fitted to the finest dt. */
  orders: Order[];
  /** The map at the coarse dt. */
  map: number[];
  /** Root mean square over observables of (map - PDE) / sd_mu(phi) at the coarse dt. */
  bias: number;
  particles: ParticleOutcome | null;
}

const ORDER: Range = [0.9, 1.1];

/** Of two levels of the characteristics: far below what the map differs by. */
const TOLERANCE = { line: 1e-9, plane: 1e-6 };

export async function measureMeanFieldMap(config: MapConfig, onReplicas: (share: number) => void = () => {}): Promise<MapOutcome> {
  const { end: time, grid, observables } = config.problem;
  const problem = await changeProblem(config.problem, { time: { end: time, snapshots: [time] } });
  const names = observables.map(({ name }) => name);
  const solution = solveCharacteristics(problem, { tolerance: grid.dimension === 1 ? TOLERANCE.line : TOLERANCE.plane });
  const pde = measurePde(problem, solution);
  const orders = measureOrders(config, problem, names, pde);
  const coarse = mapAtEnd(problem, time / config.coarseSteps);
  const map = names.map((name) => coarse?.observables[name] ?? Number.NaN);
  const bias = rootMeanSquare(map.map((mean, o) => (mean - pde.means[o]) / pde.scales[o]));
  const particles = config.sizes.length === 0 ? null : await measureParticles(problem, config, { map, ...pde, bias }, onReplicas);
  return { names, pde, orders, map, bias, particles };
}

function measurePde({ observables }: Problem, { snapshots, levels }: CharacteristicsSolution): MapOutcome["pde"] {
  const last = snapshots[snapshots.length - 1];
  const names = observables.map(({ name }) => name);
  const means = names.map((name) => last.observables[name]);
  const scales = observables.map(({ value }, o) => standardDeviation(last, value, means[o]));
  checkScales(names, means, scales);
  return { means, scales, energy: last.energy, levelDifference: levels.at(-1)?.difference ?? Infinity };
}

function standardDeviation(
  { points, weights }: NodeSnapshot,
  value: Problem["observables"][number]["value"],
  mean: number,
): number {
  const phi = new Float64Array(weights.length);
  value([phi], 0, points, 0, phi.length);
  return Math.sqrt(weights.reduce((total, weight, j) => total + weight * (phi[j] - mean) ** 2, 0));
}

function measureOrders({ steps, fitted }: MapConfig, problem: Problem, names: readonly string[], pde: MapOutcome["pde"]): Order[] {
  const dts = steps.map((count) => problem.end / count);
  const maps = dts.map((dt) => mapAtEnd(problem, dt));
  const orderIn = (quantity: string, of: (map: MapSnapshot) => number, exact: number) =>
    orderOf(quantity, dts, maps.map((map) => (map === null ? Number.NaN : of(map)) - exact), ORDER, fitted); // biome-ignore format: one row
  return [
    ...names.map((name, o) => orderIn(name, ({ observables }) => observables[name], pde.means[o])),
    orderIn("energy", ({ energy }) => energy, pde.energy),
  ];
}

function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(values.reduce((total, value) => total + value * value, 0) / values.length);
}
