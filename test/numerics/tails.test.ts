import { describe, expect, it } from "vitest";
import {
  betaQuantile,
  chiSquareCdf,
  chiSquareTail,
  fisherTail,
  normalCdf,
  normalQuantile,
  normalTail,
  studentQuantile,
  studentTail,
} from "../../src/numerics/tails.ts";

/** To a relative precision: a tail of 1e-200 has as many digits as one of 0.1. */
function expectClose(value: number, expected: number, precision = 2e-13): void {
  expect(Math.abs(value / expected - 1), `${value} for ${expected}`).toBeLessThan(precision);
}

describe("chiSquareTail and chiSquareCdf", () => {
  it("have the closed form for an even number of degrees of freedom, however far out", () => {
    for (const x of [0.1, 1, 5, 20, 200, 1300]) {
      expectClose(chiSquareTail(x, 2), Math.exp(-x / 2));
      expectClose(chiSquareTail(x, 4), Math.exp(-x / 2) * (1 + x / 2));
      expectClose(chiSquareCdf(x, 2), -Math.expm1(-x / 2));
    }
  });

  it("are those of the square of a normal value for one degree of freedom: erfc(10) at 200", () => {
    // erfc(10) = 2.08848758376254...e-45 (Abramowitz & Stegun, table 7.3, by x e^(x^2) erfc x).
    expectClose(chiSquareTail(200, 1), 2.088487583762545e-45);
    for (const x of [1e-6, 0.3, 3, 40, 1400]) expectClose(chiSquareTail(x, 1), normalTail(Math.sqrt(x)));
  });

  it("are sums of Poisson probabilities for many degrees of freedom, in the middle and in both tails", () => {
    // P(chi^2_2m > 2 y) = P(Poisson(y) < m). The logarithms hold sums of m terms: 1e-11.
    for (const m of [40, 1200, 4000]) {
      for (const deviations of [-6, -1, 0, 1, 3, 12]) {
        const y = m + deviations * Math.sqrt(m);
        let [log, below, above] = [-y, 0, 0];
        for (let j = 0; j < m + 50 * Math.sqrt(m) + 50; j++) {
          if (j < m) below += Math.exp(log);
          else above += Math.exp(log);
          log += Math.log(y / (j + 1));
        }
        expectClose(chiSquareTail(2 * y, 2 * m), below, 1e-10);
        expectClose(chiSquareCdf(2 * y, 2 * m), above, 1e-10);
      }
    }
  });

  it("agree with tables", () => {
    for (const [x, dof, p] of [
      [3.841458820694124, 1, 0.05],
      [18.30703805327515, 10, 0.05],
      [135.80672317102676, 100, 0.01],
    ]) {
      expectClose(chiSquareTail(x, dof), p);
      expectClose(chiSquareCdf(x, dof), 1 - p);
    }
  });
});

describe("studentTail", () => {
  it("has the closed forms for one and two degrees of freedom, however far out, and both tails", () => {
    for (const x of [0.1, 0.7, 2, 15, 1e3, 1e5, 1e100]) {
      expectClose(studentTail(x, 1), (2 / Math.PI) * Math.atan(1 / x));
      const root = Math.sqrt(2 + x * x);
      expectClose(studentTail(x, 2), 2 / (root * (root + x)));
      expect(studentTail(-x, 2)).toBe(studentTail(x, 2));
    }
    for (const dof of [1, 4, 60]) expect(studentTail(0, dof)).toBe(1);
    expect(studentTail(Infinity, 3)).toBe(0);
  });

  it("undoes the quantile", () => {
    for (const dof of [3, 11, 80, 7999]) {
      for (const p of [1e-12, 1e-6, 1e-3, 0.05, 0.4]) expectClose(studentTail(studentQuantile(p / 2, dof), dof), p, 1e-12);
    }
  });
});

