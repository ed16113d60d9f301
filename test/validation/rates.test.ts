import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { NodeSnapshot } from "../../src/characteristics/node-snapshot.ts";
import { createProblem, type Problem } from "../../src/problem/problem.ts";
import { limitOf, measureInteraction } from "../../validation/rates/interaction.ts";
import { basinWeight, measureSpurious } from "../../validation/rates/spurious.ts";
import { ratesStudy } from "../../validation/rates/study.ts";
import { measureAlphas, measureWell, type WellConfig } from "../../validation/rates/well.ts";
import { bracketMinimum, type DecayRun, floorOf, slopeOverLastDecade } from "../../validation/shared/decay.ts";
import { findWells } from "../../validation/shared/double-well.ts";
import { keepNoPart } from "../../validation/shared/parts.ts";
import { largeTest, sized } from "../sizes.ts";

function load(name: string, overrides = {}): Promise<Problem> {
  return createProblem(JSON.parse(readFileSync(join(import.meta.dirname, "../../grids", `${name}.json`), "utf8")), overrides);
}

const WELLS: readonly WellConfig[] = [
  { axes: [{ mean: 0.5, sd: 1 }], alpha: 2, end: 64, octaves: 8, perOctave: 2, tolerance: 1e-8, nodes: 128 },
  {
    axes: [
      { mean: 0.4, sd: 0.8 },
      { mean: -0.3, sd: 0.6 },
    ],
    alpha: 2,
    end: 16,
    octaves: 6,
    perOctave: 2,
    tolerance: 1e-6,
    nodes: 64,
  },
];

describe("pure birth-death in a quadratic well", () => {
  test.each(WELLS.slice(0, sized(1, 2)))("E - E* falls like d / (2 alpha t), as the closed form says: $axes", async (config) => {
    const { run, rows, minimum, slope, exactSlope, slopeTolerance, localSlopes, limit, limitTolerance } = await measureWell(config);
    expect(run.converged).toBe(true);
    // Rounding of E - gap.
    expect(Math.abs(minimum)).toBeLessThan(1e-14);
    for (const { excess, exact } of rows) expect(Math.abs(excess - exact)).toBeLessThanOrEqual(config.tolerance);
    // Derived in rates-well.ts: the term in 1/t^2 and the tolerance of the energies; here 1e-4 and 1.5e-2 of d/2.
    expect(Math.abs(limit - config.axes.length / 2)).toBeLessThanOrEqual(limitTolerance);
    expect(limitTolerance).toBeLessThan(0.02);
    // A fitted slope averages local ones.
    expect(slope.interval[0]).toBeGreaterThan(localSlopes[0]);
    expect(slope.interval[1]).toBeLessThan(localSlopes[1]);
    expect(Math.abs(slope.slope - exactSlope)).toBeLessThanOrEqual(slopeTolerance);
  });

  test("alpha divides the prefactor: curves collapse against alpha t and lie apart against t", async () => {
    const outcome = await measureAlphas({ ...WELLS[0], alphas: [0.5, 2], end: 64 });
    expect(outcome.collapse).toBeLessThanOrEqual(outcome.collapseTolerance);
    expect(outcome.collapseTolerance).toBeLessThan(1e-4);
    // Four times as fast, but for O(1 / alpha t) = 1/32.
    expect(outcome.spread).toBeGreaterThan(4 * (1 - 1 / 32));
    expect(outcome.exponent).toBeGreaterThan(outcome.localSlopes[0]);
    expect(outcome.exponent).toBeLessThan(outcome.localSlopes[1]);
    for (const { limit, limitTolerance } of outcome.wells) expect(Math.abs(limit - 0.5)).toBeLessThanOrEqual(limitTolerance);
  });
});

