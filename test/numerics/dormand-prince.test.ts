import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DenseStep, evaluateDense, integrate, type RightHandSide } from "../../src/numerics/dormand-prince.ts";
import { fitLine } from "../../src/numerics/statistics.ts";

/** Nonlinear and dependent on time: y = 1 / (1 + exp(-t)), exp(sin t). */
const known: RightHandSide = (dy, t, y) => {
  dy[0] = y[0] * (1 - y[0]);
  dy[1] = y[1] * Math.cos(t);
};
const knownAt = (t: number) => Float64Array.of(1 / (1 + Math.exp(-t)), Math.exp(Math.sin(t)));

/** Two bodies in the plane, from the pericentre of an ellipse of eccentricity 0.6 and period 2 pi. */
const kepler: RightHandSide = (dy, _t, y) => {
  const cube = Math.hypot(y[0], y[1]) ** 3;
  dy[0] = y[2];
  dy[1] = y[3];
  dy[2] = -y[0] / cube;
  dy[3] = -y[1] / cube;
};
const PERICENTRE = Float64Array.of(0.4, 0, 0, 2);

const decay: RightHandSide = (dy, _t, y) => {
  for (let i = 0; i < y.length; i++) dy[i] = -y[i];
};

const tolerance = (both: number) => ({ relativeTolerance: both, absoluteTolerance: both });
/** So wide that `maxStep` alone sets the steps. */
const FIXED = tolerance(1e3);
const distance = (a: Float64Array, b: Float64Array) => a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i])), 0);

