import { InputError } from "../errors.ts";
import { formatNumber } from "../figures/numbers.ts";
import { type AxisDefinition, createGrid, fillCentres, type Grid, wrapIndex } from "../grid/grid.ts";

/**
 * One noisy step of Euler and Maruyama's method, theta <- theta - dt grad V + s xi with s^2 = 2 int tau dt, as a map of masses: from any nodes, which the drift has
 * brought to `centres`, to the nodes of a lattice of spacing h = s / 1.25, or eps / 1.25 where R smooths the distribution with a bandwidth eps < s,
 *
 *   P_ij = p(theta_j - centre_i) / sum_k p(theta_k - centre_i),   p = N(0, s^2 I),   |theta_j - centre_i| <= 7.5 s along each axis.
 *
 * Rows sum to 1. Sums over the lattice, those of k_eps among them, are trapezoidal rules of Gaussians, right to e^{-2 (pi s / h)^2} = 4e-14; what is cut off is below 1e-12.
 */
export interface Transition {
  /** The lattice; its nodes are the centres of its cells. */
  lattice: Grid;
  points: Float64Array[];
  /** sum_i m_i P_ij, shape [lattice.size]. */
  push(masses: Float64Array): Float64Array;
  /** sum_j P_ij u_j, shape [nodes]. */
  pull(u: Float64Array): Float64Array;
  /** Of the pulled u in the centres: one array for each axis, shape [nodes]. */
  slopes(u: Float64Array): Float64Array[];
  /** Where the drift brings each node, and the standard deviation of the noise along each axis. */
  centres: readonly Float64Array[];
  sd: number;
}

/** Nodes of the lattice a standard deviation. */
const FINENESS = 1.25;
const REACH = 7.5;
/** Lattices begin and end at multiples of so many nodes, so that one serves many steps. */
const BLOCK = 32;
/** Nodes of less than this share of the largest mass do not widen the lattice: their rows are those of its nearest nodes. */
const NEGLIGIBLE = 1e-25;
const FEWEST = 4;

/** A sum over P then takes 0.3 s in the plane, and as much memory as a path of some steps may. */
const MOST_NODES = 2 ** 18;

/**
 * The lattice on which masses at `centres` arrive, in the domain's axes: where it ends there is no mass.
 *
 * @param bandwidth eps, Infinity where nothing is smoothed.
 * @throws InputError for noise or a bandwidth so small that the lattice has too many nodes.
 */
export function latticeFor(
  domain: Grid,
  centres: readonly Float64Array[],
  masses: Float64Array,
  sd: number,
  bandwidth = Infinity,
): Grid {
  const enough = NEGLIGIBLE * masses.reduce((most, mass) => Math.max(most, mass), 0);
  const finest = Math.min(sd, bandwidth);
  const h = finest / FINENESS;
  const margin = REACH * FINENESS * (sd / finest);
  const axes = domain.axes.map(({ name, min, max, periodic }, a): AxisDefinition => {
    if (periodic) return { name, min, max, cells: Math.max(FEWEST, Math.ceil((max - min) / h)), boundary: "periodic" };
    let [least, most] = [Infinity, -Infinity];
    for (let i = 0; i < masses.length; i++) {
      if (!(masses[i] > enough)) continue;
      least = Math.min(least, centres[a][i]);
      most = Math.max(most, centres[a][i]);
    }
    const first = BLOCK * Math.floor((least / h - margin) / BLOCK);
    const last = BLOCK * Math.ceil((most / h + margin) / BLOCK);
    return { name, min: (first - 0.5) * h, max: (last + 0.5) * h, cells: last - first + 1, boundary: "no-flux" };
  });
  const size = axes.reduce((product, { cells }) => product * cells, 1);
  if (size > MOST_NODES) {
    const lattice = `takes a lattice of ${size} nodes to follow`;
    if (bandwidth < sd) throw new InputError("reaction.bandwidth", bandwidth, lattice, "use a larger one");
    throw new InputError(
      "temperature",
      undefined,
      `moves particles by ${formatNumber(sd, 2)} in a step, which ${lattice}`,
      "use a larger --dt, a higher temperature, or 0",
    );
  }
  return createGrid(axes);
}

