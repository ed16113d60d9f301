import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createStream } from "../../src/numerics/random.ts";
import { createPointPotential } from "../../src/potential/point-potential.ts";
import { createGridPotential } from "../../src/potential/potential.ts";
import { createProblem } from "../../src/problem/problem.ts";
import { parseProblemText } from "../../src/problem-file/problem-file.ts";
import {
  fittedFunction,
  HALF_SQUARED_NORM,
  target,
  withClosedForms,
  withShift,
} from "../../validation/shared/mixture-closed-forms.ts";
import { largestDifference } from "../fixtures.ts";

const text = readFileSync(new URL("../../grids/mixture-of-gaussians.json", import.meta.url), "utf8");
const file = parseProblemText(text, "mixture-of-gaussians.json");

function withInputs(range: number, points: number) {
  const definition = structuredClone(file);
  if (!("network" in definition.potential)) throw new Error("a network");
  definition.potential.network.inputs = { x: { min: -range, max: range, points } };
  return definition;
}

const COUNT = 60;

/** Points with |c| <= 4 and |y| <= reach, the ends of y among them, and weights of total 1. */
function cloud(reach: number) {
  const stream = createStream(11);
  const c = Float64Array.from({ length: COUNT }, () => 8 * stream.uniform() - 4);
  const y = Float64Array.from({ length: COUNT }, (_, i) => (i < 2 ? 2 * i - 1 : 2 * stream.uniform() - 1) * reach);
  const raw = Float64Array.from({ length: COUNT }, () => stream.uniform());
  const total = raw.reduce((sum, w) => sum + w);
  return { points: [c, y], weights: raw.map((w) => w / total) };
}

/** Largest differences of the network by quadrature from the closed forms; fewer than 128 points are summed by the features themselves. */
async function differences(definition: typeof file, reach: number) {
  const { points, weights } = cloud(reach);
  const fields = [];
  for (const each of [definition, withClosedForms(definition)]) {
    const potential = createPointPotential((await createProblem(each)).potential);
    const make = () => new Float64Array(COUNT);
    const field = { value: make(), gradient: [make(), make()], laplacian: make() };
    potential.field(field, points, COUNT, points, weights, COUNT);
    fields.push({ ...field, energy: potential.energy(field.value, make(), points, weights, COUNT) });
  }
  const [network, closed] = fields;
  return {
    value: largestDifference(network.value, closed.value),
    gradient: Math.max(...[0, 1].map((a) => largestDifference(network.gradient[a], closed.gradient[a]))),
    laplacian: largestDifference(network.laplacian, closed.laplacian),
    energy: Math.abs(network.energy - (closed.energy + HALF_SQUARED_NORM)),
    size: closed.value.reduce((most, v) => Math.max(most, Math.abs(v)), 0),
  };
}

const worst = ({ value, gradient, laplacian, energy }: Awaited<ReturnType<typeof differences>>) =>
  Math.max(value, gradient, laplacian, energy);

describe("the mixture of Gaussians in closed form", () => {
  test("the quadrature of the problem file gives V, its derivatives, energies and the constant for |y| <= 4.5", async () => {
    const found = await differences(file, 4.5);
    // A unit at 4.5 has a square of width 1/2 and relative size e^{-2 * 4.5^2} = 3e-18 at 9; nodes are 0.35 apart in the middle, where a
    // Gaussian of that width costs e^{-2 (pi 0.5 / 0.35)^2} = 3e-18 as well.
    expect(worst(found)).toBeLessThan(1e-12);
    expect(found.size).toBeGreaterThan(0.1);
    expect(Math.abs((await createProblem(file)).potential.constant - HALF_SQUARED_NORM)).toBeLessThan(1e-14);
    expect(HALF_SQUARED_NORM).toBeCloseTo(0.0688683, 7);
  });

  test("farther out the inputs have to reach 3.5 beyond |y|", async () => {
    // At 7 the square of a unit is still 3e-4 of its maximum at the end of [-9, 9].
    expect(worst(await differences(file, 7))).toBeGreaterThan(1e-6);
    expect(worst(await differences(withInputs(11, 100), 7))).toBeLessThan(1e-10);
    // Too few points for a Gaussian of width 1/2.
    expect(worst(await differences(withInputs(9, 40), 4))).toBeGreaterThan(1e-6);
  });

  test("on a grid both are the same potential", async () => {
    const cells = { c: 20, y: 24 };
    const fields = [];
    for (const definition of [file, withClosedForms(file)]) {
      const { potential, grid, initial } = await createProblem(definition, { cells });
      const V = new Float64Array(grid.size);
      createGridPotential(potential, grid).evaluate(V, initial.cellAverages(grid).density);
      fields.push(V);
    }
    expect(largestDifference(fields[0], fields[1])).toBeLessThan(1e-12);
  });

  test("half the squared distance of the fitted function from the target is the energy", async () => {
    const { points, weights } = cloud(3);
    const { potential } = await createProblem(file);
    const V = new Float64Array(COUNT);
    const sums = createPointPotential(potential);
    sums.value(V, points, weights, COUNT);
    const energy = sums.energy(V, new Float64Array(COUNT), points, weights, COUNT);
    const h = 0.05;
    const at = Array.from({ length: 401 }, (_, k) => (k - 200) * h);
    const fitted = fittedFunction({ points, weights, count: COUNT }, at);
    const loss = at.reduce((sum, x, k) => sum + 0.5 * h * (fitted[k] - target(x)) ** 2, 0);
    // The trapezoidal rule is exact to rounding for these Gaussians.
    expect(Math.abs(loss - energy)).toBeLessThan(1e-13);
  });

  test("a shift of F shifts V and the energy, and no gradient", async () => {
    const { points, weights } = cloud(3);
    const [plain, shifted] = await Promise.all(
      [0, 0.7].map(async (shift) => {
        const potential = createPointPotential((await createProblem(withShift(file, shift))).potential);
        const V = new Float64Array(COUNT);
        const gradient = [new Float64Array(COUNT), new Float64Array(COUNT)];
        potential.value(V, points, weights, COUNT);
        potential.gradient(gradient, points, weights, COUNT);
        return { V, gradient, energy: potential.energy(V, new Float64Array(COUNT), points, weights, COUNT) };
      }),
    );
    expect(
      largestDifference(
        shifted.V,
        plain.V.map((v) => v + 0.7),
      ),
    ).toBeLessThan(1e-14);
    expect(shifted.energy - plain.energy).toBeCloseTo(0.7, 13);
    expect(largestDifference(shifted.gradient[1], plain.gradient[1])).toBeLessThan(1e-15);
  });
});
