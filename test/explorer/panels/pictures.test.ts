import { expect, test } from "vitest";
import { legendOf, markedTimes } from "../../../src/explorer/panels/curves.ts";
import { deathThresholdOf } from "../../../src/explorer/panels/death-threshold.ts";
import { densityCeiling, densityLegend, densityLine, densityPlane } from "../../../src/explorer/panels/density-picture.ts";
import { panelFigures } from "../../../src/explorer/panels/figure-data.ts";
import { dotLook } from "../../../src/explorer/panels/frame-content.ts";
import { lightness, parseColour } from "../../../src/explorer/panels/palette.ts";
import { PANELS, spoken, TIME_PANELS } from "../../../src/explorer/panels/panels.ts";
import { potentialLegend, potentialLine, potentialPlane } from "../../../src/explorer/panels/potential-picture.ts";
import { massSpread, potentialScale } from "../../../src/explorer/panels/potential-scale.ts";
import type { ViewValues } from "../../../src/explorer/panels/values.ts";
import { DYNAMICS, DYNAMICS_NAMES, type DynamicsName } from "../../../src/problem/dynamics.ts";
import { brokenRuns, madeUpRun, warmRun } from "./made-up-run.ts";

const PICTURES = Object.fromEntries(Object.entries(TIME_PANELS).map(([name, { picture }]) => [name, picture]));

test("every curve lies within the ranges of its picture, and null stands for what cannot be shown", () => {
  for (const values of [madeUpRun(1), madeUpRun(3), warmRun(1), warmRun(2), ...brokenRuns().map(([, broken]) => broken)]) {
    for (const [name, picture] of Object.entries(PICTURES)) {
      const { curves, xRange, yRange, logarithmic } = picture(values);
      expect(xRange[1], name).toBeGreaterThan(xRange[0]);
      expect(yRange[1], name).toBeGreaterThan(yRange[0]);
      if (logarithmic) expect(yRange[0], name).toBeGreaterThan(0);
      for (const { values } of curves) {
        for (const value of values) if (value !== null) expect(value >= yRange[0] && value <= yRange[1], name).toBe(true);
      }
    }
  }
});

test("time runs from the start to the end of the run from the first frame on", () => {
  expect(TIME_PANELS.energy.picture(madeUpRun(1, 1)).xRange).toEqual([0, 1]);
});

test("the energy lost and the dissipation are two curves of the same values where (16) holds", () => {
  const [lost, dissipated] = TIME_PANELS.dissipation.picture(madeUpRun(1)).curves;
  for (const [k, value] of lost.values.entries()) expect(value).toBeCloseTo(dissipated.values[k]!, 14);
  expect(lost.values.at(-1)).toBeGreaterThan(0.5);
});

test("curves of one picture are told apart by their labels, and lines also by dash, width or colour", () => {
  for (const picture of Object.values(PICTURES)) {
    const { curves } = picture(madeUpRun(3));
    expect(new Set(curves.map(({ label }) => label)).size).toBe(curves.length);
  }
  const styles = TIME_PANELS.distance.picture(madeUpRun(3)).curves.filter(({ label }) => label.startsWith("particles, along "));
  expect(new Set(styles.map(({ dash }) => dash.join())).size).toBe(3);
});

test.each([1, 2, 3])(
  "in %d dimensions the noise of the scheme and that of independent draws are a band each, named, filled from its upper end to its lower",
  (dimension) => {
    const { curves } = TIME_PANELS.distance.picture(madeUpRun(dimension));
    const bands = curves.filter(({ band }) => band !== undefined);
    expect(bands.map(({ band }) => band!.label)).toEqual([
      "40 independent draws, 5% to 95%",
      "noise of algorithm-1, predicted, 5% to 95%",
    ]);
    for (const { values, band, times } of bands) {
      expect(values).toHaveLength(times.length);
      for (const [k, high] of values.entries()) expect(high!).toBeGreaterThan(curves[band!.to].values[k]!);
    }
  },
);