describe("past a spurious fixed point", () => {
  const config = { tilt: 0.15, mean: 0.9, sd: 0.15, alphas: [8], end: 1.6, snapshots: 16, tolerance: 1e-5 };

  test("gradient descent stays above E* by the difference of the minima; birth-death crosses when two wells say", async () => {
    const { wells, beyond, descent, crossings, bracket } = await measureSpurious(config);
    const { drop, minimum } = wells;
    expect(Math.abs(bracket.low - minimum)).toBeLessThan(1e-14);
    const { end } = descent;
    expect(Math.abs(end.excess - (1 - beyond) * drop)).toBeLessThan(config.tolerance);
    expect(end.gap).toBeCloseTo(end.excess, 12);
    expect(end.gap).toBeGreaterThan(0.29);
    // On the support V differs by what little mass sits in the deep well, sqrt(p dF^2) = 2e-4; off it by dF.
    expect(end.residualOnSupport).toBeLessThan(1e-3);
    expect(Math.abs(end.residualOffSupport - drop)).toBeLessThan(1e-3);
    const [{ time, timeError, predicted, simple, end: last }] = crossings;
    expect(Math.abs(time - predicted)).toBeLessThanOrEqual(timeError);
    expect(timeError).toBeLessThan(1e-3 * predicted);
    // Mass at the top is lost on the way down.
    expect(simple).toBeLessThan(0.75 * predicted);
    expect(Math.abs(last.excess - last.predicted)).toBeLessThanOrEqual(last.tolerance);
    expect(last.excess).toBeLessThan(drop / 1e4);
    expect(last.residualOffSupport).toBe(0);
  });

  test("weights of the basins are masses of mu_0 without a reaction, and fall with alpha", () => {
    const wells = findWells(config.tilt);
    const mass = (alpha: number) => basinWeight(config, wells, "deep", alpha) + basinWeight(config, wells, "shallow", alpha);
    // Gauss-Legendre with 400 points in the square root of the distance from the top.
    expect(Math.abs(mass(0) - 1)).toBeLessThan(1e-12);
    expect(mass(8)).toBeLessThan(mass(4));
  });
});

describe("with interaction", () => {
  /**
   * F = x^2 / 2, K = b x x', pure birth-death from N(m, s): still Gaussian, with s' = -alpha s^2 and m' = -alpha s (1 + b) m, so that with
   * a = alpha s t the variance is s / (1 + a), the mean m (1 + a)^-(1 + b), and E = (variance + (1 + b) mean^2) / 2; E* = 0.
   */
  const b = 1;
  const solvable = () =>
    createProblem({
      name: "rank-one",
      variables: { x: { min: -6, max: 6, cells: 64 } },
      parameters: { b },
      potential: { F: "0.5*x^2", K: { type: "pairwise", expression: "b*x*x_prime" } },
      alpha: 2,
      initial: { x: { type: "normal", mean: 0.5, sd: 1 } },
      time: { end: 1, snapshots: 1 },
    });

  largeTest("brackets of E* hold it, energies follow a closed form, and the constant d/2 survives", async () => {
    const tolerance = 1e-7;
    const config = {
      problem: await solvable(),
      runs: [
        { dynamics: "birth-death", end: 8, tolerance },
        { dynamics: "pure-birth-death", end: 64, tolerance },
      ] as const,
      octaves: 8,
      perOctave: 2,
      nodes: 128,
    };
    const { bracket, outcomes, entropy } = await measureInteraction(config);
    expect(bracket.low).toBeLessThanOrEqual(0);
    expect(bracket.high).toBeGreaterThanOrEqual(0);
    // Transport alone leaves e^{-2t} of the variance, and e^{-16} = 1e-7.
    expect(bracket.high - bracket.low).toBeLessThan(1e-6);
    const [full, pure] = outcomes;
    for (const { time, energy } of pure.run.snapshots) {
      const a = 2 * time;
      const exact = 0.5 / (1 + a) + ((1 + b) / 2) * 0.25 * (1 + a) ** (-2 * (1 + b));
      expect(Math.abs(energy - exact)).toBeLessThanOrEqual(tolerance);
    }
    const limit = limitOf(pure, config.perOctave)?.limit ?? [Number.NaN, Number.NaN];
    expect(limit[0]).toBeLessThanOrEqual(0.5);
    expect(limit[1]).toBeGreaterThanOrEqual(0.5);
    expect(limit[1] - limit[0]).toBeLessThan(0.01);
    // Convexity: alpha t (E(t) - E(T)) <= KL(mu_T | mu_0). KL of Gaussians: variance 1/129 and mean 0 against 1 and 1/2.
    const variance = 1 / 129;
    const exactEntropy = 0.5 * (variance - 1 - Math.log(variance) + 0.25);
    expect(entropy?.share).toBeLessThan(1);
    expect(Math.abs((entropy?.entropy ?? Number.NaN) - exactEntropy)).toBeLessThan(1e-4);
    // Transport makes the decay exponential, so any slope over the last decade is far below -1.
    expect(full.slope?.interval[1]).toBeLessThan(-1);
  });

  test("repulsion that merges point masses leaves alpha t (E - E*) below its limit d/2", async () => {
    const { bracket, outcomes } = await measureInteraction({
      problem: await load("gaussian-repulsion"),
      runs: [
        { dynamics: "birth-death", end: 128, tolerance: 1e-4 },
        { dynamics: "pure-birth-death", end: 64, tolerance: 1e-4 },
      ],
      octaves: 8,
      perOctave: 1,
    });
    // E* = 0.2844597 by minimising over five point masses (gap 1e-7), apart from this code.
    expect(bracket.low).toBeLessThan(0.2844597);
    expect(bracket.high).toBeGreaterThan(0.2844595);
    expect(bracket.high - bracket.low).toBeLessThan(2e-4);
    for (const { value, error } of outcomes[1].constants) expect(value + error).toBeLessThan(0.5);
  });
});

