import { expect, test } from "vitest";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { problemOf } from "../fixtures.ts";
import { largest, largestDifference, randomValues } from "./kernels.ts";

const inputs = { q: { min: -1, max: 2, points: 7 } };
const kinds: [string, ProblemInput["potential"], number | undefined][] = [
  ["features", { F: "x", K: { type: "features", expression: "cos(x*q)*exp(-y^2)", inputs } }, undefined],
  ["features that are linear in y", { network: { unit: "y*cos(x + q)", inputs, target: "q" } }, 1],
];
test.each(kinds)("sums at targets that come again are those of %s, whatever came before", async (_, potential, linearAxis) => {
  const given = await problemOf({
    variables: { x: { min: -3, max: 3, cells: 8 }, y: { min: -2, max: 2, cells: 8 } },
    potential,
    initial: { x: { type: "uniform", min: -2, max: 1 }, y: { type: "normal", mean: 0.2, sd: 0.4 } },
    observables: {},
  });
  const { kernel } = given.potential;
  if (kernel?.atSameTargets === undefined) throw new Error("features have it");
  expect(kernel.linearAxis).toBe(linearAxis);
  const sums = kernel.atSameTargets();
  const cloud = (n: number, seed: number) => [0, 1].map((a) => randomValues(n, seed + a).map((v) => 3 * v - 1));
  // Five sets of targets, of which three are kept; the second moved along y alone, which is the linear coordinate of the network.
  const sets = [cloud(40, 1), cloud(40, 1), cloud(600, 3), cloud(40, 5), cloud(41, 5)];
  sets[1][1] = sets[1][1].map((y) => y + 0.3);
  for (const k of [0, 1, 2, 3, 4, 0, 1, 2]) {
    const [targets, points, weights] = [sets[k], cloud(9, 10 + k), randomValues(9, 20 + k)];
    const [found, expected] = [0, 1].map(() => new Float64Array(targets[0].length).fill(0.5));
    sums(found, targets, found.length, points, weights, 9);
    kernel.atPoints(0).addAt({ value: expected, gradient: null, laplacian: null }, targets, found.length, points, weights, 9);
    // 63 products, a few roundings each.
    expect(largestDifference(found, expected)).toBeLessThan(63 * 4 * Number.EPSILON * largest(expected));
  }
});
