import type { Figure, Series } from "../../src/figures/figure.ts";
import { meanFieldUnits } from "../../src/networks/mean-field-units.ts";
import { combine, type Finding, judgeInterval, show, showInterval } from "../claims.ts";
import type { StudyResult } from "../study.ts";
import { type Curve, type CurvesConfig, over, pairedRatio, quantile, type Ratio } from "./curves.ts";
import { baseOf, type SweepConfig, type SweepOutcome } from "./sweep.ts";

const PAPER =
  "The paper says of its figure 2 that birth and death accelerate the training of a student by a teacher, most of all with reinjection from a prior.";

/** The held-out loss of the prior variant over that of descent, for which the two count as alike. */
const ALIKE: readonly [number, number] = [2 / 3, 3 / 2];

/** Below this ratio of the held-out losses the best of the milder settings would be a help. */
const HELP = 0.9;

export function reportCurves(config: CurvesConfig, curves: readonly Curve[]): StudyResult {
  const { sizes, seeds } = config;
  const [descent, birthDeath, prior] = curves;
  const apart = pairedRatio(birthDeath, descent);
  const near = pairedRatio(prior, descent);
  const distinct = over(birthDeath, "distinctUnits");
  const { dt, alpha } = meanFieldUnits({ n: sizes.studentUnits, learningRate: sizes.learningRate, alphaPerStep: 1 });
  const findings: Finding[] = [
    {
      text: `the authors' birth and death with alpha = 1 end above gradient descent: held-out loss ${show(apart.mean)} times as large, 95% interval ${showInterval(apart.interval)} over ${seeds.length} seeds (asked: above 1)`,
      verdict: judgeInterval(apart.interval, [1, Infinity]),
    },
    {
      text: `they leave few distinct units: at most ${Math.max(...distinct)} of ${sizes.studentUnits} in any seed, median ${show(quantile(distinct, 0.5))} (asked: fewer than half)`,
      verdict: Math.max(...distinct) < sizes.studentUnits / 2 ? "pass" : "fail",
    },
    {
      text: `the authors' prior with alpha = 0.01 ends where gradient descent does: ${show(near.mean)} times its loss, 95% interval ${showInterval(near.interval)} (asked: within ${showInterval(ALIKE, 2)}), with ${show(quantile(over(prior, "kills"), 0.5))} kills`,
      verdict: judgeInterval(near.interval, ALIKE),
    },
  ];
  return {
    name: "figure 2: the authors' rules",
    claim:
      "The code published with the paper does not show what its figure 2 shows: birth and death with alpha = 1 end above gradient descent, and the prior changes little.",
    verdict: combine(findings),
    findings,
    notes: [
      PAPER,
      `${sizes.studentUnits} relu units learn ${sizes.teacherUnits} in ${sizes.d} dimensions: ${sizes.batch ?? "all"} new inputs on the unit sphere a step, rate ${sizes.learningRate}, ${sizes.steps} steps. In mean-field units dt = ${show(dt)} a step and alpha = ${show(alpha)} for the authors' alpha = 1, without the mean Vbar in the rate.`,
      "The held-out loss is exact, by the arc-cosine kernel. Runs of one seed share teacher, start and inputs; ratios are geometric means over seeds with Student's t on their logarithms. Bands are quartiles over seeds.",
      "Clones get the same gradient and stay the same: a unit once copied over is lost, and the noise of the batch copies and kills also where V tells no difference.",
    ],
    tables: [
      {
        title: `After ${sizes.steps} steps, over ${seeds.length} seeds`,
        header: [
          "rule",
          "held-out loss, median",
          "least",
          "most",
          "batch loss, median",
          "distinct units",
          "directions",
          "kills",
          "clones",
          "from the prior",
        ],
        rows: curves.map((curve) => {
          const losses = over(curve, "heldOut");
          const median = (quantity: Parameters<typeof over>[1]) => quantile(over(curve, quantity), 0.5);
          return [
            curve.setting.name,
            median("heldOut"),
            Math.min(...losses),
            Math.max(...losses),
            median("batchLoss"),
            median("distinctUnits"),
            median("directions"),
            median("kills"),
            median("copies"),
            median("fresh"),
          ];
        }),
      },
    ],
    figures: [
      lossFigure("Held-out loss", curves, "heldOut"),
      lossFigure("Loss of the batches, mean since the last point", curves, "batchLoss"),
      {
        title: "Distinct units",
        x: { title: "steps", log: true },
        y: { title: "units that differ" },
        traces: curves.flatMap((curve) => banded(curve, "distinctUnits")),
      },
    ],
    settings: { ...config },
  };
}

