import { createProblem } from "../../problem/problem.ts";
import { type Configuration, gridOf } from "./configuration.ts";
import { watchSteps } from "./watched-steps.ts";

/** Seconds of steps that are measured, and the fewest steps. The first step is left out: it makes what the others use. */
const MEASURED = 0.4;
const FEWEST_STEPS = 3;

/** Seconds that the mean field of a configuration takes to its end, from those of its first steps: more where these are longer than the later ones. */
export async function measurePace(configuration: Configuration): Promise<number> {
  const problem = await createProblem(configuration.problem);
  const end = problem.snapshotTimes[problem.snapshotTimes.length - 1];
  const steps = watchSteps(problem, gridOf(configuration));
  let from: { time: number; now: number } | null = null;
  for (let taken = 0; ; ) {
    const { done, value } = steps.next();
    const now = performance.now();
    if (done) return from === null ? 0 : (now - from.now) / 1000;
    if (value.time === 0) continue;
    if (from === null) {
      from = { time: value.time, now };
      continue;
    }
    const seconds = (now - from.now) / 1000;
    if (++taken >= FEWEST_STEPS && seconds > MEASURED) return (seconds * end) / (value.time - from.time);
  }
}
