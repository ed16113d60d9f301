import { describe, expect, it } from "vitest";
import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { createEvaluator } from "../../src/expressions/evaluate.ts";
import { parseExpression } from "../../src/expressions/expression.ts";
import { erf } from "../../src/numerics/erf.ts";
import { problemOf } from "../fixtures.ts";

const BITS = 300n;
const TWO_BY_ROOT_PI = (11283791670955125738961589031215451716881012586579977136881714434n << BITS) / 10n ** 64n;

/** A double as an integer times 2^-300, which it is where it has no bit below that. */
function fixed(x: number): bigint {
  let shift = 0n;
  let whole = x;
  for (; !Number.isInteger(whole); shift++) whole *= 2;
  return (BigInt(whole) << BITS) >> shift;
}

/** 2 / sqrt(pi) sum_n (-1)^n x^(2n + 1) / (n! (2n + 1)) in whole numbers: terms up to e^36 leave 70 digits of 90. */
function exactErf(x: number): bigint {
  const given = fixed(x);
  const square = (given * given) >> BITS;
  let term = given;
  let total = 0n;
  for (let n = 0n; term !== 0n && n < 400n; n++) {
    total += term / (2n * n + 1n);
    term = -((term * square) >> BITS) / (n + 1n);
  }
  return (total * TWO_BY_ROOT_PI) >> BITS;
}

const ulp = (value: number) => 2 ** (Math.floor(Math.log2(Math.abs(value))) - 52);

describe("erf", () => {
  it("is within 2 ulp of its series in whole numbers, over all magnitudes, and odd", () => {
    let worst = 0;
    for (let i = 0; i < 1000; i++) {
      const x = i < 500 ? (6 * (i + 0.37)) / 500 : 2 ** (-40 * ((i - 500) / 500));
      const value = erf(x);
      expect(erf(-x)).toBe(-value);
      worst = Math.max(worst, Math.abs(Number(fixed(value) - exactErf(x)) * 2 ** -Number(BITS)) / ulp(value));
    }
    expect(worst).toBeLessThan(2);
    expect(worst).toBeGreaterThan(0.1);
  });

  it("is 1 at infinity and from 6 on, 0 at 0, and not a number where its argument is none", () => {
    expect([6, 1e300, Infinity, -Infinity, 0, Number.NaN].map(erf)).toEqual([1, 1, 1, -1, 0, Number.NaN]);
    expect(erf(5e-324)).toBeGreaterThan(0);
  });

  it("has the derivatives 2 / sqrt(pi) exp(-x^2) and -2x times that in expressions", async () => {
    const { gradient, laplacian } = await parseExpression("erf(1.5*x - 0.2)", "F", { inputs: ["x"], parameters: {} });
    const at = (program: typeof gradient extends (by: number[]) => infer P ? P : never, x: number) => {
      const out = new Float64Array(1);
      createEvaluator(program)([out], 0, [Float64Array.of(x)], 0, 1);
      return out[0];
    };
    for (const x of [-1.7, -0.3, 0, 0.4, 2.1]) {
      const u = 1.5 * x - 0.2;
      const slope = (2 / Math.sqrt(Math.PI)) * Math.exp(-u * u);
      // A dozen roundings of terms below 4.
      expect(Math.abs(at(gradient([0]), x) - 1.5 * slope)).toBeLessThan(4e-15);
      expect(Math.abs(at(laplacian([0]), x) + 2.25 * 2 * u * slope)).toBeLessThan(1e-14);
    }
  });

  it("has the mean erf(a m / sqrt(1 + 2 a^2 s^2)) under a normal distribution that moves and narrows in a quadratic well", async () => {
    const [m, s, alpha, t] = [0.8, 0.6, 1.5, 0.7];
    const problem = await problemOf({
      alpha,
      initial: { x: { type: "normal", mean: m, sd: s } },
      time: { end: t, snapshots: [0, t] },
      observables: { step: "erf(1.3*x)" },
    });
    const { snapshots } = solveCharacteristics(problem, { tolerance: 1e-10 });
    // F = x^2 / 2: the precision P and P mean grow by (2 + alpha / P) P and 1 times themselves.
    const precision = (1 / s ** 2 + alpha / 2) * Math.exp(2 * t) - alpha / 2;
    const mean = ((m / s ** 2) * Math.exp(t)) / precision;
    const expected = [
      [m, s],
      [mean, precision ** -0.5],
    ].map(([mu, sd]) => erf((1.3 * mu) / Math.sqrt(1 + 2 * (1.3 * sd) ** 2)));
    snapshots.forEach(({ observables }, k) => {
      expect(Math.abs(observables.step - expected[k])).toBeLessThan(1e-9);
    });
  });
});
