import { BULK, type NodeFamily } from "../distributions/univariate.ts";
import { InputError } from "../errors.ts";
import { pow } from "../numerics/pow.ts";
import type { Problem } from "../problem/problem.ts";

/** How finely a run resolved the equation, and what it differed by from the run before. */
export interface Refinement {
  /** Nodes along each axis; where the initial density is sharp, panels have theirs in this proportion. */
  nodes: readonly number[];
  /** The kind of nodes. */
  family: NodeFamily;
  /** Half-width of the nodes of a distribution without ends, in standard deviations. */
  bulk: number;
  /** Relative tolerance of the integrator and of the sums over K. */
  integration: number;
  /** Under reinjection: the factor by which the intervals of returning mass are shorter than on the first refinement. */
  refinement: number;
  steps: number;
  /** Largest difference from the refinement before, of any quantity at any snapshot (see `distance`); null on the first. */
  difference: number | null;
  /** Where that was: `energy at t = 1`. */
  worst: string | null;
  /** Largest share of the outermost nodes in the mass, in |V| or in the size of an observable, over the axes whose distribution extends beyond them. */
  tailShare: number;
}

/** First and largest count of nodes of an axis, by dimension. */
const FIRST = [64, 32, 12] as const;
const LARGEST = [4096, 256, 48] as const;
/** Nodes in all: the work space of the integrator takes 20 (d + 1) doubles of each, and the trajectory 8 (d + 1) more a step, some GB. */
const MOST_NODES = 2 ** 20;

/** Below this, rounding in sums of thousands of nodes and in the integrator hides the difference of two refinements. */
export const LEAST_TOLERANCE = 1e-12;
export const LEAST_INTEGRATION = 1e-13;

/** What a refinement is to be, before it is run. */
export type Plan = Pick<Refinement, "nodes" | "family" | "bulk" | "integration" | "refinement">;

/** @throws InputError for a tolerance out of reach, or a count that is unusable or beyond memory. */
export function firstPlan(problem: Problem, tolerance: number, nodes: number | Readonly<Record<string, number>> | undefined): Plan {
  const { grid } = problem;
  if (!(tolerance > 0 && tolerance < Infinity)) {
    throw new InputError("--tolerance", tolerance, "not a positive number", "give a tolerance such as 1e-8");
  }
  if (tolerance < LEAST_TOLERANCE) {
    throw new InputError("--tolerance", tolerance, "below what double precision can give", `use at least ${LEAST_TOLERANCE}`);
  }
  for (const name of Object.keys(typeof nodes === "object" ? nodes : {})) {
    if (grid.axes.some((axis) => axis.name === name)) continue;
    const names = grid.axes.map((axis) => axis.name).join(", ");
    throw new InputError("--nodes", name, "not a variable of this problem", `use ${names}`);
  }
  const counts = grid.axes.map(({ name }) => (typeof nodes === "number" ? nodes : nodes?.[name]) ?? FIRST[grid.dimension - 1]);
  for (const count of counts) {
    if (!Number.isInteger(count) || count < 4) {
      throw new InputError(
        "--nodes",
        count,
        "not a whole number >= 4",
        "give the nodes along each axis of the first refinement, such as 64",
      );
    }
  }
  if (product(counts) > MOST_NODES) {
    throw new InputError("--nodes", counts.join(" x "), "too many for memory", `use at most ${MOST_NODES} in all`);
  }
  return {
    nodes: counts,
    family: "first",
    bulk: bulkAt(tolerance, grid.dimension),
    integration: integrationAt(problem, tolerance, 0),
    refinement: 1,
  };
}

/** In the plane and in space nodes are dear, and reach as far as a normal density is above a thousandth of the tolerance. */
function bulkAt(tolerance: number, dimension: number): number {
  return dimension === 1 ? BULK : Math.min(BULK, Math.sqrt(2 * Math.log(1e3 / tolerance)));
}

/**
 * In the plane and in space the first nodes are often enough, so that refinements differ by their steps; without K smaller steps are cheap (a tenth of the
 * tolerance: 1.5 times as many), and the stated error comes near the true one. With K each step costs sums over all nodes.
 */
function integrationAt({ grid, potential }: Problem, tolerance: number, refinement: number): number {
  const cheap = grid.dimension > 1 && potential.kernel === null;
  return Math.max(LEAST_INTEGRATION, tolerance * pow(0.1, refinement + (cheap ? 2 : 1)));
}

/** Widening of the bulk where a tail has grown, up to where a normal density is still a number. */
const WIDER = 1.25;
const WIDEST = 38;

/**
 * The next refinement: twice the nodes and a tenth of the tolerance; in a wider bulk where tails hold more than a tenth of the tolerance.
 * Null where it would go beyond the largest counts, or where the differences fall so slowly that the largest counts would not do.
 *
 * @param growth in place of twice the nodes.
 */
export function nextPlan(problem: Problem, refinements: readonly Refinement[], tolerance: number, growth = 2): Plan | null {
  const last = refinements[refinements.length - 1];
  const widen = hasCutTail(last, tolerance) ? WIDER : 1;
  if (last.bulk * widen > WIDEST) return null;
  const nodes = last.nodes.map((count) => Math.ceil(growth * count * widen));
  const largest = LARGEST[nodes.length - 1] * (last.bulk / BULK) * widen;
  // One difference is always sought, however many nodes are required.
  if ((refinements.length > 1 && Math.max(...nodes) > largest) || product(nodes) > MOST_NODES) return null;
  const before = refinements.at(-2)?.difference ?? null;
  // Differences from a narrower bulk say nothing of the nodes.
  const alike = refinements.at(-3)?.bulk === last.bulk;
  if (widen === 1 && alike && refinements.length >= 4 && before !== null && last.difference !== null) {
    const doublings = Math.floor(Math.log2(largest / Math.max(...last.nodes)));
    const gain = Math.max(1, before / last.difference);
    if (last.difference / pow(gain, doublings) > tolerance) return null;
  }
  return {
    nodes,
    family: last.family,
    bulk: last.bulk * widen,
    integration: integrationAt(problem, tolerance, refinements.length),
    refinement: 2 * last.refinement,
  };
}

function hasCutTail({ tailShare }: Refinement, tolerance: number): boolean {
  return tailShare > 0.1 * tolerance;
}

export function agrees(refinement: Refinement, tolerance: number): boolean {
  return refinement.difference !== null && refinement.difference <= tolerance && !hasCutTail(refinement, tolerance);
}

/** |a - b| / scale, Infinity where it is not a number. */
export function distance(a: number, b: number, scale: number): number {
  if (a === b) return 0;
  const found = Math.abs(a - b) / scale;
  return Number.isNaN(found) ? Infinity : found;
}

function product(counts: readonly number[]): number {
  return counts.reduce((total, count) => total * count, 1);
}
