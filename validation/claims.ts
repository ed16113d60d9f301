import { formatNumber } from "../src/figures/numbers.ts";
import { normalQuantile, normalTail, studentTail } from "../src/numerics/tails.ts";

/** `inconclusive`: the study could not tell, e.g. an interval too wide to decide. It is neither a pass nor a fail. */
export type Verdict = "pass" | "fail" | "inconclusive";

/** One part of what a study claims, judged: what was required, what was measured, and where nothing is decided, why. */
export interface Claim {
  /** All of it in a line. */
  text: string;
  verdict: Verdict;
  measured: string;
  required: string;
  /** Why nothing is decided. */
  why?: string;
}

/** A claim as it is printed. */
export type Finding = Pick<Claim, "text" | "verdict">;

/** A claim that chance alone may break: it is judged once it is known with how many others it shares the false alarms. */
export interface ChanceClaim {
  tests: number;
  /** Those of them that use the second rate, DOUBT. */
  doubts: number;
  judge(tests: number, doubts: number): Claim;
}

/**
 * The false-alarm policy, one for all studies. Claims that chance may break share one rate equally among all tests of a result (Bonferroni), and a second
 * one among those that pass by a p-value, so that for a right program, over seeds,
 *
 *   a result fails by chance with probability at most FALSE_ALARM,
 *   and passes without a doubt with probability at least 1 - DOUBT.
 *
 * A test of p-value p fails if p < FALSE_ALARM / tests, passes if p >= DOUBT / (tests of this kind), and is inconclusive between. An effect is seen where chance
 * alone shows as much with probability below FALSE_ALARM / tests; whether it is seen depends on its size, so the second rate is that of the other tests.
 *
 * An estimate is required to lie in a range. It fails if its interval of confidence 1 - FALSE_ALARM / tests is apart from the range, which for a true value
 * in the range needs an interval that misses this value: probability at most FALSE_ALARM / tests, and FALSE_ALARM for all tests together. It passes if
 * its interval of confidence CONFIDENCE lies in the range. That needs no share: a result passes only if all its claims do, so one whose true value is
 * outside its range passes only if the interval of this value misses it, with probability at most 1 - CONFIDENCE (an intersection-union test: Berger 1982,
 * Technometrics 24, 295-300). Between the two it is too wide to decide, which depends on its error, so that it is outside of the second rate as well.
 *
 * A claim of nothing measured (NaN) does not pass: a bound fails, an interval is inconclusive.
 */
export const FALSE_ALARM = 0.01;
export const DOUBT = 0.1;
const CONFIDENCE = 0.95;

/** The policy in words, for a page of methods. */
export const POLICY: readonly string[] = [
  `Claims that chance alone may break share one rate equally among all tests of a result (Bonferroni): for a right program a result fails in at most ${100 * FALSE_ALARM}% of seeds. A second rate is shared by the tests that pass by a p-value: a right program passes without a doubt in at least ${100 - 100 * DOUBT}%. A test of p-value p fails if p < ${FALSE_ALARM} / tests, passes if p >= ${DOUBT} / (tests of this kind), and is inconclusive between.`,
  `An estimate fails if its interval of confidence 1 - ${FALSE_ALARM} / tests is apart from the required range, and passes if its interval of confidence ${100 * CONFIDENCE}% lies in it, so that a wrong estimate passes in at most ${100 - 100 * CONFIDENCE}% (an intersection-union test: Berger 1982, Technometrics 24, 295-300). Between the two it is too wide to decide.`,
];

/** The policy in words, for the notes of a result. */
export function policyOf(tests: number): string {
  const shared = tests === 1 ? "The one test against chance" : `The ${tests} tests against chance`;
  return `${shared} of this result: a right program fails in at most ${100 * FALSE_ALARM}% of seeds and is left inconclusive in at most ${100 * DOUBT}% (effects apart, which may be too small to be seen, and estimates, which may be too wide to decide)${tests === 1 ? "" : ", shared equally"}. A wrong estimate passes in at most ${100 - 100 * CONFIDENCE}%.`;
}

/** Claims as they are once all of a result are there. */
export function settle(claims: readonly (Claim | ChanceClaim)[]): { findings: Claim[]; tests: number } {
  const [tests, doubts] = (["tests", "doubts"] as const).map((key) =>
    claims.reduce((total, claim) => total + ("judge" in claim ? claim[key] : 0), 0),
  );
  return { tests, findings: claims.map((claim) => ("judge" in claim ? claim.judge(tests, doubts) : claim)) };
}

/** A result holds if every claim passes, and fails if one fails; without claims it is inconclusive. */
export function combine(claims: readonly Pick<Claim, "verdict">[]): Verdict {
  if (claims.some(({ verdict }) => verdict === "fail")) return "fail";
  return claims.length > 0 && claims.every(({ verdict }) => verdict === "pass") ? "pass" : "inconclusive";
}

function claim(what: string, measured: string, required: string, verdict: Verdict, why: string): Claim {
  const text = `${what}${measured === "" ? "" : `: ${measured}`} (required: ${required})`;
  return verdict === "inconclusive"
    ? { text: `${text}; ${why}`, verdict, measured, required, why }
    : { text, verdict, measured, required };
}

/** @param because where the limit comes from. */
export function atMost(what: string, value: number, limit: number, because?: string): Claim {
  return claim(what, show(value), `at most ${bound(limit, because)}`, isMeasured(value) && value <= limit ? "pass" : "fail", "");
}

export function atLeast(what: string, value: number, limit: number, because?: string): Claim {
  return claim(what, show(value), `at least ${bound(limit, because)}`, isMeasured(-value) && value >= limit ? "pass" : "fail", "");
}

