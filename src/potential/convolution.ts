import { InputError } from "../errors.ts";
import { type Grid, periods as gridPeriods } from "../grid/grid.ts";
import type { BlockFunction } from "../numerics/block-function.ts";
import { createDirectSum, displacementLoader, fillGram } from "./direct-sum.ts";
import { createLatticeConvolution } from "./grid-convolution.ts";
import { chooseMeshSpacing } from "./mesh-spacing.ts";
import { createParticleMesh, MeshTooLargeError } from "./particle-mesh.ts";
import type { Kernel, PointInteraction } from "./potential.ts";

/** K(theta, theta') = k(theta - theta'), the displacement wrapped on periodic axes. */
export interface ConvolutionDefinition {
  /** k of the displacement: one output. */
  value: BlockFunction;
  /** k and dk/dx_a: dimension + 1 outputs. */
  valueAndGradient: BlockFunction;
  /** The domain: its widths set the first guess of the mesh, its periods the wrapping. */
  domain: Grid;
  /** Relative error of the particle mesh, of max|K| and of max|grad K|. */
  meshTolerance?: number;
}

/** Most particles for which a kernel too rough for a mesh is summed directly. */
const MOST_DIRECT = 20000;

/**
 * Convolution kernel. On a grid by zero-padded FFT, O(N log N); at points by direct sum for small n and by a particle mesh
 * (error below `meshTolerance`, 1e-7 unless told) otherwise.
 */
export function createConvolutionKernel(definition: ConvolutionDefinition): Kernel {
  const { value, valueAndGradient, domain, meshTolerance = 1e-7 } = definition;
  const d = domain.dimension;
  const wraps = gridPeriods(domain);
  const load = displacementLoader(wraps);
  return {
    onGrid(grid) {
      const lattice = { extent: grid.shape, spacing: grid.axes.map((axis) => axis.width), periods: gridPeriods(grid) };
      const convolution = createLatticeConvolution(lattice, value, ["even"]);
      const { cellVolume } = grid;
      return {
        apply(out, mu) {
          convolution.apply([out], mu);
          for (let i = 0; i < out.length; i++) out[i] *= cellVolume;
        },
      };
    },
    atPoints() {
      const direct = createDirectSum(valueAndGradient, d, d, load);
      const widths = domain.axes.map((axis) => axis.max - axis.min);
      const choice = chooseMeshSpacing(valueAndGradient, widths, wraps, meshTolerance);
      const mesh = choice === null ? null : createParticleMesh(valueAndGradient, choice);
      const nodes = choice === null ? Infinity : choice.spacing.reduce((n, h, a) => (n * widths[a]) / h, 2 ** d);
      return chooseByCost(direct, mesh, nodes, d);
    },
    gram: (matrix, points, count) => fillGram(matrix, value, d, load, points, count),
  };
}

/** The cheaper of the two, by operation counts measured once (about 10 ns a pair; 6^d reads and an FFT for the mesh). */
function chooseByCost(direct: PointInteraction, mesh: PointInteraction | null, nodes: number, d: number): PointInteraction {
  const meshCost = (n: number) => n * (30 + 4 * 6 ** d) + nodes * 40 * (d + 2);
  return {
    add(value, gradient, points, weights, count) {
      if (mesh !== null && 10 * count * count > meshCost(count)) {
        try {
          mesh.add(value, gradient, points, weights, count);
          return;
        } catch (error) {
          if (!(error instanceof MeshTooLargeError)) throw error;
        }
      }
      if (count > MOST_DIRECT) {
        throw new InputError(
          "potential.K",
          "convolution",
          mesh === null
            ? `not smooth enough for a particle mesh, and n = ${count} is too many for a direct sum`
            : `the ${count} particles have spread too far for a particle mesh and are too many for a direct sum`,
          `use n <= ${MOST_DIRECT}, a smoother K, or a confining F`,
        );
      }
      direct.add(value, gradient, points, weights, count);
    },
  };
}
