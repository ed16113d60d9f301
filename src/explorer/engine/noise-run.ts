import { InputError, InvariantError } from "../../errors.ts";
import { distanceNoise } from "../../fluctuations/distance-noise.ts";
import { replicaSteps } from "../../particles/replica.ts";
import { createProblem, type Problem, withSnapshots } from "../../problem/problem.ts";
import { SCHEMES } from "../../schemes/schemes.ts";
import type { Configuration, ParticleSettings } from "./configuration.ts";
import { distancesTo, type Marginal, PROBABILITIES } from "./distances.ts";
import { framesOfSteps, withFrames } from "./frame-times.ts";
import { createMeanFieldRun } from "./mean-field-run.ts";
import type { NoiseEvent, NoiseRequest } from "./messages.ts";
import { createPump } from "./pump.ts";

/** Of the quantiles: the last but one that there is, beside that of distances.ts, so that its random numbers are not those of particles. */
const SEED = 2 ** 32 - 2;
/** Further replicas of the seed, on a line, where their curves can be told from a band. */
const MOST_REPLICAS = 8;
/** Milliseconds after which no other one is begun. */
const PATIENCE = 3000;

/** Times at which the noise is predicted: by dimension, without K and with it. */
const TIMES = [
  [24, 16],
  [12, 6],
  [6, 4],
] as const;

/**
 * Predicts how far the particles of a scheme scatter, time by time, and then runs a few others like them. All of one request is done before the next, but for a newer one.
 */
export function createNoise(post: (event: NoiseEvent) => void): (request: NoiseRequest) => Promise<void> {
  let run = 0;
  let steps: Generator<void, void, void> | null = null;
  const pump = createPump(() => {
    if (steps === null) return false;
    try {
      if (!steps.next().done) return true;
    } catch (error) {
      if (!(error instanceof InputError || error instanceof InvariantError)) throw error;
      post({ type: "absent", run, why: error instanceof InputError ? reasonOf(error) : "its steps are unstable" });
    }
    steps = null;
    post({ type: "done", run });
    return false;
  });

  return async (request) => {
    run = request.run;
    steps = null;
    const problem = await createProblem(withFrames(request.configuration.problem));
    const marginals = problem.grid.dimension === 1 ? await marginalsOfRun(request.configuration) : null;
    if (run !== request.run) return;
    steps = noiseOf(problem, request.configuration.particles, marginals, (event) => post({ ...event, run }));
    pump.start();
  };
}

function reasonOf({ field, message }: InputError): string {
  return field === "--scheme"
    ? "there is no theory of it"
    : message
        .slice(message.indexOf(": ") + 1)
        .replace(/;.*$/, "")
        .trim();
}

type Found = { type: "predicted"; time: number; quantiles: number[][] } | { type: "replica"; times: number[]; distances: number[] };

function* noiseOf(
  problem: Problem,
  { scheme, n, dt, seed }: ParticleSettings,
  marginals: readonly Marginal[][] | null,
  post: (found: Found) => void,
): Generator<void, void, void> {
  const all = problem.snapshotTimes;
  const met = framesOfSteps(all, dt);
  const wanted = TIMES[problem.grid.dimension - 1][problem.potential.kernel === null ? 0 : 1];
  const stride = Math.ceil((met.length - 1) / wanted);
  const chosen = met.filter((_, k) => k % stride === 0 || k === met.length - 1);
  const options = { scheme, n, dt, times: chosen.map((k) => all[k]), probabilities: PROBABILITIES, seed: SEED };
  for (const { time, quantiles } of distanceNoise(problem, options)) {
    post({ type: "predicted", time, quantiles });
    yield;
  }
  if (marginals === null) return;
  const begun = performance.now();
  for (let r = 1; r <= MOST_REPLICAS && performance.now() - begun < PATIENCE; r++) {
    const recorded = withSnapshots(problem, met.map((k) => all[k])); // biome-ignore format: one call
    const distances: number[] = [];
    for (const { row, points, weights } of replicaSteps(recorded, SCHEMES[scheme], { n, dt, seed, gap: false }, r)) {
      if (row === null) continue;
      distances.push(distancesTo(marginals[met[distances.length]], points, weights, n)[0].distance);
      if (performance.now() - begun > PATIENCE) return;
      yield;
    }
    post({ type: "replica", times: recorded.snapshotTimes.slice(), distances });
  }
}

async function marginalsOfRun({ problem }: Configuration): Promise<Marginal[][]> {
  const run = await createMeanFieldRun(withFrames(problem));
  while (run.solution === null) run.step();
  return run.marginals;
}
