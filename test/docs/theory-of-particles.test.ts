import { beforeAll, describe, expect, test } from "vitest";
import { predictFluctuations } from "../../src/fluctuations/predict.ts";
import { sensitivities } from "../../src/fluctuations/sensitivity.ts";
import { iterateMeanFieldMap } from "../../src/mean-field-map/mean-field-map.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { EXPONENTIAL, KILL_OR_DUPLICATE, LINEAR } from "../../src/schemes/growth.ts";
import { SCHEMES, type SchemeName } from "../../src/schemes/schemes.ts";
import { problemOf } from "../fixtures.ts";
import { sum } from "./arithmetic.ts";
import { PAGES, printed, rowsUnder } from "./pages.ts";

/** The example of the pages: F = x^2 / 2, alpha = 1, mu_0 = N(1/2, 1), pure birth-death, the mean of x at T = 1. mu_s is N(1 / (2 + 2s), 1 / (1 + s)). */
let well: Problem;
beforeAll(async () => {
  well = await problemOf({
    variables: { x: { min: -6, max: 6, cells: 64 } },
    dynamics: "pure-birth-death",
    initial: { x: { type: "normal", mean: 0.5, sd: 1 } },
    time: { end: 1, snapshots: [1] },
    observables: { mean: "x" },
  });
});

const h = 1 / 128;
const x = Array.from({ length: 16 * 128 }, (_, i) => -8 + (i + 0.5) * h);
const F = x.map((y) => y ** 2 / 2);
const massesAt = (s: number) =>
  x.map((y) => h * Math.sqrt((1 + s) / (2 * Math.PI)) * Math.exp(-0.5 * (1 + s) * (y - 0.5 / (1 + s)) ** 2));
const mean = (masses: readonly number[], values: readonly number[]) => sum(masses.map((m, i) => m * values[i]));
const last = massesAt(1);

/** What the sources are made of at time s, by the printed formulas: u in closed form, of mean 0. */
function partsAt(s: number) {
  const mu = massesAt(s);
  const growth = F.map((v) => Math.exp(-(1 - s) * v));
  const Z = mean(mu, growth);
  const u = x.map((y, i) => (growth[i] * (y - 0.25)) / Z);
  const Fbar = mean(mu, F);
  const side = (sign: number) => {
    const rates = mu.map((m, i) => m * Math.max(0, sign * (F[i] - Fbar)));
    const own = mean(rates, u) / sum(rates);
    return { own, square: mean(rates, u.map((v) => (v - own) ** 2)) }; // biome-ignore format: one line
  };
  const rates = mu.map((m, i) => m * Math.abs(F[i] - Fbar));
  const squares = u.map((v) => v * v);
  const [up, down] = [side(1), side(-1)];
  return {
    M: sum(rates),
    events: mean(rates, squares),
    variance: mean(mu, squares),
    picks: up.square + down.square,
    apart: (up.own - down.own) ** 2,
    births: F.map((v) => Math.min(0, v - Fbar) ** 2),
  };
}
/** int_0^1 ds by the midpoint rule: of order 2 where the integrand is smooth. */
const overTime = (f: (parts: ReturnType<typeof partsAt>) => number, steps = 100) =>
  sum(Array.from({ length: steps }, (_, k) => f(at(k, steps)))) / steps;
const known = new Map<number, ReturnType<typeof partsAt>>();
function at(k: number, steps: number) {
  const s = (k + 0.5) / steps;
  if (!known.has(s)) known.set(s, partsAt(s));
  return known.get(s)!;
}

