import { expect, test } from "vitest";
import type { MeanComparison } from "../../src/comparison/comparison.ts";
import { likelyCauses } from "../../src/comparison/likely-causes.ts";
import type { Term } from "../../src/comparison/scheme-means.ts";
import type { TermSensitivities } from "../../src/comparison/term-sensitivities.ts";

const SLOPES = [0.4, -0.7, 1.1, 0.2];

/** Two observables at two times, each with its derivative by every term. */
function derivatives(terms: Partial<Record<Term, readonly number[]>>): TermSensitivities {
  const at = (i: number) =>
    Object.fromEntries(Object.entries(terms).map(([of, slopes]) => [of, { value: slopes[i], error: 0 }])) as Record<Term, { value: number; error: number }>; // biome-ignore format: one expression
  return [0, 1].map((s) => ({ first: at(2 * s), second: at(2 * s + 1) }));
}

const means = (deviations: readonly number[], changes: Partial<MeanComparison> = {}): MeanComparison[] =>
  deviations.map((deviation, i) => ({
    time: Math.floor(i / 2),
    observable: i % 2 === 0 ? "first" : "second",
    particles: 3 + deviation,
    standardError: 0.01 * (1 + i),
    reference: 2,
    dtCorrection: 1,
    referenceError: 0.003,
    dtBias: 0.002,
    finiteSizeBias: 0.001,
    pValue: 0,
    leftOut: false,
    detectable: 0.1,
    hidden: false,
    ...changes,
  }));

test("deviations that are the derivatives times an error give this error, and are explained whole", () => {
  const [cause, ...others] = likelyCauses(derivatives({ alpha: SLOPES }), means(SLOPES.map((slope) => 0.2 * slope)));
  expect(others).toEqual([]);
  expect(cause.of).toBe("alpha");
  expect(cause.size).toBeCloseTo(0.2, 12);
  expect(cause.explained).toBeCloseTo(1, 12);
  const information = SLOPES.reduce((sum, slope, i) => sum + slope ** 2 / ((0.01 * (1 + i)) ** 2 + 0.006 ** 2), 0);
  expect(cause.standardError).toBeCloseTo(information ** -0.5, 12);
});

test("a term is named where it explains four fifths, and not where one sign is another", () => {
  const off = SLOPES.map((slope) => 0.2 * slope);
  const flipped = off.map((deviation, i) => (i === 1 ? -deviation : deviation));
  expect(likelyCauses(derivatives({ alpha: SLOPES }), means(flipped))).toEqual([]);
  // No error of a term is -2.
  expect(likelyCauses(derivatives({ alpha: SLOPES }), means(SLOPES.map((slope) => -2 * slope)))).toEqual([]);
  // Nor is the second best named then: that of a drift with nearly the same derivatives.
  const drift = SLOPES.map((slope, i) => 4 * slope * (1 + 0.1 * (-1) ** i));
  expect(likelyCauses(derivatives({ alpha: SLOPES, drift }), means(SLOPES.map((slope) => -2 * slope)))).toEqual([]);
  expect(likelyCauses(derivatives({ drift }), means(SLOPES.map((slope) => -2 * slope)))).toHaveLength(1);
  expect(likelyCauses(derivatives({ alpha: SLOPES }), means(off, { leftOut: true }))).toEqual([]);
});

test("of terms that explain alike the better one comes first", () => {
  const nearly = SLOPES.map((slope, i) => -2 * slope * (i === 0 ? 1.1 : 1));
  const found = likelyCauses(derivatives({ drift: nearly, alpha: SLOPES }), means(SLOPES.map((slope) => 0.2 * slope)));
  expect(found.map(({ of }) => of)).toEqual(["alpha", "drift"]);
  expect(found[1].size).toBeCloseTo(-0.1, 2);
  expect(found[1].explained).toBeGreaterThan(0.98);
});
