import { combine, type Finding, show } from "../claims.ts";
import type { StudyResult } from "../study.ts";
import { predictedWait, type SharesConfig, type SharesOutcome } from "./line.ts";
import type { NetworkConfig, NetworkOutcome } from "./network.ts";

export function reportShares(config: SharesConfig, { drop, error, rows }: SharesOutcome): StudyResult {
  // dF of the cells, off by h^2 at most, is the rate of the odds: waits are off by that share of themselves, and starts by a rounded cell.
  const share = (2 * error) / drop;
  const findings = rows.flatMap((row, k): Finding[] => {
    const stuck = (1 - row.share) * drop;
    const found: Finding[] = [
      {
        text: `eps = ${show(row.share)}: gradient descent ends at E - E* = ${show(row.descent)}, ${show(Math.abs(row.descent - stuck))} from (1 - eps) dF (asked: at most ${show(error)})`,
        verdict: Math.abs(row.descent - stuck) <= error ? "pass" : "fail",
      },
    ];
    if (row.share === 0) {
      found.push({
        text: `eps = 0: birth-death ends there too, at ${show(row.birthDeath)} (asked: within ${show(error)} of dF = ${show(drop)})`,
        verdict: Math.abs(row.birthDeath - drop) <= error ? "pass" : "fail",
      });
      return found;
    }
    found.push({
      text: `eps = ${show(row.share)}: birth-death ends at E - E* = ${show(row.birthDeath)} (asked: at most ${show(error)})`,
      verdict: row.birthDeath <= error ? "pass" : "fail",
    });
    if (k > 0) {
      const wait = row.crossing - rows[k - 1].crossing;
      const predicted = predictedWait(config, drop, row.share, rows[k - 1].share);
      found.push({
        text: `and passes dF / 2 at t = ${row.crossing.toFixed(3)}, ${wait.toFixed(4)} after eps = ${show(rows[k - 1].share)}, predicted ${predicted.toFixed(4)} (asked: within ${show(share)} of itself)`,
        verdict: Math.abs(wait / predicted - 1) <= share ? "pass" : "fail",
      });
    }
    return found;
  });
  return {
    name: "spurious fixed points: a line",
    claim:
      "Birth-death leaves every spurious fixed point of gradient descent (18) with any mass, however little, where V is lower, after a time logarithmic in that mass; with none there it stays.",
    verdict: combine(findings),
    findings,
    notes: [
      `Double well with tilt ${config.tilt}: dF = ${drop.toFixed(6)}; finite volumes, ${config.cells} cells, which carry no mass across the top.`,
    ],
    tables: [
      {
        title: `From a share eps in the deeper well, to t = ${config.end}`,
        header: ["eps", "E - E*, gradient descent", "E - E*, birth-death", "passes dF / 2 at"],
        rows: rows.map((row) => [show(row.share), show(row.descent), show(row.birthDeath), show(row.crossing)]),
      },
    ],
    figures: [],
    settings: { ...config },
  };
}

/** Share of the gap that V may vary by where it is stuck. */
const FLAT = 0.01;

export function reportNetwork(config: NetworkConfig, outcomes: readonly NetworkOutcome[]): StudyResult {
  const last = ({ points }: NetworkOutcome) => points[points.length - 1];
  const stuck = outcomes.find(({ dynamics }) => dynamics === "birth-death");
  if (stuck === undefined) throw new RangeError("birth-death is compared with");
  const end = last(stuck);
  const findings: Finding[] = [
    {
      text: `birth-death ends at E = ${show(end.energy)} with V = Vbar within ${show(end.residualOnSupport)} on its support and ${show(end.gap)} below it elsewhere (asked: the first at most ${FLAT} of the second)`,
      verdict: stuck.converged && end.residualOnSupport <= FLAT * end.gap ? "pass" : "fail",
    },
    ...outcomes
      .filter((outcome) => outcome !== stuck)
      .map((outcome): Finding => {
        const { energy, error, gap } = last(outcome);
        if (outcome.dynamics === "gradient-descent") {
          return {
            text: `gradient-descent is no lower, at E = ${show(energy)} and gap ${show(gap)} (asked: E at least that of birth-death but for ${show(error + end.error)})`,
            verdict: outcome.converged && energy >= end.energy - error - end.error ? "pass" : "fail",
          };
        }
        return {
          text: `${outcome.dynamics} goes on to E = ${show(energy)}, gap ${show(gap)} (asked: E below that of birth-death by more than ${show(error + end.error)}, the errors of both)`,
          verdict: outcome.converged && energy < end.energy - error - end.error ? "pass" : "fail",
        };
      }),
  ];
  return {
    name: "spurious fixed points: a network",
    claim:
      "Units gathered beside one component of a mixture are at a spurious fixed point (18) of birth-death, which has no mass elsewhere; units that come back from a prior leave it.",
    verdict: combine(findings),
    findings,
    notes: [
      `Characteristics at tolerance ${config.tolerance}, whose nodes end 7.5 standard deviations from y = -2: what the normal law has beyond counts as none.`,
    ],
    tables: [
      {
        title: "Energy and gap",
        header: ["dynamics", ...config.times.flatMap((time) => [`E at t = ${time}`, "gap"])],
        rows: outcomes.map(({ dynamics, points }) => [
          dynamics,
          ...points.flatMap(({ energy, gap }) => [energy.toExponential(4), show(gap)]),
        ]),
      },
    ],
    figures: [],
    settings: { ...config },
  };
}
