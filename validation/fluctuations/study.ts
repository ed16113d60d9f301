import { defineStudy, inTurn, leftOut } from "../study.ts";
import { measureFluctuations } from "./measure.ts";
import { CLAIM, reportFluctuations } from "./report.ts";

export const fluctuationStudy = defineStudy({
  name: "fluctuations",
  title: "Fluctuation scaling",
  claim: CLAIM,
  takesProblems: true,
  seconds: { quick: 9, full: 19 },
  sizes: {
    quick: { sizes: [100, 316, 1000], replicas: 240 },
    full: { sizes: [100, 316, 1000, 3162], replicas: 400 },
  },
  async run({ workers, problems, load, progress, keep }, sizes) {
    const own = problems.length > 0 ? problems : [await load("gaussian-repulsion")];
    return inTurn(own, { progress, keep }, async (problem, onReplica, keepPart) => {
      const head = { name: "fluctuation scaling", claim: CLAIM };
      if (problem.observables.length === 0) return leftOut(head, problem, "no observables: there is nothing to fluctuate");
      const first = problem.snapshotTimes.find((time) => time > 0) ?? problem.end;
      const config = { problem, ...sizes, dt: first / 8, seed: 1843, workers, settles: problems.length === 0 };
      return reportFluctuations(config, await measureFluctuations(config, onReplica, keepPart));
    });
  },
});