test("the noise of the scheme passes through its quantiles over the square root of n, and ends where the prediction does", () => {
  const run = madeUpRun(1);
  const part = { ...run.noise, times: [0, 0.5], quantiles: run.noise.quantiles.slice(0, 2) };
  const { curves } = TIME_PANELS.distance.picture({ ...run, noise: part });
  const high = curves.find(({ band }) => band?.label.startsWith("noise"))!;
  const at = (t: number) => high.values[high.times.indexOf(t)];
  expect(at(0)).toBeCloseTo(0.5 / Math.sqrt(40), 12);
  expect(at(0.5)).toBeCloseTo(0.7 / Math.sqrt(40), 12);
  expect(at(0.75)).toBeNull();
});

test("runs of another n are points of an inset, those of another step are not", () => {
  const run = madeUpRun(1);
  const { inset } = TIME_PANELS.distance.picture(run);
  expect(inset?.points.map(({ n }) => n)).toEqual([10, 40]);
  expect(inset?.points[0].value).toBeCloseTo(0.4 / 3, 12);
  expect(inset?.points[1].value).toBeCloseTo(0.02, 12);
  // One that ended at t = 0.25: the means of all are over the times up to there.
  const short = { ...run.earlier[0], label: "n = 20", n: 20, times: [0, 0.25], distances: [0.1, 0.1] };
  const shorter = TIME_PANELS.distance.picture({ ...run, earlier: [...run.earlier, short] }).inset;
  expect(shorter?.title).toContain("to t = 0.25");
  expect(shorter?.points.map(({ n }) => n)).toEqual([10, 20, 40]);
  expect(shorter?.points[0].value).toBeCloseTo(0.15, 12);
  const earlier = [{ ...run.earlier[0], kind: "algorithm-1 0.5" }];
  expect(TIME_PANELS.distance.picture({ ...run, earlier }).inset).toBeNull();
});

test("that the noise is being predicted is said, and why it is not", () => {
  const remarks = Object.fromEntries(brokenRuns().map(([name, values]) => [name, TIME_PANELS.distance.picture(values).remark]));
  expect(remarks["noise that is predicted"]).toBe("Predicting the noise of algorithm-1.");
  expect(remarks["noise that is not predicted"]).toBe("The noise of algorithm-1 is not predicted here: there is no theory of it.");
});

test("missing data are said", () => {
  const notices = Object.fromEntries(
    brokenRuns().map(([name, values]) => [
      name,
      [TIME_PANELS.energy.picture, TIME_PANELS.gap.picture, TIME_PANELS.distance.picture].map((p) => p(values).notice),
    ]),
  );
  expect(notices["no setup"].every((notice) => notice?.includes("start"))).toBe(true);
  expect(notices["no particles"].every((notice) => notice?.includes("particles"))).toBe(true);
  expect(notices["no gap"][0]).toBe("Particles do not follow this dynamics.");
  expect(notices["no gap"][1]).toContain("No gap");
  expect(notices["no gap"][2]).toBe("Particles do not follow this dynamics.");
  expect(notices["failed at the start"].every((notice) => notice?.startsWith("The run failed"))).toBe(true);
  expect(notices["failed particles"].every((notice) => notice?.startsWith("The particles stopped"))).toBe(true);
  expect(notices["a failed rival"].every((notice) => notice?.startsWith("Waiting"))).toBe(true);
  expect(notices["no distances"][2]).toContain("Waiting");
  expect(TIME_PANELS.energy.picture(madeUpRun(1)).notice).toBeNull();
});

test("where particles do not follow, neither pictures nor legends have any", () => {
  for (const dimension of [1, 2]) {
    const followed = madeUpRun(dimension);
    const alone = { ...madeUpRun(dimension, 5, { dynamics: "unbalanced" }), particles: [], earlier: [] };
    const labels = (values: ViewValues) =>
      [
        ...densityLegend(values),
        ...potentialLegend(values),
        ...Object.values(PICTURES).flatMap((picture) => legendOf(picture(values).curves)),
      ].map(({ label }) => label);
    expect(labels(followed).filter((label) => /particles|draws/.test(label)).length).toBeGreaterThan(5);
    expect(labels(alone).filter((label) => /particles|draws/.test(label))).toEqual([]);
  }
});

test("a dynamics without a gap has no curve of it, while the others beside it have theirs", () => {
  const labels = (values: ViewValues) => TIME_PANELS.gap.picture(values).curves.map(({ label }) => label);
  expect(labels(madeUpRun(1))).toEqual(["mean field", "particles", "gradient-descent"]);
  expect(labels({ ...madeUpRun(1, 5, { dynamics: "unbalanced" }), particles: [] })).toEqual(["gradient-descent"]);
});

