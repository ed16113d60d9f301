import { type Axis, intoPeriod } from "../grid/grid.ts";
import { BLOCK } from "../numerics/block-function.ts";
import { halton } from "../numerics/halton.ts";
import { type FeaturesDefinition, featureEvaluator } from "./feature-evaluator.ts";
import { basisOfOrder } from "./lagrange-basis.ts";
import type { MeshLayout } from "./mesh-transfer.ts";

/** Points of the domain at which the largest norms are sought. */
const SAMPLES = 200;

/** psi_p on a block of places: its value, its slopes along the axes of the mesh and its Laplacian, as outputs. */
export interface Psi {
  weights: Float64Array;
  places: readonly Float64Array[];
  outputs: readonly Float64Array[];
  evaluate(count: number, p: number): void;
}

export function createPsi(definition: FeaturesDefinition, columns: readonly number[], withLaplacian: boolean): Psi {
  const d = definition.dimension;
  const evaluate = featureEvaluator(definition);
  // Where phi = c psi this is at c = 1.
  const theta = Array.from({ length: d }, () => new Float64Array(BLOCK).fill(1));
  const phi = Array.from({ length: withLaplacian ? d + 2 : d + 1 }, () => new Float64Array(BLOCK));
  return {
    weights: definition.weights,
    places: columns.map((a) => theta[a]),
    outputs: [phi[0], ...columns.map((a) => phi[a + 1]), ...phi.slice(d + 1)],
    evaluate: (count, p) => evaluate(phi, 0, theta, 0, count, p),
  };
}

/** Outputs are judged in groups: the value, all slopes together, the Laplacian. */
const groupOf = (c: number, k: number) => (c === 0 ? 0 : c <= k ? 1 : 2);

/** The largest |psi|^2, |grad psi|^2 and |lap psi|^2 on sample points of the domain. */
export function largestNorms(psi: Psi, axes: readonly Axis[]): Float64Array {
  const k = axes.length;
  const norms = [0, 1, 2].map(() => new Float64Array(SAMPLES));
  axes.forEach(({ min, max }, a) => {
    for (let i = 0; i < SAMPLES; i++) psi.places[a][i] = min + (max - min) * halton(i, a);
  });
  for (let p = 0; p < psi.weights.length; p++) {
    psi.evaluate(SAMPLES, p);
    psi.outputs.forEach((output, c) => {
      addSquares(norms[groupOf(c, k)], psi.weights[p], output, SAMPLES);
    });
  }
  return Float64Array.from(norms, (values) => values.reduce((most, value) => Math.max(most, value), 0));
}

function addSquares(sum: Float64Array, weight: number, u: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) sum[i] += weight * u[i] * u[i];
}

/** Coordinates of nodes start ... start + count - 1, or of the points half a step further along axis `between`. */
function fillPlaces(psi: Psi, layout: MeshLayout, axes: readonly Axis[], start: number, count: number, between: number): void {
  let stride = 1;
  for (let a = axes.length - 1; a >= 0; a--) {
    const n = layout.extent[a];
    const first = layout.origin[a] + (a === between ? 0.5 : 0);
    for (let i = 0; i < count; i++) {
      const index = Math.floor((start + i) / stride) % n;
      psi.places[a][i] = intoPeriod((first + index) * layout.spacing[a], axes[a]);
    }
    stride *= n;
  }
}

export function tabulate(psi: Psi, layout: MeshLayout, axes: readonly Axis[], nodes: number): Float64Array[] {
  const components = psi.outputs.map(() => new Float64Array(nodes * psi.weights.length));
  for (let start = 0; start < nodes; start += BLOCK) {
    const count = Math.min(BLOCK, nodes - start);
    fillPlaces(psi, layout, axes, start, count, -1);
    for (let p = 0; p < psi.weights.length; p++) {
      psi.evaluate(count, p);
      components.forEach((component, c) => {
        component.set(psi.outputs[c].subarray(0, count), p * nodes + start);
      });
    }
  }
  return components;
}

/**
 * The largest |u - I u| / max(|u|, scale) half way between nodes along one axis, in every cell with all the nodes that I reads, of
 * u = psi, grad psi and lap psi in the norm |u|^2 = sum_p w_p u_p^2. Infinity where some u is not finite.
 *
 * @param scales squares, as `largestNorms` returns them.
 */
export function largestMiss(
  psi: Psi,
  components: readonly Float64Array[],
  layout: MeshLayout,
  axes: readonly Axis[],
  along: number,
  scales: Float64Array,
): number {
  const { extent, order } = layout;
  const nodes = extent.reduce((product, n) => product * n, 1);
  const weights = new Float64Array(order);
  basisOfOrder(order).evaluate(weights, 0.5);
  const reached = Array.from({ length: order }, () => new Int32Array(BLOCK));
  const whole = new Uint8Array(BLOCK);
  const difference = new Float64Array(BLOCK);
  const norms = Array.from(scales, () => new Float64Array(BLOCK));
  const errors = Array.from(scales, () => new Float64Array(BLOCK));
  let worst = 0;
  for (let start = 0; start < nodes; start += BLOCK) {
    const count = Math.min(BLOCK, nodes - start);
    fillPlaces(psi, layout, axes, start, count, along);
    findReached(reached, whole, layout, along, start, count);
    for (const sums of [...norms, ...errors]) sums.fill(0);
    for (let p = 0; p < psi.weights.length; p++) {
      psi.evaluate(count, p);
      for (let c = 0; c < components.length; c++) {
        const group = groupOf(c, axes.length);
        const exact = psi.outputs[c];
        for (let i = 0; i < count; i++) difference[i] = -exact[i];
        const table = components[c].subarray(p * nodes, (p + 1) * nodes);
        for (let j = 0; j < order; j++) {
          const from = reached[j];
          for (let i = 0; i < count; i++) difference[i] += weights[j] * table[from[i]];
        }
        addSquares(norms[group], psi.weights[p], exact, count);
        addSquares(errors[group], psi.weights[p], difference, count);
      }
    }
    for (let g = 0; g < errors.length; g++) {
      for (let i = 0; i < count; i++) {
        if (whole[i] === 0 || errors[g][i] === 0) continue;
        const miss = errors[g][i] / Math.max(norms[g][i], scales[g]);
        if (!(miss <= worst)) worst = Number.isNaN(miss) ? Infinity : miss;
      }
    }
  }
  return Math.sqrt(worst);
}

/** reached[j][i]: node j among those read half way between node start + i and the next; whole[i] = 0 where the mesh lacks one. */
function findReached(
  reached: readonly Int32Array[],
  whole: Uint8Array,
  { extent, periods, order }: MeshLayout,
  along: number,
  start: number,
  count: number,
): void {
  const n = extent[along];
  const stride = extent.slice(along + 1).reduce((product, m) => product * m, 1);
  const left = order / 2 - 1;
  const wraps = periods[along] !== 0;
  for (let i = 0; i < count; i++) {
    const index = Math.floor((start + i) / stride) % n;
    const first = index - left;
    whole[i] = wraps || (first >= 0 && first + order <= n) ? 1 : 0;
    for (let j = 0; j < order; j++) {
      const to = whole[i] === 0 ? index : wraps ? (first + j) & (n - 1) : first + j;
      reached[j][i] = start + i + (to - index) * stride;
    }
  }
}
