import { InputError } from "../errors.ts";
import type { BoxBounds } from "../expressions/interval.ts";
import { describeCell, type Grid } from "../grid/grid.ts";
import type { BlockFunction, PointFunction } from "../numerics/block-function.ts";
import type { RandomStream } from "../numerics/random.ts";
import { externalAtCentres } from "./linear-external.ts";

/**
 * The potential V(theta, [mu]) = F(theta) + int K(theta, theta') mu(dtheta')  (9), with K symmetric and positive semi-definite.
 */
export interface Potential {
  /** Number of coordinates of theta. */
  dimension: number;
  /** F: one output. Where it changes in time, that and its derivatives are of the time in `clock`. */
  external: BlockFunction;
  /** Set it before each evaluation; null where F does not change in time. */
  clock?: Clock | null;
  /** Bounds of F on boxes, where they are known. */
  externalBounds?: BoxBounds;
  /** The coordinate in which F is linear, F = theta_a G(the others), where there is one. */
  linearAxis?: number;
  /** dF/dtheta_a: `dimension` outputs. */
  externalGradient: BlockFunction;
  /** sum_a d^2F/dtheta_a^2: one output. */
  externalLaplacian: BlockFunction;
  /** K, or null where there is no interaction (V = F does not change in time). */
  kernel: Kernel | null;
  /**
   * F + sum_j w_j K(., theta_j) at points as one sum where that costs less than both by themselves: for a network, whose F is made
   * of the features of K. As Kernel.atPoints; it has to agree with `external` and `kernel`.
   */
  atPoints?: (tolerance?: number) => PointInteraction;
  /** V as particles see it in a step, for a network that learns from batches; otherwise left out. */
  batches?: () => StepPotential;
  /** Added to the energy: the constant of the loss (3) for a network, otherwise 0. */
  constant: number;
}

/** The time at which a function of points and time is evaluated. */
export interface Clock {
  time: number;
}

/** A kernel K in the forms that the solvers need; its types are those of KERNELS. */
export interface Kernel {
  /** mu -> int K dmu at the cell centres of a grid. */
  onGrid(grid: Grid): GridInteraction;
  /**
   * (theta_j, w_j) -> sum_j w_j K(., theta_j) at points.
   * @param tolerance relative error allowed to a kind that approximates, of max|K|, max|grad K| and max|lap K|; default 1e-7; 0 for direct sums.
   * For features the maxima are those of a bound, see createFeatureTables.
   */
  atPoints(tolerance?: number): PointInteraction;
  /** int K dmu's gradient at the cell centres, where that costs less than atPoints(0); null, or left out, where it does not. */
  gradientOnGrid?: (grid: Grid) => GridGradient | null;
  /** The values of atPoints(0) where targets come again and again, if that costs less; otherwise left out. */
  atSameTargets?: () => ValueSum;
  /** The coordinate in which K is linear, K = theta_a theta'_a k(the others), where there is one. */
  linearAxis?: number;
  /** K(theta_i, theta_j) for i, j < count, row major, into `matrix`: for checks on small sets of points. */
  gram(matrix: Float64Array, points: readonly Float64Array[], count: number): void;
}

/** out[i] += sum_j weights[j] K(target i, point j). */
export type ValueSum = (
  out: Float64Array,
  targets: readonly Float64Array[],
  targetCount: number,
  points: readonly Float64Array[],
  weights: Float64Array,
  count: number,
) => void;

/** out[a][i] = d/dtheta_a of cellVolume sum_j K(theta_i, theta_j) mu[j]; shapes [grid.size]. */
export type GridGradient = (out: readonly Float64Array[], mu: Float64Array) => void;

export interface GridInteraction {
  /** out[i] = cellVolume sum_j K(theta_i, theta_j) mu[j]; shapes [grid.size]. */
  apply(out: Float64Array, mu: Float64Array): void;
  /** int K dmu of a density on the grid at any points of the domain, where that costs less than a sum over all cells for each of them; otherwise left out. */
  between?: FieldBetween;
}

export interface FieldBetween {
  /** Whether it is the sum over the cells to rounding; otherwise K is approximated, as well as at the displacements of the grid where K is smooth between them. */
  exact: boolean;
  /** @param mu shape [grid.size]; read here and not later. */
  of(mu: Float64Array): PointFunction;
}