test("the text on a potential agrees with its threshold", () => {
  for (const dynamics of DYNAMICS_NAMES) {
    const { births, deaths } = deathThresholdOf({ dynamics, thermal: null }, 0);
    const sees = PANELS.potential.sees({ dynamics, thermal: null, alone: null });
    expect(sees.includes("dies above the threshold"), dynamics).toBe(deaths);
    expect(sees.includes("is born below"), dynamics).toBe(births);
    expect(sees.includes("moves downhill"), dynamics).toBe(DYNAMICS[dynamics].transport);
  }
});

test("earlier runs are whole grey lines, the newest the darkest", () => {
  const run = madeUpRun(1);
  const earlier = Array.from({ length: 4 }, (_, i) => ({ ...run.earlier[0], label: `run ${i}` }));
  const { curves } = TIME_PANELS.distance.picture({ ...run, earlier });
  const lines = curves.filter(({ label }) => label.startsWith("run"));
  expect(lines.map(({ dash }) => dash)).toEqual([[], [], [], []]);
  expect(lines.every(({ colour }) => new Set(parseColour(colour)).size === 1)).toBe(true);
  const shades = lines.map(({ colour }) => lightness(parseColour(colour)));
  expect(shades).toEqual([...shades].sort((a, b) => b - a));
  expect(legendOf(curves).map(({ label }) => label)).toEqual(expect.arrayContaining(["run 0", "run 3"]));
});

test("of a hundred frames some 25 are dots, evenly, and the one on show is one of them", () => {
  const times = Array.from({ length: 101 }, (_, k) => k / 100);
  const run = madeUpRun(1);
  const { curves } = TIME_PANELS.energy.picture({
    ...run,
    setup: { ...run.setup!, times },
    particles: times.map((time) => ({ ...run.particles[0], time })),
  });
  const dots = curves.find(({ mark }) => mark === "dots")!;
  expect(dots.times).toHaveLength(101);
  expect(Math.abs(markedTimes(dots, null).size - 25)).toBeLessThanOrEqual(3);
  expect(markedTimes(dots, null).has(0.5)).toBe(false);
  expect(markedTimes(dots, 0.5).has(0.5)).toBe(true);
});

test("more dots on a plane are smaller and fainter", () => {
  const looks = [50, 500, 5000].map(dotLook);
  for (const key of ["side", "opacity"] as const) {
    expect(looks.map((look) => look[key])).toEqual(looks.map((look) => look[key]).sort((a, b) => b - a));
    expect(looks[2][key]).toBeLessThan(looks[0][key]);
  }
});

test("the axis of the density holds the line, grows with the frames and seldom", () => {
  const { meanField, particles } = madeUpRun(1);
  const sharper = Array.from({ length: 40 }, (_, k) => ({
    ...meanField[0],
    densities: [Float32Array.from([0, 1.1 ** k])],
  }));
  const ceilings = sharper.map((_, k) => densityCeiling(sharper, particles, 0, k));
  for (const [k, ceiling] of ceilings.entries()) expect(ceiling).toBeGreaterThan(1.1 ** k);
  expect(ceilings.every((ceiling, k) => k === 0 || ceiling >= ceilings[k - 1])).toBe(true);
  // 1.1^40 = 45 is seven times ln 1.7 at most, and eleven steps of the series.
  expect(new Set(ceilings).size).toBeLessThanOrEqual(12);
});

test("bars of few particles do not press the line flat", () => {
  const { meanField, particles } = madeUpRun(1);
  const wild = [{ ...particles[0], histogram: Float32Array.from([1000]) }];
  expect(densityCeiling(meanField, wild, 0, 0)).toBeLessThan(4);
  expect(densityCeiling([], wild, 0, 0)).toBeGreaterThan(1000);
});

