import { type ParticleFamily, termsOf } from "../../src/problem/dynamics.ts";
import { createProblem, type Problem } from "../../src/problem/problem.ts";
import { PREDICTED_SCHEMES, schemesFollowing, WEIGHTED_SCHEMES } from "../../src/schemes/schemes.ts";
import { inSequence } from "../shared/sizes.ts";
import { defineStudy, inTurn, type StudyContext } from "../study.ts";
import { measurePredictions, sourceOverTime } from "./measure.ts";
import { reportPredictions, reportQuenching } from "./report.ts";

const predicted = (family: ParticleFamily) =>
  schemesFollowing(family).filter((name) => PREDICTED_SCHEMES.includes(name) && !WEIGHTED_SCHEMES.includes(name));

/** Descent alone can be had of every problem. */
const CONTROL = predicted("gradient-descent");
const ALL = [...predicted("birth-death"), ...CONTROL];

/** Whether a problem has births and deaths, and motion. */
function exchanges(problem: Problem): boolean {
  const { transport, reaction } = termsOf(problem);
  return transport && reaction !== null;
}

async function ownProblems({ load }: StudyContext): Promise<Problem[]> {
  const { definition: well } = await load("double-well");
  const { definition: repulsion } = await load("gaussian-repulsion");
  const potential = { F: "0.25*(x^2-1)^2 + 0.15*x", K: { type: "convolution" as const, expression: "1.5*cos(x)" } };
  const interacting = { ...well, name: "double-well with cosine interaction", alpha: 2, potential };
  const time = { end: 1, snapshots: [0, 0.5, 1] };
  return inSequence([well, interacting, repulsion], (definition) => createProblem({ ...definition, time }));
}

export const predictionStudy = defineStudy({
  name: "predictions",
  title: "Predicted fluctuations",
  claim:
    "The size of the fluctuations of every scheme, observable and time follows from the mean-field limit alone, by its adjoint.",
  takesProblems: true,
  seconds: { quick: 40, full: 250 },
  sizes: { quick: { n: 500, replicas: 400 }, full: { n: 1000, replicas: 4000 } },
  async run(context, sizes) {
    const { workers, problems, keep } = context;
    const own = problems.length > 0 ? problems : await ownProblems(context);
    const results = await inTurn(own, context, async (problem, onReplica, keepPart) => {
      const first = problem.snapshotTimes.find((time) => time > 0) ?? problem.end;
      const config = {
        ...{ problem, workers, ...sizes },
        schemes: exchanges(problem) ? ALL : CONTROL,
        dt: first / 10,
        seed: context.seedFrom(2501) + 10 * own.indexOf(problem),
      };
      return reportPredictions(config, await measurePredictions(config, onReplica, keepPart));
    });
    for (const [k, problem] of own.entries()) {
      if (!exchanges(problem)) continue;
      const source = await keep(`source-${k + 1}`, () => sourceOverTime(problem));
      results.push(reportQuenching(problem, source));
    }
    return results;
  },
});