export interface PointInteraction {
  /**
   * Adds sum_j w_j K(theta_i, theta_j) to value[i] and its gradient in theta_i to gradient[a][i], for i < count; either may be
   * null. points[a] is coordinate a. `weights` null stands for 1/count each. The sum includes j = i, as in Algorithm 1.
   */
  add(
    value: Float64Array | null,
    gradient: readonly Float64Array[] | null,
    points: readonly Float64Array[],
    weights: Float64Array | null,
    count: number,
  ): void;
  /** Adds the same sum over (points, weights), its gradient and its Laplacian at `targets` of their own. */
  addAt(
    field: PointField,
    targets: readonly Float64Array[],
    targetCount: number,
    points: readonly Float64Array[],
    weights: Float64Array | null,
    count: number,
  ): void;
  /** `addAt` for points that stay, where what depends on them alone can be summed once: for few targets at a time. Exact, whatever the tolerance. */
  holding?(
    points: readonly Float64Array[],
    weights: Float64Array | null,
    count: number,
  ): (field: PointField, targets: readonly Float64Array[], targetCount: number) => void;
  /** Of its meshes; left out where there are none. */
  meshes?: MeshSizes;
}

/**
 * Meshes grow with the points they have seen, so that sums depend, within their tolerance, on those before. Sums of the same kernel and tolerance that take over
 * how far others have grown have the same bits from then on.
 */
export interface MeshSizes {
  /** As plain data. */
  read(): object;
  /** @param sizes as `read` gave them. */
  takeOver(sizes: object): void;
}

/** A function of theta at points, with derivatives: value[i], gradient[a][i], laplacian[i]; null for those not wanted. */
export interface PointField {
  value: Float64Array | null;
  gradient: readonly Float64Array[] | null;
  laplacian: Float64Array | null;
}

/** V of weighted points and its derivatives, at the points themselves or at others. Weights null stands for 1/count each. */
export interface PointPotential {
  /** out[i] = V(theta_i, [sum_j w_j delta_{theta_j}]). */
  value(out: Float64Array, points: readonly Float64Array[], weights: Float64Array | null, count: number): void;
  /** out[a][i] = dV/dtheta_a. */
  gradient(out: readonly Float64Array[], points: readonly Float64Array[], weights: Float64Array | null, count: number): void;
  /** V and its derivatives at `targets`; where these are `points` themselves, V acts on its own points. */
  field(
    out: PointField,
    targets: readonly Float64Array[],
    targetCount: number,
    points: readonly Float64Array[],
    weights: Float64Array | null,
    count: number,
  ): void;
  /** E = int F dmu + 1/2 int int K dmu dmu + constant; `V` is as left by `value`, `scratch` of shape [count] is overwritten. */
  energy(
    V: Float64Array,
    scratch: Float64Array,
    points: readonly Float64Array[],
    weights: Float64Array | null,
    count: number,
  ): number;
  /** Of the sums over K; left out where there are none. */
  meshes?: MeshSizes;
}

/** V as particles see it: of the batch drawn last, where a network learns from batches, otherwise the potential itself. */
export interface StepPotential extends PointPotential {
  /** Draws the batch of the next step; does nothing without batches. */
  draw(stream: RandomStream): void;
}

/** V on a grid: F is tabulated once, int K dmu is evaluated at each call. */
export interface GridPotential {
  /** F at the cell centres, shape [grid.size]. */
  external: Float64Array;
  interacting: boolean;
  /** Evaluates F at another time; left out where F does not change in time. */
  moveTo?(time: number): void;
  /** As GridInteraction.between. */
  between?: FieldBetween;
  constant: number;
  /** V[i] = F[i] + (int K dmu)[i]. Without K this copies F. */
  evaluate(V: Float64Array, mu: Float64Array): void;
}

/**
 * Checks F here, at every cell centre. K is checked by its kernel: at every displacement of the lattice (convolution), and on sample
 * points when the problem is created (all kinds).
 *
 * @throws InputError where F is not finite, naming the first such cell, or K at a displacement of the lattice.
 */
export function createGridPotential(potential: Potential, grid: Grid): GridPotential {
  const external = externalAtCentres(grid, potential);
  const bad = external.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new InputError(
      "potential.F",
      external[bad],
      `not finite at ${describeCell(grid, bad)}`,
      "change F or the bounds of the domain so that F is finite at every cell centre",
    );
  }
  const interaction = potential.kernel?.onGrid(grid) ?? null;
  const { clock = null } = potential;
  let tabulatedAt = clock?.time ?? 0;
  return {
    external,
    ...(clock === null
      ? {}
      : {
          moveTo(time) {
            // Others may have moved the clock since.
            clock.time = time;
            if (tabulatedAt === time) return;
            tabulatedAt = time;
            external.set(externalAtCentres(grid, potential));
          },
        }),
    interacting: interaction !== null,
    ...(interaction?.between === undefined ? {} : { between: interaction.between }),
    constant: potential.constant,
    evaluate(V, mu) {
      if (interaction === null) {
        V.set(external);
        return;
      }
      interaction.apply(V, mu);
      for (let i = 0; i < V.length; i++) V[i] += external[i];
    },
  };
}