describe("slopes and brackets", () => {
  /** E = 1 + 1 / t, whose gap is twice E - E*, without errors of its own. */
  function runOf(times: readonly number[]): DecayRun {
    const snapshots = times.map((time) => ({
      time,
      energy: 1 + 1 / time,
      gap: 2 / time,
      defect: 0,
      levelDifferences: { energy: 0, meanPotential: 0, dissipated: 0, observables: {} },
    }));
    const rest = { dynamics: "birth-death", alpha: 1, dimension: 1, tolerance: 0, kernelTolerance: 0, converged: true } as const;
    return { ...rest, nodes: [1], steps: 1, snapshots: snapshots as unknown as NodeSnapshot[], curve: null };
  }
  const times = Array.from({ length: 21 }, (_, k) => 2 ** (k / 2));

  test("E* is bracketed by the gap over all runs, and is not the last value", async () => {
    const problem = await load("gaussian-repulsion");
    const { low, high } = bracketMinimum(problem, [runOf([1, 10]), runOf([4])]);
    expect(low).toBeCloseTo(1 - 1 / 10, 12);
    expect(high).toBeCloseTo(1 + 1 / 10, 12);
  });

  test("points below three floors are not used, and the interval covers both ends of the bracket", () => {
    const run = runOf(times);
    // A floor of 0.01 leaves 1 / t > 0.03, t < 33.
    const bracket = { low: 0.995, high: 1.005 };
    expect(floorOf(run, bracket)).toBeCloseTo(0.01, 12);
    const slope = slopeOverLastDecade(run, bracket);
    expect(slope?.to).toBe(32);
    expect(slope?.from).toBe(4);
    expect(slope?.slope).toBeCloseTo(-1, 12);
    // E* moved by 0.005 changes 1 / t = 1/32 by 16% and 1/4 by 2%: the slope by some 0.06 either way.
    expect(slope?.interval[0]).toBeLessThan(-1.04);
    expect(slope?.interval[1]).toBeGreaterThan(-0.96);
    expect(slopeOverLastDecade(run, { low: 0, high: 2 })).toBeNull();
  });
});

describe("problems that are given", () => {
  const study = (problems: readonly Problem[]) =>
    ratesStudy.run({ size: "quick", workers: 1, seedFrom: (own) => own, problems, load, progress: () => {}, keep: keepNoPart });

  test("all dynamics run from the same start, and E* comes from a longer run", async () => {
    const [result] = await study([await load("circle", { end: sized(0.25, 0.5) })]);
    expect(result.verdict).toBe("pass");
    expect(result.tables[0].rows.map(([dynamics]) => dynamics)).toEqual(["gradient-descent", "birth-death", "pure-birth-death"]);
  });

  test("what cannot be studied is inconclusive, and says why", async () => {
    const results = await study([await load("double-well", { alpha: 0 }), await load("trimer")]);
    expect(results.map(({ verdict }) => verdict)).toEqual(["inconclusive", "inconclusive"]);
    expect(results[0].findings[0].text).toContain("alpha = 0");
  });
});