describe("map.md", () => {
  /** The printed growths of x > 0 and x < 0. */
  const FACTORS: Readonly<Record<string, (v: number) => number>> = {
    "$e^{-x}$": (v) => Math.exp(-v),
    "$e^{-x}$ above 0, $2 - e^{x}$ below": (v) => (v > 0 ? Math.exp(-v) : 2 - Math.exp(v)),
    "$1 - x$, with $x$ cut at $-1$ and 1": (v) => 1 - Math.min(1, Math.max(-1, v)),
    "1": () => 1,
  };
  const EARLIER: Readonly<Record<string, number>> = { "after the motion": 0, "before the motion": 1, "": 0 };

  test("the table of growths is that of the schemes", () => {
    const rows = rowsUnder("map", ["scheme", "$V$ is taken", "$x$ is of", "$f(x)$"]);
    const named = (name: string) => rows.find(([text]) => text === `\`${name}\``) ?? rows.find(([text]) => name.startsWith("resampling") && text.startsWith("`resampling` and")); // biome-ignore format: one line
    for (const [name, scheme] of Object.entries(SCHEMES)) {
      const [, taken, of, factor] = named(name) ?? [];
      if (scheme.time === "continuous") {
        expect([taken, of, factor]).toEqual(["as the mean of both ends of the step", "$V - \\bar V$", "$e^{-x}$"]);
        continue;
      }
      const { growth, earlier = 0 } = scheme;
      expect(EARLIER[taken], name).toBe(earlier);
      if (growth.reacts) expect(of, name).toBe(growth.centred ? "$V - \\bar V$" : "$V$");
      for (const v of [-1.5, -0.3, 0.2, 1.7]) expect(growth.factor(v), name).toBeCloseTo(FACTORS[factor](v), 14);
      // b(x) = lim (log f + x) / x^2 x^2.
      for (const v of [-1e-4, 1e-4]) expect(growth.reacts ? growth.bend(v) / v ** 2 : 0).toBeCloseTo(growth.reacts ? (Math.log(FACTORS[factor](v)) + v) / v ** 2 : 0, 3); // biome-ignore format: one line
    }
  });

  test("the table of bends is theirs", () => {
    const BENDS: Readonly<Record<string, (v: number) => number>> = {
      "0": () => 0,
      "0 above 0, $-x^2$ below": (v) => (v > 0 ? 0 : -v * v),
      "$-\\frac12 x^2$": (v) => -0.5 * v * v,
    };
    const growths = { "$e^{-x}$": EXPONENTIAL, "Algorithm 1": KILL_OR_DUPLICATE, "linear, $1 - x$": LINEAR };
    const rows = rowsUnder("map", ["growth", "$b(x)$"]);
    expect(rows.map(([name]) => name)).toEqual(Object.keys(growths));
    for (const [name, bend] of rows)
      for (const v of [-0.4, 0.3]) expect(growths[name as keyof typeof growths].bend(v), name).toBeCloseTo(BENDS[bend](v), 15);
  });

  test("one step is its formula, and the slopes of the mean in dt are as printed", async () => {
    const [dt, alpha] = [0.2, 3];
    const moving = await problemOf({
      alpha,
      initial: { x: { type: "normal", mean: 0.5, sd: 1 } },
      time: { end: dt, snapshots: [dt] },
      observables: { mean: "x" },
    });
    const start = massesAt(0);
    const V = x.map((y) => (0.8 * y) ** 2 / 2);
    const Vbar = mean(start, V);
    const w = start.map((m, i) => m * FACTORS["$e^{-x}$ above 0, $2 - e^{x}$ below"](alpha * dt * (V[i] - Vbar)));
    // The second derivative of f jumps: O(h^3) of either rule.
    expect(iterateMeanFieldMap(moving, dt)[0].observables.mean).toBeCloseTo((0.8 * mean(w, x)) / sum(w), 7);

    const byBirths = -overTime(({ births }) => mean(last, births.map((g, i) => g * (x[i] - 0.25)))); // biome-ignore format: one line
    const fourth = -0.125 * mean(last, x.map((y) => y ** 4 * (y - 0.25))); // biome-ignore format: one line
    const expected: Readonly<Record<string, number>> = {
      "`algorithm-1`": byBirths,
      "`resampling`": 0,
      "`authors-notebook`": fourth,
    };
    const { step } = sensitivities(well)[0].observables.mean;
    for (const [name, text] of rowsUnder("map", ["scheme", "slope of the mean in dt"])) {
      const { value, rounding } = printed(text);
      expect(Math.abs(expected[name] - value), name).toBeLessThan(rounding);
      const scheme = name.slice(1, -1) as SchemeName;
      expect(Math.abs(step[scheme]!.value - expected[name]), name).toBeLessThan(1e-6);
      const [near, nearer] = [64, 128].map((k) => k * (iterateMeanFieldMap(well, 1 / k, { scheme })[0].observables.mean - 0.25));
      expect(Math.abs(2 * nearer - near - expected[name]), name).toBeLessThan(2e-5);
    }
    expect(fourth).toBeCloseTo(-25 / 256, 9);
  });
});

/** lambda e^-lambda (I_0 + I_1)(lambda), by Bessel's integrals. */
const skellam = (lambda: number) => {
  const angles = Array.from({ length: 400 }, (_, k) => ((k + 0.5) * Math.PI) / 400);
  return (lambda * sum(angles.map((a) => Math.exp(lambda * (Math.cos(a) - 1)) * (1 + Math.cos(a))))) / 400;
};
const roundingOf = (picks: number) => (picks - Math.floor(picks)) * (1 - picks + Math.floor(picks));

