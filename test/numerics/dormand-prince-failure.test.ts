import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IntegrationError, integrate, type RightHandSide } from "../../src/numerics/dormand-prince.ts";

const decay: RightHandSide = (dy, _t, y) => {
  for (let i = 0; i < y.length; i++) dy[i] = -y[i];
};

const tolerance = (both: number) => ({ relativeTolerance: both, absoluteTolerance: both });

function failure(run: () => unknown): IntegrationError {
  try {
    run();
  } catch (error) {
    if (error instanceof IntegrationError) return error;
    throw error;
  }
  throw new Error("the integration came to its end");
}

describe("integrate, where the solution ends", () => {
  it("stops at the blow-up of y' = y^2, at t = 1 / y(0)", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 10, noNaN: true }), (y0) => {
        const square: RightHandSide = (dy, _t, y) => {
          dy[0] = y[0] ** 2;
        };
        const error = failure(() =>
          integrate(square, 0, Float64Array.of(y0), 2 / y0, { relativeTolerance: 1e-9, absoluteTolerance: 1e-9 * y0 }),
        );
        // A relative error of 2e-9 moves the end by that part of what is left, which a step shortens to 0.87 of itself or so: by 8 * 2e-9 in all.
        expect(Math.abs(error.time * y0 - 1)).toBeLessThan(2e-8);
        expect(error.steps).toBeGreaterThan(100);
        expect(error.message).toContain(`fell below rounding at t = ${error.time}`);
      }),
      { seed: 72, numRuns: 30 },
    );
  });

  it("goes round a region of NaN or infinities, or stops at its border", () => {
    const real = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(
        real(0.5, 2),
        real(0.2, 3),
        real(0.1, 100),
        fc.constantFrom(Number.NaN, Infinity, -Infinity),
        (wall, target, rate, beyond) => {
          fc.pre(Math.abs(target - wall) > 0.05);
          const rhs: RightHandSide = (dy, _t, y) => {
            dy[0] = y[0] > wall ? beyond : rate * (target - y[0]);
          };
          const run = () => integrate(rhs, 0, Float64Array.of(0.1), 5, tolerance(1e-10));
          const exact = target - (target - 0.1) * Math.exp(-5 * rate);
          if (exact < wall) {
            const { y, steps } = run();
            expect(Math.abs(y[0] - exact)).toBeLessThan(4e-10 * steps);
          } else {
            const error = failure(run);
            // In y the border is met to the sum of the local errors; the speed there is at least 0.05 rate.
            const crossing = Math.log((target - 0.1) / (target - wall)) / rate;
            expect(Math.abs(error.time - crossing) * 0.05 * rate).toBeLessThan(4e-10 * error.steps);
          }
        },
      ),
      { seed: 73, numRuns: 200 },
    );
  });

  it("rejects a step for one bad number in any of its evaluations", () => {
    const clean = integrate(decay, 0, Float64Array.of(1, 2), 1, tolerance(1e-6));
    for (const bad of [Number.NaN, Infinity]) {
      for (let call = 1; call <= clean.evaluations; call++) {
        let calls = 0;
        const flawed: RightHandSide = (dy, t, y) => {
          decay(dy, t, y);
          if (++calls === call) dy[1] = bad;
        };
        const run = () => integrate(flawed, 0, Float64Array.of(1, 2), 1, tolerance(1e-6));
        if (call === 1) expect(failure(run).message).toContain("not finite at the start");
        else {
          const { y, rejected } = run();
          // The Euler step of the start is no step to reject.
          expect(rejected).toBe(clean.rejected + (call === 2 ? 0 : 1));
          expect(Math.abs(y[1] - 2 * Math.exp(-1))).toBeLessThan(1e-5);
        }
      }
    }
  });

  it("does not step to an infinite state from finite slopes", () => {
    const rhs: RightHandSide = (dy) => {
      dy[0] = 1e307;
    };
    const error = failure(() => integrate(rhs, 0, Float64Array.of(1.7e308), 5, tolerance(1e-6)));
    expect(Math.abs(error.time - (Number.MAX_VALUE - 1.7e308) / 1e307)).toBeLessThan(1e-6);
  });

  it("gives up after as many steps as it was told, and when it starts from what is not finite", () => {
    const error = failure(() => integrate(decay, 0, Float64Array.of(1), 1000, { ...tolerance(1e-8), maxSteps: 20 }));
    expect(error.steps).toBeLessThanOrEqual(20);
    expect(error.message).toBe(`20 steps ended at t = ${error.time}, not at 1000`);
    expect(failure(() => integrate(decay, 0, Float64Array.of(Number.NaN), 1, tolerance(1e-8))).time).toBe(0);
  });

  it("stops early where the solution slides along a jump of f, and never where f is smooth or a jump is only crossed", () => {
    const points = Float64Array.from({ length: 64 }, (_, i) => (i - 31.3) / 10);
    const sides =
      (below: number, above: number): RightHandSide =>
      (dy, t, y) => {
        for (let i = 0; i < y.length; i++) dy[i] = (y[i] < 0 ? below : above) - 0.1 * Math.sin(t);
      };
    for (const both of [1e-6, 1e-9, 1e-12]) {
      const error = failure(() => integrate(sides(1, -1), 0, points, 1, tolerance(both)));
      expect(error.crawls).toBe(true);
      expect(error.message).toContain("crawls at t = ");
      // The first node is at the jump after 0.03; the verdict takes three windows of 128 trials.
      expect(error.time).toBeGreaterThan(0.029);
      expect(error.time).toBeLessThan(0.1);
      expect(error.steps).toBeLessThan(1000);
      expect(integrate(sides(1, 3), 0, points, 1, tolerance(both)).y[0]).toBeLessThan(0);
      // Stiff: 1e4 / 6 steps and more, at the bound of stability.
      const stiff: RightHandSide = (dy, t, y) => {
        dy[0] = -1e4 * (y[0] - Math.cos(t));
      };
      expect(Math.abs(integrate(stiff, 0, Float64Array.of(0), 1, tolerance(both)).y[0] - Math.cos(1))).toBeLessThan(1e-3);
    }
    // Smooth, but 1e7 steps of the largest length allowed.
    expect(failure(() => integrate(decay, 0, Float64Array.of(1), 1e7, { ...tolerance(1e-8), maxStep: 1 })).crawls).toBe(true);
  });

  it("refuses tolerances, steps and times that cannot be meant", () => {
    const good = tolerance(1e-6);
    for (const [field, t1, options] of [
      ["relativeTolerance", 1, { ...good, relativeTolerance: -1 }],
      ["absoluteTolerance", 1, { ...good, absoluteTolerance: 0 }],
      ["absoluteTolerance", 1, { ...good, absoluteTolerance: Number.NaN }],
      ["maxStep", 1, { ...good, maxStep: 0 }],
      ["maxSteps", 1, { ...good, maxSteps: Number.NaN }],
      ["t1", Infinity, good],
    ] as const) {
      expect(() => integrate(decay, 0, Float64Array.of(1), t1, options)).toThrow(new RegExp(`^${field} = `));
    }
  });
});