describe("integrate", () => {
  it("is of order 8 at the steps and its interpolant of order 7 between them", () => {
    const counts = [10, 12, 16, 20, 24];
    const logs = counts.map((count) => {
      let atSteps = 0;
      let between = 0;
      const out = new Float64Array(2);
      const onStep = (step: DenseStep) => {
        step.evaluate(out, step.to);
        atSteps = Math.max(atSteps, distance(out, knownAt(step.to)));
        for (const s of [0.2, 0.5, 0.77]) {
          const t = step.from + s * (step.to - step.from);
          step.evaluate(out, t);
          between = Math.max(between, distance(out, knownAt(t)));
        }
      };
      expect(integrate(known, 0, knownAt(0), 3, { ...FIXED, maxStep: 3 / count, onStep }).steps).toBe(count);
      return [Math.log(3 / count), Math.log(atSteps), Math.log(between)];
    });
    const column = (k: number) => logs.map((row) => row[k]);
    const slope = (k: number) => fitLine(column(0), column(k)).slope;
    // Both errors are C h^8 (1 + O(h)), the interpolant's because order 7 leaves h^8 within a step. They stay above 1e-13.
    expect(Math.abs(slope(1) - 8)).toBeLessThan(0.25);
    expect(Math.abs(slope(2) - 8)).toBeLessThan(0.25);
  });

  it("keeps y' = -y within the sum of the local errors allowed", () => {
    for (const tol of [1e-3, 1e-6, 1e-9, 1e-12]) {
      const { y, steps } = integrate(decay, 0, Float64Array.of(1), 10, tolerance(tol));
      // The flow contracts, so that local errors only add; each is at most tol (1 + |y|) <= 2 tol.
      expect(Math.abs(y[0] - Math.exp(-10))).toBeLessThan(2 * tol * steps);
    }
  });

  it("takes steps as the eighth root of the tolerance", () => {
    const turn: RightHandSide = (dy, _t, y) => {
      dy[0] = y[1];
      dy[1] = -y[0];
    };
    const tolerances = [1e-5, 1e-7, 1e-9, 1e-11];
    const steps = tolerances.map((tol) => {
      const run = integrate(turn, 0, Float64Array.of(1, 0), 200, tolerance(tol));
      // The first step is short enough, and every later one like the last, at 0.9^8 of the error allowed.
      expect(run.rejected).toBe(0);
      return run.steps;
    });
    // The error is S_5 / sqrt(S_5 + S_3 / 100) ~ h^6 h^6 / h^4, up to the next powers of h.
    const { slope } = fitLine(tolerances.map(Math.log), steps.map(Math.log));
    expect(Math.abs(slope + 1 / 8)).toBeLessThan(0.01);
  });

  it("closes three turns of an eccentric orbit as the tolerance tells, and comes back in time to where it began", () => {
    const errors = [1e-4, 1e-8, 1e-12].map((tol) => {
      const there = integrate(kepler, 0, PERICENTRE, 6 * Math.PI, tolerance(tol));
      const back = integrate(kepler, 6 * Math.PI, there.y, 0, tolerance(tol));
      // An error d at the pericentre changes the energy by d / 0.4^2, the period by 1.5 * 2 / 0.4^2 of itself times d, and the position three
      // turns later by 2 * 6 pi times that: by 700 d. A step errs by tol (1 + |y|) <= 3 tol.
      const bound = 3 * 700 * tol * (there.steps + back.steps);
      expect(distance(there.y, PERICENTRE)).toBeLessThan(bound);
      expect(distance(back.y, PERICENTRE)).toBeLessThan(bound);
      return distance(there.y, PERICENTRE);
    });
    // Eight decades of tolerance are about eight decades of error.
    expect(errors[2]).toBeLessThan(1e-6 * errors[0]);
  });

  it("goes backward in time as the mirrored problem goes forward, bit for bit", () => {
    const mirrored: RightHandSide = (dy, t, y) => {
      known(dy, -t, y);
      for (let i = 0; i < dy.length; i++) dy[i] = -dy[i];
    };
    const options = { ...tolerance(1e-9), maxStep: 0.3 };
    const times: number[] = [];
    const backward = integrate(known, 2, knownAt(2), -1, { ...options, onStep: ({ to }) => times.push(to) });
    expect(backward).toEqual(integrate(mirrored, -2, knownAt(2), 1, options));
    expect(times.at(-1)).toBe(-1);
    expect(distance(backward.y, knownAt(-1))).toBeLessThan(1e-6);
  });

  it("does not know the unit of time nor that of y, bit for bit in powers of two", () => {
    const run = (rate: number, unit: number) => {
      const rhs: RightHandSide = (dy, t, y) => {
        dy[0] = -100 * rate * (1 + Math.sin(40 * rate * t) / 2) * y[0];
        dy[1] = rate * y[0] - rate * y[1];
      };
      return integrate(rhs, 0, Float64Array.of(unit, unit), 1 / rate, { relativeTolerance: 1e-7, absoluteTolerance: 1e-7 * unit });
    };
    const { y, ...counts } = run(1, 1);
    expect(counts.rejected).toBeGreaterThan(0);
    for (const rate of [1, 4, 32]) {
      for (const unit of [1, 1024, 2 ** -20]) expect(run(rate, unit)).toEqual({ y: y.map((value) => value * unit), ...counts });
    }
    // With the relative tolerance alone, no unit needs to be given at all.
    const relative = { relativeTolerance: 1e-7, absoluteTolerance: 1e-300 };
    const single = integrate(decay, 0, Float64Array.of(1), 5, relative);
    expect(integrate(decay, 0, Float64Array.of(2 ** 30), 5, relative)).toEqual({
      ...single,
      y: single.y.map((value) => value * 2 ** 30),
    });
  });

  it("treats each of many equal components as a single one", () => {
    for (const n of [2, 511, 512, 513, 1100]) {
      const repeated = (values: Float64Array) => Float64Array.from({ length: n }, () => values[0]);
      const kept: Float64Array[] = [];
      const run = (y0: Float64Array, options: { relativeTolerance: number; absoluteTolerance: number }, maxStep: number) =>
        integrate(decay, 0, y0, 2, { ...options, maxStep, onStep: (step) => kept.push(step.coefficients()) });
      const one = run(Float64Array.of(1), FIXED, 0.25);
      expect(run(repeated(Float64Array.of(1)), FIXED, 0.25)).toEqual({ ...one, y: repeated(one.y) });
      for (let k = 0; k < 8; k++) expect(kept[one.steps].slice(k * n, (k + 1) * n)).toEqual(repeated(kept[0].subarray(k)));
      // With the steps controlled, the mean of n equal squares rounds by n eps at most, and so does the length of a step.
      const { y, steps } = run(repeated(Float64Array.of(1)), tolerance(1e-9), Infinity);
      const single = run(Float64Array.of(1), tolerance(1e-9), Infinity);
      expect(steps).toBe(single.steps);
      expect(distance(y, repeated(single.y))).toBeLessThan(1e-12);
    }
  });

  it("solves random spirals, y' = (a + i b) y, over random intervals, and never looks outside", () => {
    const real = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(real(-3, 1), real(-10, 10), real(-2, 2), real(-2, 2), (a, b, t0, t1) => {
        const rhs: RightHandSide = (dy, t, y) => {
          expect(t >= Math.min(t0, t1) && t <= Math.max(t0, t1)).toBe(true);
          dy[0] = a * y[0] - b * y[1];
          dy[1] = b * y[0] + a * y[1];
        };
        const { y, steps } = integrate(rhs, t0, Float64Array.of(1, 0), t1, tolerance(1e-10));
        const growth = Math.exp(a * (t1 - t0));
        const expected = Float64Array.of(growth * Math.cos(b * (t1 - t0)), growth * Math.sin(b * (t1 - t0)));
        // Each step errs by up to sqrt 2 tol (1 + |y|) and the rest of the way multiplies that by at most max(1, growth).
        expect(distance(y, expected)).toBeLessThanOrEqual(1.5e-10 * steps * 2 * Math.max(1, growth) ** 2);
      }),
      { seed: 71, numRuns: 200 },
    );
  });

  it("covers the interval step after step, none longer than allowed, with an interpolant smooth across the ends", () => {
    const kept: { from: number; to: number; coefficients: Float64Array }[] = [];
    const { y, steps } = integrate(kepler, 0, PERICENTRE, 7, {
      ...tolerance(1e-8),
      maxStep: 0.3,
      onStep: (step) => kept.push({ from: step.from, to: step.to, coefficients: step.coefficients() }),
    });
    expect(kept.length).toBe(steps);
    expect([kept[0].from, kept[steps - 1].to]).toEqual([0, 7]);
    const [start, end, slope] = [new Float64Array(4), new Float64Array(4), new Float64Array(4)];
    kept.forEach(({ from, to, coefficients: c }, k) => {
      expect(to - from).toBeLessThanOrEqual(0.3 * 1.01);
      const after = kept[k + 1];
      evaluateDense(end, c, from, to, to);
      if (after) evaluateDense(start, after.coefficients, after.from, after.to, to);
      else start.set(y);
      // y + (y_next - y) rounds twice.
      expect(distance(start, end)).toBeLessThan(4 * Number.EPSILON * 2);
      // Slopes at the ends, from the product form. The terms are y, below 2, h y' <= 7 h, and their differences: a few roundings of each.
      const [h, c1] = [to - from, c.subarray(4, 8)];
      const rounding = (100 * Number.EPSILON) / h;
      const first = c1.map((rise, i) => (rise + c[8 + i]) / h);
      const last = c1.map((rise, i) => (rise - c[8 + i] - c[12 + i]) / h);
      kepler(slope, from, c.subarray(0, 4));
      expect(distance(slope, first)).toBeLessThan(rounding);
      kepler(slope, to, start);
      expect(distance(slope, last)).toBeLessThan(rounding);
    });
  });

  it("gives the same whether or not dense output is used, which costs three evaluations a step", () => {
    const plain = integrate(kepler, 0, PERICENTRE, 7, tolerance(1e-6));
    expect(plain.rejected).toBeGreaterThan(0);
    expect(plain.evaluations).toBe(2 + 12 * plain.steps + 11 * plain.rejected);
    const out = new Float64Array(4);
    const again = new Float64Array(4);
    const start = PERICENTRE.slice();
    const dense = integrate(kepler, 0, start, 7, {
      ...tolerance(1e-6),
      onStep(step) {
        const middle = (step.from + step.to) / 2;
        step.evaluate(out, middle);
        evaluateDense(again, step.coefficients(), step.from, step.to, middle);
        expect(again).toEqual(out);
        step.evaluate(out, step.to);
      },
    });
    expect(dense).toEqual({ ...plain, evaluations: plain.evaluations + 3 * plain.steps });
    expect([out, start]).toEqual([plain.y, PERICENTRE]);
    const ends = integrate(kepler, 0, PERICENTRE, 7, { ...tolerance(1e-6), onStep: (step) => step.evaluate(out, step.to) });
    expect(ends).toEqual(plain);
  });

  it("does nothing where the interval is empty, and accepts one of a few ulp", () => {
    const empty = integrate(decay, 1, Float64Array.of(3), 1, tolerance(1e-8));
    expect(empty).toEqual({ y: Float64Array.of(3), steps: 0, rejected: 0, evaluations: 0 });
    expect(integrate(decay, 1, Float64Array.of(3), 1 + 2 * Number.EPSILON, tolerance(1e-8)).steps).toBe(1);
    expect(integrate(decay, 1e9, Float64Array.of(0, 0), 1e9 + 1, tolerance(1e-8)).y).toEqual(Float64Array.of(0, 0));
  });

  it("lets a step be six times the one before at most", () => {
    const ends = [0];
    integrate(decay, 0, Float64Array.of(0), 1e3, { ...tolerance(1e-8), onStep: ({ to }) => ends.push(to) });
    const lengths = ends.slice(1).map((end, k) => end - ends[k]);
    // The error is 0 throughout; the last step is what is left. An end is rounded, by eps of itself.
    for (let k = 1; k + 1 < lengths.length; k++) expect(lengths[k] / lengths[k - 1]).toBeCloseTo(6, 10);
    expect(lengths.length).toBeGreaterThan(5);
  });

  it("starts from 0 and ends on 0 with a relative tolerance alone, as the larger end of a step counts", () => {
    const relative = { relativeTolerance: 1e-6, absoluteTolerance: 1e-300 };
    const cosine: RightHandSide = (dy, t) => dy.fill(Math.cos(t));
    // A step errs by 1e-6 of the larger end, which is 1 at most.
    for (const from of [0, Math.PI / 2]) {
      const { y, steps } = integrate(cosine, from, Float64Array.of(Math.sin(from)), from + Math.PI / 2, relative);
      expect(Math.abs(y[0] - Math.sin(from + Math.PI / 2))).toBeLessThan(1e-6 * steps);
      // Against the end at 0 alone the steps would have to shrink with y.
      if (from > 0) expect(steps).toBeLessThan(10);
    }
  });
});
