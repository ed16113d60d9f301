import { termsOf } from "../../src/problem/dynamics.ts";
import { createProblem, type Problem } from "../../src/problem/problem.ts";
import type { SchemeName } from "../../src/schemes/schemes.ts";
import { defineStudy, inTurn, type StudyContext } from "../study.ts";
import { measurePredictions, sourceOverTime } from "./measure.ts";
import { CLAIM, reportPredictions, reportQuenching } from "./report.ts";

/** Descent alone, the one that every problem has. */
const CONTROL: SchemeName = "gradient-descent";
const SCHEMES: readonly SchemeName[] = ["algorithm-1", "event-process", "resampling", "resampling-multinomial", CONTROL];

/** Whether a problem has births and deaths, and motion. */
function exchanges(problem: Problem): boolean {
  const { transport, reaction } = termsOf(problem);
  return transport && reaction !== null;
}

async function ownProblems({ load }: StudyContext): Promise<Problem[]> {
  const { definition } = await load("double-well");
  const time = { end: 1, snapshots: [0, 0.5, 1] };
  const interacting = await createProblem({
    ...definition,
    name: "double-well with cosine interaction",
    alpha: 2,
    potential: { F: "0.25*(x^2-1)^2 + 0.15*x", K: { type: "convolution", expression: "1.5*cos(x)" } },
    time,
  });
  const repulsion = await load("gaussian-repulsion");
  return [await createProblem({ ...definition, time }), interacting, await createProblem({ ...repulsion.definition, time })];
}

export const predictionStudy = defineStudy({
  name: "predictions",
  title: "Predicted fluctuations",
  claim: CLAIM,
  takesProblems: true,
  seconds: { quick: 34, full: 213 },
  sizes: { quick: { n: 500, replicas: 400 }, full: { n: 1000, replicas: 4000 } },
  async run(context, sizes) {
    const { workers, problems, progress } = context;
    const own = problems.length > 0 ? problems : await ownProblems(context);
    const results = await inTurn(own, progress, async (problem, onReplica) => {
      const first = problem.snapshotTimes.find((time) => time > 0) ?? problem.end;
      const config = {
        problem,
        schemes: SCHEMES.filter((scheme) => exchanges(problem) || scheme === CONTROL),
        ...sizes,
        dt: first / 10,
        seed: 2501 + 10 * own.indexOf(problem),
        workers,
      };
      return reportPredictions(config, await measurePredictions(config, onReplica));
    });
    for (const problem of own) {
      if (exchanges(problem)) results.push(reportQuenching(problem, await sourceOverTime(problem)));
    }
    return results;
  },
});
