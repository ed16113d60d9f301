import { describe, expect, test } from "vitest";
import { InputError } from "../../src/errors.ts";
import { snapshotSteps } from "../../src/problem/snapshot-steps.ts";
import { errorOf } from "../fixtures.ts";

describe("snapshot steps", () => {
  test("count the steps to each snapshot, whatever 0.1 is in binary", () => {
    expect(snapshotSteps([0, 0.1, 0.3, 1], 0.1)).toEqual([0, 1, 3, 10]);
    expect(snapshotSteps([0, 1 / 3, 2 / 3, 1], 1 / 300)).toEqual([0, 100, 200, 300]);
    expect(snapshotSteps([1000], 1e-3)).toEqual([1_000_000]);
  });

  test.each([
    { times: [0, 0.25, 1], dt: 0.1, nearest: 1 / 12 },
    { times: [0, 1], dt: 0.03, nearest: 1 / 33 },
    { times: [0, 0.2, 0.5], dt: 0.04, nearest: 1 / 30 },
    { times: [0.3], dt: 0.7, nearest: 0.3 },
  ])("name the nearest dt that fits $times where $dt does not", ({ times, dt, nearest }) => {
    const error = errorOf(() => snapshotSteps(times, dt));
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).field).toBe("--dt");
    const named = Number((error as InputError).remedy.split(" ").at(-1));
    expect(named).toBeCloseTo(nearest, 12);
    // The message rounds to twelve digits, which still fits.
    expect(() => snapshotSteps(times, named)).not.toThrow();
    // Every other divisor of the first snapshot is further away, by ratio, or does not fit.
    const first = times.find((time) => time > 0) ?? 1;
    for (let k = 1; k < 200; k++) {
      const distance = (step: number) => Math.abs(Math.log(step / dt));
      const fits = errorOf(() => snapshotSteps(times, first / k)) === null;
      if (fits) expect(distance(first / k)).toBeGreaterThan(distance(named) - 1e-9);
    }
  });

  test("refuse times without a common step", () => {
    const error = errorOf(() => snapshotSteps([Math.SQRT1_2, 1], 0.01));
    expect((error as InputError).remedy).toContain("common step");
  });

  test.each([0, -0.1, Number.NaN, Infinity])("refuse dt = %d", (dt) => {
    expect(errorOf(() => snapshotSteps([0, 1], dt))).toMatchObject({ name: "InputError", field: "--dt" });
  });
});
