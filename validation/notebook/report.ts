import { combine, type Finding, judgeInterval, show, showInterval } from "../claims.ts";
import type { StudyResult } from "../study.ts";
import {
  type Compared,
  type NoiseRow,
  type NotebookConfig,
  type NotebookOutcome,
  type OrderRow,
  SCHEMES_COMPARED,
} from "./measure.ts";

const CLAIM =
  "The scheme of the authors' notebook and Algorithm 1 follow the same equation as dt -> 0, each at order 1 with constants of its own; at fixed dt the notebook's scheme depends on the zero of V and Algorithm 1 does not.";

/** Order 1, with what the next term adds at the steps that are fitted. */
const ORDER_ONE = [0.85, 1.15] as const;
/** Rounding decides on no event in these runs; energies of shifted problems round like the shift. */
const ROUNDING = 1e-12;

export function reportNotebook(config: NotebookConfig, outcome: NotebookOutcome): StudyResult {
  const findings = [...findOrders(config, outcome), findParticles(outcome), ...findShifts(outcome), ...findNoise(outcome)];
  return {
    name: "notebook: mixture of Gaussians",
    claim: CLAIM,
    verdict: combine(findings),
    findings,
    notes: [
      "Step by step: the notebook kills with probability min(a V, 1) and copies with min(a |V|, 1), a = alpha dt, where Algorithm 1 has 1 - e^{-a |V - Vbar|}; it takes no mean off V; missing particles are copied from all that are there. Without a cut-off its mean-field map is w <- w (1 - a' (V - Vbar)), a' = a / (1 - a Vbar): birth and death at another rate, which differs from alpha by O(dt).",
      "A constant added to F changes no law of mass 1: not (13), and not Algorithm 1. In the notebook's scheme it multiplies the rate by 1 / (1 - a Vbar), and it kills or duplicates a share a |Vbar| of all particles at every step, which control puts back at random: noise that the equation knows nothing of. Where a |V| >= 1 for all particles of one sign, there is no choice among them left.",
      "For the mixture itself the mean of |V| is 0.04 at t = 1 and a = 0.05 in the notebook, so that two particles in a thousand die or are duplicated in a step and none of this matters there; the comment in the notebook that the mean is optional holds for its problem.",
    ],
    tables: tablesOf(config, outcome),
    figures: figuresOf(config, outcome),
    settings: { ...config, problem: config.problem.definition },
  };
}

/** The first-order term of the notebook's scheme in the energy is next to nothing for this problem, so that no order shows in it. */
const isJudged = ({ quantity }: OrderRow) => quantity === "size" || quantity === "spread";

function findOrders({ steps, problem }: NotebookConfig, { orders }: NotebookOutcome): Finding[] {
  const dt = problem.end / steps[steps.length - 1];
  const constant = (scheme: Compared, quantity: string) =>
    (orders.find((row) => row.scheme === scheme && row.quantity === quantity)?.differences.at(-1) ?? Number.NaN) / dt;
  return orders.filter(isJudged).map(({ scheme, quantity, fit }) => ({
    text: `${scheme}: its map tends to the equation in ${quantity} at order ${fit.slope.toFixed(3)}, 95% interval ${showInterval(fit.interval)} (asked: ${ORDER_ONE.join(" to ")}); difference ${show(constant(scheme, quantity))} dt`,
    verdict: judgeInterval([fit.slope, fit.slope], ORDER_ONE),
  }));
}

function findParticles({ scores, scoreLimit }: NotebookOutcome): Finding {
  const most = Math.max(...scores.map(({ score }) => Math.abs(score)));
  const apart = Math.max(...scores.map(({ scoreFromOther }) => Math.abs(scoreFromOther)));
  return {
    text: `particles of both schemes are within ${show(most)} standard errors of the map of their own (asked: at most ${show(scoreLimit)}) and up to ${show(apart)} from that of the other`,
    verdict: most > scoreLimit ? "fail" : apart > scoreLimit ? "pass" : "inconclusive",
  };
}

