import { expect, test } from "vitest";
import { curve, histogram, level, logarithmic, overTime, plot, points, powerLaw } from "../../src/plots/curves.ts";

const snapshots = [
  { time: 0, energy: 2, measured: { mean: 2, standardError: 0.5 } },
  { time: 3, energy: null, measured: { mean: 1, standardError: Number.NaN } },
];

test("over time numbers are a line, means over replicas points with bars of two standard errors, none where there is no error", () => {
  expect(overTime("E", snapshots, ({ energy }) => energy)).toEqual({ name: "E", x: [0, 3], y: [2, null], mode: "lines" });
  const measured = overTime("E", snapshots, ({ measured }) => measured, { colour: 2 });
  expect(measured).toEqual({ name: "E", x: [0, 3], y: [2, 1], errors: [1, 0], mode: "markers", colour: 2 });
  expect(points("E", [0, 3], [5, 6])).toEqual({ name: "E", x: [0, 3], y: [5, 6], mode: "markers" });
});

test("a guide of a power goes through the first point of its trace, a level from end to end; both are dashed", () => {
  const errors = curve("errors", [0.4, 0.2, 0.1], [0.08, 0.03, 0.01]);
  const guide = powerLaw("h^2", 2, errors);
  expect(guide).toMatchObject({ name: "h^2", x: [0.4, 0.2, 0.1], dashed: true });
  [0.08, 0.02, 0.005].forEach((value, k) => {
    expect(guide.y[k]).toBeCloseTo(value, 15);
  });
  expect(level("required", 0.9, errors)).toEqual({ name: "required", x: [0.1, 0.4], y: [0.9, 0.9], dashed: true });
});

test("a name stands for an axis of numbers", () => {
  expect(plot("title", "time t", logarithmic("gap", [1, 2]), [])).toEqual({
    title: "title",
    x: { title: "time t" },
    y: { title: "gap", log: true, range: [1, 2] },
    traces: [],
  });
});

test("bars of a histogram have the area of the share of the values in them, and binomial errors", () => {
  const [bars, errors] = histogram("draws", [0.1, 0.2, 0.9, 1.5, -1], { range: [0, 2], bars: 4 });
  if (bars.kind !== "bars" || errors.kind !== undefined) throw new Error("other traces");
  expect(bars.x).toEqual([0.25, 0.75, 1.25, 1.75]);
  // Of five values two are in the first bar and one in each of the second and the last, over a width of 1/2.
  expect(bars.y).toEqual([0.8, 0.4, 0, 0.4]);
  // 2 sqrt(p (1 - p) / 5) / (1/2).
  [0.4, 0.2, 0, 0.2].forEach((p, k) => {
    expect(errors.errors?.[k]).toBeCloseTo(4 * Math.sqrt((p * (1 - p)) / 5), 12);
  });
});