describe("studentQuantile", () => {
  it("agrees with tables and with the closed forms for one and two degrees of freedom", () => {
    for (const [p, dof, expected] of [
      [0.975, 4, 2.7764451052],
      [0.975, 10, 2.228138852],
      [0.995, 5, 4.0321429836],
      [0.95, 30, 1.6972608866],
    ]) {
      // Ten digits after the point.
      expect(Math.abs(studentQuantile(p, dof) - expected)).toBeLessThan(1e-10);
    }
    for (const p of [1e-9, 0.01, 0.3, 0.6, 0.9, 0.975, 0.999]) {
      expectClose(studentQuantile(p, 1), -1 / Math.tan(Math.PI * p));
      expectClose(studentQuantile(p, 2), (2 * p - 1) / Math.sqrt(2 * p * (1 - p)));
    }
  });
});

describe("fisherTail", () => {
  it("has the closed form for two degrees of freedom above, and below, to relative precision in the far tail", () => {
    for (const q of [2, 9, 63, 500]) {
      for (const x of [1e-9, 0.05, 1, 8, 90, 1000]) {
        expectClose(fisherTail(x, 2, q), Math.exp((-q / 2) * Math.log1p((2 * x) / q)), 1e-12);
        expectClose(fisherTail(x, q, 2), -Math.expm1((-q / 2) * Math.log1p(2 / (q * x))), 1e-12);
      }
    }
  });

  it("is Student's for the square of one value, and is turned over by exchanging its degrees of freedom", () => {
    for (const x of [0.3, 1.5, 4, 30]) {
      expectClose(fisherTail(x * x, 1, 7), studentTail(x, 7));
      expect(fisherTail(x, 5, 12) + fisherTail(1 / x, 12, 5)).toBeCloseTo(1, 14);
    }
    expect([fisherTail(0, 3, 4), fisherTail(Infinity, 3, 4)]).toEqual([1, 0]);
  });
});

describe("normalTail, normalCdf and normalQuantile", () => {
  it("agree with tables and undo each other, far out too", () => {
    for (const [x, p] of [
      [0, 1],
      [1, 0.31731050786291415],
      [1.959963984540054, 0.05],
      [3, 0.002699796063260189],
      [5, 5.733031437583878e-7],
      [10 * Math.SQRT2, 2.088487583762545e-45],
    ]) {
      expectClose(normalTail(x), p);
      expect(normalTail(-x)).toBe(normalTail(x));
      expectClose(normalCdf(-x), p / 2);
      expectClose(normalCdf(x), 1 - p / 2);
    }
    for (const p of [1e-300, 1e-9, 1e-4, 0.025, 0.3, 0.5, 0.9, 0.9995]) {
      // A relative error of the quantile x counts x^2 times in the tail: 1400 times at 1e-300, where the quantile is good to 1e-13.
      expectClose(normalCdf(normalQuantile(p)), p, p < 1e-20 ? 1.4e-10 : 1e-13);
      if (p > 1e-20) expect(normalQuantile(p)).toBeCloseTo(-normalQuantile(1 - p), 6);
      if (p !== 0.5) expect(Math.sign(normalQuantile(p))).toBe(Math.sign(p - 0.5));
    }
  });
});

describe("betaQuantile", () => {
  it("has the closed forms where an end has no power, and is turned over by exchanging its powers", () => {
    for (const p of [1e-12, 0.025, 0.4, 0.975]) {
      for (const power of [1, 7, 60, 4000]) {
        expectClose(betaQuantile(p, 1, power), -Math.expm1(Math.log1p(-p) / power));
        expectClose(betaQuantile(p, power, 1), p ** (1 / power));
        if (p > 1e-9) expect(betaQuantile(p, 9, power) + betaQuantile(1 - p, power, 9)).toBeCloseTo(1, 12);
      }
    }
  });

  it("undoes the tail of F: x / (1 - x) = p F / q for powers p / 2 and q / 2", () => {
    for (const [p, q] of [
      [3, 8],
      [40, 1201],
    ]) {
      for (const share of [1e-6, 0.1, 0.5, 0.99]) {
        const x = betaQuantile(share, p / 2, q / 2);
        expect(fisherTail((q * x) / (p * (1 - x)), p, q)).toBeCloseTo(1 - share, 12);
      }
    }
  });
});
