import { expect, test } from "vitest";
import { drawWell, normalAt, RIGHT, WELL } from "../../validation/false-alarms/draws.ts";
import { measureDrawAlarms } from "../../validation/false-alarms/measure.ts";
import { sized } from "../sizes.ts";

test("draws of the well follow its closed form, and are off by the given deviation", () => {
  // The moments of labels on a fine grid, moved and weighted, for right and wrong alpha and drift.
  for (const offset of [RIGHT, { alpha: 0.1, drift: 0 }, { alpha: 0, drift: 0.05 }]) {
    for (const time of WELL.times) {
      let [mass, first, second] = [0, 0, 0];
      const k = 1 + offset.drift;
      for (let z = -9; z <= 9; z += 1 / 64) {
        const x = WELL.m + WELL.s * z;
        // int_0^t x^2 e^{-2ks} / 2 ds by the midpoint rule.
        let cost = 0;
        for (let j = 0; j < 400; j++) cost += ((0.5 * x * x * time) / 400) * Math.exp((-2 * k * time * (j + 0.5)) / 400);
        const weight = Math.exp(-0.5 * z * z - WELL.alpha * (1 + offset.alpha) * cost);
        const y = x * Math.exp(-k * time);
        mass += weight;
        first += weight * y;
        second += weight * y * y;
      }
      const { mean, sd } = normalAt(time, offset);
      // The midpoint rule with 400 panels: (2 k t / 400)^2 / 24 relative to an exponent below 20.
      expect(Math.abs(first / mass - mean)).toBeLessThan(1e-5);
      expect(Math.abs(Math.sqrt(second / mass - (first / mass) ** 2) - sd)).toBeLessThan(1e-5);
    }
  }
  const { theta } = drawWell({ n: 4000, replicas: 1, offset: RIGHT, seed: 1, index: 0 });
  const { mean, sd } = normalAt(WELL.times[3], RIGHT);
  const sample = theta.subarray(12000).reduce((total, x) => total + x / 4000, 0);
  // Four standard errors of one fixed seed.
  expect(Math.abs(sample - mean)).toBeLessThan((4 * sd) / Math.sqrt(4000));
});

test("right draws alarm no more often than stated, wrong ones nearly always", async () => {
  const config = { comparisons: sized(12, 60), falseAlarm: 0.05, seed: 3, tolerance: 1e-3 };
  const rows = await measureDrawAlarms({
    ...config,
    trials: [
      { observables: "skewed", n: 2, replicas: 8, offset: RIGHT },
      { observables: "plain", n: 10, replicas: 8, offset: RIGHT },
    ],
  });
  // Above its 95% interval by chance in 2.5% of seeds.
  for (const { interval, observables, n } of rows) expect(interval[0], `${observables}, n = ${n}`).toBeLessThanOrEqual(0.05);
  const [wrong] = await measureDrawAlarms({
    ...config,
    comparisons: sized(2, 5),
    trials: [{ observables: "plain", n: 500, replicas: 32, offset: { alpha: 0, drift: 0.2 } }],
  });
  expect(wrong.verdicts.inconsistent).toBe(sized(2, 5));
});
