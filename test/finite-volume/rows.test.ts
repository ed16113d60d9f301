import { expect, test } from "vitest";
import { project } from "../../src/finite-volume/rows/project.ts";
import { createRowDensity, RECONSTRUCTIONS } from "../../src/finite-volume/rows/reconstruct.ts";
import { createRowEdges, equalCells } from "../../src/finite-volume/rows/row-edges.ts";
import { createRowVelocity, setVelocity } from "../../src/finite-volume/rows/row-velocity.ts";
import { traceByRungeKutta } from "../../src/finite-volume/rows/trace.ts";
import { TRACINGS } from "../../src/finite-volume/rows/trace-faces.ts";
import { createStream } from "../../src/numerics/random.ts";
import { sum } from "../../src/numerics/sum.ts";
import { largestDifference, observedOrders } from "../fixtures.ts";

/** Edges between 0 and 1 whose widths differ by up to a factor of 3. */
function unequal(cells: number, seed: number): Float64Array {
  const stream = createStream(seed);
  const widths = Float64Array.from({ length: cells }, () => 0.5 + stream.uniform());
  const total = sum(widths);
  const edges = Float64Array.from({ length: cells + 1 }, (_, i) => sum(widths, 0, i) / total);
  edges[cells] = 1;
  return edges;
}

test("a parabola with positive values is projected exactly between any cells", () => {
  const P = (x: number) => x * (1 + x * (1 / 2 - x / 3));
  const from = unequal(20, 1);
  const to = unequal(31, 2);
  const massesOf = (edges: Float64Array) =>
    Float64Array.from({ length: edges.length - 1 }, (_, i) => P(edges[i + 1]) - P(edges[i]));
  const row = createRowEdges(from, false);
  const density = createRowDensity(20);
  const masses = massesOf(from);
  RECONSTRUCTIONS.parabolic.reconstruct(density, row, masses);
  const out = new Float64Array(31);
  project(out, row, density, masses, to);
  // P has no jump in its second derivative, so nothing is limited.
  expect(largestDifference(out, massesOf(to))).toBeLessThan(1e-14);
});

test.each(["constant", "linear", "parabolic"] as const)("%s densities are of their order on smooth unequal cells", (name) => {
  const { order, reconstruct } = RECONSTRUCTIONS[name];
  // A density and its integral; cells of a smooth map.
  const M = (x: number) => x + Math.sin(2 * Math.PI * x) / (3 * Math.PI);
  const errors = [32, 64, 128].map((cells) => {
    const edges = equalCells(0, 1, cells).map((s) => s + (0.1 * Math.sin(2 * Math.PI * s)) / (2 * Math.PI));
    const masses = Float64Array.from({ length: cells }, (_, i) => M(edges[i + 1]) - M(edges[i]));
    const row = createRowEdges(edges, true);
    const density = createRowDensity(cells);
    reconstruct(density, row, masses);
    const feet = edges.map((x, j) => x + 0.37 * (j < cells ? edges[j + 1] - x : edges[1] - edges[0]));
    const out = new Float64Array(cells);
    project(out, row, density, masses, feet);
    return sum(out.map((m, j) => Math.abs(m - (M(feet[j + 1]) - M(feet[j])))));
  });
  expect(observedOrders(errors)[1]).toBeGreaterThan(order - 0.15);
});

test("paths in a quadratic well are traced to order 4 in dt, and end at the walls beyond which nothing is", () => {
  const V = Float64Array.from({ length: 32 }, (_, i) => 0.5 * (-1 + (i + 0.5) / 16) ** 2);
  const row = createRowVelocity({ min: -1, max: 1, cells: 32, periodic: false }, 6);
  const ends = Float64Array.of(-1, -0.3, 0.1, 0.2, 1);
  const errors = [0.4, 0.2, 0.1].map((dt) => {
    setVelocity(row, V);
    const feet = new Float64Array(5);
    traceByRungeKutta(feet, row, ends, dt);
    return Math.abs(feet[1] - -0.3 * Math.exp(dt));
  });
  // The error of one step is of order 5.
  expect(Math.abs(observedOrders(errors)[1] - 5)).toBeLessThan(0.15);
  setVelocity(row, V);
  const feet = new Float64Array(5);
  traceByRungeKutta(feet, row, ends, 20);
  expect(feet).toEqual(Float64Array.of(-1, -1, 1, 1, 1));
});

test.each([false, true])("paths of any time take bounded work and end where they rest, periodic: %s", (periodic) => {
  const V = Float64Array.from({ length: 64 }, (_, i) => Math.cos(((i + 0.5) * Math.PI) / 16));
  const row = createRowVelocity({ min: 0, max: 4 * Math.PI, cells: 64, periodic }, 6);
  setVelocity(row, V);
  // Backwards, paths leave the minima of V, at the rate 1, and end at its maxima: from 1e-12 beside a minimum after some 30 units of time, and as many later they are there to rounding.
  const ends = Float64Array.of(0, 1, Math.PI - 1e-12, Math.PI + 1e-12, 6, 7, 4 * Math.PI);
  const rests = Float64Array.of(0, 0, 0, 2 * Math.PI, 2 * Math.PI, 2 * Math.PI, 4 * Math.PI);
  for (const dt of [100, 1e15]) {
    const feet = new Float64Array(7);
    traceByRungeKutta(feet, row, ends, dt);
    // The extrema of V are at faces, where differences of order 6 of symmetric values are 0 to their rounding, h^-1 eps = 1e-15, and times 1 / h in places.
    expect(largestDifference(feet, rests)).toBeLessThan(1e-13);
  }
  const faces = equalCells(0, 4 * Math.PI, 64);
  const feet = new Float64Array(65);
  TRACINGS.taylor.trace(feet, row, faces, 1e15);
  for (let j = 0; j <= 64; j++) expect(Math.abs(Math.sin(feet[j]))).toBeLessThan(1e-13);
});

test.each([false, true])("Taylor's series from a face and Runge-Kutta agree to order 5 in a step, periodic: %s", (periodic) => {
  const V = Float64Array.from({ length: 32 }, (_, i) => Math.sin((2 * Math.PI * (i + 0.5)) / 32));
  const row = createRowVelocity({ min: 0, max: 1, cells: 32, periodic }, 6);
  setVelocity(row, V);
  const ends = equalCells(0, 1, 32);
  // |u'| dt is 0.12 at most, and a path 0.6 of a cell: no path is followed in parts or out of its cell.
  const errors = [4e-3, 2e-3, 1e-3].map((dt) => {
    const [taylor, exact] = [new Float64Array(33), new Float64Array(33)];
    TRACINGS.taylor.trace(taylor, row, ends, dt);
    traceByRungeKutta(exact, row, ends, dt);
    return largestDifference(taylor, exact);
  });
  expect(observedOrders(errors)[1]).toBeGreaterThan(4.7);
});
