import type { NoiseFit } from "../../src/comparison/noise-tests.ts";
import type { Table } from "../../src/figures/table.ts";
import { nameOfDynamics } from "../../src/problem/dynamics.ts";
import { type Claim, holds, show, showInterval } from "../claims.ts";
import { claimRate } from "../shared/binomial-interval.ts";
import { shadesOf } from "../shared/colours.ts";
import { drawGuide, linear } from "../shared/draw.ts";
import { resultOf, type StudyResult, tabulateFields } from "../study.ts";
import type { AlarmConfig, AlarmOutcome } from "./alarms.ts";
import type { ZooConfig, ZooRow } from "./measure.ts";

/** The noise model that the particles of the right scheme have. */
export const NOISE_MODEL = "algorithm-1";

const names = (rows: readonly ZooRow[]) => rows.map(({ variant }) => variant.name).join(", ");
const but = (rows: readonly ZooRow[], text: string) => (rows.length === 0 ? "" : `; ${text} ${names(rows)}`);

/** How the noise at the largest n fits the model of Algorithm 1. */
function fitOf({ trials }: ZooRow): NoiseFit | undefined {
  return trials[trials.length - 1].comparison.noise?.fits.find(({ scheme }) => scheme === NOISE_MODEL);
}

function claimZoo({ sizes, replicas, dt }: ZooConfig, rows: readonly ZooRow[]): Claim[] {
  const largest = Math.max(...sizes);
  const wrong = rows.filter(({ variant }) => variant.order === 0);
  const missed = wrong.filter(({ trials }) => !trials[trials.length - 1].caught);
  const trials = rows.flatMap((row) => row.trials.map((trial) => ({ ...trial, name: row.variant.name })));
  const decided = trials.filter(({ expected }) => expected !== "open");
  const broken = decided.filter(({ expected, caught }) => caught !== (expected === "caught"));
  const wrongly = broken.map(({ name, n }) => `${name} at n = ${n}`).join(", ");
  const right = rows.filter(({ trials: own }) => own.every(({ expected }) => expected === "not caught"));
  const alarmed = right.filter((row) => row.trials.some(({ caught }) => caught));
  const quiet = right.filter(({ variant }) => variant.noise === "right");
  const refused = quiet.filter((row) => fitOf(row)?.fits === false);
  const without = (exceptions: readonly unknown[], what: string, required: string) =>
    holds(`dt = ${dt}: ${what}`, required, exceptions.length === 0);
  const caught = `those wrong at any dt (${names(wrong)}) are caught by n = ${largest}, ${replicas} replicas${but(missed, "not")}`;
  const peace = "none, as their means differ from the right ones by less than the steps of right schemes explain";
  const met = `${decided.length - broken.length} of ${decided.length} verdicts are those that the mean-field maps of the variants call for`;
  const open = `${trials.length - decided.length} more were open${broken.length > 0 ? `; not ${wrongly}` : ""}`;
  const noise = `the noise model of ${NOISE_MODEL} is not refused at n = ${largest} to those that share it up to O(dt)`;
  return [
    ...(wrong.length === 0 ? [] : [without(missed, caught, "all")]),
    without(alarmed, `${names(right)}: not caught at any n${but(alarmed, "but")}`, peace),
    without(broken, `${met}; ${open}`, "all"),
    without(refused, `${noise} (${names(quiet)})${but(refused, "but to")}`, "none"),
  ];
}

function tablesOf({ sizes, replicas, dt }: ZooConfig, rows: readonly ZooRow[]): Table[] {
  const limitOf = ({ variant, largest }: ZooRow) => {
    const bias =
      largest === null ? "no closed equation" : `${largest.observable} at t = ${largest.time} off by ${show(largest.bias)}`;
    return `${variant.order === 0 ? "wrong at any dt" : "right as dt -> 0"}; ${bias}`;
  };
  const verdictAt = (trial: ZooRow["trials"][number] | undefined) =>
    trial === undefined ? "-" : `${trial.comparison.verdict} (${trial.expected})`;
  const outcomeOf = (first: ZooRow["trials"][number] | undefined) =>
    first === undefined ? "not caught" : `caught at n = ${first.n}, ${replicas} replicas`;
  const noiseOf = (fit: NoiseFit | undefined) =>
    fit === undefined ? "-" : `${fit.pValue.toPrecision(2)}, ${fit.fits ? "fits" : "refused"}`;
  return [
    tabulateFields(
      `Verdicts at dt = ${dt}, ${replicas} replicas`,
      rows.map((row) => ({
        ...{ variant: row.variant.name, "what is wrong": row.variant.description, "means as n -> infinity": limitOf(row) },
        ...Object.fromEntries(sizes.map((n, k) => [`n = ${n}: verdict (theory)`, verdictAt(row.trials[k])])),
        outcome: outcomeOf(row.trials.find(({ caught }) => caught)),
      })),
    ),
    tabulateFields(
      `First reason and noise model at dt = ${dt}, at the largest n tried`,
      rows.map((row) => {
        const { n, comparison } = row.trials[row.trials.length - 1];
        const { verdict, reasons, noise } = comparison;
        return {
          ...{ variant: row.variant.name, n, verdict, reason: reasons[0], "noise model": noise?.model ?? "none" },
          ...{ [`p of the model of ${NOISE_MODEL}`]: noiseOf(fitOf(row)), theory: `noise ${row.variant.noise}` },
        };
      }),
    ),
  ];
}

