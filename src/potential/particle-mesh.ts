import type { BlockFunction } from "../numerics/block-function.ts";
import { powerOfTwoAtLeast } from "../numerics/fft.ts";
import { halton } from "../numerics/halton.ts";
import { createLatticeConvolution, type LatticeConvolution, type Parity } from "./grid-convolution.ts";
import type { PointInteraction } from "./potential.ts";

/**
 * Sums over particles for a smooth convolution kernel, O(n + M log M) for a mesh of M nodes.
 *
 *   K(x - y) ~ sum_ab L_a(x) K(X_a - X_b) L_b(y),    L_a: piecewise Lagrange polynomials of degree 5 on a uniform mesh
 *
 * Weights are spread to the mesh with L, convolved with K and with its gradient by FFT, and read back with the same L; no kernel
 * needs a known transform. The error of one factor along an axis of spacing H is below 0.074 H^6 max|d^6 K|. The mesh follows
 * the particles (its origin moves in whole cells, so the spectrum is kept) and grows when they spread.
 */
const ORDER = 6;
const LEFT = ORDER / 2 - 1;
/** 1 / prod_{m != j} (j - m), nodes numbered -2 ... 3. */
const LAGRANGE = [-1 / 120, 1 / 24, -1 / 12, 1 / 12, -1 / 24, 1 / 120];

/** Largest number of mesh nodes over all axes. */
export const MOST_MESH_NODES = 2 ** 22;

/** A mesh spacing for each axis; periodic axes hold a power of two of them. */
export interface MeshSpacing {
  spacing: readonly number[];
  periods: readonly number[];
}

/** Thrown (and caught one level up) when the particles have spread so far that no affordable mesh covers them. */
export class MeshTooLargeError extends Error {
  override readonly name = "MeshTooLargeError";
}

/** `kernel` has the outputs K, dK/dx_1, ..., dK/dx_d of the displacement. */
export function createParticleMesh(kernel: BlockFunction, { spacing, periods }: MeshSpacing): PointInteraction {
  const d = spacing.length;
  // Leading axes of extent 1 make every mesh three-dimensional; axis a of the problem is axis lead + a here.
  const lead = 3 - d;
  const capacity = periods.map((period, a) => (period === 0 ? 0 : Math.round(period / spacing[a])));
  const origin = new Int32Array(d);
  const parities: Parity[] = ["even", ...Array.from({ length: d }, (): Parity => "odd")];
  let convolution: LatticeConvolution | null = null;
  let charge = new Float64Array(0);
  let fields: Float64Array[] = [];

  function coverPoints(points: readonly Float64Array[], count: number): void {
    let grown = convolution === null;
    for (let a = 0; a < d; a++) {
      if (periods[a] !== 0) continue;
      let low = Infinity;
      let high = -Infinity;
      const x = points[a];
      for (let i = 0; i < count; i++) {
        if (x[i] < low) low = x[i];
        if (x[i] > high) high = x[i];
      }
      const first = Math.floor(low / spacing[a]) - LEFT;
      const needed = Math.floor(high / spacing[a]) + ORDER - LEFT - first;
      if (!(needed <= MOST_MESH_NODES)) throw new MeshTooLargeError();
      if (needed > capacity[a]) {
        capacity[a] = powerOfTwoAtLeast(needed);
        grown = true;
      }
      origin[a] = first - Math.floor((capacity[a] - needed) / 2);
    }
    if (!grown) return;
    const nodes = capacity.reduce((product, n) => product * n, 1);
    if (nodes > MOST_MESH_NODES) throw new MeshTooLargeError();
    convolution = createLatticeConvolution({ extent: [...capacity], spacing, periods }, kernel, parities);
    charge = new Float64Array(nodes);
    fields = parities.map(() => new Float64Array(nodes));
  }

  /** Per axis (three of them): basis values and flat index of each of its nodes, for one particle. */
  const basis = [0, 1, 2].map(() => new Float64Array(ORDER));
  const node = [0, 1, 2].map(() => new Int32Array(ORDER));
  const width = [0, 1, 2].map((axis) => (axis < lead ? 1 : ORDER));
  for (let axis = 0; axis < lead; axis++) basis[axis][0] = 1;
  const [b0, b1, b2] = basis;
  const [n0, n1, n2] = node;
  const [w0, w1] = width;

  function locate(points: readonly Float64Array[], i: number): void {
    let stride = 1;
    for (let a = d - 1; a >= 0; a--) {
      const n = capacity[a];
      const cell = points[a][i] / spacing[a];
      const whole = Math.floor(cell);
      lagrangeBasis(basis[lead + a], cell - whole);
      const first = whole - LEFT - origin[a];
      const indices = node[lead + a];
      if (periods[a] === 0) for (let j = 0; j < ORDER; j++) indices[j] = (first + j) * stride;
      // Periodic axes have a power of two of nodes, so masking is the remainder, for negative indices too.
      else for (let j = 0; j < ORDER; j++) indices[j] = ((first + j) & (n - 1)) * stride;
      stride *= n;
    }
  }

  function spread(points: readonly Float64Array[], weights: Float64Array | null, count: number): void {
    charge.fill(0);
    for (let i = 0; i < count; i++) {
      locate(points, i);
      const weight = weights === null ? 1 / count : weights[i];
      for (let p = 0; p < w0; p++) {
        for (let q = 0; q < w1; q++) {
          const from = n0[p] + n1[q];
          const factor = weight * b0[p] * b1[q];
          for (let r = 0; r < ORDER; r++) charge[from + n2[r]] += factor * b2[r];
        }
      }
    }
  }

  function read(outputs: readonly Float64Array[], from: readonly Float64Array[], points: readonly Float64Array[], count: number) {
    const components = outputs.length;
    for (let i = 0; i < count; i++) {
      locate(points, i);
      for (let c = 0; c < components; c++) {
        const field = from[c];
        let total = 0;
        for (let p = 0; p < w0; p++) {
          for (let q = 0; q < w1; q++) {
            const at = n0[p] + n1[q];
            let line = 0;
            for (let r = 0; r < ORDER; r++) line += b2[r] * field[at + n2[r]];
            total += b0[p] * b1[q] * line;
          }
        }
        outputs[c][i] += total;
      }
    }
  }

  return {
    add(value, gradient, points, weights, count) {
      coverPoints(points, count);
      spread(points, weights, count);
      if (convolution === null) throw new Error("the mesh is built when it first covers points");
      convolution.apply(fields, charge);
      if (value !== null && gradient !== null) read([value, ...gradient], fields, points, count);
      else if (value !== null) read([value], fields, points, count);
      else if (gradient !== null) read(gradient, fields.slice(1), points, count);
    },
  };
}