export function reportSweep(config: SweepConfig, outcome: SweepOutcome): StudyResult {
  const { sizes, seeds, freshSeeds } = config;
  const { curves, best, bestBase } = outcome;
  const fresh = pairedRatio(best, bestBase);
  const candidates = curves.filter(({ setting }) => setting.rule !== undefined);
  const early = (curve: Curve) => curve.runs[0].findIndex(({ step }) => step >= sizes.steps / 10);
  const describe = ({ mean, interval, below }: Ratio, count: number) =>
    `${show(mean)}, 95% interval ${showInterval(interval)}, below 1 in ${below} of ${count} seeds`;
  const level = 1 - 0.05 / candidates.length;
  const surely = candidates.map((curve) => pairedRatio(curve, baseOf(curve, curves), -1, level).interval);
  const lower = surely.filter(([, high]) => high < 1).length;
  const higher = surely.filter(([low]) => low > 1).length;
  const findings: Finding[] = [
    {
      text: `none of ${candidates.length} settings ends below its gradient descent beyond chance: ${lower} below, ${higher} above, by intervals over ${seeds.length} seeds that hold together at 95%`,
      verdict: lower === 0 ? "pass" : "fail",
    },
    {
      text: `the one that ended lowest, "${best.setting.name}", ends on ${freshSeeds.length} other seeds at ${describe(fresh, freshSeeds.length)}, times the loss of "${bestBase.setting.name}" (asked: above ${HELP}, no help)`,
      verdict: judgeInterval(fresh.interval, [HELP, Infinity]),
    },
  ];
  return {
    name: "figure 2: milder births and deaths",
    claim:
      "At the authors' sizes milder, fading, normalised and reinjecting births and deaths do less harm than alpha = 1 throughout, but none of those tried ends a tenth below gradient descent.",
    verdict: combine(findings),
    findings,
    notes: [
      PAPER,
      `${sizes.steps} steps; alpha as the authors count it, per step and c_i dL/dc_i. "exact" descends on the gradient of the population, and takes V from it. The best setting is chosen on seeds ${seeds[0]} to ${seeds[seeds.length - 1]} and judged on seeds ${freshSeeds[0]} to ${freshSeeds[freshSeeds.length - 1]}.`,
    ],
    tables: [
      {
        title: `Held-out loss against gradient descent, over ${seeds.length} seeds`,
        header: [
          "setting",
          `loss after ${sizes.steps}`,
          "ratio to descent",
          "95% interval",
          `ratio after ${curves[0].runs[0][early(curves[0])].step}`,
          "95% interval",
          "distinct units",
          "directions",
          "kills",
          "clones",
          "from the prior",
        ],
        rows: curves.map((curve) => {
          const base = baseOf(curve, curves);
          const late = pairedRatio(curve, base);
          const soon = pairedRatio(curve, base, early(curve));
          const median = (quantity: Parameters<typeof over>[1]) => quantile(over(curve, quantity), 0.5);
          const isBase = curve === base;
          return [
            curve.setting.name,
            median("heldOut"),
            isBase ? "" : late.mean,
            isBase ? "" : showInterval(late.interval),
            isBase ? "" : soon.mean,
            isBase ? "" : showInterval(soon.interval),
            median("distinctUnits"),
            median("directions"),
            median("kills"),
            median("copies"),
            median("fresh"),
          ];
        }),
      },
    ],
    figures: [
      {
        title: "Held-out loss over that of gradient descent",
        x: { title: "steps", log: true },
        y: { title: "ratio, geometric mean over seeds", log: true },
        traces: candidates.map((curve) => ({
          name: curve.setting.name,
          x: curve.runs[0].map(({ step }) => step),
          y: curve.runs[0].map((_, k) => pairedRatio(curve, baseOf(curve, curves), k).mean),
          mode: "lines" as const,
        })),
      },
    ],
    settings: { ...config },
  };
}

function lossFigure(title: string, curves: readonly Curve[], quantity: "heldOut" | "batchLoss"): Figure {
  return {
    title,
    x: { title: "steps", log: true },
    y: { title: "mean square", log: true },
    traces: curves.flatMap((curve) => banded(curve, quantity)),
  };
}

/** Median over the seeds, and the quartiles dashed. */
function banded(curve: Curve, quantity: Parameters<typeof over>[1]): Series[] {
  const x = curve.runs[0].map(({ step }) => step);
  const at = (p: number) => x.map((_, k) => quantile(over(curve, quantity, k), p));
  return [
    { name: curve.setting.name, x, y: at(0.5), mode: "lines" },
    { name: `${curve.setting.name}, lower quartile`, x, y: at(0.25), mode: "lines", dashed: true },
    { name: `${curve.setting.name}, upper quartile`, x, y: at(0.75), mode: "lines", dashed: true },
  ];
}