/** Cost: 20 exponentials a node and axis, and 20^d products a node for each sum. */
export function createTransition(lattice: Grid, centres: readonly Float64Array[], sd: number): Transition {
  const count = centres[0].length;
  const points = lattice.axes.map(() => new Float64Array(lattice.size));
  fillCentres(lattice, 0, lattice.size, points);
  // The last axis runs fastest, and is the innermost.
  const missing = 3 - lattice.dimension;
  const rows = [0, 1, 2].map((k) => (k < missing ? UNIT : rowsAlong(lattice, k - missing, centres[k - missing], sd)));
  const [x, y, z] = rows;

  /** @param along the axis whose weights are replaced by their derivatives. */
  function pullWith(u: Float64Array, along: number | null): Float64Array {
    const out = new Float64Array(count);
    const [wx, wy, wz] = rows.map((row, k) => (k - missing === along ? row.slopes : row.weights));
    for (let i = 0; i < count; i++) {
      const [fx, fy, fz] = [x.row * i, y.row * i, z.row * i];
      let total = 0;
      for (let kx = fx; kx < fx + x.taps; kx++) {
        let plane = 0;
        for (let ky = fy; ky < fy + y.taps; ky++) {
          const j = x.places[kx] + y.places[ky];
          let line = 0;
          for (let kz = fz; kz < fz + z.taps; kz++) line += wz[kz] * u[j + z.places[kz]];
          plane += wy[ky] * line;
        }
        total += wx[kx] * plane;
      }
      out[i] = total;
    }
    return out;
  }

  return {
    lattice,
    points,
    push(m) {
      const out = new Float64Array(lattice.size);
      for (let i = 0; i < count; i++) {
        if (m[i] === 0) continue;
        const [fx, fy, fz] = [x.row * i, y.row * i, z.row * i];
        for (let kx = fx; kx < fx + x.taps; kx++) {
          for (let ky = fy; ky < fy + y.taps; ky++) {
            const j = x.places[kx] + y.places[ky];
            const mass = m[i] * x.weights[kx] * y.weights[ky];
            for (let kz = fz; kz < fz + z.taps; kz++) out[j + z.places[kz]] += mass * z.weights[kz];
          }
        }
      }
      return out;
    },
    pull: (u) => pullWith(u, null),
    slopes: (u) => lattice.axes.map((_, a) => pullWith(u, a)),
    centres,
    sd,
  };
}

/** The factors of P along one axis: entry row i + k is of place k of node i. */
interface Rows {
  taps: number;
  row: number;
  /** What a place adds to the index of a node. */
  places: Int32Array;
  weights: Float64Array;
  /** Derivatives of the weights in the centre. */
  slopes: Float64Array;
}

/** An axis that is not there. */
const UNIT: Rows = { taps: 1, row: 0, places: Int32Array.of(0), weights: Float64Array.of(1), slopes: Float64Array.of(0) };

function rowsAlong(lattice: Grid, a: number, centres: Float64Array, sd: number): Rows {
  const { min, width, cells, periodic } = lattice.axes[a];
  const stride = lattice.strides[a];
  const reach = Math.ceil((REACH * sd) / width);
  const taps = periodic ? 2 * reach + 1 : Math.min(cells, 2 * reach + 1);
  const places = new Int32Array(taps * centres.length);
  const weights = new Float64Array(taps * centres.length);
  const slopes = new Float64Array(taps * centres.length);
  for (let i = 0; i < centres.length; i++) {
    const place = (centres[i] - min) / width - 0.5;
    const nearest = periodic ? Math.round(place) : Math.min(cells - 1, Math.max(0, Math.round(place)));
    const begin = periodic ? nearest - reach : Math.min(cells - taps, Math.max(0, nearest - reach));
    // A centre beyond the lattice, of a node without mass, counts as its end.
    const offset = periodic ? place : Math.min(cells - 1, Math.max(0, place));
    let total = 0;
    let moment = 0;
    for (let k = 0; k < taps; k++) {
      const distance = (begin + k - offset) * width;
      const weight = Math.exp(-0.5 * (distance / sd) ** 2);
      weights[taps * i + k] = weight;
      total += weight;
      moment += weight * distance;
      places[taps * i + k] = stride * (periodic ? wrapIndex(begin + k, cells) : begin + k);
    }
    const mean = moment / total;
    for (let k = 0; k < taps; k++) {
      const weight = weights[taps * i + k] / total;
      weights[taps * i + k] = weight;
      slopes[taps * i + k] = (weight * ((begin + k - offset) * width - mean)) / (sd * sd);
    }
  }
  return { taps, row: taps, places, weights, slopes };
}