describe("noise.md", () => {
  const initial = partsAt(0).variance;
  const SOURCES: Readonly<Record<string, (parts: ReturnType<typeof partsAt>) => number>> = {
    "`weighted`": () => 0,
    "`resampling`": ({ picks, apart, M }) => picks + (roundingOf(5 * M) / 10) * apart,
    "`algorithm-1`, n dt to infinity": ({ events }) => events,
    "`algorithm-1`": ({ events, M, variance }) => events + (skellam(10 * M) / 10) * variance,
    "`event-process`": ({ events, M, variance }) => events + M * variance,
  };

  test("n Var of the example is as printed, by the formulas and by the library", () => {
    expect(PAGES.noise).toContain(`The initial sampling alone gives ${initial.toFixed(6)}.`);
    for (const [name, text] of rowsUnder("noise", ["scheme", "n Var"])) {
      const { value, rounding } = printed(text);
      // The midpoint rule is off by f'' / 24 of its steps squared, 4e-6; the rounding of picks has kinks in time.
      const expected = initial + overTime(SOURCES[name]);
      expect(Math.abs(expected - value), name).toBeLessThan(rounding + (name === "`resampling`" ? 5e-5 : 5e-6));
      const [, scheme, limit] = /`(.*)`(.*)/.exec(name)!;
      const n = limit === "" ? 1000 : 1e12;
      const { nVariance } = predictFluctuations(well, { scheme: scheme as SchemeName, n, dt: 0.01, time: "continuous" }).snapshots[0].observables.mean; // biome-ignore format: one line
      expect(Math.abs(nVariance - value), name).toBeLessThan(rounding + 2e-5);
    }
  });

  test("multinomial resampling adds Var(u) a step, and a step of Algorithm 1 its printed sum", () => {
    const dt = 1 / 128;
    const events = (scheme: SchemeName, n = 1000) => predictFluctuations(well, { scheme, n, dt }).snapshots[0].observables.mean;
    // The sum over the ends of steps is off by half the change of Var(u) from the integral.
    const ends = (partsAt(1).variance - initial) / 2;
    expect(Math.abs(events("resampling-multinomial").events - (overTime(({ variance }) => variance) / dt + ends))).toBeLessThan(
      1e-3 / dt,
    );
    const long = predictFluctuations(well, { scheme: "algorithm-1", n: 1000, dt: 1 }).snapshots[0].observables.mean;
    const start = massesAt(0);
    const Fbar = mean(start, F);
    const v = F.map((f) => f - Fbar);
    const w = start.map((m, i) => m * (v[i] > 0 ? Math.exp(-v[i]) : 2 - Math.exp(v[i])));
    const Z = sum(w);
    const after = mean(w, x) / Z;
    const p = v.map((value) => 1 - Math.exp(-Math.abs(value)));
    const own = sum(start.map((m, i) => (m * p[i] * (1 - p[i]) * (x[i] - after) ** 2) / Z ** 2));
    // The kink of p costs the rule of 400 nodes O(h^2).
    expect(Math.abs(long.events / own - 1)).toBeLessThan(1e-4);
    // Z is far from 1, so that |D| is n |1 - Z| and chance adds nothing.
    const control = (Math.abs(1 - Z) / Z) * (mean(w, x.map((y) => (y - after) ** 2)) / Z); // biome-ignore format: one line
    expect(Math.abs(long.control / control - 1)).toBeLessThan(2e-3);
  });

  test("without events the start alone is noisy, and at a temperature the motion adds 2 tau int |grad u|^2", async () => {
    const [tau, end] = [0.3, 0.8];
    const descent = { dynamics: "gradient-descent" as const, time: { end, snapshots: [end] }, observables: { mean: "x" } };
    const cold = predictFluctuations(await problemOf(descent), { n: 10, dt: 0.01 }).snapshots[0].observables.mean;
    expect(cold.nVariance).toBeCloseTo(0.36 * 0.99 ** 160, 6);
    const warm = await problemOf({ ...descent, temperature: tau });
    // Weights that hardly change: nu is mu.
    const weighted = await problemOf({ ...descent, dynamics: "birth-death", reaction: "energy", alpha: 1e-9, temperature: tau });
    // u_s = x e^{-(T - s)}; at a step of dt e^{-dt} is 1 - dt.
    const steps = Array.from({ length: 80 }, (_, k) => 0.99 ** (2 * k));
    for (const [problem, scheme] of [
      [warm, "gradient-descent"],
      [weighted, "weighted"],
    ] as const) {
      // biome-ignore format: a table
      const { motion } = predictFluctuations(problem, { scheme, n: 10, dt: 0.01 }).snapshots[0].observables.mean;
      expect(motion, scheme).toBeCloseTo(2 * tau * 0.01 * sum(steps), 6);
    }
    expect(Math.abs(2 * tau * 0.01 * sum(steps) - tau * (1 - Math.exp(-2 * end)))).toBeLessThan(0.01);
  });
});