test("the threshold is where the local reaction changes its sign", () => {
  // alpha = 1: the rate per mass at V of each dynamics, from the equations of problem.ts without what the prior brings.
  const rates: Record<Exclude<DynamicsName, "gradient-descent">, (V: number, mean: number) => number> = {
    "birth-death": (V, mean) => -V + mean,
    "pure-birth-death": (V, mean) => -V + mean,
    unbalanced: (V) => -V,
    "reinjection net-deficit": (V, mean) => -V - Math.max(0, -mean),
    "reinjection every-death": (V) => -Math.max(0, V),
  };
  for (const [dynamics, rate] of Object.entries(rates) as [DynamicsName, (V: number, mean: number) => number][]) {
    for (const mean of [-0.7, 0.4]) {
      const threshold = deathThresholdOf({ dynamics, thermal: null }, mean);
      expect(rate(threshold.value + 0.1, mean) < 0, dynamics).toBe(threshold.deaths);
      expect(rate(threshold.value - 0.1, mean) > 0, dynamics).toBe(threshold.births);
    }
  }
  expect(deathThresholdOf({ dynamics: "gradient-descent", thermal: null }, 1)).toMatchObject({
    value: 1,
    deaths: false,
    births: false,
  });
});

test("the spread holds 95% of the mass and little more", () => {
  const count = 10_000;
  const V = Float32Array.from({ length: count }, (_, i) => i / count);
  const mu = new Float32Array(count).fill(1);
  // Within a bin, 1/512.
  expect(Math.abs(massSpread(V, mu, 0) - 0.95)).toBeLessThan(1 / 500);
  expect(massSpread(V, mu.fill(0), 0)).toBeGreaterThan(0.94);
  expect(massSpread(new Float32Array(5), new Float32Array(5), 0)).toBe(0);
});

test("a symmetric scale has the threshold in its middle, which is also the contour", () => {
  const plane = potentialPlane(madeUpRun(2))!;
  expect((plane.range[0] + plane.range[1]) / 2).toBeCloseTo(plane.contours.at(-1)!.levels[0], 12);
});

test("the range of the potential holds its minimum and the threshold", () => {
  const { meanField, setup } = madeUpRun(1);
  const { range, fastest } = potentialScale(meanField, 0, 4, setup!);
  expect(range[0]).toBeLessThan(0.01);
  expect(range[1]).toBeGreaterThan(0.5);
  expect(fastest).toBeGreaterThan(0);
});

test("a constant potential has no spread although single precision misses its mean", () => {
  const V = new Float32Array(4).fill(0.3);
  expect(V[0]).not.toBe(0.3);
  expect(massSpread(V, new Float32Array(4).fill(1), 0.3)).toBe(0);
});

test("a density in cells of its own is drawn, scaled and exported in these, and no other", () => {
  const run = madeUpRun(1);
  const edges = Float64Array.from({ length: 33 }, (_, i) => (i === 0 ? -2 : i === 32 ? 2 : 1 + 1e-6 * (i - 16)));
  const peak = Float32Array.from({ length: 32 }, (_, i) => (i === 15 ? 1e5 : 0));
  const meanField = run.meanField.map((frame) => ({ ...frame, cells: { edges: [edges], densities: [peak] } }));
  const line = densityLine({ ...run, meanField });
  expect([line.density, line.edges]).toEqual([peak, edges]);
  expect(line.ceiling).toBeGreaterThanOrEqual(1e5);
  const [{ figure }] = panelFigures({ ...run, meanField }, "light");
  const curve = figure.traces.find((trace) => trace.name === "mean field");
  expect(curve).toMatchObject({ y: peak });
  expect((curve as { x: ArrayLike<number> }).x[15]).toBeCloseTo(1 - 0.5e-6, 12);
  expect(densityLine(run).edges).toBeNull();
});

test("at a temperature energies are free ones, and the particles' energy is compared with that of the mean field without entropy", () => {
  const run = warmRun(1);
  const { yLabel, curves } = TIME_PANELS.energy.picture(run);
  expect(yLabel).toContain("E_\u03c4");
  const ends = Object.fromEntries(curves.map(({ label, values }) => [label, values[2]]));
  const { record } = run.meanField[2];
  expect(ends["E_\u03c4, mean field"]).toBe(record.energy);
  expect(ends["E without entropy, mean field"]).toBe(record.energy + 0.2);
  expect(ends["E without entropy, particles"]).toBe(run.particles[2].energy);
  const gap = TIME_PANELS.gap.picture(run);
  expect(gap.yLabel).toContain("KL(\u03bc | Gibbs)");
  // Particles have no such gap.
  expect(gap.curves.map(({ label }) => label)).toEqual(["mean field", "gradient-descent"]);
  expect(spoken("gap", run)).not.toContain("NaN");
  expect(spoken("energy", run)).toBe(
    "Energy at t = 1: E_\u03c4 1.368 mean field, 1.75 gradient-descent; E without entropy 1.568 mean field, 1.468 particles",
  );
  expect(TIME_PANELS.dissipation.picture(run).curves[0].label).toContain("E_\u03c4(0)");
});

