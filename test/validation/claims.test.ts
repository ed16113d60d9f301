import { expect, test } from "vitest";
import {
  atLeast,
  atMost,
  type ChanceClaim,
  type Claim,
  combine,
  consistent,
  DOUBT,
  estimated,
  FALSE_ALARM,
  judgeInterval,
  needs,
  normalInterval,
  seen,
  settle,
  type Verdict,
  within,
} from "../../validation/claims.ts";
import { claimFlatness } from "../../validation/fluctuations/report.ts";
import { claimRoot } from "../../validation/shared/root-n.ts";

const verdictOf = (claims: readonly (Claim | ChanceClaim)[]) => combine(settle(claims).findings);

test("a limit is met or not, a number that is none meets nothing, and what a study needs is no fail", () => {
  expect(atMost("error", 1e-3, 1e-2).verdict).toBe("pass");
  expect(atMost("error", 2e-2, 1e-2).verdict).toBe("fail");
  expect(atMost("error", Number.NaN, 1e-2).verdict).toBe("fail");
  expect(atLeast("density", 0, 0).verdict).toBe("pass");
  expect(atLeast("density", Number.NaN, 0).verdict).toBe("fail");
  // The largest of no numbers, and no intervals at all: nothing was measured.
  expect(atMost("error", Math.max(...[]), 1e-2).verdict).toBe("fail");
  expect(atLeast("density", Math.min(...[]), 0).verdict).toBe("fail");
  expect(verdictOf([estimated("order", [], [0.9, 1.1])])).toBe("fail");
  expect(combine([])).toBe("inconclusive");
  expect(needs("bias", 1, 0.25, "it may hide").verdict).toBe("inconclusive");
  expect(needs("bias", Number.NaN, 0.25, "it may hide").verdict).toBe("inconclusive");
});

test("a claim says what was required and measured, and why it decides nothing", () => {
  expect(atMost("the mass drifts", 3e-15, 1e-12).text).toBe("the mass drifts: 3.000e-15 (required: at most 1e-12)");
  const vague = within("order", [0.8, 1.2], [0.9, 1.1], 1);
  expect(vague).toMatchObject({ measured: "[0.8, 1.2]", required: "0.9 to 1.1", why: "the interval is too wide to decide" });
  expect(vague.text).toBe("order: [0.8, 1.2] (required: 0.9 to 1.1); the interval is too wide to decide");
});

test("an interval inside the range passes, one apart fails, and anything between cannot be told", () => {
  expect(judgeInterval([0.95, 1.05], [0.9, 1.1])).toBe("pass");
  expect(judgeInterval([1.2, 1.3], [0.9, 1.1])).toBe("fail");
  expect(judgeInterval([0.1, 0.8], [0.9, 1.1])).toBe("fail");
  expect(judgeInterval([0.8, 1.2], [0.9, 1.1])).toBe("inconclusive");
  expect(judgeInterval([-Infinity, Infinity], [0.9, 1.1])).toBe("inconclusive");
  expect(judgeInterval([Number.NaN, Number.NaN], [0.9, 1.1])).toBe("inconclusive");
});

test("of several estimates each must lie in the range, and one apart from it beyond chance is enough to fail", () => {
  const slopes = (...at95: [number, number][]) =>
    estimated("slopes", at95.map((interval) => normalInterval(interval)), [-0.15, 0.15]); // biome-ignore format: one call
  expect(verdictOf([slopes([-0.1, 0.1], [0, 0.05])])).toBe("pass");
  expect(verdictOf([slopes([-0.1, 0.1], [0.1, 0.2])])).toBe("inconclusive");
  expect(verdictOf([slopes([-0.1, 0.1], [0.2, 0.3])])).toBe("fail");
  // 0.187 +- 0.02 at 95%, 0.026 at the confidence of one test and 0.037 at that of forty-one.
  expect(verdictOf([slopes([0.167, 0.207])])).toBe("fail");
  expect(verdictOf([slopes([0.167, 0.207]), consistent("others", { p: 1 }, 40)])).toBe("inconclusive");
  // What passes takes no share of the tests.
  expect(verdictOf([slopes([-0.1, 0.1]), consistent("others", { p: 1 }, 40)])).toBe("pass");
});

test("one failure fails a result, one doubt leaves it open", () => {
  const of = (...verdicts: Verdict[]) => combine(verdicts.map((verdict) => ({ verdict })));
  expect(of("pass", "pass")).toBe("pass");
  expect(of("pass", "inconclusive")).toBe("inconclusive");
  expect(of("fail", "inconclusive")).toBe("fail");
});