/** The largest of no numbers is -Infinity: nothing was measured. */
const isMeasured = (value: number) => value > -Infinity;

/** What a study needs to decide anything: above the limit it is no fail, but says nothing. */
export function needs(what: string, value: number, limit: number, why: string): Claim {
  return claim(what, show(value), `at most ${bound(limit)}`, value <= limit ? "pass" : "inconclusive", why);
}

/** Anything else that holds or does not. */
export function holds(what: string, required: string, condition: boolean): Claim {
  return claim(what, "", required, condition ? "pass" : "fail", "");
}

/** What can be told of nothing. */
export function undecided(what: string, why: string): Claim {
  return { text: `${what}${what === "" ? "" : ": "}${why}`, verdict: "inconclusive", measured: "", required: "", why };
}

export type Range = readonly [number, number];

const WIDE = "the interval is too wide to decide";

/** Whether an interval of numbers without chance, such as one by the curvature of a line, lies in a range: anything between inside and apart decides nothing. */
export function within(what: string, interval: Range, range: Range, digits = 3): Claim {
  return claim(what, showInterval(interval, digits), showRange(range), judgeInterval(interval, range), WIDE);
}

/** An estimate, by its interval at any confidence. */
export type IntervalAt = (confidence: number) => Range;

/** The interval at any confidence from that of 95%, where errors are normal, or those of the logarithm. */
export function normalInterval(at95: Range, scale: "linear" | "log" = "linear"): IntervalAt {
  const [low, high] = scale === "log" ? at95.map(Math.log) : at95;
  return (confidence) => {
    const half = (((high - low) / 2) * normalQuantile((1 + confidence) / 2)) / normalQuantile(0.975);
    const ends = [(low + high) / 2 - half, (low + high) / 2 + half] as const;
    return scale === "log" ? [Math.exp(ends[0]), Math.exp(ends[1])] : ends;
  };
}

/** Whether estimates that chance blurs all lie in a range. */
export function estimated(what: string, estimates: readonly IntervalAt[], range: Range, digits = 3): ChanceClaim {
  const each = estimates.map((at) => at(CONFIDENCE));
  const hull: Range = [Math.min(...each.map(([low]) => low)), Math.max(...each.map(([, high]) => high))];
  const measured = `${showInterval(hull, digits)} at ${100 * CONFIDENCE}%`;
  return {
    tests: estimates.length,
    doubts: 0,
    judge(total) {
      const apart = estimates.some((at) => judgeInterval(at(1 - FALSE_ALARM / total), range) === "fail");
      const inside = each.every((interval) => judgeInterval(interval, range) === "pass");
      const verdict = apart || each.length === 0 ? "fail" : inside ? "pass" : "inconclusive";
      return claim(what, measured, showRange(range), verdict, WIDE);
    },
  };
}

/** Whether an interval lies in a range: inside passes, apart fails, and anything between cannot be told. */
export function judgeInterval([low, high]: Range, [from, to]: Range): Verdict {
  if (low >= from && high <= to) return "pass";
  return high < from || low > to ? "fail" : "inconclusive";
}

/** A deviation in standard errors, normal unless degrees of freedom are given, or a p-value. */
type Deviation = { z: number; freedom?: number } | { p: number };

function pValueOf(deviation: Deviation): number {
  if ("p" in deviation) return deviation.p;
  return deviation.freedom === undefined ? normalTail(deviation.z) : studentTail(deviation.z, deviation.freedom);
}

/** Nothing but chance: the least probable of so many tests. */
export function consistent(what: string, least: Deviation, tests = 1): ChanceClaim {
  const p = pValueOf(least);
  const measured = "z" in least ? `${show(Math.abs(least.z))} standard errors, p = ${show(p)}` : `p = ${show(p)}`;
  return {
    tests,
    doubts: tests,
    judge(total, doubts) {
      const [fail, pass] = [FALSE_ALARM / total, DOUBT / doubts];
      const verdict = p >= pass ? "pass" : p < fail ? "fail" : "inconclusive";
      return claim(
        what,
        measured,
        `p at least ${bound(pass)}, fails below ${bound(fail)}`,
        Number.isNaN(p) ? "fail" : verdict,
        "chance is a fair explanation",
      );
    },
  };
}

/** An effect of so many standard errors: beyond what chance shows it passes, as far the other way it fails. */
export function seen(what: string, effect: { z: number; freedom?: number }): ChanceClaim {
  const p = pValueOf(effect);
  return {
    tests: 1,
    doubts: 0,
    judge(total) {
      const limit = FALSE_ALARM / total;
      const verdict = p > limit || Number.isNaN(p) ? "inconclusive" : effect.z > 0 ? "pass" : "fail";
      const measured = `${show(effect.z)} standard errors, p = ${show(p)}`;
      return claim(what, measured, `an effect, p at most ${bound(limit)}`, verdict, "chance may show as much");
    },
  };
}

/** A number to four digits. */
export function show(value: number): string {
  return formatNumber(value, 4);
}

/** Limits are mostly round. */
function bound(limit: number, because?: string): string {
  const round = String(limit);
  return `${round.length <= 7 ? round : show(limit)}${because === undefined ? "" : `, ${because}`}`;
}

function showRange([from, to]: Range): string {
  if (to === Infinity) return `at least ${bound(from)}`;
  return from === -Infinity ? `at most ${bound(to)}` : `${bound(from)} to ${bound(to)}`;
}

export function showInterval([low, high]: Range, digits = 3): string {
  return `[${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
}
