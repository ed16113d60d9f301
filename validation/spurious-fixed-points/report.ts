import type { DynamicsName } from "../../src/problem/dynamics.ts";
import { atMost, type Claim, holds, show } from "../claims.ts";
import { reinjects } from "../shared/motions.ts";
import { resultOf, type StudyResult, tabulate } from "../study.ts";
import { predictedWait, type SharesConfig, type SharesOutcome } from "./line.ts";
import type { NetworkConfig, NetworkOutcome } from "./network.ts";

export const CLAIM =
  "Birth-death leaves every spurious fixed point of gradient descent (18) with any mass, however little, where V is lower, after a time logarithmic in that mass; with none there it stays.";

export function reportShares(config: SharesConfig, { drop, error, rows }: SharesOutcome): StudyResult {
  // dF of the cells, off by h^2 at most, is the rate of the odds: waits are off by that share of themselves, and starts by a rounded cell.
  const share = (2 * error) / drop;
  const claims = rows.flatMap((row, k): Claim[] => {
    const eps = `eps = ${show(row.share)}`;
    const stuck = `${eps}: gradient descent ends at E - E* = ${show(row.descent)}, from (1 - eps) dF`;
    const birthDeath = `${eps}: birth-death ends at E - E* = ${show(row.birthDeath)}`;
    const found = [atMost(stuck, Math.abs(row.descent - (1 - row.share) * drop), error)];
    if (row.share === 0) return [...found, atMost(`${birthDeath}, from dF`, Math.abs(row.birthDeath - drop), error)];
    found.push(atMost(birthDeath, row.birthDeath, error));
    if (k === 0) return found;
    const wait = row.crossing - rows[k - 1].crossing;
    const predicted = predictedWait(config, drop, row.share, rows[k - 1].share);
    const passes = `and passes dF / 2 at t = ${row.crossing.toFixed(3)}, ${wait.toFixed(4)} after eps = ${show(rows[k - 1].share)}, predicted ${predicted.toFixed(4)}; relative difference`;
    return [...found, atMost(passes, Math.abs(wait / predicted - 1), share)];
  });
  return resultOf({
    name: "spurious fixed points: a line",
    claim: CLAIM,
    claims,
    notes: [
      `Double well with tilt ${config.tilt}: dF = ${drop.toFixed(6)}; finite volumes, ${config.cells} cells, which carry no mass across the top.`,
    ],
    tables: [
      tabulate(
        `From a share eps in the deeper well, to t = ${config.end}`,
        ["eps", "E - E*, gradient descent", "E - E*, birth-death", "passes dF / 2 at"],
        rows,
        ["share", "descent", "birthDeath", "crossing"],
      ),
    ],
    settings: config,
  });
}

/** Share of the gap that V may vary by where it is stuck. */
const FLAT = 0.01;

/** Where the units stay, and what they are compared with. */
const STUCK: DynamicsName = "birth-death";

export function reportNetwork(config: NetworkConfig, outcomes: readonly NetworkOutcome[]): StudyResult {
  const last = ({ points }: NetworkOutcome) => points[points.length - 1];
  const stuck = outcomes.find(({ dynamics }) => dynamics === STUCK);
  if (stuck === undefined) throw new RangeError("birth-death is compared with");
  const end = last(stuck);
  const others = outcomes.filter((outcome) => outcome !== stuck);
  const claims = others.map((outcome): Claim => {
    const { dynamics, converged } = outcome;
    const { energy, error, gap } = last(outcome);
    const both = error + end.error;
    const [lower, where] = [energy < end.energy - both, `E = ${show(energy)}, gap ${show(gap)}`];
    const stays = `E at least that of birth-death but for ${show(both)}`;
    if (!reinjects(dynamics)) return holds(`${dynamics} is no lower, at ${where}`, stays, converged && !lower);
    const required = `E below that of birth-death by more than ${show(both)}, the errors of both`;
    return holds(`${dynamics} goes on to ${where}`, required, converged && lower);
  });
  const stays = `birth-death ends at E = ${show(end.energy)}, and V differs from Vbar on its support by`;
  const below = `${FLAT} of how far it lies below elsewhere, ${show(end.gap)}`;
  return resultOf({
    name: "spurious fixed points: a network",
    claim:
      "Units gathered beside one component of a mixture are at a spurious fixed point (18) of birth-death, which has no mass elsewhere; units that come back from a prior leave it.",
    claims: [atMost(stays, stuck.converged ? end.residualOnSupport : Number.NaN, FLAT * end.gap, below), ...claims],
    notes: [
      `Characteristics at tolerance ${config.tolerance}, whose nodes end 7.5 standard deviations from y = -2: what the normal distribution has beyond counts as none.`,
    ],
    tables: [
      tabulate(
        "Energy and gap",
        ["dynamics", ...config.times.flatMap((time) => [`E at t = ${time}`, "gap"])],
        outcomes,
        ({ dynamics, points }) => [dynamics, ...points.flatMap(({ energy, gap }) => [energy.toExponential(4), gap])],
      ),
    ],
    settings: config,
  });
}