/** Values at t in [0, 1) of the six Lagrange polynomials of degree 5 on the nodes -2, ..., 3. */
function lagrangeBasis(out: Float64Array, t: number): void {
  const a = t + 2;
  const b = t + 1;
  const c = t - 1;
  const e = t - 2;
  const f = t - 3;
  const ab = a * b;
  const ef = e * f;
  const cef = c * ef;
  const abt = ab * t;
  out[0] = LAGRANGE[0] * b * t * cef;
  out[1] = LAGRANGE[1] * a * t * cef;
  out[2] = LAGRANGE[2] * ab * cef;
  out[3] = LAGRANGE[3] * abt * ef;
  out[4] = LAGRANGE[4] * abt * c * f;
  out[5] = LAGRANGE[5] * abt * c * e;
}

/**
 * The coarsest spacing, among halvings of 1/8 of each scale, at which the kernel and its gradient are interpolated to `tolerance`
 * of their maxima (of |K| and of |grad K|), or null where even the finest affordable mesh misses it: a kernel with a kink.
 * Each axis is tested alone, half way between nodes, at displacements that include 0, half a period, and spread-out points
 * (a Halton sequence); both factors and all axes then add up, hence the share 1 / (2 d) of the tolerance for each.
 */
export function chooseMeshSpacing(
  kernel: BlockFunction,
  scales: readonly number[],
  periods: readonly number[],
  tolerance: number,
): MeshSpacing | null {
  const d = scales.length;
  const samples = samplePoints(scales, periods);
  const count = samples[0].length;
  const outputs = () => Array.from({ length: d + 1 }, () => new Float64Array(count));
  const exact = outputs();
  const shifted = outputs();
  const estimate = outputs();
  const points = samples.map((x) => x.slice());
  kernel(exact, 0, points, 0, count);
  const scaleOfValue = largest(exact[0]);
  const scaleOfGradient = Math.max(...exact.slice(1).map(largest));
  const mostNodes = MOST_MESH_NODES ** (1 / d) / 2;
  const basis = new Float64Array(ORDER);
  lagrangeBasis(basis, 0.5);

  const spacing: number[] = [];
  for (let a = 0; a < d; a++) {
    let h = (periods[a] === 0 ? scales[a] : periods[a]) / 8;
    for (;;) {
      if (scales[a] / h > mostNodes) return null;
      for (const component of estimate) component.fill(0);
      for (let j = 0; j < ORDER; j++) {
        for (let i = 0; i < count; i++) points[a][i] = samples[a][i] + (j - LEFT - 0.5) * h;
        if (periods[a] !== 0) for (let i = 0; i < count; i++) points[a][i] -= periods[a] * Math.round(points[a][i] / periods[a]);
        kernel(shifted, 0, points, 0, count);
        for (let c = 0; c <= d; c++) for (let i = 0; i < count; i++) estimate[c][i] += basis[j] * shifted[c][i];
      }
      points[a].set(samples[a]);
      const share = tolerance / (2 * d);
      const good = estimate.every((component, c) => {
        const allowed = share * (c === 0 ? scaleOfValue : scaleOfGradient);
        return component.every((v, i) => Math.abs(v - exact[c][i]) <= allowed);
      });
      if (good) break;
      h /= 2;
    }
    spacing.push(h);
  }
  return { spacing, periods };
}

/** Displacements in the box of half-widths `scales`: 0, the half periods, and 200 Halton points. */
function samplePoints(scales: readonly number[], periods: readonly number[]): Float64Array[] {
  return scales.map((scale, a) => {
    const reach = periods[a] === 0 ? scale : periods[a] / 2;
    const spread = Array.from({ length: 200 }, (_, i) => reach * (2 * halton(i, a) - 1));
    const half = periods[a] === 0 ? reach : 0.4999999 * periods[a];
    return Float64Array.from([0, 1e-9 * reach, half, -half, ...spread]);
  });
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
