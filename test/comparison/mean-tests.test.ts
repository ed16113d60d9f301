import { expect, test } from "vitest";
import { jointTest } from "../../src/comparison/mean-tests.ts";
import { sampleMoments } from "../../src/numerics/moments.ts";
import { createStream } from "../../src/numerics/random.ts";

test("the joint test subtracts the allowed deviation that explains most, whatever the correlation", () => {
  const replicas = 40;
  for (const [seed, correlation, shift] of [
    [1, 0.9, [0.5, 0.2]],
    [2, -0.9, [0.5, 0.2]],
    [3, 0.9, [0.6, -0.3]],
    [4, 0.5, [0.05, 0.9]],
    [5, -0.7, [-0.4, -0.8]],
  ] as const) {
    const stream = createStream(seed);
    const rows = Array.from({ length: replicas }, () => {
      const x = stream.normal();
      return Float64Array.of(x + shift[0], correlation * x + Math.sqrt(1 - correlation ** 2) * stream.normal() + shift[1]);
    });
    const allowed = Float64Array.of(0.3, 0.15);
    const reference = Float64Array.of(0, 0);
    const found = jointTest(rows, reference, allowed);

    // T^2 over a fine grid of the box, by the inverse of the 2 x 2 covariance.
    const [a, b] = [0, 1].map((k) => sampleMoments(rows.map((row) => row[k])));
    const cross = rows.reduce((total, row) => total + ((row[0] - a.mean) * (row[1] - b.mean)) / (replicas - 1), 0);
    const determinant = a.variance * b.variance - cross ** 2;
    const squares = (d: number, e: number) =>
      (replicas * (d * d * b.variance - 2 * d * e * cross + e * e * a.variance)) / determinant;
    let least = Infinity;
    const steps = 400;
    for (let i = 0; i <= steps; i++) {
      for (let j = 0; j <= steps; j++) {
        const d = a.mean - allowed[0] * ((2 * i) / steps - 1);
        const e = b.mean - allowed[1] * ((2 * j) / steps - 1);
        least = Math.min(least, squares(d, e));
      }
    }
    // The grid cannot be below the minimum; it is above by at most its curvature times half a spacing squared: largest eigenvalue of the inverse
    // covariance <= trace / determinant, spacing 0.0015. Where the minimum lies on an edge the gradient along the other side vanishes likewise.
    const curvature = (replicas * (a.variance + b.variance)) / determinant;
    const statistic = found?.statistic ?? Number.NaN;
    expect(statistic, `correlation ${correlation}`).toBeLessThan(least * (1 + 1e-9) + 1e-12);
    expect(statistic, `correlation ${correlation}`).toBeGreaterThan(least - 2 * curvature * 0.00075 ** 2);
    // Without an allowance nothing is subtracted.
    expect(jointTest(rows, reference, new Float64Array(2))?.statistic).toBeCloseTo(squares(a.mean, b.mean), 8);
  }
});

test("the joint test leaves out an observable that is the same on all replicas up to rounding, wherever its reference is", () => {
  const stream = createStream(6);
  const rows = Array.from({ length: 20 }, () => Float64Array.of(1e-18 * stream.normal(), stream.normal(), stream.normal()));
  const others = rows.map((row) => row.slice(1));
  expect(jointTest(rows, Float64Array.of(1, 0, 0), new Float64Array(3))).toEqual(
    jointTest(others, new Float64Array(2), new Float64Array(2)),
  );
});

test("where observables nearly follow from each other the allowed deviation that explains most is found all the same", () => {
  /** Replicas lie on a line but for `apart` of it, off the reference along it; parts of that are allowed. */
  const statisticOf = (seed: number, apart: number, share = 1) => {
    const stream = createStream(seed);
    const along = Array.from({ length: 3 }, () => stream.normal());
    const off = stream.normal();
    const rows = Array.from({ length: 40 }, () => {
      const t = off + stream.normal();
      return Float64Array.from(along, (v) => v * t + apart * stream.normal());
    });
    const allowed = Float64Array.from(along, (v) => share * Math.abs(v * off) * Math.exp(-8 * stream.uniform()));
    return jointTest(rows, new Float64Array(3), allowed)?.statistic ?? Number.NaN;
  };
  for (let seed = 0; seed < 8; seed++) {
    // The minimum tends to that on the line, by the square of what is off it; turns in each coordinate are 1.25 times above it for one of these.
    const [far, near] = [statisticOf(seed, 1e-4), statisticOf(seed, 5e-5)];
    expect(Math.abs(near / far - 1), `${seed}`).toBeLessThan(1e-2);
    // What is allowed explains something, and half of it no more.
    const half = statisticOf(seed, 1e-4, 0.5);
    expect(far).toBeLessThanOrEqual(half * (1 + 1e-6));
    expect(half).toBeLessThanOrEqual(statisticOf(seed, 1e-4, 0) * (1 + 1e-6));
  }
});
