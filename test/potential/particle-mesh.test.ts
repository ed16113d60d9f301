import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { periods as gridPeriods } from "../../src/grid/grid.ts";
import { createDirectSum, displacementLoader } from "../../src/potential/direct-sum.ts";
import { basisFor } from "../../src/potential/lagrange-basis.ts";
import { createLineTransfer } from "../../src/potential/line-transfer.ts";
import { chooseMeshSpacing } from "../../src/potential/mesh-spacing.ts";
import { createTensorTransfer, type MeshLayout } from "../../src/potential/mesh-transfer.ts";
import { createParticleMesh } from "../../src/potential/particle-mesh.ts";
import type { PointInteraction } from "../../src/potential/potential.ts";
import {
  anisotropicGaussian,
  cosines,
  gridOf,
  largest,
  largestDifference,
  pointwise,
  randomPoints,
  randomValues,
  type Shape,
} from "./kernels.ts";

function bothWays(shape: Shape, axes: Parameters<typeof gridOf>[0]): { mesh: PointInteraction; direct: PointInteraction } {
  const domain = gridOf(axes);
  const d = domain.dimension;
  const kernel = pointwise(d, shape);
  const wraps = gridPeriods(domain);
  const choice = chooseMeshSpacing(
    kernel,
    domain.axes.map(({ min, max }) => max - min),
    wraps,
    1e-7,
  );
  if (choice === null) throw new Error("the kernels of these tests are smooth");
  return { mesh: createParticleMesh(kernel, choice), direct: createDirectSum(kernel, d, d, displacementLoader(wraps)) };
}

function expectAgreement(
  { mesh, direct }: ReturnType<typeof bothWays>,
  points: readonly Float64Array[],
  weights: Float64Array | null,
): void {
  const n = points[0].length;
  const [found, expected] = [mesh, direct].map((interaction) => {
    const fields = [0, ...points].map(() => new Float64Array(n));
    interaction.add(fields[0], fields.slice(1), points, weights, n);
    return fields;
  });
  // 1e-7 of max|K| is what was asked for; V is smaller than K by the spread of the particles, hence 1e-6 of V.
  expect(largestDifference(found[0], expected[0])).toBeLessThan(1e-6 * largest(expected[0]));
  const slope = Math.max(...expected.slice(1).map(largest));
  for (let c = 1; c < found.length; c++) expect(largestDifference(found[c], expected[c])).toBeLessThan(2e-6 * slope);
}

const free = [8, false] as const;
const wrapped = [8, true] as const;
const period = 3.2;
const cases: Record<string, [Shape, (readonly [number, boolean])[], number]> = {
  "one dimension": [anisotropicGaussian(0.7), [free], 300],
  "a circle": [
    cosines([
      { weight: 1, k: [(2 * Math.PI) / period] },
      { weight: 0.3, k: [(6 * Math.PI) / period] },
    ]),
    [wrapped],
    300,
  ],
  "two dimensions": [anisotropicGaussian(1), [free, free], 200],
  "a cylinder": [
    ([x, y]) => {
      const [kx, ky] = [(2 * Math.PI) / period, 1];
      const k = Math.exp(Math.cos(kx * x) - 1 - ky * y * y);
      return [k, -kx * Math.sin(kx * x) * k, -2 * ky * y * k];
    },
    [wrapped, free],
    200,
  ],
  "three dimensions": [anisotropicGaussian(6), [free, free, free], 60],
};

describe("the particle mesh", () => {
  for (const [name, [shape, axes, n]] of Object.entries(cases)) {
    it(`agrees with the direct sum in ${name}, also while the particles spread, move away and come back`, () => {
      const both = bothWays(shape, axes);
      const start = randomPoints(axes.length, n, 0.4, 1);
      const weights = randomValues(n, 2).map((w) => (2 * w) / n);
      const stages: [number, number][] = [
        [1, 0],
        [3, 0],
        [3, 37.123],
        [0.2, -12.7],
        [1, 0],
      ];
      for (const [spread, shift] of stages) {
        const points = start.map((x) => x.map((value) => spread * value + shift));
        expectAgreement(both, points, null);
        expectAgreement(both, points, weights);
      }
    });
  }

  it("does not move with its nodes: a shift of all particles leaves the field", () => {
    const { mesh } = bothWays(anisotropicGaussian(0.7), [free]);
    const [x] = randomPoints(1, 200, 0.5, 3);
    const field = (shift: number) => {
      const value = new Float64Array(200);
      mesh.add(value, null, [x.map((v) => v + shift)], null, 200);
      return value;
    };
    const reference = field(0);
    for (const shift of [0.01, 0.0567, 5.4321])
      expect(largestDifference(field(shift), reference)).toBeLessThan(1e-6 * largest(reference));
  });
});

