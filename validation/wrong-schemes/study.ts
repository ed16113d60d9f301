import type { NoiseFit } from "../../src/comparison/noise-tests.ts";
import type { Table } from "../../src/figures/table.ts";
import { createProblem } from "../../src/problem/problem.ts";
import { computeReference } from "../../src/reference/reference.ts";
import { referenceDataOf } from "../../src/reference/reference-data.ts";
import { SCHEMES } from "../../src/schemes/schemes.ts";
import { combine, type Finding, show, showInterval } from "../claims.ts";
import type { Study, StudyResult } from "../study.ts";
import { type AlarmConfig, type AlarmOutcome, type AlarmRate, measureAlarms } from "./alarms.ts";
import { measureZoo, streamsOf, type ZooConfig, type ZooRow } from "./measure.ts";
import { VARIANTS, type Variant } from "./schemes.ts";

const SEED = 2019;
const STEP = 0.01;
const COARSE_STEP = 0.05;
const LAW = "algorithm-1";
const ALL: readonly Variant[] = Object.values(VARIANTS);

/** About the comparison, and so on its own problem whatever others are given. */
export const wrongSchemesStudy: Study = {
  name: "wrong-schemes",
  title: "Wrong schemes",
  takesProblems: false,
  seconds: { quick: 14, full: 34 },
  async run({ quick, load, progress }) {
    const { definition } = await load("double-well");
    const problem = await createProblem({ ...definition, time: { end: 1, snapshots: [0, 0.5, 1] } });
    const reference = referenceDataOf(await computeReference(problem, { tolerance: 1e-3 }));
    progress(0.1);
    const sizes = quick ? [250, 4000] : [250, 1000, 4000];
    const fine: ZooConfig = {
      reference,
      variants: ALL,
      sizes,
      untilCaught: quick,
      replicas: quick ? 40 : 64,
      dt: STEP,
      seed: SEED,
      first: 0,
    };
    const rows = measureZoo(fine, (share) => progress(0.1 + 0.6 * share));
    const ofOrder1 = ALL.filter(({ order }) => order === 1);
    const coarse: ZooConfig = { ...fine, variants: ofOrder1, dt: COARSE_STEP, first: streamsOf(fine) };
    const coarseRows = measureZoo(coarse, (share) => progress(0.7 + 0.1 * share));
    const alarms: AlarmConfig = {
      reference,
      scheme: SCHEMES[LAW],
      law: LAW,
      comparisons: quick ? 60 : 200,
      n: 500,
      replicas: 32,
      dt: STEP,
      seed: SEED + 1,
      first: 0,
      rates: [0.01, 0.05, 0.2],
    };
    const outcome = measureAlarms(alarms, (share) => progress(0.8 + 0.2 * share));
    return [reportZoo(fine, rows, coarse, coarseRows), reportAlarms(alarms, outcome)];
  },
};

const names = (rows: readonly ZooRow[]) => rows.map(({ variant }) => variant.name).join(", ");

/** How the noise at the largest n fits the law of Algorithm 1. */
function fitOf({ trials }: ZooRow): NoiseFit | undefined {
  return trials[trials.length - 1].comparison.noise?.fits.find(({ scheme }) => scheme === LAW);
}

function findingsOf({ sizes, replicas, dt }: ZooConfig, rows: readonly ZooRow[]): Finding[] {
  const largest = Math.max(...sizes);
  const caughtAtLast = ({ trials }: ZooRow) => trials[trials.length - 1].caught;
  const wrong = rows.filter(({ variant }) => variant.order === 0);
  const missed = wrong.filter((row) => !caughtAtLast(row));
  const trials = rows.flatMap((row) => row.trials.map((trial) => ({ ...trial, name: row.variant.name })));
  const decided = trials.filter(({ expected }) => expected !== "open");
  const broken = decided.filter(({ expected, caught }) => caught !== (expected === "caught"));
  const right = rows.filter(({ trials: own }) => own.every(({ expected }) => expected === "not caught"));
  const alarmed = right.filter((row) => row.trials.some(({ caught }) => caught));
  const quiet = right.filter(({ variant }) => variant.noise === "right");
  const refused = quiet.filter((row) => fitOf(row)?.fits === false);
  return [
    ...(wrong.length === 0
      ? []
      : [
          {
            text: `dt = ${dt}: those wrong at any dt (${names(wrong)}) are caught by n = ${largest}, ${replicas} replicas${missed.length > 0 ? `; not ${names(missed)}` : ""}`,
            verdict: missed.length === 0 ? "pass" : "fail",
          } as const,
        ]),
    {
      text: `dt = ${dt}: ${names(right)}: not caught at any n, and must not be: their means differ from the right ones by less than the steps of right schemes explain${alarmed.length > 0 ? `; but ${names(alarmed)} was` : ""}`,
      verdict: alarmed.length === 0 ? "pass" : "fail",
    },
    {
      text: `dt = ${dt}: ${decided.length - broken.length} of ${decided.length} verdicts are those that the mean-field maps of the variants call for; ${trials.length - decided.length} more were open${broken.length > 0 ? ` (not so: ${broken.map(({ name, n }) => `${name} at n = ${n}`).join(", ")})` : ""}`,
      verdict: broken.length === 0 ? "pass" : "fail",
    },
    {
      text: `dt = ${dt}: the noise law of ${LAW} is not refused at n = ${largest} to those that share it up to O(dt) (${names(quiet)})${refused.length > 0 ? `; but it was to ${names(refused)}` : ""}`,
      verdict: refused.length === 0 ? "pass" : "fail",
    },
  ];
}

