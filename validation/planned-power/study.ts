import type { Plan } from "../../src/comparison/plan/plan.ts";
import { consistent, show, showInterval } from "../claims.ts";
import { binomialInterval, claimRate } from "../shared/binomial-interval.ts";
import { partsOf } from "../shared/parts.ts";
import { defineStudy, resultOf, type StudyResult, tabulateFields } from "../study.ts";
import { measurePlan, type PlanConfig, type PlanRow } from "./measure.ts";

export const plannedPowerStudy = defineStudy({
  name: "planned-power",
  title: "Planned power",
  claim:
    "Ensembles of the planned sizes show an error of alpha or of the drift as often as planned, and right ones alarm no more often than stated.",
  takesProblems: false,
  seconds: { quick: 40, full: 200 },
  sizes: { quick: { comparisons: 60 }, full: { comparisons: 400 } },
  async run({ load, progress, keep, seedFrom }, { comparisons }) {
    const cases = [
      { problem: await load("double-well"), detect: { of: "alpha", size: 0.1 } },
      { problem: await load("gaussian-repulsion"), detect: { of: "drift", size: 0.05 } },
    ] as const;
    const results: StudyResult[] = [];
    for (const [k, one] of cases.entries()) {
      const config: PlanConfig = { ...one, comparisons, seed: seedFrom(41) + k, tolerance: 1e-3 };
      const { plan, rows } = await measurePlan(
        config,
        (share) => progress((k + share) / cases.length),
        partsOf(keep, `case-${k + 1}`),
      );
      results.push(reportPlan(config, plan, rows));
    }
    return results;
  },
});

function reportPlan(config: PlanConfig, plan: Plan, rows: readonly PlanRow[]): StudyResult {
  const { problem, detect, comparisons } = config;
  const wrong = rows.filter(({ error }) => error !== 0);
  const harder = wrong.reduce((least, row) => (row.found < least.found ? row : least));
  const share = harder.found / comparisons;
  const off = (share - plan.power) / Math.hypot(Math.sqrt((plan.power * (1 - plan.power)) / comparisons), plan.powerError);
  const { n, replicas, dt } = plan;
  return resultOf({
    name: `planned power: ${problem.name}`,
    claims: [
      consistent(
        `${detect.of} off by ${show(100 * harder.error)}% with n = ${n}, ${replicas} replicas, dt = ${show(dt)}: found in ${harder.found} of ${comparisons} ensembles, 95% interval ${showInterval(binomialInterval(harder.found, comparisons))}, planned ${show(plan.power)}`,
        { z: off },
      ),
      ...rows
        .filter(({ error }) => error === 0)
        .map(({ inconsistent }) =>
          claimRate(
            `${inconsistent} of ${comparisons} right ensembles called inconsistent`,
            inconsistent,
            comparisons,
            plan.falseAlarm,
          ),
        ),
    ],
    notes: [
      "Power is of the tests of means, alone and together, for the sign of the error that is harder to find; W1 is not planned, and its verdict stands beside.",
    ],
    tables: [
      tabulateFields(
        "Ensembles called inconsistent",
        rows.map(({ error, found, inconsistent, comparisons: of }) => ({
          error: `${detect.of} ${show(100 * error)}%`,
          ensembles: of,
          foundByMeans: found,
          "share, 95% interval": showInterval(binomialInterval(found, of)),
          inconsistent,
        })),
      ),
    ],
    settings: { ...config, plan: { n, replicas, dt, power: plan.power } },
  });
}
