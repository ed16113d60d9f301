import { expect, test } from "vitest";
import { IntegrationError } from "../../src/numerics/dormand-prince.ts";
import { VERNER_7 } from "../../src/spectral/embedded-pair.ts";
import { type Damping, type FactorOptions, integrateWithFactor, type Nonlinear } from "../../src/spectral/integrating-factor.ts";

const RATES = [0, 1, 30, 1e6];

/** L = -RATES times 1, or times 1 + t, whose integral of E is not known. */
const damped = (inTime: boolean): Damping => {
  const integral = (from: number, to: number) => to - from + (inTime ? (to * to - from * from) / 2 : 0);
  return (from, to) => ({
    damp(y) {
      RATES.forEach((rate, i) => {
        y[i] *= Math.exp(-rate * integral(from, to));
      });
    },
    force: inTime
      ? null
      : (y, f) => {
          RATES.forEach((rate, i) => {
            y[i] += f[i] * (rate === 0 ? to - from : -Math.expm1(-rate * (to - from)) / rate);
          });
        },
  });
};

const run = (rhs: Nonlinear, y: Float64Array, damping: Damping, options: Partial<FactorOptions> = {}) =>
  integrateWithFactor(VERNER_7, rhs, damping, 0, y, 1, {
    tolerance: 1e-12, measured: y.length, firstStep: 1e-3, maxSteps: 20_000, onStep: () => {}, ...options,
  }); // biome-ignore format: one call

test("a stationary state stays to rounding in steps that grow by 3.6, however stiff it is", () => {
  // f = rate y_0^2, so that y = 1 is stationary.
  const rhs: Nonlinear = (dy, _, y) => {
    RATES.forEach((rate, i) => {
      dy[i] = rate * y[0] * y[0];
    });
  };
  const y = new Float64Array(RATES.length).fill(1);
  // 1e-3 (1 + 3.6 + ... + 3.6^6) > 1.
  expect(run(rhs, y, damped(false)).steps).toBeLessThanOrEqual(7);
  for (const value of y) expect(Math.abs(value - 1)).toBeLessThan(1e-14);
});

test.each([false, true])("the order is 7, with L that changes in time or not: %o", (inTime) => {
  // y_1' = L y_1 + cos(t) y_0, y_0' = -y_0^2: y_0 = 1 / (1 + t); y_1 at t = 1 against steps a quarter as long.
  const rhs: Nonlinear = (dy, t, y) => {
    dy.fill(0);
    dy[0] = -y[0] * y[0];
    dy[1] = Math.cos(t) * y[0];
  };
  const at = (steps: number) => {
    const y = Float64Array.of(1, 0, 0, 0);
    const damping = damped(inTime);
    // A tolerance that any step meets, and steps that are not let grow.
    for (let n = 0; n < steps; n++) integrateWithFactor(VERNER_7, rhs, damping, n / steps, y, (n + 1) / steps, { tolerance: 1, measured: 4, firstStep: 1, maxSteps: 9, onStep: () => {} }); // biome-ignore format: one call
    return y;
  };
  const exact = at(32);
  const errors = [2, 4].map((steps) => Math.hypot(at(steps)[0] - exact[0], at(steps)[1] - exact[1]));
  // The leading terms of two components may cancel in part.
  expect(Math.log2(errors[0] / errors[1])).toBeGreaterThan(6.5);
});

test("what cannot come to its end is given up after some 500 steps", () => {
  // y' = y^2 from 2 leaves every bound at t = 1/2.
  const rhs: Nonlinear = (dy, _, y) => {
    dy.fill(0);
    dy[0] = y[0] * y[0];
  };
  let evaluations = 0;
  const counted: Nonlinear = (...all) => {
    evaluations++;
    rhs(...all);
  };
  expect(() => run(counted, Float64Array.of(2, 0, 0, 0), damped(false))).toThrow(IntegrationError);
  expect(evaluations).toBeLessThan(10 * 700);
});
