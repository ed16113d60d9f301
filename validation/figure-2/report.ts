import { type Axis, type Figure, lookApart, type Series, type Trace } from "../../src/figures/figure.ts";
import type { Cell } from "../../src/figures/table.ts";
import { meanFieldUnits } from "../../src/networks/mean-field-units.ts";
import type { RuleName } from "../../src/networks/rules.ts";
import type { DynamicsName } from "../../src/problem/dynamics.ts";
import { atMost, consistent, estimated, type Range, show, showInterval } from "../claims.ts";
import { looksByDynamics, NEUTRAL, type TraceLook } from "../shared/colours.ts";
import { drawBand } from "../shared/draw.ts";
import { quantile } from "../shared/quantile.ts";
import { resultOf, type StudyResult, tabulate } from "../study.ts";
import { type Curve, type CurvesConfig, median, over, pairedRatio, type Quantity } from "./curves.ts";
import type { Setting } from "./runs.ts";
import { baseOf, type SweepConfig, type SweepOutcome } from "./sweep.ts";

export const CLAIM =
  "The code published with the paper does not show what its figure 2 shows: birth and death with alpha = 1 end above gradient descent, and the prior is no help.";

const PAPER =
  "The paper says of its figure 2 that birth and death accelerate the training of a student by a teacher, most of all with reinjection from a prior.";

/** The held-out loss of the prior variant over that of descent, above which it is not the help that the paper's figure shows. */
const NO_HELP = 2 / 3;

/** What the seeds say of two ways to train, in words: which ends lower, if they tell at all. */
export function inWords([low, high]: Range): string {
  if (low > 1) return "above it beyond what seeds make";
  return high < 1 ? "below it beyond what seeds make" : "not told apart from it by these seeds";
}

/** Below this ratio of the held-out losses the best of the milder settings would be a help. */
const HELP = 0.9;

/** Distinct units at the end: medians over the seeds. */
const UNITS: readonly (readonly [name: string, quantity: Quantity])[] = [
  ["distinct units", "distinctUnits"],
  ["directions", "directions"],
  ["kills", "kills"],
  ["clones", "copies"],
  ["from the prior", "fresh"],
];

/** Ratios to gradient descent with their intervals, at each of some records; nothing for descent itself. */
export function ratioCells(curve: Curve, base: Curve, records: readonly number[]): Cell[] {
  if (curve === base) return records.flatMap(() => ["", ""]);
  return records.flatMap((at) => {
    const { mean, intervalAt } = pairedRatio(curve, base, at);
    return [mean, showInterval(intervalAt(0.95))];
  });
}

export function reportCurves(config: CurvesConfig, curves: readonly Curve[]): StudyResult {
  const { sizes, seeds } = config;
  const [descent, birthDeath, prior] = curves;
  const apart = pairedRatio(birthDeath, descent);
  const near = pairedRatio(prior, descent);
  const distinct = over(birthDeath, "distinctUnits");
  const { dt, alpha } = meanFieldUnits({ n: sizes.studentUnits, learningRate: sizes.learningRate, alphaPerStep: 1 });
  const ends = `the authors' birth and death with alpha = 1 end above gradient descent: held-out loss ${show(apart.mean)} times as large over ${seeds.length} seeds`;
  const few = `they leave few distinct units of ${sizes.studentUnits}, median ${show(quantile(distinct, 0.5))}, in any seed`;
  const alike = `the authors' prior with alpha = 0.01 and ${show(median(prior, "kills"))} kills ends at ${show(near.mean)} times the loss of gradient descent, ${inWords(near.intervalAt(0.95))}`;
  return resultOf({
    name: "figure 2: the authors' rules",
    claim: CLAIM,
    claims: [
      estimated(ends, [apart.intervalAt], [1, Infinity]),
      atMost(few, Math.max(...distinct), Math.ceil(sizes.studentUnits / 2) - 1, "fewer than half"),
      estimated(alike, [near.intervalAt], [NO_HELP, Infinity]),
    ],
    notes: [
      PAPER,
      `${sizes.studentUnits} relu units learn ${sizes.teacherUnits} in ${sizes.d} dimensions: ${sizes.batch ?? "all"} new inputs on the unit sphere a step, rate ${sizes.learningRate}, ${sizes.steps} steps. In mean-field units dt = ${show(dt)} a step and alpha = ${show(alpha)} for the authors' alpha = 1, without the mean Vbar in the rate.`,
      "The held-out loss is exact, by the arc-cosine kernel. Runs of one seed share teacher, start and inputs; ratios are geometric means over seeds with Student's t on their logarithms. Bands are quartiles over seeds.",
      "Clones get the same gradient and stay the same: a unit once copied over is lost, and the noise of the batch copies and kills also where V tells no difference.",
    ],
    tables: [
      tabulate(
        `After ${sizes.steps} steps, over ${seeds.length} seeds`,
        ["rule", "held-out loss, median", "least", "most", "batch loss, median", ...UNITS.map(([name]) => name)],
        curves,
        (curve) => {
          const losses = over(curve, "heldOut");
          const loss = [median(curve, "heldOut"), Math.min(...losses), Math.max(...losses), median(curve, "batchLoss")];
          return [curve.setting.name, ...loss, ...UNITS.map(([, quantity]) => median(curve, quantity))];
        },
      ),
    ],
    figures: [
      overSteps("Held-out loss", LOSS, banded(curves, "heldOut")),
      overSteps("Loss of the batches, mean since the last point", { ...LOSS, title: "batch loss" }, banded(curves, "batchLoss")),
      overSteps("Distinct units", { title: "distinct units", symbol: "N" }, banded(curves, "distinctUnits")),
    ],
    settings: config,
  });
}