test("claims that chance may break share the false alarms of their result", () => {
  const p = (value: number) => consistent("means", { p: value });
  expect(verdictOf([p(DOUBT * 1.01)])).toBe("pass");
  expect(verdictOf([p(DOUBT * 0.99)])).toBe("inconclusive");
  expect(verdictOf([p(FALSE_ALARM * 0.99)])).toBe("fail");
  // With three more tests beside it a quarter of the rate is left.
  const others = consistent("others", { p: 1 }, 3);
  expect(verdictOf([p((FALSE_ALARM / 4) * 1.01), others])).toBe("inconclusive");
  expect(verdictOf([p((FALSE_ALARM / 4) * 0.99), others])).toBe("fail");
  expect(verdictOf([p((DOUBT / 4) * 1.01), others])).toBe("pass");
  expect(verdictOf([p(Number.NaN)])).toBe("fail");
  // Two-sided normal and Student quantiles at 1%.
  expect(verdictOf([consistent("means", { z: -2.58 })])).toBe("fail");
  expect(verdictOf([consistent("means", { z: 2.57 })])).toBe("inconclusive");
  expect(verdictOf([consistent("means", { z: 2.58, freedom: 5 })])).toBe("inconclusive");
  expect(verdictOf([consistent("means", { z: 1.6 })])).toBe("pass");
});

test("an effect is seen beyond chance only, and one as large the other way fails", () => {
  expect(verdictOf([seen("it falls by", { z: 2.6 })])).toBe("pass");
  expect(verdictOf([seen("it falls by", { z: 2.5 })])).toBe("inconclusive");
  expect(verdictOf([seen("it falls by", { z: -2.6 })])).toBe("fail");
  expect(verdictOf([seen("it falls by", { z: 2.6 }), seen("and by", { z: 9 })])).toBe("inconclusive");
});

test("a slope of -1/2 passes only in a narrow interval, and fails only beyond chance", () => {
  const slope = (value: number, halfWidth: number) =>
    verdictOf([claimRoot("it", { slope: value, intercept: 0, interval: [value - halfWidth, value + halfWidth] })]);
  expect(slope(-0.49, 0.02)).toBe("pass");
  expect(slope(-0.49, 0.08)).toBe("inconclusive");
  expect(slope(-0.46, 0.02)).toBe("inconclusive");
  expect(slope(-0.4, 0.02)).toBe("fail");
  // 99% intervals are 1.31 times as wide: this one reaches the range.
  expect(slope(-0.425, 0.02)).toBe("inconclusive");
});

test("n Var is flat and as predicted only if slopes, all n together and each n say so", () => {
  const verdict = (
    interval: readonly [number, number],
    ratio: number,
    each: readonly number[],
    shift = 0.05,
    relativeError = 0.015,
  ) => {
    const row = {
      ...{ values: [...each], errors: each.map((value) => 2 * relativeError * value), predicted: each.map(() => 1) },
      ...{ fit: { slope: 0, intercept: 0, interval }, ratio: { value: ratio, relativeError } },
      shift: { value: shift, error: 0.02 },
    };
    return verdictOf(claimFlatness(Array.from({ length: 10 }, () => row)));
  };
  const [flat, right] = [[-0.1, 0.1] as const, [0.97, 1, 1.03]];
  expect(verdict(flat, 1, right)).toBe("pass");
  expect(verdict([0.05, 0.21], 1, right)).toBe("inconclusive");
  // 0.4 +- 0.1 3.7 / 1.96 at the confidence that fifty tests share.
  expect(verdict([0.35, 0.45], 1, right)).toBe("fail");
  expect(verdict(flat, 1.09, right)).toBe("inconclusive");
  expect(verdict(flat, 1.2, right)).toBe("fail");
  expect(verdict(flat, 0.8, right)).toBe("fail");
  expect(verdict(flat, 1, [0.75, 1, 1.2])).toBe("inconclusive");
  expect(verdict(flat, 1, [0.6, 1, 1.3])).toBe("fail");
  expect(verdict(flat, 1, right, -0.19)).toBe("inconclusive");
  expect(verdict(flat, 1, right, 0.35)).toBe("fail");
});

test("without a prediction n Var is judged by its slopes alone", () => {
  const row = { values: [1], errors: [0.1], predicted: null, fit: { slope: 0, intercept: 0, interval: [-0.1, 0.1] as const }, ratio: null, shift: null }; // biome-ignore format: one row
  expect(verdictOf(claimFlatness([row]))).toBe("pass");
});
