import { InputError, serialiseError } from "../../errors.ts";
import { encodeNpz } from "../../files/npz.ts";
import { runReplica } from "../../particles/replica.ts";
import { checkSimulateOptions } from "../../particles/simulate-options.ts";
import { createProblem } from "../../problem/problem.ts";
import type { ProblemInput } from "../../problem-file/problem-file.ts";
import { type Configuration, gridOf, MOST_CELLS, withoutParticles } from "./configuration.ts";
import { MOST_DRAWN } from "./frames.ts";
import { checkKept } from "./mean-field-run.ts";
import type { CheckEvent, CheckRequest, FileRequest, PaceRequest } from "./messages.ts";
import { measurePace } from "./pace.ts";
import { createParticleRun } from "./particle-run.ts";
import { type Question, questionsOf } from "./questions.ts";
import { watchSteps } from "./watched-steps.ts";

/** Answers requests one after the other. Only the newest check is of use: those that were overtaken while waiting are dropped. */
export function createCheck(post: (event: CheckEvent) => void): (request: CheckRequest | FileRequest | PaceRequest) => void {
  const waiting: (CheckRequest | FileRequest | PaceRequest)[] = [];
  let busy = false;

  async function answerAll(): Promise<void> {
    busy = true;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) post(await answer(next));
    busy = false;
  }

  return (request) => {
    const overtaken = request.type === "check" ? waiting.findIndex(({ type }) => type === "check") : -1;
    if (overtaken >= 0) waiting.splice(overtaken, 1);
    waiting.push(request);
    if (!busy) void answerAll();
  };
}

async function answer(request: CheckRequest | FileRequest | PaceRequest): Promise<CheckEvent> {
  const { id } = request;
  try {
    switch (request.type) {
      case "check":
        return { type: "good", id, ...(await checkConfiguration(request)) };
      case "pace":
        return { type: "pace", id, seconds: await measurePace(request.configuration) };
      case "particle-file":
        return { type: "particle-file", id, bytes: await encodeParticles(request.configuration) };
    }
  } catch (error) {
    return { type: "refused", id, error: serialiseError(error) };
  }
}

/**
 * Takes the first step of both runs as well: F is evaluated on the grid, and a kernel that cannot take so many particles says so, only there.
 *
 * @throws InputError for the first thing that is wrong, with the message of the command line.
 */
async function checkConfiguration({
  problem: input,
  particles,
  grid,
}: CheckRequest): Promise<{ configuration: Configuration; questions: Question[] }> {
  checkSize(input, particles.n);
  const problem = await createProblem(input as ProblemInput);
  const configuration: Configuration = { problem: problem.definition, particles, ...(grid === "fixed" ? {} : { grid }) };
  const follows = withoutParticles(configuration) === null;
  if (follows) checkSimulateOptions(problem, particles.scheme, particles);
  checkKept(problem, follows ? Math.min(particles.n, MOST_DRAWN) : 0);
  const { done, value: start } = watchSteps(problem, gridOf(configuration)).next();
  if (follows) createParticleRun(problem, particles).step(null);
  const questions = done || start.snapshot === null ? [] : questionsOf(problem, start.snapshot.density, start.V);
  return { configuration, questions };
}

/** Particles whose step takes a page some seconds. */
const MOST_PARTICLES = 4e6;

/**
 * By arithmetic, before anything is allocated.
 *
 * @param input as it was typed: what is no number here is refused with its place when it is read.
 */
function checkSize(input: unknown, n: number): void {
  const variables: Readonly<Record<string, { cells?: unknown } | null>> = (input as Partial<ProblemInput> | null)?.variables ?? {};
  const cells = Object.values(variables).map((axis) => axis?.cells);
  const all = cells.reduce((product: number, count) => product * (typeof count === "number" && count >= 1 ? count : 1), 1);
  if (all > MOST_CELLS) {
    const field = cells.length === 1 ? `variables.${Object.keys(variables)[0]}.cells` : "variables";
    throw new InputError(field, cells.join(" x "), "too many cells for a page", `use at most ${MOST_CELLS} in all`);
  }
  if (n > MOST_PARTICLES)
    throw new InputError("--n", n, "too many particles for a page", `use at most ${MOST_PARTICLES}; bdpde particles takes more`);
}

/** What `bdpde particles --out` writes with the same settings. */
async function encodeParticles({ problem: definition, particles }: Configuration): Promise<Uint8Array> {
  const problem = await createProblem(definition);
  const options = { ...particles, keepPositions: true };
  checkSimulateOptions(problem, particles.scheme, options);
  return encodeNpz(problem, { ...particles, replicas: 1, records: [runReplica(problem, options, 0)] });
}
