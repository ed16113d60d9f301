import * as z from "zod";
import { InputError } from "../errors.ts";
import { createEvaluator } from "../expressions/evaluate.ts";
import { parseExpression } from "../expressions/expression.ts";
import { expression } from "../expressions/names.ts";
import type { Program } from "../expressions/program.ts";
import { type Grid, periods as gridPeriods } from "../grid/grid.ts";
import type { PointFunction } from "../numerics/block-function.ts";
import { createDirectSum, displacementLoader, fillGram, type PairKernel } from "./direct-sum.ts";
import { createLatticeConvolution } from "./grid-convolution.ts";
import { type CompiledFunctions, evaluatorsOf, type KernelType, programsOf } from "./kernel-type.ts";
import { ORDERS } from "./lagrange-basis.ts";
import type { Lattice, Parity } from "./lattice.ts";
import { chooseMeshSpacing, type MeshSpacing } from "./mesh-spacing.ts";
import { createParticleMesh, MeshTooLargeError, type ParticleMesh } from "./particle-mesh.ts";
import type { Kernel, PointField, PointInteraction } from "./potential.ts";

/** K(theta, theta') = k(theta - theta'), the displacement wrapped on periodic axes; the slots are those of the displacement. */
export interface ConvolutionDefinition extends PairKernel {
  /** The domain: its widths set the first guess of the mesh, its periods the wrapping. */
  domain: Grid;
}

const schema = z
  .strictObject({ type: z.literal("convolution"), expression })
  .describe("K = k(theta - theta'): each variable name stands for the displacement; periodic axes wrap");

export interface CompiledConvolution extends CompiledFunctions {
  type: "convolution";
}

/** Cells of a particle mesh that cost as much as a pair, by dimension. */
const MESH = [20, 60, 200] as const;

export const convolutionKernel: KernelType<typeof schema, CompiledConvolution> = {
  schema,
  expression: "K",
  wraps: true,
  async compile(definition, names) {
    const field = "potential.K.expression";
    const K = await parseExpression(definition.expression, field, names);
    const compiled = { type: definition.type, ...programsOf(K, definition.expression, names.inputs.length) };
    refuseSingularOrigin(compiled.valueAndGradient, definition.expression, field);
    return compiled;
  },
  create: (compiled, domain) => createConvolutionKernel({ ...evaluatorsOf(compiled), domain }),
  cost: {
    // Transforms.
    onGrid: (_, dimension) => 35 * (1 + dimension),
    atPoints: (_, n, dimension) => Math.min(n, MESH[dimension - 1]),
  },
  example: (variables) => ({
    type: "convolution",
    expression: `0.5*exp(-(${variables.map((name) => `${name}^2`).join(" + ")})/0.5)`,
  }),
};

/** A particle meets itself at displacement 0, so the gradient of K must exist there. */
function refuseSingularOrigin(program: Program, text: string, field: string): void {
  const zero = Array.from({ length: program.inputs }, () => new Float64Array(1));
  const values = Array.from({ length: program.outputs }, () => new Float64Array(1));
  createEvaluator(program)(values, 0, zero, 0, 1);
  if (values.every(([v]) => Number.isFinite(v))) return;
  throw new InputError(
    field,
    text,
    "K or its gradient is not finite at displacement 0",
    "smooth it there, e.g. sqrt(x^2 + 1e-6) for abs(x)",
  );
}

/** Most particles for which a kernel too rough for a mesh is summed directly. */
const MOST_DIRECT = 20000;

const MESH_TOLERANCE = 1e-7;

/** Nanoseconds a node and output of a mesh: 5 to 25 measured. */
const NODE = 25;
/** Nanoseconds of a mesh's set-up that one sum is charged with. */
const SET_UP = 100_000;

/**
 * Convolution kernel. On a grid by the modes of K where it is smooth, else by zero-padded FFT; at points by direct sum for small n and by a particle mesh
 * (within the required tolerance) otherwise.
 */
