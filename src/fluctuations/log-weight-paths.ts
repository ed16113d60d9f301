import { type Grid, intoPeriod, periods } from "../grid/grid.ts";
import type { Transition } from "../mean-field-map/transition.ts";
import { createStream } from "../numerics/random.ts";
import { normalQuantile } from "../numerics/tails.ts";
import { wrapDisplacement } from "../potential/direct-sum.ts";
import type { JointLaw } from "./joint-law.ts";
import { createLatticeValues } from "./lattice-values.ts";

/**
 * The joint distribution of the place of a particle and of its log-weight l since it was last resampled, at a temperature: by M paths of the mean-field limit,
 *
 *   l <- l + log(f / Z),   theta <- theta - dt grad V + s xi
 *
 * with V and R of the limit, so that no path sees another; between the nodes of the lattice of a step they are those of lattice-values.ts. (On the nodes alone, l would take too few values: the noise of a
 * resampling is then off by up to 4%.) The paths are not independent: before each step they are sorted by the nearest node and l, and path k of M takes the uniforms frac(k g^-a + shift), a = 1 ... d,
 * g^{d+1} = g + 1, so that (k / M, uniforms) fill the cube evenly (array-RQMC; L'Ecuyer, Lecot & Tuffin 2008; Roberts's sequence). Sums over paths err by some 1 / M, and not M^-1/2.
 *
 * Cost per step: M (100 d + 6^d + log M) operations, some 5 ms.
 */
export interface LogWeightPaths {
  /** Begins with masses at nodes before a step, and takes the motion of that step, after a reaction with log(f / Z) = gains where it is given. */
  begin(masses: Float64Array, gains: Float64Array | null, transition: Transition): void;
  /** A reaction with log(f / Z) = gains at the nodes of the last lattice, and then the motion. */
  step(points: readonly Float64Array[], gains: Float64Array, transition: Transition): void;
  weights(): Pick<JointLaw, "law" | "growth">;
  /** The same with the places. */
  read(): JointLaw;
}

const PATHS = 2 ** 14;
/** A seed of their own. */
const SEED = 0x70617468;
/** g by dimension. */
const GENERATORS = [1.618033988749895, 1.324717957244746, 1.2207440846057596] as const;
/** Uniforms are at least this. */
const LEAST = 2 ** -40;
/** Order of l for sorting: as whole numbers below 2^16, of |l| < 32. */
const RANKS = 2 ** 16;
const HALF_RANGE = 32;

export function createLogWeightPaths(grid: Grid, count = PATHS, seed = SEED): LogWeightPaths {
  const { axes, dimension } = grid;
  const turns = periods(grid);
  const stream = createStream(seed);
  const create = () => ({ points: axes.map(() => new Float64Array(count)), l: new Float64Array(count) });
  let [now, next] = [create(), create()];
  const keys = new Float64Array(count);
  let lattice: Grid | null = null;
  const strides = stridesOf(dimension);

  /** What the noise of path k of a step adds along each axis. */
  function createNoise(sd: number): (k: number, a: number) => number {
    const shifts = strides.map(() => stream.uniform());
    return (k, a) => {
      const u = k * strides[a] + shifts[a];
      return sd * normalQuantile(Math.min(1 - LEAST, Math.max(LEAST, u - Math.floor(u))));
    };
  }

  /** By the nearest node of the lattice, and then by l. */
  function sort(): void {
    if (lattice === null) return;
    const { moveTo } = createLatticeValues(lattice);
    for (let k = 0; k < count; k++) {
      const rank = Math.floor(((now.l[k] + HALF_RANGE) / (2 * HALF_RANGE)) * RANKS);
      keys[k] = (moveTo(now.points, k) * RANKS + Math.min(RANKS - 1, Math.max(0, rank))) * count + k;
    }
    keys.sort();
    for (let k = 0; k < count; k++) {
      const from = keys[k] % count;
      next.l[k] = now.l[from];
      for (let a = 0; a < dimension; a++) next.points[a][k] = now.points[a][from];
    }
    [now, next] = [next, now];
  }

  const law = new Float64Array(count).fill(1 / count);
  const weights = () => ({ law, growth: now.l.map(Math.exp) });

  return {
    begin(masses, gains, { centres, sd, lattice: to }) {
      const total = masses.reduce((sum, mass) => sum + mass, 0);
      const shift = stream.uniform();
      const noise = createNoise(sd);
      let node = 0;
      let reached = masses[0];
      for (let k = 0; k < count; k++) {
        while (reached <= (total * (k + shift)) / count && node < masses.length - 1) reached += masses[++node];
        now.l[k] = gains === null ? 0 : gains[node];
        for (let a = 0; a < dimension; a++) now.points[a][k] = intoPeriod(centres[a][node] + noise(k, a), axes[a]);
      }
      lattice = to;
      sort();
    },
    step(points, gains, { centres, sd, lattice: to }) {
      if (lattice === null) return;
      const { moveTo, of } = createLatticeValues(lattice);
      const noise = createNoise(sd);
      const shifts = centres.map((x, a) => x.map((centre, j) => wrapDisplacement(centre - points[a][j], turns[a])));
      for (let k = 0; k < count; k++) {
        moveTo(now.points, k);
        now.l[k] += of(gains);
        for (let a = 0; a < dimension; a++) now.points[a][k] = intoPeriod(now.points[a][k] + of(shifts[a]) + noise(k, a), axes[a]);
      }
      lattice = to;
      sort();
    },
    weights,
    read() {
      if (lattice === null) throw new Error("paths have not begun");
      return { ...weights(), places: { points: now.points.map((x) => x.slice()), lattice } };
    },
  };
}

/** g^-1, ..., g^-d. */
function stridesOf(dimension: number): number[] {
  let stride = 1;
  return Array.from({ length: dimension }, () => {
    stride /= GENERATORS[dimension - 1];
    return stride;
  });
}
