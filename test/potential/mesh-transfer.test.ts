import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { basisOfOrder } from "../../src/potential/lagrange-basis.ts";
import { createLineTransfer } from "../../src/potential/line-transfer.ts";
import { createTensorTransfer, type MeshLayout } from "../../src/potential/mesh-transfer.ts";
import { largestDifference, randomPoints, randomValues } from "./kernels.ts";

const places = [0, 1e-9, 0.25, 0.5, 0.77, 0.999];

describe("Lagrange bases", () => {
  for (const order of [4, 6, 8, 12]) {
    const nodes = Array.from({ length: order }, (_, j) => j + 1 - order / 2);
    const { evaluate } = basisOfOrder(order);
    const basisAt = (t: number) => {
      const basis = new Float64Array(order).fill(Number.NaN);
      evaluate(basis, t);
      return basis;
    };

    it(`sum to 1 and reproduce polynomials up to their degree at order ${order}`, () => {
      expect(basisOfOrder(order).order).toBe(order);
      for (const t of places) {
        const basis = basisAt(t);
        for (let power = 0; power < order; power++) {
          const found = basis.reduce((total, value, j) => total + value * nodes[j] ** power, 0);
          // Terms up to (order / 2)^power with basis values below 1, each with the rounding of `order` products.
          expect(Math.abs(found - t ** power)).toBeLessThan(order * order * Number.EPSILON * (order / 2) ** power);
        }
      }
    });

    it(`are prod_{m != j} (t - t_m) / (t_j - t_m), written out or by loops, at order ${order}`, () => {
      for (const t of places) {
        const expected = nodes.map((node) =>
          nodes.reduce((product, other) => (other === node ? product : (product * (t - other)) / (node - other)), 1),
        );
        // Below 1, with two roundings for each of `order` factors on either side.
        expect(largestDifference(basisAt(t), Float64Array.from(expected))).toBeLessThan(4 * order * Number.EPSILON);
      }
    });
  }
});

describe("transfers between particles and mesh", () => {
  const layouts: [string, MeshLayout][] = [
    ["a free axis", { spacing: [0.25], periods: [0], extent: [64], origin: Int32Array.of(-32), order: 6 }],
    ["a circle", { spacing: [0.25], periods: [8], extent: [32], origin: Int32Array.of(0), order: 6 }],
  ];
  it("spread weights that cancel in a cell: a dipole is not nothing", () => {
    const [, layout] = layouts[0];
    const [x, weights] = [Float64Array.of(0.06, 0.19), Float64Array.of(1, -1)];
    const [line, tensor] = [createLineTransfer(layout), createTensorTransfer(layout)].map((transfer) => {
      const charge = new Float64Array(layout.extent[0]);
      transfer.spread(charge, [x], weights, 2);
      return charge;
    });
    expect(Math.max(...tensor)).toBeGreaterThan(0.1);
    expect(largestDifference(line, tensor)).toBeLessThan(1e-14);
  });

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

  for (const order of [6, 8, 12]) {
    for (const d of [1, 2, 3]) {
      it(`read what is the adjoint of what they spread at order ${order} in ${d}D, on an axis that wraps and on others`, () => {
        // On the circle of 8 nodes a particle of order 12 reaches some nodes twice.
        const layout: MeshLayout = {
          spacing: [0.25, 0.5, 1].slice(0, d),
          periods: [0, 4, 0].slice(0, d),
          extent: [32, 8, 16].slice(0, d),
          origin: Int32Array.of(-16, 0, -8).subarray(0, d),
          order,
        };
        const n = 20;
        const nodes = layout.extent.reduce((product, m) => product * m, 1);
        const points = randomPoints(d, n, 0.6, 30 + d).map((x) => x.map((v) => Math.max(-1.9, Math.min(1.9, v))));
        const [weights, field] = [randomValues(n, 31), randomValues(nodes, 32)];
        const transfer = createTensorTransfer(layout);
        const charge = new Float64Array(nodes).fill(9);
        const read = new Float64Array(n);
        transfer.spread(charge, points, weights, n);
        transfer.read(read, field, points, n);
        const spread = charge.reduce((total, q, m) => total + q * field[m], 0);
        const back = read.reduce((total, value, i) => total + value * weights[i], 0);
        // sum_j |L_j| is below 1.63 along an axis: each of n particles has up to 1.63^3 and the rounding of its sums.
        expect(Math.abs(spread - back)).toBeLessThan(n * 1.63 ** d * order ** d * Number.EPSILON);
        // The basis sums to 1.
        const mass = weights.reduce((total, w) => total + w, 0);
        expect(Math.abs(charge.reduce((total, q) => total + q, 0) - mass)).toBeLessThan(
          n * 1.63 ** d * order ** d * Number.EPSILON,
        );
      });
    }
  }
});