export function createConvolutionKernel(definition: ConvolutionDefinition): Kernel {
  const { value, domain } = definition;
  const d = domain.dimension;
  const wraps = gridPeriods(domain);
  const load = displacementLoader(wraps);
  const widths = domain.axes.map((axis) => axis.max - axis.min);
  /** Sought once for all populations: each of them would evaluate K some ten thousand times for it. */
  const spacings = new Map<string, readonly MeshSpacing[]>();
  const spacingsFor = (withLaplacian: boolean, tolerance: number): readonly MeshSpacing[] => {
    const key = `${withLaplacian} ${tolerance}`;
    let found = spacings.get(key);
    if (found === undefined) {
      const kernel = withLaplacian ? definition.valueGradientLaplacian : definition.valueAndGradient;
      found = ORDERS[d - 1].flatMap((order) => chooseMeshSpacing(kernel, withLaplacian, widths, wraps, tolerance, order) ?? []);
      spacings.set(key, found);
    }
    return found;
  };
  return {
    onGrid(grid) {
      const convolution = createLatticeConvolution(latticeOf(grid), value, ["even"]);
      const { cellVolume } = grid;
      const { between } = convolution;
      return {
        apply(out, mu) {
          convolution.apply([out], mu);
          for (let i = 0; i < out.length; i++) out[i] *= cellVolume;
        },
        ...(between === undefined ? {} : { between: { exact: false, of: (mu) => fieldBetween(grid, between(mu)) } }),
      };
    },
    gradientOnGrid(grid) {
      const parities: Parity[] = ["even", ...grid.axes.map(() => "odd" as const)];
      const convolution = createLatticeConvolution(latticeOf(grid), definition.valueAndGradient, parities);
      const { cellVolume } = grid;
      return (out, mu) => {
        convolution.apply([null, ...out], mu);
        for (const slope of out) for (let i = 0; i < slope.length; i++) slope[i] *= cellVolume;
      };
    },
    atPoints(tolerance = MESH_TOLERANCE) {
      const direct = createDirectSum(definition, d, d, load);
      if (tolerance === 0) return direct;
      const createMeshes = (withLaplacian: boolean) => {
        const kernel = withLaplacian ? definition.valueGradientLaplacian : definition.valueAndGradient;
        return spacingsFor(withLaplacian, tolerance).map((choice): MeshChoice => {
          const nodes = choice.spacing.reduce((n, h, a) => (n * widths[a]) / h, 2 ** d);
          return { mesh: createParticleMesh(kernel, withLaplacian, choice), nodes, order: choice.order };
        });
      };
      return chooseByCost(direct, d, createMeshes);
    },
    gram: (matrix, points, count) => fillGram(matrix, value, d, load, points, count),
  };
}

function latticeOf(grid: Grid): Lattice {
  return { extent: grid.shape, spacing: grid.axes.map((axis) => axis.width), periods: gridPeriods(grid) };
}

/** From places in spacings of the lattice to points of the domain. */
function fieldBetween({ axes, cellVolume }: Grid, sums: PointFunction): PointFunction {
  return (out, points, count) => {
    const places = points.map((x, a) => {
      const { min, width } = axes[a];
      return Float64Array.from({ length: count }, (_, i) => (x[i] - min) / width - 0.5);
    });
    sums(out, places, count);
    for (let i = 0; i < count; i++) out[i] *= cellVolume;
  };
}

interface MeshChoice {
  mesh: ParticleMesh;
  nodes: number;
  order: number;
}

/** The cheapest of the ways, by nanoseconds measured once: a pair; order^d reads and a convolution for a mesh. */
function chooseByCost(
  direct: PointInteraction,
  d: number,
  createMeshes: (withLaplacian: boolean) => MeshChoice[],
): PointInteraction {
  const known = new Map<boolean, MeshChoice[]>();
  /** Meshes are sought when they are first needed. */
  const meshesFor = (withLaplacian: boolean): MeshChoice[] => {
    let meshes = known.get(withLaplacian);
    if (meshes === undefined) {
      meshes = createMeshes(withLaplacian);
      known.set(withLaplacian, meshes);
    }
    return meshes;
  };

  function addAt(
    field: PointField,
    targets: readonly Float64Array[],
    targetCount: number,
    points: readonly Float64Array[],
    weights: Float64Array | null,
    count: number,
  ): void {
    const meshes = meshesFor(field.laplacian !== null);
    const costOf = ({ nodes, order }: MeshChoice) =>
      (count + targetCount) * (15 + 5 * order ** d) + nodes * NODE * (d + 2) + SET_UP;
    for (const choice of meshes.toSorted((a, b) => costOf(a) - costOf(b))) {
      if (15 * (d + 1) * count * targetCount < costOf(choice)) break;
      try {
        choice.mesh.addAt(field, targets, targetCount, points, weights, count);
        return;
      } catch (error) {
        if (!(error instanceof MeshTooLargeError)) throw error;
      }
    }
    if (count > MOST_DIRECT && count * targetCount > MOST_DIRECT ** 2) {
      throw new InputError(
        "potential.K",
        "convolution",
        meshes.length === 0
          ? `not smooth enough for a particle mesh, and n = ${count} is too many for a direct sum`
          : `the ${count} particles have spread too far for a particle mesh and are too many for a direct sum`,
        `use n <= ${MOST_DIRECT}, a smoother K, or a confining F`,
      );
    }
    direct.addAt(field, targets, targetCount, points, weights, count);
  }

  return {
    add: (value, gradient, points, weights, count) =>
      addAt({ value, gradient, laplacian: null }, points, count, points, weights, count),
    addAt,
    meshes: {
      read: () => [...known].map(([withLaplacian, meshes]): Extents => [withLaplacian, meshes.map(({ mesh }) => mesh.extent())]),
      takeOver(sizes) {
        for (const [withLaplacian, extents] of sizes as Extents[])
          meshesFor(withLaplacian).forEach(({ mesh }, k) => {
            mesh.growTo(extents[k]);
          });
      },
    },
  };
}

/** Of meshes with the Laplacian, or without. */
type Extents = [withLaplacian: boolean, extents: (readonly number[])[]];