function findShifts({ shifts }: NotebookOutcome): Finding[] {
  const spread = (scheme: Compared) =>
    Math.max(
      ...[...new Set(shifts.map(({ steps }) => steps))].map((steps) => {
        const energies = shifts.filter((row) => row.steps === steps).map((row) => row.energies[scheme]);
        return Math.max(...energies) - Math.min(...energies);
      }),
    );
  const [own, theirs] = SCHEMES_COMPARED.map(spread);
  return [
    {
      text: `with F + b in place of F the map of Algorithm 1 changes by ${show(own)} in E - b (asked: at most ${ROUNDING})`,
      verdict: own <= ROUNDING ? "pass" : "fail",
    },
    {
      text: `that of the notebook by up to ${show(theirs)} (asked: more than 1e-4)`,
      verdict: theirs > 1e-4 ? "pass" : "fail",
    },
    ...shifts
      .filter(({ events }) => events > 1 - ROUNDING)
      .map(({ shift, steps, perStep, energies, descent }): Finding => {
        const difference = Math.abs(energies["authors-notebook"] - descent);
        return {
          text: `with b = ${shift} and alpha dt |b| = ${show(perStep)} in ${steps} steps all particles are duplicated at once, and birth and death do nothing: ${show(difference)} from the map of gradient descent (asked: at most ${ROUNDING})`,
          verdict: difference <= ROUNDING ? "pass" : "fail",
        };
      }),
  ];
}

function findNoise({ noise }: NotebookOutcome): Finding[] {
  const of = (scheme: Compared) => noise.filter((row) => row.scheme === scheme);
  const spread = (row: NoiseRow) => row.variances.find(({ quantity }) => quantity === "spread") ?? row.variances[0];
  const own = of("algorithm-1");
  const change = Math.max(...own.map((row) => Math.abs(spread(row).value / spread(own[0]).value - 1)));
  const theirs = of("authors-notebook");
  const [first, last] = [spread(theirs[0]), spread(theirs[theirs.length - 1])];
  const ratio = last.value / first.value;
  const relativeError = Math.hypot(last.error / last.value, first.error / first.value);
  const [low, high] = [-3, 3].map((errors) => ratio * Math.exp(errors * relativeError));
  return [
    {
      text: `Algorithm 1: n Var of the spread changes by ${show(change)} of itself over all shifts, with the same random numbers (asked: at most 1e-6)`,
      verdict: change <= 1e-6 ? "pass" : "fail",
    },
    {
      text: `the notebook's scheme: n Var of the spread is ${ratio.toFixed(2)} times larger with b = ${theirs[theirs.length - 1].shift} than with 0, within ${showInterval([low, high], 2)} by 3 standard errors of its logarithm (asked: above 1)`,
      verdict: judgeInterval([low, high], [1, Infinity]),
    },
  ];
}

function tablesOf({ steps, problem }: NotebookConfig, { orders, scores, shifts, noise, exact }: NotebookOutcome) {
  return [
    {
      title: `Map minus equation at t = ${problem.end}`,
      header: ["scheme", "quantity", "equation", ...steps.map((count) => `dt = 1/${count / problem.end}`), "order", "low", "high"],
      rows: orders.map(({ scheme, quantity, differences, fit }) => [
        scheme,
        quantity,
        exact[quantity],
        ...differences,
        ...[fit.slope, ...fit.interval].map((value) => value.toFixed(3)),
      ]),
    },
    {
      title: "Particles against the maps",
      header: ["scheme", "quantity", "map", "particles", "+-", "score", "score from the other map"],
      rows: scores.map(({ scheme, quantity, map, mean, error, score, scoreFromOther }) => [
        scheme,
        quantity,
        map,
        mean,
        error,
        score.toFixed(2),
        scoreFromOther.toFixed(2),
      ]),
    },
    {
      title: "F + b in place of F: E - b by the maps, and what the notebook's control has to mend in a step",
      header: ["b", "steps", "alpha dt |b|", "Algorithm 1", "notebook", "gradient descent", "mass missing", "events per particle"],
      rows: shifts.map(({ shift, steps: count, perStep, energies, descent, deficit, events }) => [
        shift,
        count,
        perStep,
        ...SCHEMES_COMPARED.map((scheme) => energies[scheme]),
        descent,
        deficit,
        events,
      ]),
    },
    {
      title: "Noise of particles with F + b in place of F",
      header: ["scheme", "b", "quantity", "n Var", "+-", "mean of E - b"],
      rows: noise.flatMap(({ scheme, shift, variances, energy }) =>
        variances.map(({ quantity, value, error }) => [scheme, shift, quantity, value, error, energy]),
      ),
    },
  ];
}

function figuresOf({ steps, problem }: NotebookConfig, { orders }: NotebookOutcome) {
  return [
    {
      title: "Map minus equation against dt",
      x: { title: "dt", log: true },
      y: { title: "|difference|", log: true },
      traces: orders.filter(isJudged).map(({ scheme, quantity, differences, fit }) => ({
        name: `${scheme}, ${quantity}: ${fit.slope.toFixed(2)}`,
        x: steps.map((count) => problem.end / count),
        y: differences.map(Math.abs),
        mode: "lines+markers" as const,
        dashed: quantity === "size",
      })),
    },
  ];
}
