import { nameOfDynamics } from "../../src/problem/dynamics.ts";
import { atLeast, atMost, type ChanceClaim, type Claim, consistent, seen, show, within } from "../claims.ts";
import { AXES } from "../shared/axes.ts";
import { drawOrders } from "../shared/orders.ts";
import { resultOf, type StudyResult, tabulate, tabulateFields } from "../study.ts";
import { type Compared, type NotebookConfig, type NotebookOutcome, type OrderRow, SCHEMES_COMPARED } from "./measure.ts";

export const CLAIM =
  "The scheme of the authors' notebook and Algorithm 1 follow the same equation as dt -> 0, each at order 1 with constants of its own; at fixed dt the notebook's scheme depends on the zero of V and Algorithm 1 does not.";

/** Rounding decides on no event in these runs; energies of shifted problems round like the shift. */
const ROUNDING = 1e-12;
/** What a shift must change at least to be seen, and at most where it must change nothing. */
const SHIFTED = 1e-4;
const SAME_NOISE = 1e-6;

export function reportNotebook(config: NotebookConfig, outcome: NotebookOutcome): StudyResult {
  const judged = outcome.orders.filter(isJudged);
  return resultOf({
    name: "notebook: mixture of Gaussians",
    claim: CLAIM,
    claims: [...judged.map(claimMap), ...claimParticles(config, outcome), ...claimShifts(outcome), ...claimNoise(outcome)],
    notes: [
      "Step by step: the notebook kills with probability min(a V, 1) and copies with min(a |V|, 1), a = alpha dt, where Algorithm 1 has 1 - e^{-a |V - Vbar|}; it takes no mean off V; missing particles are copied from all that are there. Without a cut-off its mean-field map is w <- w (1 - a' (V - Vbar)), a' = a / (1 - a Vbar): birth and death at another rate, which differs from alpha by O(dt).",
      "A constant added to F changes nothing for measures of mass 1: not (13), and not Algorithm 1. In the notebook's scheme it multiplies the rate by 1 / (1 - a Vbar), and it kills or duplicates a share a |Vbar| of all particles at every step, which control puts back at random: noise that the equation knows nothing of. Where a |V| >= 1 for all particles of one sign, there is no choice among them left.",
      "For the mixture itself the mean of |V| is 0.04 at t = 1 and a = 0.05 in the notebook, so that two particles in a thousand die or are duplicated in a step and none of this matters there; the comment in the notebook that the mean is optional holds for its problem.",
    ],
    tables: tablesOf(config, outcome),
    figures: [
      drawOrders("Map minus equation against dt", AXES.step, { title: "difference", symbol: "|map - PDE|" }, judged, {
        dynamics: () => nameOfDynamics(config.problem.dynamics),
      }),
    ],
    settings: config,
  });
}

/** The first-order term of the notebook's scheme in the energy is next to nothing for this problem, so that no order shows in it. */
const isJudged = ({ quantity }: OrderRow) => quantity === "size" || quantity === "spread";

/** By the slope itself: an interval from three points says little. */
function claimMap({ scheme, quantity, h, errors, fit, expected }: OrderRow): Claim {
  const constant = show(errors[errors.length - 1] / h[h.length - 1]);
  const what = `${scheme}: its map tends to the equation in ${quantity}, difference ${constant} dt, at the order`;
  return within(what, [fit.slope, fit.slope], expected);
}

function claimParticles({ particles }: NotebookConfig, { scores }: NotebookOutcome): ChanceClaim[] {
  const freedom = particles.replicas - 1;
  const most = (key: "score" | "scoreFromOther") => Math.max(...scores.map((row) => Math.abs(row[key])));
  return [
    consistent("particles of both schemes, at most from the map of their own", { z: most("score"), freedom }, scores.length),
    seen("and from that of the other", { z: most("scoreFromOther"), freedom }),
  ];
}

function claimShifts({ shifts }: NotebookOutcome): Claim[] {
  const [own, theirs] = SCHEMES_COMPARED.map((scheme) => {
    const spreads = [...new Set(shifts.map(({ steps }) => steps))].map((steps) => {
      const energies = shifts.filter((row) => row.steps === steps).map((row) => row.energies[scheme]);
      return Math.max(...energies) - Math.min(...energies);
    });
    return Math.max(...spreads);
  });
  const still = shifts.filter(({ events }) => events > 1 - ROUNDING);
  return [
    atMost("with F + b in place of F the map of Algorithm 1 changes in E - b by", own, ROUNDING),
    atLeast("that of the notebook by up to", theirs, SHIFTED),
    ...still.map(({ shift, steps, perStep, energies, descent }) => {
      const what = `with b = ${shift} and alpha dt |b| = ${show(perStep)} in ${steps} steps all particles are duplicated at once, and birth and death do nothing: from the map of gradient descent`;
      return atMost(what, Math.abs(energies["authors-notebook"] - descent), ROUNDING);
    }),
  ];
}

function claimNoise({ noise }: NotebookOutcome): (Claim | ChanceClaim)[] {
  const spreads = (scheme: Compared) =>
    noise
      .filter((row) => row.scheme === scheme)
      .map(({ shift, variances }) => ({ shift, ...(variances.find(({ quantity }) => quantity === "spread") ?? variances[0]) }));
  const own = spreads("algorithm-1");
  const theirs = spreads("authors-notebook");
  const [first, last] = [theirs[0], theirs[theirs.length - 1]];
  const ratio = last.value / first.value;
  const same = "Algorithm 1: n Var of the spread changes by a share of itself over all shifts, with the same random numbers";
  const larger = `the notebook's scheme: n Var of the spread is ${ratio.toFixed(2)} times larger with b = ${last.shift} than with 0, its logarithm above 0 by`;
  return [
    atMost(same, Math.max(...own.map(({ value }) => Math.abs(value / own[0].value - 1))), SAME_NOISE),
    seen(larger, { z: Math.log(ratio) / Math.hypot(last.error / last.value, first.error / first.value) }),
  ];
}

function tablesOf({ steps, problem }: NotebookConfig, { orders, scores, shifts, noise, exact }: NotebookOutcome) {
  return [
    tabulate(
      `Map minus equation at t = ${problem.end}`,
      ["scheme", "quantity", "equation", ...steps.map((count) => `dt = 1/${count / problem.end}`), "order", "low", "high"],
      orders,
      ({ scheme, quantity, errors, fit }) => [
        ...[scheme, quantity, exact[quantity], ...errors],
        ...[fit.slope, ...fit.interval].map((value) => value.toFixed(3)),
      ],
    ),
    tabulateFields("Particles against the maps", scores),
    tabulateFields(
      "F + b in place of F: E - b by the maps, and what the notebook's control has to mend in a step",
      shifts.map(({ energies, ...row }) => ({ ...row, ...energies })),
    ),
    tabulateFields(
      "Noise of particles with F + b in place of F: n Var, and the mean of E - b",
      noise.flatMap(({ variances, ...row }) => variances.map((variance) => ({ ...row, ...variance }))),
    ),
  ];
}
