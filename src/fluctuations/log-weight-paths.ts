import type { Transition } from "../mean-field-map/transition.ts";
import { createStream } from "../numerics/random.ts";

/** The limit n -> infinity of weighted particles before they are resampled: those of entry k are a share law[k], with n w = growth[k] each. */
export interface JointLaw {
  law: Float64Array;
  growth: Float64Array;
  /** The node of each entry; null where entries are the nodes. */
  place: Int32Array | null;
}

/**
 * The joint distribution of the place of a particle and of its log-weight l since it was last resampled, at a temperature: by M paths of the mean-field limit on the lattices of its steps,
 *
 *   l <- l + log(f / Z) at the node,   node <- j with probability P_ij
 *
 * so that V and R are those of the limit, and no path sees another. The paths are not independent: before each step they are sorted by node and l, and path k of M takes the uniforms
 * frac(k g^-a + shift), a = 1 ... d, g^{d+1} = g + 1, of Roberts's sequence, so that (k / M, uniforms) fill the cube evenly (array-RQMC; L'Ecuyer, Lecot & Tuffin 2008). Sums over
 * paths then err by some M^-0.9 and not M^-1/2.
 *
 * A path is one double: node + (l + 32) / 64, with |l| < 32, so that sorting is that of a typed array; l is rounded to 1e-9 in a step.
 *
 * Cost per step: M (20 d + log M) operations.
 */
export interface LogWeightPaths {
  /** Paths of l = 0, of a distribution on nodes. */
  restart(weights: Float64Array): void;
  /** A reaction with factors f / Z at the nodes, and then the motion. */
  step(factors: Float64Array, transition: Transition): void;
  /** Neighbours among the sorted paths, of one node, are one entry. */
  read(): JointLaw;
}

const PATHS = 2 ** 14;
/** Paths of one entry of a JointLaw. */
const TOGETHER = 8;
const HALF_RANGE = 32;
/** A seed of their own. */
const SEED = 0x70617468;

export function createLogWeightPaths(dimension: number, paths = PATHS, seed = SEED): LogWeightPaths {
  const stream = createStream(seed);
  const keys = new Float64Array(paths);
  const strides = stridesOf(dimension);
  const uniforms = new Float64Array(dimension);
  const range = 2 * HALF_RANGE;
  const most = range * (1 - 2 ** -30);
  const keyOf = (node: number, l: number) => node + Math.min(most, Math.max(0, l + HALF_RANGE)) / range;

  return {
    restart(weights) {
      const total = weights.reduce((sum, w) => sum + w, 0);
      const shift = stream.uniform();
      let node = 0;
      let reached = weights[0];
      for (let k = 0; k < paths; k++) {
        const place = (total * (k + shift)) / paths;
        while (reached <= place && node < weights.length - 1) reached += weights[++node];
        keys[k] = keyOf(node, 0);
      }
    },
    step(factors, { arrive }) {
      const gains = factors.map((factor) => Math.log(factor));
      const shifts = strides.map(() => stream.uniform());
      for (let k = 0; k < paths; k++) {
        const node = Math.floor(keys[k]);
        for (let a = 0; a < dimension; a++) {
          const u = k * strides[a] + shifts[a];
          uniforms[a] = u - Math.floor(u);
        }
        const l = (keys[k] - node) * range - HALF_RANGE;
        keys[k] = keyOf(arrive(node, uniforms), l + gains[node]);
      }
      keys.sort();
    },
    read() {
      const law: number[] = [];
      const growth: number[] = [];
      const place: number[] = [];
      for (let k = 0; k < paths; ) {
        const node = Math.floor(keys[k]);
        let total = 0;
        let count = 0;
        for (; count < TOGETHER && k < paths && Math.floor(keys[k]) === node; count++, k++)
          total += Math.exp((keys[k] - node) * range - HALF_RANGE);
        law.push(count / paths);
        growth.push(total / count);
        place.push(node);
      }
      return { law: Float64Array.from(law), growth: Float64Array.from(growth), place: Int32Array.from(place) };
    },
  };
}

/** g by dimension. */
const GENERATORS = [1.618033988749895, 1.324717957244746, 1.2207440846057596] as const;

/** g^-1, ..., g^-d. */
function stridesOf(dimension: number): number[] {
  let stride = 1;
  return Array.from({ length: dimension }, () => (stride /= GENERATORS[dimension - 1]));
}
