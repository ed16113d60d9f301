import { describe, expect, test } from "vitest";
import { measureSpurious } from "../../validation/rates-spurious.ts";
import { measureAlphas, measureWell } from "../../validation/rates-well.ts";

describe("rates, small", () => {
  const well = { axes: [{ mean: 0.5, sd: 1 }], alpha: 2, end: 32, octaves: 6, perOctave: 3, tolerance: 1e-8, nodes: 128 };

  test("pure birth-death in a quadratic well follows its closed form, d / (2 alpha t) in the long run", async () => {
    const line = await measureWell(well);
    // E* = min F = 0 by the gap alone: the last energy is 1 / 128, far above it.
    expect(Math.abs(line.minimum)).toBeLessThan(1e-14);
    for (const { excess, exact } of line.rows) expect(Math.abs(excess - exact)).toBeLessThan(well.tolerance);
    expect(Math.abs(line.limit - 1 / 2)).toBeLessThan(line.limitTolerance);
    expect(line.limitTolerance).toBeLessThan(0.01);
    expect(line.slope.slope).toBeGreaterThan(line.localSlopes[0]);
    expect(line.slope.slope).toBeLessThan(line.localSlopes[1]);
  });

  test("in the plane the constant is 1", async () => {
    const axes = [{ mean: 0.4, sd: 0.8 }, { mean: -0.3, sd: 0.6 }]; // biome-ignore format: one line
    const plane = await measureWell({ ...well, axes, end: 16, perOctave: 2, tolerance: 1e-6, nodes: 48 });
    for (const { excess, exact } of plane.rows) expect(Math.abs(excess - exact)).toBeLessThan(1e-6);
    expect(Math.abs(plane.limit - 1)).toBeLessThan(plane.limitTolerance);
    expect(plane.limitTolerance).toBeLessThan(0.05);
  });

  test("alpha only sets the clock: at the same alpha t the energies are the same", async () => {
    const { collapse, collapseTolerance, spread } = await measureAlphas({ ...well, alphas: [1, 4] });
    expect(collapse).toBeLessThan(collapseTolerance);
    expect(collapseTolerance).toBeLessThan(1e-4);
    expect(spread).toBeGreaterThan(3);
  });

  test("gradient descent stays at a spurious fixed point, birth-death leaves it when two wells predict it to", async () => {
    const config = { tilt: 0.15, mean: 0.9, sd: 0.15, alphas: [8], end: 1.6, snapshots: 16, tolerance: 1e-5 };
    const { descent, drop, crossings, bracket, minimum } = await measureSpurious(config);
    expect(bracket.low).toBeLessThanOrEqual(minimum + 1e-14);
    expect(bracket.high).toBeGreaterThanOrEqual(minimum - 1e-14);
    expect(Math.abs(descent.end.excess - drop)).toBeLessThan(config.tolerance);
    expect(descent.end.gap).toBeGreaterThan(0.29);
    expect(descent.end.residualOffSupport).toBeGreaterThan(0.29);
    const [{ time, timeError, predicted, end }] = crossings;
    expect(Math.abs(time - predicted)).toBeLessThan(Math.max(timeError, 1e-5));
    expect(end.excess).toBeLessThan(drop / 1e4);
    expect(end.residualOffSupport).toBe(0);
  });
});