describe("chooseMeshSpacing", () => {
  it("finds no mesh for a kink, and a finer mesh for a narrower kernel or a smaller error", () => {
    const choose = (shape: Shape, tolerance: number) => chooseMeshSpacing(pointwise(1, shape), [4], [0], tolerance);
    expect(choose(([x]) => [Math.exp(-Math.abs(x)), -Math.sign(x) * Math.exp(-Math.abs(x))], 1e-7)).toBeNull();
    const spacing = (scale: number, tolerance: number) => choose(anisotropicGaussian(scale), tolerance)?.spacing[0] ?? Number.NaN;
    // Half the width of the Gaussian is half the spacing; the ladder has steps of 2^(1/8).
    const ratio = spacing(1, 1e-7) / spacing(0.25, 1e-7);
    expect(ratio).toBeGreaterThan(2 / 2 ** (1 / 4));
    expect(ratio).toBeLessThan(2 * 2 ** (1 / 4));
    // Sixth order: 64 times the error at twice the spacing.
    const steps = Math.log2(spacing(1, 64e-9) / spacing(1, 1e-9));
    expect(Math.abs(steps - 1)).toBeLessThanOrEqual(0.25);
  });
});

describe("transfers between particles and mesh", () => {
  it("use bases that sum to 1 and reproduce polynomials up to their degree", () => {
    for (const dimension of [1, 2, 3]) {
      const { order, evaluate } = basisFor(dimension);
      const basis = new Float64Array(order);
      for (const t of [0, 1e-9, 0.25, 0.5, 0.77, 0.999]) {
        evaluate(basis, t);
        for (let power = 0; power < order; power++) {
          const found = basis.reduce((total, value, j) => total + value * (j + 1 - order / 2) ** power, 0);
          // Terms up to 4^7 with basis values below 1.
          expect(Math.abs(found - t ** power)).toBeLessThan(order * Number.EPSILON * (order / 2) ** power);
        }
      }
    }
  });

  const layouts: [string, MeshLayout][] = [
    ["a free axis", { spacing: [0.25], periods: [0], extent: [64], origin: Int32Array.of(-32) }],
    ["a circle", { spacing: [0.25], periods: [8], extent: [32], origin: Int32Array.of(0) }],
  ];
  for (const [name, layout] of layouts) {
    it(`are the same through powers and through basis values on ${name}, and reading is the adjoint of spreading`, () => {
      fc.assert(
        fc.property(
          fc.array(fc.double({ min: -7, max: 7, noNaN: true }), { minLength: 1, maxLength: 30 }),
          fc.nat(1000),
          (places, seed) => {
            const n = places.length;
            const nodes = layout.extent[0];
            const [x, weights, field] = [Float64Array.from(places), randomValues(n, seed), randomValues(nodes, seed + 1)];
            const [line, tensor] = [createLineTransfer(layout), createTensorTransfer(layout)].map((transfer) => {
              const charge = new Float64Array(nodes).fill(9);
              const read = new Float64Array(n);
              transfer.spread(charge, [x], weights, n);
              transfer.read(read, field, [x], n);
              return { charge, read };
            });
            // Powers of 1/2 with coefficients of size 1: tens of eps for each of up to 30 particles.
            expect(largestDifference(line.charge, tensor.charge)).toBeLessThan(30 * 50 * Number.EPSILON);
            expect(largestDifference(line.read, tensor.read)).toBeLessThan(50 * Number.EPSILON);
            const spread = line.charge.reduce((total, q, m) => total + q * field[m], 0);
            const read = line.read.reduce((total, value, i) => total + value * weights[i], 0);
            expect(Math.abs(spread - read)).toBeLessThan(30 * 50 * Number.EPSILON);
          },
        ),
        { seed: 201, numRuns: 100 },
      );
    });
  }
});
