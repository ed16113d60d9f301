import { meanFieldUnits } from "../../src/networks/mean-field-units.ts";
import { estimated, show } from "../claims.ts";
import { resultOf, type StudyResult, tabulate } from "../study.ts";
import { type Curve, type CurvesConfig, compare, median, over, pairedRatio } from "./curves.ts";
import { LOSS, linesOf, overSteps, ratioCells } from "./report.ts";
import type { Setting } from "./runs.ts";

/** alpha = 1 in mean-field units is n eta = 8 per step for 400 units and the rate 0.02. */
export const WIDE: readonly Setting[] = [
  { name: "gradient descent" },
  { name: "Algorithm 1", rule: "algorithm-1", alpha: 8 },
  { name: "Algorithm 1, off after 1000", rule: "algorithm-1", alpha: 8, until: 1000 },
  { name: "net deficit, start's distribution", rule: "net-deficit", alpha: 8, prior: "initial" },
];

export const WIDE_SIZES = { d: 10, teacherUnits: 5, studentUnits: 400, batch: 50, learningRate: 0.02 };

/** @param early the step at which the lead of Algorithm 1 is judged. */
export function reportWide(config: CurvesConfig, curves: readonly Curve[], early: number): StudyResult {
  const { sizes, seeds } = config;
  const [descent, algorithm1] = curves;
  const steps = descent.runs[0].map(({ step }) => step);
  const at = steps.findIndex((step) => step >= early);
  const lead = pairedRatio(algorithm1, descent, at);
  const ratios = (k: number) => over(algorithm1, "heldOut", k).map((loss, seed) => loss / over(descent, "heldOut", k)[seed]);
  const lost = compare(ratios(-1), ratios(at));
  const { studentUnits: n, learningRate } = sizes;
  const { dt, alpha } = meanFieldUnits({ n, learningRate, alphaPerStep: WIDE[1].alpha ?? 0 });
  const leads = `after ${steps[at]} steps Algorithm 1 has ${show(lead.mean)} times the held-out loss of gradient descent over ${seeds.length} seeds`;
  const shrinks = `the lead shrinks: after ${sizes.steps} steps that ratio is ${show(lost.mean)} times as large`;
  return resultOf({
    name: "figure 2: many units in few dimensions",
    claim:
      "Where units are many against the dimension, as in the mean field, births and deaths by Algorithm 1 do accelerate training at first; the lead is lost later.",
    claims: [estimated(leads, [lead.intervalAt], [0, 1]), estimated(shrinks, [lost.intervalAt], [1, Infinity])],
    notes: [
      `${sizes.studentUnits} units learn ${sizes.teacherUnits} in ${sizes.d} dimensions; in mean-field units dt = ${show(dt)} a step and alpha = ${show(alpha)}. Loss exact, runs of a seed in pairs, as for the authors' rules.`,
    ],
    tables: [
      tabulate(
        `Held-out loss over that of gradient descent, over ${seeds.length} seeds`,
        [
          ...["setting", `ratio after ${steps[at]}`, "95% interval", `ratio after ${sizes.steps}`, "95% interval"],
          ...[`loss after ${sizes.steps}`, "distinct units"],
        ],
        curves,
        (curve) => [
          ...[curve.setting.name, ...ratioCells(curve, descent, [at, -1])],
          ...[median(curve, "heldOut"), median(curve, "distinctUnits")],
        ],
      ),
    ],
    figures: [
      overSteps(
        `Held-out loss of ${sizes.studentUnits} units in ${sizes.d} dimensions, median over seeds`,
        LOSS,
        linesOf(curves, (curve, k) => median(curve, "heldOut", k)),
      ),
    ],
    settings: { ...config, early },
  });
}
