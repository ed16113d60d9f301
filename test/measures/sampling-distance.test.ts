import { expect, test } from "vitest";
import { createGrid } from "../../src/grid/grid.ts";
import { wasserstein1OnCircle } from "../../src/measures/circle.ts";
import { densityOnLine, pointsOnLine } from "../../src/measures/line-measure.ts";
import { samplingDistanceQuantiles } from "../../src/measures/sampling-distance.ts";
import { wasserstein1 } from "../../src/measures/wasserstein.ts";
import { createStream } from "../../src/numerics/random.ts";

const BRIDGES = 4000;
const LEVELS = [0.05, 0.5, 0.95];

function axisOf(boundary: "no-flux" | "periodic") {
  return createGrid([{ name: "x", min: -3, max: 3, cells: 120, boundary }]).axes[0];
}

/** Two humps of unequal mass on a plain of any height. */
function humps(plain: number): Float64Array {
  const axis = axisOf("no-flux");
  const density = Float64Array.from({ length: axis.cells }, (_, i) => {
    const x = axis.min + (i + 0.5) * axis.width;
    return plain + Math.exp(-4 * (x + 1.2) ** 2) + 0.5 * Math.exp(-2 * (x - 1) ** 2);
  });
  const total = density.reduce((sum, value) => sum + value);
  return density.map((value) => value / total);
}

function draw(masses: Float64Array, n: number, seed: number): Float64Array {
  const axis = axisOf("no-flux");
  const stream = createStream(seed);
  const cumulative = masses.slice();
  for (let i = 1; i < cumulative.length; i++) cumulative[i] += cumulative[i - 1];
  return Float64Array.from({ length: n }, () => {
    const u = stream.uniform();
    const cell = cumulative.findIndex((level) => level >= u);
    return axis.min + (cell + stream.uniform()) * axis.width;
  });
}

// On a circle with a stretch of no mass the distance is that of the line: the plain tells them apart.
test.each([
  ["no-flux", 0],
  ["periodic", 0.3],
] as const)("the quantiles are those of W1 of samples on a %s axis", (boundary, plain) => {
  const masses = humps(plain);
  const axis = axisOf(boundary);
  const distribution = densityOnLine(axis, masses);
  const n = 2000;
  const samples = 400;
  const quantiles = samplingDistanceQuantiles(masses, axis.width, boundary === "periodic", LEVELS, BRIDGES, createStream(1));
  const measured = Array.from({ length: samples }, (_, k) => {
    const points = pointsOnLine(draw(masses, n, 100 + k));
    return (
      Math.sqrt(n) * (boundary === "periodic" ? wasserstein1OnCircle(distribution, points, 6) : wasserstein1(distribution, points))
    );
  });
  // The share of samples below a quantile has the standard error sqrt(p (1 - p) (1 / samples + 1 / bridges)): within 4 of them.
  LEVELS.forEach((level, k) => {
    const share = measured.filter((distance) => distance < quantiles[k]).length / samples;
    const error = Math.sqrt(level * (1 - level) * (1 / samples + 1 / BRIDGES));
    expect(Math.abs(share - level) / error, `level ${level}`).toBeLessThan(4);
  });
});

test("the mean over levels is sqrt(2 / pi) int sqrt(F (1 - F)) dx", () => {
  const masses = humps(0);
  const { width } = axisOf("no-flux");
  const levels = Array.from({ length: BRIDGES }, (_, k) => (k + 0.5) / BRIDGES);
  const distances = samplingDistanceQuantiles(masses, width, false, levels, BRIDGES, createStream(2));
  const mean = distances.reduce((sum, value) => sum + value) / BRIDGES;
  const deviation = Math.sqrt(distances.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (BRIDGES - 1));
  let below = 0;
  let expected = 0;
  for (const mass of masses) {
    below += mass / 2;
    expected += Math.sqrt((2 / Math.PI) * below * (1 - below)) * width;
    below += mass / 2;
  }
  // Taking B as linear loses less than its largest mass of a cell, 4%, squared over 12 of the variance: well below 0.5%.
  expect(Math.abs(mean - expected)).toBeLessThan(4 * (deviation / Math.sqrt(BRIDGES)) + 0.005 * expected);
});