test("Gibbs is drawn beside the density and is in its legend and figure, faint and by name where it is not stationary", () => {
  for (const descends of [true, false]) {
    for (const dimension of [1, 2]) {
      const run = warmRun(dimension, { descends });
      const entries = densityLegend(run).filter(({ label }) => label.startsWith("Gibbs"));
      expect(entries).toHaveLength(1);
      expect(entries[0].label.includes("not stationary")).toBe(!descends);
      const drawn =
        dimension === 1 ? densityLine(run).gibbs : densityPlane(run)?.contours.find(({ label }) => label.includes("Gibbs"));
      expect(drawn?.label).toBe(entries[0].label);
      expect(drawn?.values).toBe(run.meanField[4].thermal!.gibbs[0]);
      expect(drawn!.opacity < 1).toBe(!descends);
      const [{ figure }] = panelFigures(run, "light");
      expect(figure.traces.map(({ name }) => name)).toContain(entries[0].label);
    }
  }
  expect(densityLegend(madeUpRun(1)).some(({ label }) => label.startsWith("Gibbs"))).toBe(false);
});

test("a narrow Gibbs does not press the density flat, and a wide one is seen whole", () => {
  const { meanField, particles } = warmRun(1);
  const line = densityCeiling(madeUpRun(1).meanField, [], 0, 0);
  const ceiling = (peak: number) => {
    const gibbs = [Float32Array.from([0, peak])];
    return densityCeiling(meanField.map((frame) => ({ ...frame, thermal: { ...frame.thermal!, gibbs } })), particles, 0, 0); // biome-ignore format: one call
  };
  expect(ceiling(1.4 * line)).toBeGreaterThan(1.4 * line);
  expect(ceiling(1000)).toBeLessThan(6 * line);
});

test("the potential is R over its mean where births and deaths follow R, with V beside it; V where they follow V; V_tau without them", () => {
  const cases = [
    [{}, "R = V + \u03c4 log \u03bc", "R\u0304", true],
    [{ logTerm: "smoothed", descends: false }, "R = V + \u03c4 log(k\u2217\u03bc)", "R\u0304", true],
    [{ logTerm: "none", descends: false }, "potential V", "V\u0304", true],
    [{ logTerm: "none", reacts: false }, "V + \u03c4 log \u03bc", "mean", false],
  ] as const;
  for (const [changes, axis, symbol, fates] of cases) {
    const run = warmRun(1, changes);
    const { V, plain, threshold, scale } = potentialLine(run)!;
    const byV = axis === "potential V";
    expect([threshold.axis, threshold.symbol, threshold.deaths, threshold.births]).toEqual([axis, symbol, fates, fates]);
    expect(threshold.value).toBe(byV ? 0.5 : 0.3);
    expect(V).toBe(byV ? run.meanField[4].potentials[0] : run.meanField[4].thermal!.driving!.values[0]);
    expect(plain).toBe(byV ? null : run.meanField[4].potentials[0]);
    // The least V is seen; a logarithm that falls without end does not stretch the axis.
    expect(scale.range[0]).toBeLessThan(0.01);
    expect(scale.range[1] - scale.range[0]).toBeLessThan(12);
    const labels = potentialLegend(run).map(({ label }) => label);
    expect(labels).toContain(axis);
    expect(labels.some((label) => /dies|is born/.test(label))).toBe(fates);
    const sees = PANELS.potential.sees({ dynamics: "birth-death", thermal: run.setup!.thermal, alone: null });
    expect(sees.includes("it dies where")).toBe(fates);
    expect(potentialPlane(warmRun(2, changes))?.label).toBe(`${threshold.potential} \u2212 ${symbol}`);
  }
});