function tablesOf({ sizes, replicas, dt }: ZooConfig, rows: readonly ZooRow[]): Table[] {
  return [
    {
      title: `Verdicts at dt = ${dt}, ${replicas} replicas`,
      header: ["variant", "what is wrong", "means as n -> infinity", ...sizes.map((n) => `n = ${n}: verdict (theory)`), "outcome"],
      rows: rows.map(({ variant, largest, trials }) => {
        const first = trials.find(({ caught }) => caught);
        const bias =
          largest === null ? "no closed equation" : `${largest.observable} at t = ${largest.time} off by ${show(largest.bias)}`;
        return [
          variant.name,
          variant.description,
          `${variant.order === 0 ? "wrong at any dt" : "right as dt -> 0"}; ${bias}`,
          ...sizes.map((_, k) => (k < trials.length ? `${trials[k].comparison.verdict} (${trials[k].expected})` : "-")),
          first === undefined ? "not caught" : `caught at n = ${first.n}, ${replicas} replicas`,
        ];
      }),
    },
    {
      title: `First reason and noise law at dt = ${dt}, at the largest n tried`,
      header: ["variant", "n", "verdict", "reason", "noise law", `p of the law of ${LAW}`, "theory"],
      rows: rows.map((row) => {
        const { variant, trials } = row;
        const { n, comparison } = trials[trials.length - 1];
        const { verdict, reasons, noise } = comparison;
        const fit = fitOf(row);
        const p = fit === undefined ? "-" : `${fit.pValue.toPrecision(2)}, ${fit.fits ? "fits" : "refused"}`;
        return [variant.name, n, verdict, reasons[0], noise?.law ?? "none", p, `noise ${variant.noise}`];
      }),
    },
  ];
}

function reportZoo(fine: ZooConfig, rows: readonly ZooRow[], coarse: ZooConfig, coarseRows: readonly ZooRow[]): StudyResult {
  const findings = [...findingsOf(fine, rows), ...findingsOf(coarse, coarseRows)];
  const { problem } = fine.reference;
  return {
    name: "wrong schemes: caught",
    claim:
      "The comparison catches schemes whose mean-field limit is wrong, and leaves those in peace that differ from the right one by no more than right schemes do at their dt.",
    verdict: combine(findings),
    findings,
    notes: [
      "Theory: each variant is iterated as n -> infinity on weighted nodes. `caught`: its means are so far beyond what is allowed that a test sees it with probability 0.999; `not caught`: within half a standard error of what is allowed; `open`: between, or no equation.",
      "V in place of V - Vbar is no error of the mean where n is restored uniformly: that subtracts the mean. It only adds noise. It is one where the dead are written with the living.",
      `Steps are allowed for (dtBias "map"). Every ensemble draws from streams of its own, seed ${fine.seed}.`,
    ],
    tables: [...tablesOf(fine, rows), ...tablesOf(coarse, coarseRows)],
    figures: [],
    settings: {
      problem: problem.definition,
      sizes: fine.sizes,
      replicas: fine.replicas,
      dt: [fine.dt, coarse.dt],
      seed: fine.seed,
    },
  };
}

function alarmFinding(what: string, comparisons: number, rates: readonly AlarmRate[]): Finding {
  const cases = rates.map(({ asked, count, interval }) => `${count} at ${100 * asked}% ${showInterval(interval)}`);
  return {
    text: `${what}: of ${comparisons}, ${cases.join(", ")} (95% intervals; asked: none above its rate)`,
    verdict: rates.every(({ asked, interval }) => interval[0] <= asked) ? "pass" : "fail",
  };
}

function reportAlarms(
  config: AlarmConfig,
  { verdicts, alarms, noiseAlarms, smallest, smallestOfNoise }: AlarmOutcome,
): StudyResult {
  const { comparisons, n, replicas, dt, seed, law } = config;
  const findings = [
    alarmFinding("right particles called inconsistent", comparisons, alarms),
    alarmFinding(`the law of ${law} refused to its own particles`, comparisons, noiseAlarms),
  ];
  const row = (what: string) => (rate: AlarmRate) =>
    [what, rate.asked, rate.count, show(rate.count / comparisons), showInterval(rate.interval)] as const;
  const line = (name: string, values: readonly number[]) => {
    const x = values.toSorted((a, b) => a - b).filter((value) => value <= 1);
    return { name, x, y: x.map((_, k) => (k + 1) / comparisons), mode: "lines+markers" as const };
  };
  return {
    name: "wrong schemes: false alarms",
    claim:
      "Particles of a right scheme are called inconsistent no more often than the stated rate, and so is their noise law refused.",
    verdict: combine(findings),
    findings,
    notes: [
      `Algorithm 1 at n = ${n}, dt = ${dt}, ${replicas} replicas: ${verdicts.consistent} consistent, ${verdicts.inconclusive} inconclusive, ${verdicts.inconsistent} inconsistent at ${100 * Math.min(...config.rates)}%.`,
      "The rate is shared by tests that are not independent, and steps and finite n are allowed for in full: both make alarms rarer than stated. Higher rates are those of the same p-values.",
    ],
    tables: [
      {
        title: "False alarms",
        header: ["what", "asked", "alarms", "rate", "95% interval"],
        rows: [...alarms.map(row("comparison")), ...noiseAlarms.map(row("noise law"))],
      },
    ],
    figures: [
      {
        title: "Share of right ensembles that alarm at a stated rate",
        x: { title: "stated rate" },
        y: { title: "share" },
        traces: [
          line("comparison", smallest),
          line("noise law", smallestOfNoise),
          { name: "as stated", x: [0, 1], y: [0, 1], mode: "lines", dashed: true },
        ],
      },
    ],
    settings: { problem: config.reference.problem.definition, comparisons, n, replicas, dt, seed, rates: config.rates },
  };
}
