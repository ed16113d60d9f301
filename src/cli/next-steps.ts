import { existsSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { quotePath } from "../../validation/report/command.ts";
import type { Power } from "../comparison/compare-options.ts";
import type { Comparison, LikelyCause, MeanComparison } from "../comparison/comparison.ts";
import { nameError, ONE } from "../comparison/detectable-errors.ts";
import { FEWEST_REPLICAS } from "../comparison/power.ts";
import { formatNumber } from "../figures/numbers.ts";
import { parseProblemText } from "../problem-file/problem-file.ts";
import type { ReferenceData } from "../reference/reference-data.ts";
import { compareAgain } from "./compare-again.ts";
import { EXAMPLES_FOLDER, exampleNames, readExample } from "./examples.ts";
import { screenText } from "./screen.ts";

/** What to do after a verdict, and the command that does it. */
export interface NextStep {
  text: string;
  /** Without `bdpde`; null where the next step is not one of its commands. */
  command: string | null;
}

/** What the next commands name. */
export interface Compared {
  reference: Pick<ReferenceData, "problem" | "tolerance">;
  referencePath: string;
  power: Power;
  /** The words of the command line, `compare` first. */
  args: readonly string[];
}

/** One to three steps, by verdict. */
export function nextSteps(comparison: Comparison, compared: Compared): NextStep[] {
  return {
    consistent: afterConsistent,
    inconclusive: afterInconclusive,
    inconsistent: afterInconsistent,
  }[comparison.verdict](comparison, { ...compared, problem: problemWord(compared.reference) });
}

interface Named extends Compared {
  problem: string;
}

function afterConsistent({ detectableErrors, means, noise }: Comparison, { problem, referencePath }: Named): NextStep[] {
  const [first] = (detectableErrors ?? []).filter(({ size }) => size < Infinity);
  const best = Math.max(...means.filter(({ leftOut }) => !leftOut).map(({ detectable }) => detectable));
  const smaller =
    first === undefined
      ? `sd=${digits(best / 2)}`
      : `${first.of}=${formatNumber(Math.min(50, Math.max(0.1, 50 * first.size)), 1)}%`;
  const limit = first === undefined ? `deviations of ${formatNumber(best, 2)} standard deviations` : nameError(first);
  return [
    {
      text: `it shows these observables, and the distribution, at these times and this n; it does not show errors smaller than ${limit}, nor other problems, times or n${noise === null ? "" : ", and the noise model is judged apart from it"}`,
      command: null,
    },
    {
      text: "to find an error of half that size",
      command: `plan ${problem} --detect ${smaller} --reference ${quotePath(referencePath)}`,
    },
  ];
}

function afterInconclusive(comparison: Comparison, named: Named): NextStep[] {
  const { replicas, n, needed, means, stepBias } = comparison;
  const { problem, reference, referencePath, power } = named;
  const detect = typeof power === "number" ? `sd=${power}` : `${power.of}=${digits(100 * power.size)}%`;
  const plan = `plan ${problem} --detect ${detect} --reference ${quotePath(referencePath)}`;
  const finer = `reference ${problem} --tolerance ${formatNumber(reference.tolerance / 10)} --out ${quotePath(besideName(referencePath))}`;
  const tested = means.filter(({ leftOut }) => !leftOut);
  if (means.some(({ hidden }) => hidden))
    return [
      { text: "the error of the reference could explain what was seen: make a finer one, and compare with it", command: finer },
    ];
  if (needed !== null)
    return [
      {
        text: `run ${Math.max(FEWEST_REPLICAS, Math.ceil(needed / n))} replicas of n = ${n} (${replicas} now) and compare again; other sizes, with what they find, by`,
        command: plan,
      },
    ];
  const blind = tested.find(
    ({ detectable, ...m }) => typeof power === "number" && !(detectable <= power) && largestAllowance(m) > 0,
  );
  const steps: NextStep[] = [];
  if (blind !== undefined && replicas > 1) {
    const allowed = largestAllowance(blind);
    if (allowed === blind.referenceError)
      steps.push({ text: "most of what is allowed is the error of the reference: make a finer one", command: finer });
    else if (allowed === blind.dtBias)
      steps.push(
        stepBias.subtracted || stepBias.dtBias !== "map"
          ? { text: "most of what is allowed is that of steps of dt: run smaller ones", command: null }
          : {
              text: "most of what is allowed is that of steps of dt: run smaller ones, or name the scheme, whose effect is then subtracted",
              command: compareAgain(named.args, ["--scheme", "algorithm-1"]),
            },
      );
    else steps.push({ text: `most of what is allowed is the bias of n = ${n}: run more particles in each replica`, command: plan });
  }
  if (replicas === 1)
    steps.push({ text: "run 12 independent replicas or more: one cannot tell its own noise; how many of which n", command: plan });
  if (steps.length === 0)
    steps.push({ text: "more particles, or observables without rare large values; how many of which n", command: plan });
  return steps.slice(0, 2);
}

function afterInconsistent(comparison: Comparison, named: Named): NextStep[] {
  const { means, distances, joint, significance, likelyCauses, stepBias, explainedBySteps, n, dt, scheme, outside, replicas } =
    comparison;
  const { problem } = named;
  const failing = (rows: readonly { time: number; pValue: number }[] | null) =>
    rows?.filter(({ pValue }) => !(pValue >= significance)) ?? [];
  const wrong = failing(means) as MeanComparison[];
  const all = [...wrong, ...failing(distances), ...failing(joint)];
  const since = Math.min(...all.map(({ time }) => time));
  const here = [...new Set(wrong.filter(({ time }) => time === since).map(({ observable }) => observable))];
  const of = here.length > 0 ? here.join(", ") : "the distribution, in no mean alone";
  const steps: NextStep[] = [];
  const unknownSteps = stepBias.dtBias === "none";
  if (since === 0)
    steps.push({
      text: `wrong from t = 0 (${of}): the particles do not start from the initial distribution of the problem; check that, the order of the variables and of the axes`,
      command: null,
    });
  else
    steps.push({
      text: `first seen at t = ${since} (${of})${explainedBySteps ? ": the steps of dt would explain it" : describeCauses(likelyCauses ?? [], unknownSteps && explainedBySteps === null)}`,
      command: null,
    });
  if (explainedBySteps || (unknownSteps && dt !== null)) {
    const more = scheme === null ? (["--scheme", "algorithm-1"] as const) : (["--dt-bias", "map"] as const);
    steps.push({
      text:
        scheme === null
          ? "if the scheme is one of those here, name it, and the effect of its steps is subtracted (otherwise --dt-bias map)"
          : "allow for the steps, or make them smaller",
      command: compareAgain(named.args, more),
    });
  }
  if (outside.particles > 0.01 * outside.total)
    steps.push({
      text: `${formatNumber((100 * outside.particles) / outside.total, 2)}% of the particles are outside the domain: widen variables.*.min, max, and make the reference again`,
      command: null,
    });
  const size = `--n ${n}${dt === null ? "" : ` --dt ${dt}`} --replicas ${Math.max(FEWEST_REPLICAS, replicas)}`;
  steps.push({
    text: "particles of this package at the same size, to put yours beside them",
    command: `particles ${problem} ${size} --out ours.npz`,
  });
  return steps.slice(0, 3);
}

/** All that explain the deviations alike. @param stepsFirst whether nothing is known of the effect of the steps */
function describeCauses(causes: readonly LikelyCause[], stepsFirst: boolean): string {
  const each = causes.map(({ of, size, standardError, explained }, k) => {
    const factor = `${ONE[of]} of ${formatNumber(1 + size, 3)} (+- ${formatNumber(standardError, 1)} by the noise alone) times that of the problem`;
    return `${factor} would explain ${Math.floor(100 * explained)}%${k === 0 ? " of the deviations of the means" : ""}`;
  });
  const found =
    each.length === 0
      ? "no error of one term explains it: check the order of motion, births and deaths, their signs (V above its mean is killed), and whether the mean of V is that of the moved particles"
      : `${each.join(", or ")}${each.length > 1 ? "; these means do not tell them apart" : ""}`;
  if (stepsFirst) return `; the steps of dt come first, whose effect is not known; apart from them, ${found}`;
  return `${each.length === 0 ? ";" : ":"} ${found}`;
}

function largestAllowance({
  referenceError,
  dtBias,
  finiteSizeBias,
}: Pick<MeanComparison, "referenceError" | "dtBias" | "finiteSizeBias">): number {
  return Math.max(referenceError, dtBias, finiteSizeBias);
}

/** The name of the example that the problem of a reference is; otherwise a name to be replaced. */
function problemWord({ problem: { name, definition } }: Pick<ReferenceData, "problem">): string {
  if (!existsSync(EXAMPLES_FOLDER) || !exampleNames().includes(name)) return "P.json";
  const [own, example] = [definition, parseProblemText(readExample(name), name)].map(({ $schema: _, ...rest }) => rest);
  return isDeepStrictEqual(own, example) ? name : "P.json";
}

/** `finer.nc` beside a reference. */
const besideName = (path: string) => path.replace(/[^/\\]*$/, "finer.nc");

const digits = (value: number) => String(Number(value.toPrecision(2)));

/** For the screen: each step in words, its command below it. */
export function describeNextSteps(steps: readonly NextStep[]): string[] {
  return steps.flatMap(({ text, command }) => [screenText("  - ", text), ...(command === null ? [] : [`    bdpde ${command}`])]);
}
