import { InputError } from "../errors.ts";
import { isInside } from "../grid/grid.ts";
import { sum } from "../numerics/sum.ts";
import type { PointPotential } from "../potential/potential.ts";
import { termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { createFolding } from "./folded-potential.ts";

/** mu_t as weighted nodes, with the quantities measured on them. */
export interface NodeState {
  time: number;
  /** points[a][j]; on a periodic axis they may lie outside the period. */
  points: Float64Array[];
  /** Masses of the nodes. */
  weights: Float64Array;
  mass: number;
  energy: number;
  meanPotential: number;
  /** int (V - L)^2 dmu / mass, L = Vbar, or 0 under `unbalanced`. */
  potentialVariance: number;
  dissipated: number;
  observables: Record<string, number>;
  /** Share of the mass outside the domain: beyond the walls of no-flux axes, which characteristics do not see. */
  outside: number;
  /** Sizes of the integrals: of V for energies, and of each observable. */
  sizes: { energy: Size; observables: Record<string, Size> };
  /** The largest share that nodes of a cut tail have in mass, int |V| dmu or int |phi| dmu. */
  tailShare: number;
}

/** The size of an integral, and parts of it. */
export interface Size {
  /** The unit of differences: int |phi| dmu; for energies int |V - L| dmu + 1e-4 (|E| + int |V| dmu), so that a constant in F counts little. */
  scale: number;
  /** int |phi - mean| dmu over the outside of the domain. */
  outside: number;
  /** max |phi - mean| over the nodes: the change of the integral by misplaced mass, per mass. */
  reach: number;
}

/** Weight of the size of V itself beside its variation, which is what acts. */
const OF_CONSTANT = 1e-4;

/**
 * Measures mu = sum_j weights[j] delta_{points[.][j]}; the points are copied, the weights kept. Sums over nodes are rounded by at most
 * 64 eps of their terms' sizes, however many nodes there are.
 *
 * @throws InputError where an observable is not a finite number at a node.
 */
export function measureNodes(
  problem: Problem,
  potential: PointPotential,
  nodes: {
    time: number;
    points: readonly Float64Array[];
    weights: Float64Array;
    dissipated: number;
    /** 1 for nodes of a cut tail; nodes beyond its length are not of one. */
    inTail: Uint8Array;
  },
): NodeState {
  const { time, weights, dissipated, inTail } = nodes;
  const points = nodes.points.map((x) => x.slice());
  const count = weights.length;
  const V = new Float64Array(count);
  const scratch = new Float64Array(count);
  potential.value(V, points, weights, count);
  const energy = potential.energy(V, scratch, points, weights, count);
  const mass = sum(weights);
  const outside = new Uint8Array(count);
  let outsideMass = 0;
  for (let j = 0; j < count; j++) {
    if (isInside(problem.grid, points, j)) continue;
    outside[j] = 1;
    outsideMass += weights[j];
  }
  const excessOf = (values: Float64Array, centre: number): { outside: number; reach: number } => {
    let beyond = 0;
    let reach = 0;
    for (let j = 0; j < count; j++) {
      const excess = Math.abs(values[j] - centre);
      if (outside[j] === 1) beyond += weights[j] * excess;
      if (excess > reach) reach = excess;
    }
    return { outside: beyond, reach };
  };
  /** int |phi| dmu of values that are weighted, and the largest share of the tail in it. */
  const sizeOf = (weighted: Float64Array): { size: number; tail: number } => {
    let size = 0;
    let tail = 0;
    for (let j = 0; j < count; j++) {
      const part = Math.abs(weighted[j]);
      size += part;
      if (inTail[j] === 1) tail += part;
    }
    return { size, tail: size > 0 ? tail / size : 0 };
  };
  for (let j = 0; j < count; j++) scratch[j] = weights[j] * V[j];
  const mean = sum(scratch) / mass;
  const sizeOfV = sizeOf(scratch);
  let tailShare = Math.max(sizeOf(weights).tail, sizeOfV.tail);
  const baseline = termsOf(problem).baseline.of(mean);
  for (let j = 0; j < count; j++) scratch[j] = weights[j] * (V[j] - baseline) ** 2;
  const variance = sum(scratch);
  for (let j = 0; j < count; j++) scratch[j] = weights[j] * (V[j] - baseline);
  const sizeOfExcess = sizeOf(scratch).size;
  const folded = createFolding(problem.grid)(points, count);
  const observables: Record<string, number> = {};
  const sizes: Record<string, Size> = {};
  const values = new Float64Array(count);
  for (const { name, value } of problem.observables) {
    value([values], 0, folded, 0, count);
    for (let j = 0; j < count; j++) {
      if (!Number.isFinite(values[j])) throw notANumber(problem, name, values[j], folded, j, time, weights[j]);
      scratch[j] = values[j] * weights[j];
    }
    observables[name] = sum(scratch);
    const { size, tail } = sizeOf(scratch);
    sizes[name] = { scale: size, ...excessOf(values, observables[name] / mass) };
    tailShare = Math.max(tailShare, tail);
  }
  return {
    time,
    points,
    weights,
    mass,
    energy,
    meanPotential: mean,
    potentialVariance: variance / mass,
    dissipated,
    observables,
    outside: outsideMass / mass,
    sizes: {
      energy: { scale: sizeOfExcess + OF_CONSTANT * (Math.abs(energy) + sizeOfV.size), ...excessOf(V, baseline) },
      observables: sizes,
    },
    tailShare,
  };
}

function notANumber({ grid }: Problem, name: string, value: number, points: readonly Float64Array[], j: number, time: number, weight: number): InputError {
  const place = grid.axes.map((axis, a) => `${axis.name} = ${Number(points[a][j].toPrecision(6))}`).join(", ");
  const beyond = isInside(grid, points, j) ? "" : ", outside the domain, as no-flux axes are the whole line along characteristics";
  return new InputError(
    `observables.${name}`,
    value,
    `the observable is not a finite number where there is mass: at ${place}, t = ${time} (${weight.toPrecision(2)} of the mass)${beyond}`,
    "give an expression that is finite there, e.g. sqrt(max(x, 0)) for sqrt(x), or use --method finite-volume",
  );
} // biome-ignore format: a long signature