export function reportZoo(fine: ZooConfig, rows: readonly ZooRow[], coarse: ZooConfig, coarseRows: readonly ZooRow[]): StudyResult {
  const { sizes, replicas, seed } = fine;
  return resultOf({
    name: "wrong schemes: caught",
    claims: [...claimZoo(fine, rows), ...claimZoo(coarse, coarseRows)],
    notes: [
      "Theory: each variant is iterated as n -> infinity on weighted nodes. `caught`: its means are so far beyond what is allowed that a test sees it with probability 0.999; `not caught`: within half a standard error of what is allowed; `open`: between, or no equation.",
      "V in place of V - Vbar is no error of the mean where n is restored uniformly: that subtracts the mean. It only adds noise. It is one where the dead are written with the living.",
      `Steps are allowed for (dtBias "map"). Every ensemble draws from streams of its own, seed ${seed}.`,
    ],
    tables: [...tablesOf(fine, rows), ...tablesOf(coarse, coarseRows)],
    settings: { problem: fine.reference.problem, sizes, replicas, dt: [fine.dt, coarse.dt], seed },
  });
}

const STATED = { title: "stated rate of false alarms", symbol: "p" };
const SHARE = { title: "share of right ensembles that alarm", symbol: "F(p)" };

export function reportAlarms(
  config: AlarmConfig,
  { verdicts, alarms, noiseAlarms, smallest, smallestOfNoise }: AlarmOutcome,
): StudyResult {
  const { comparisons, n, replicas, dt, seed, noiseModel, rates } = config;
  const claimRates = (what: string, found: AlarmOutcome["alarms"]) =>
    found.map(({ stated, count }) => claimRate(`${what}: ${count} of ${comparisons}`, count, comparisons, stated));
  const looks = shadesOf(nameOfDynamics(config.reference.problem.dynamics), 2);
  const line = (name: string, k: number, values: readonly number[]) => {
    const x = values.toSorted((a, b) => a - b).filter((value) => value <= 1);
    return { name, x, y: x.map((_, k) => (k + 1) / comparisons), mode: "lines+markers" as const, ...looks[k], size: 5 };
  };
  return resultOf({
    name: "wrong schemes: false alarms",
    claim:
      "Particles of a right scheme are called inconsistent no more often than the stated rate, and so is their noise model refused.",
    claims: [
      ...claimRates("right particles called inconsistent", alarms),
      ...claimRates(`the model of ${noiseModel} refused to its own particles`, noiseAlarms),
    ],
    notes: [
      `Algorithm 1 at n = ${n}, dt = ${dt}, ${replicas} replicas: ${verdicts.consistent} consistent, ${verdicts.inconclusive} inconclusive, ${verdicts.inconsistent} inconsistent at ${100 * Math.min(...rates)}%.`,
      "The rate is shared by tests that are not independent, and steps and finite n are allowed for in full: both make alarms rarer than stated. Higher rates are those of the same p-values.",
    ],
    tables: [
      tabulateFields(
        "False alarms",
        [...alarms, ...noiseAlarms].map(({ what, stated, count: alarms, interval }) => ({
          ...{ what, stated, alarms, rate: alarms / comparisons, "95% interval": showInterval(interval) },
        })),
      ),
    ],
    figures: [
      linear("Share of right ensembles that alarm at a stated rate", STATED, SHARE, [
        line("comparison", 0, smallest),
        line("noise model", 1, smallestOfNoise),
        drawGuide("as stated", [0, 1], [0, 1]),
      ]),
    ],
    settings: { problem: config.reference.problem, comparisons, n, replicas, dt, seed, rates },
  });
}
