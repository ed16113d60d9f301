import { createJudge } from "../../src/comparison/compare.ts";
import type { Comparison } from "../../src/comparison/comparison.ts";
import { normalQuantile, studentQuantile } from "../../src/numerics/tails.ts";
import type { ReferenceData } from "../../src/reference/reference-data.ts";
import { ensembleOf } from "../shared/ensemble.ts";
import { type KeepPart, keepNoPart } from "../shared/parts.ts";
import { inSequence } from "../shared/sizes.ts";
import { limitMeans } from "./limits.ts";
import { schemeOf, type Variant } from "./schemes.ts";

export interface ZooConfig {
  /** Of a problem of one variable without K. */
  reference: ReferenceData;
  variants: readonly Variant[];
  /** Ascending. */
  sizes: readonly number[];
  /** Whether larger n are left out once a variant is caught. */
  untilCaught: boolean;
  replicas: number;
  dt: number;
  seed: number;
  /** First random stream of the seed that is used; see streamsOf for how many are. */
  first: number;
}

/** What the means of the variant, as n -> infinity, say about a comparison: `open` where chance decides. */
export type Expectation = "caught" | "not caught" | "open";

/** Judges an ensemble of every variant at every n, steps allowed for. */
export async function measureZoo(config: ZooConfig, onEnsemble: (share: number) => void = () => {}, keep: KeepPart = keepNoPart) {
  const { reference, variants, sizes, untilCaught, replicas, dt, seed } = config;
  const { problem, times } = reference;
  const judges = sizes.map((n) => createJudge(reference, { times, n, dt, dtBias: "map" }));
  const each = sizes.reduce((total, n) => total + n, 0);
  const measureVariant = async (variant: Variant, v: number) => {
    let done = v * each;
    const scheme = schemeOf(variant.rules);
    const limit = limitMeans(problem, variant.rules, dt)?.flat() ?? null;
    const trials: { n: number; comparison: Comparison; caught: boolean; expected: Expectation }[] = [];
    for (const [k, n] of sizes.entries()) {
      done += n;
      if (untilCaught && trials.some(({ caught }) => caught)) continue;
      const first = config.first + (v * sizes.length + k) * replicas;
      const comparison = judges[k](ensembleOf(problem, scheme, { n, dt, replicas, seed, first }));
      const caught = comparison.verdict === "inconsistent";
      trials.push({ n, comparison, caught, expected: expectationOf(variant, limit, comparison, k === sizes.length - 1) });
      onEnsemble(done / (variants.length * each));
    }
    return { largest: largestBias(limit, trials[trials.length - 1].comparison), trials };
  };
  const rows = await inSequence(variants, measureVariant, () => {}, keep);
  return rows.map((row, v) => ({ variant: variants[v], ...row }));
}

export type ZooRow = Awaited<ReturnType<typeof measureZoo>>[number];

export function streamsOf({ variants, sizes, replicas }: Pick<ZooConfig, "variants" | "sizes" | "replicas">): number {
  return variants.length * sizes.length * replicas;
}

/** A deviation that a test sees with this probability is expected to be seen. */
const SURE = 0.999;
/** A deviation beyond what is allowed of less than this many standard errors raises the rate of false alarms of its test by less than 5. */
const NEAR = 0.5;

/** The deviations of the limit beyond what is allowed, in standard errors of the ensemble. */
function expectationOf(variant: Variant, limit: readonly number[] | null, comparison: Comparison, atLargest: boolean): Expectation {
  if (limit === null) return variant.order === 0 && atLargest ? "caught" : "open";
  const { falseAlarm, tests, replicas, means } = comparison;
  const beyond = Math.max(
    ...means.map((mean, i) => {
      const allowed = mean.referenceError + mean.dtBias + mean.finiteSizeBias;
      return (Math.abs(limit[i] - mean.reference) - allowed) / mean.standardError;
    }),
  );
  const level = falseAlarm / tests;
  if (beyond > studentQuantile(1 - level / 2, replicas - 1) + normalQuantile(SURE)) return "caught";
  return beyond < NEAR ? "not caught" : "open";
}

/** The mean that theory sees off by most standard errors at the largest n; null where there is no closed equation. */
function largestBias(limit: readonly number[] | null, { means }: Comparison) {
  if (limit === null) return null;
  const size = (i: number) => Math.abs(limit[i] - means[i].reference) / means[i].standardError;
  const i = means.reduce((most, _, k) => (size(k) > size(most) ? k : most), 0);
  return { observable: means[i].observable, time: means[i].time, bias: limit[i] - means[i].reference };
}