export function reportSweep(config: SweepConfig, outcome: SweepOutcome): StudyResult {
  const { sizes, seeds, freshSeeds } = config;
  const { curves, best, bestBase } = outcome;
  const fresh = pairedRatio(best, bestBase);
  const candidates = curves.filter(({ setting }) => setting.rule !== undefined);
  const early = curves[0].runs[0].findIndex(({ step }) => step >= sizes.steps / 10);
  const ratios = candidates.map((curve) => ({ name: curve.setting.name, ...pairedRatio(curve, baseOf(curve, curves)) }));
  const higher = ratios.filter(({ intervalAt }) => intervalAt(0.95)[0] > 1).length;
  const least = ratios.reduce((worst, ratio) => (ratio.fall < worst.fall ? ratio : worst));
  const farthest =
    least.fall < 0 ? `by the most standard errors is "${least.name}", at ${show(least.mean)} times its loss` : "is none";
  const below = `of ${candidates.length} settings ${higher} end above their gradient descent by their 95% interval over ${seeds.length} seeds; below it ${farthest}`;
  const judged = `the one that ended lowest, "${best.setting.name}", ends on ${freshSeeds.length} other seeds at ${show(fresh.mean)}, below 1 in ${fresh.below} of them, times the loss of "${bestBase.setting.name}"`;
  return resultOf({
    name: "figure 2: milder births and deaths",
    claim:
      "At the authors' sizes milder, fading, normalised and reinjecting births and deaths do less harm than alpha = 1 throughout, but none of those tried ends a tenth below gradient descent.",
    claims: [
      consistent(below, { z: least.fall, freedom: seeds.length - 1 }, candidates.length),
      estimated(judged, [fresh.intervalAt], [HELP, Infinity]),
    ],
    notes: [
      PAPER,
      `${sizes.steps} steps; alpha as the authors count it, per step and c_i dL/dc_i. "exact" descends on the gradient of the population, and takes V from it. The best setting is chosen on seeds ${seeds[0]} to ${seeds[seeds.length - 1]} and judged on seeds ${freshSeeds[0]} to ${freshSeeds[freshSeeds.length - 1]}.`,
    ],
    tables: [
      tabulate(
        `Held-out loss against gradient descent, over ${seeds.length} seeds`,
        [
          ...["setting", `loss after ${sizes.steps}`, "ratio to descent", "95% interval"],
          ...[`ratio after ${curves[0].runs[0][early].step}`, "95% interval", ...UNITS.map(([name]) => name)],
        ],
        curves,
        (curve) => [
          ...[curve.setting.name, median(curve, "heldOut"), ...ratioCells(curve, baseOf(curve, curves), [-1, early])],
          ...UNITS.map(([, quantity]) => median(curve, quantity)),
        ],
      ),
    ],
    figures: [
      overSteps(
        "Held-out loss over that of gradient descent",
        { title: "loss over that of descent", symbol: "L / L_descent", log: true },
        linesOf(candidates, (curve, k) => pairedRatio(curve, baseOf(curve, curves), k).mean),
      ),
    ],
    settings: config,
  });
}

export const LOSS: Axis = { title: "held-out loss", symbol: "L", log: true };

export function overSteps(title: string, y: Axis, traces: readonly Trace[]): Figure {
  return { title, x: { title: "training steps", symbol: "k", log: true }, y, traces };
}

/** What a setting approximates. */
function dynamicsOf({ rule }: Setting): DynamicsName {
  return rule === undefined ? "gradient-descent" : DYNAMICS_OF_RULE[rule];
}

const DYNAMICS_OF_RULE: Readonly<Record<RuleName, DynamicsName>> = {
  "authors-birth-death": "birth-death",
  "algorithm-1": "birth-death",
  "authors-prior": "reinjection every-death",
  "every-death": "reinjection every-death",
  "net-deficit": "reinjection net-deficit",
};

/** Curves of several dynamics may coincide: each has dashes of its own. */
function looksOf(curves: readonly Curve[]): TraceLook[] {
  return looksByDynamics(curves.map(({ setting }) => dynamicsOf(setting))).map((look, c) => ({ ...look, ...lookApart(c) }));
}

/** A number at each record of each curve. */
export function linesOf(curves: readonly Curve[], of: (curve: Curve, k: number) => number): Series[] {
  const looks = looksOf(curves);
  return curves.map((curve, c) => lineOf(curve, (k) => of(curve, k), looks[c]));
}

function lineOf({ setting: { name }, runs }: Curve, of: (k: number) => number, look: TraceLook): Series {
  const steps = runs[0].map(({ step }) => step);
  return { name, x: steps, y: steps.map((_, k) => of(k)), mode: "lines+markers", label: name, ...look, size: 4 };
}

/** Medians over the seeds, in bands of their quartiles. */
function banded(curves: readonly Curve[], quantity: Quantity): Trace[] {
  const looks = looksOf(curves);
  const bands = curves.flatMap((curve, c): Trace[] => {
    const at = (k: number, p: number) => quantile(over(curve, quantity, k), p);
    const rows = curve.runs[0].map(({ step }, k) => ({ step, low: at(k, 0.25), high: at(k, 0.75) }));
    const name = `${curve.setting.name}: quartiles`;
    return [
      drawBand(name, rows, "step", ["low", "high"], { colour: looks[c].colour, unnamed: true, opacity: 0.2 }),
      lineOf(curve, (k) => at(k, 0.5), { ...looks[c], size: 3 }),
    ];
  });
  return [{ kind: "area", name: "quartiles over the seeds", x: [], low: [], high: [], colour: NEUTRAL, opacity: 0.3 }, ...bands];
}
