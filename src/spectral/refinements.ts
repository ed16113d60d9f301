import { InputError } from "../errors.ts";
import type { Grid } from "../grid/grid.ts";
import { powerOfTwoAtLeast } from "../numerics/fft.ts";
import { pow } from "../numerics/pow.ts";
import type { SpectralPlan } from "./through-modes.ts";

/** How finely a run resolved the equation, and what it differed by from the run before. */
export interface SpectralRefinement {
  nodes: readonly number[];
  integration: number;
  /** null where the run came to no end. */
  steps: number | null;
  /** Largest difference from the refinement before; see compareStates. null on the first, Infinity where one of the two came to no end. */
  difference: number | null;
  /** Where that was: `energy at t = 1`; or why the run came to no end. */
  worst: string | null;
  /** The largest share of the density at the ends of no-flux axes, and of the modes in the upper third; see SpectralState. */
  edge: number;
  spectrumTail: number;
}

/** First and largest count of nodes of an axis, by dimension. */
const FIRST = [64, 32, 16] as const;
const LARGEST = [8192, 512, 64] as const;
/** A run of n nodes in all takes some 20 arrays of n doubles. */
const MOST_NODES = 2 ** 21;
/** Rounding in the sums of a step hides its error below this. */
const LEAST_INTEGRATION = 1e-13;
const LEAST_TOLERANCE = 1e-11;

/** Smallest density that counts, and that of the run that tests it; see createEquation. */
const FLOOR = 1e-14;
export const HIGHER_FLOOR = 1e-12;

/** @throws InputError for a tolerance out of reach, or a count that is unusable or beyond memory. */
export function firstPlan(
  grid: Grid,
  tolerance: number,
  nodes: number | Readonly<Record<string, number>> | undefined,
): SpectralPlan {
  if (!(tolerance >= LEAST_TOLERANCE && tolerance < 1)) {
    throw new InputError(
      "--tolerance",
      tolerance,
      "not a tolerance that Fourier modes can meet",
      `give one from ${LEAST_TOLERANCE} to 1, such as 1e-8`,
    );
  }
  for (const name of Object.keys(typeof nodes === "object" ? nodes : {})) {
    if (grid.axes.some((axis) => axis.name === name)) continue;
    throw new InputError("--nodes", name, "not a variable of this problem", `use ${grid.axes.map((axis) => axis.name).join(", ")}`);
  }
  const counts = grid.axes.map(({ name }) => (typeof nodes === "number" ? nodes : nodes?.[name]) ?? FIRST[grid.dimension - 1]);
  for (const count of counts) {
    if (!(Number.isInteger(count) && count >= 8 && count === powerOfTwoAtLeast(count))) {
      const remedy = "give the nodes along each axis of the first refinement, such as 64";
      throw new InputError("--nodes", count, "not a power of two >= 8, as Fourier modes need", remedy);
    }
  }
  if (sizeOf(counts) > MOST_NODES) {
    throw new InputError("--nodes", counts.join(" x "), "too many for memory", `use at most ${MOST_NODES} in all`);
  }
  return { nodes: counts, integration: integrationAt(tolerance, 0), floor: FLOOR };
}

/**
 * Twice the nodes and a tenth of the tolerance; null where that is beyond the largest counts, or where it would not help.
 *
 * @param stalled fall of two differences in a row above which more nodes are not expected to help; below the default for callers who have something else, and give up where steps become many.
 */
export function nextPlan(refinements: readonly SpectralRefinement[], tolerance: number, stalled = STALLED): SpectralPlan | null {
  const last = refinements[refinements.length - 1];
  const nodes = last.nodes.map((count) => 2 * count);
  if (sizeOf(nodes) > MOST_NODES || touches(refinements, tolerance)) return null;
  // One difference is always sought, however many nodes the first has.
  if (refinements.length > 1 && Math.max(...nodes) > LARGEST[nodes.length - 1]) return null;
  const [c, b, a] = refinements.map(({ difference }) => difference ?? Infinity).reverse();
  if (refinements.length >= 5 && c > stalled * b && b > stalled * a) return null;
  if (stalled < STALLED && isLaborious(refinements) && c > LITTLE * b) return null;
  return { nodes, integration: integrationAt(tolerance, refinements.length), floor: FLOOR };
}

const STALLED = 0.5;

/** Of a difference over that before where steps become many: at kinks, for one, their number goes with the square of the nodes. */
const LITTLE = 0.05;
const isLaborious = (refinements: readonly SpectralRefinement[]): boolean => {
  const [last, before] = refinements.map(({ steps }) => steps ?? Infinity).reverse();
  return last > 4 * before;
};

/** Whether two refinements agree that the density at an end is above the tolerance. */
function touches(refinements: readonly SpectralRefinement[], tolerance: number): boolean {
  const [last, before] = refinements.map(({ edge }) => edge).reverse();
  return before > tolerance && last > tolerance && last > 0.8 * before && last < 1.25 * before;
}

function integrationAt(tolerance: number, refinement: number): number {
  return Math.max(LEAST_INTEGRATION, tolerance * pow(0.1, refinement + 1));
}

function sizeOf(counts: readonly number[]): number {
  return counts.reduce((total, count) => total * count, 1);
}
