import fc from "fast-check";
import { expect, test } from "vitest";
import { fitStep } from "../../../src/explorer/state/step-size.ts";
import { snapshotSteps } from "../../../src/problem/snapshot-steps.ts";

const end = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
const share = fc.double({ min: 1e-4, max: 0.5, noNaN: true });

test("a step with equal intervals meets every frame and is within a factor of 1.5 of what was wanted", () => {
  fc.assert(
    fc.property(end, fc.integer({ min: 1, max: 300 }), share, (end, snapshots, share) => {
      const fitted = fitStep({ end, snapshots }, share * end);
      const frames = fitted.snapshots as number;
      const steps = snapshotSteps(Array.from({ length: frames + 1 }, (_, k) => (k * end) / frames), fitted.dt); // biome-ignore format: one call
      expect(steps.at(-1)! % frames).toBe(0);
      const ratio = fitted.dt / (share * end);
      expect(Math.max(ratio, 1 / ratio)).toBeLessThanOrEqual(1.5 + 1e-9);
    }),
  );
});

test("there are as many frames as a run can show, and never fewer than the steps allow", () => {
  expect(fitStep({ end: 1, snapshots: 100 }, 0.01)).toEqual({ snapshots: 100, dt: 0.01 });
  expect(fitStep({ end: 1, snapshots: 100 }, 0.2)).toEqual({ snapshots: 5, dt: 0.2 });
  expect(fitStep({ end: 1, snapshots: 5 }, 0.001)).toEqual({ snapshots: 100, dt: 0.001 });
  expect(fitStep({ end: 1, snapshots: 400 }, 0.001)).toEqual({ snapshots: 400, dt: 0.000833333333333 });
});

test("a list of times stays, and steps divide all of them", () => {
  const snapshots = [0, 0.25, 0.5, 1];
  expect(fitStep({ end: 1, snapshots }, 0.011)).toEqual({ snapshots, dt: Number((0.25 / 23).toPrecision(12)) });
  expect(fitStep({ end: 1, snapshots: [0, 0.3, 1] }, 0.2).dt).toBe(0.1);
});
