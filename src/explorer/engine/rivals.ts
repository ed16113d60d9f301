import { serialiseError } from "../../errors.ts";
import { solveSteps } from "../../finite-volume/solve.ts";
import { DYNAMICS, nameOfDynamics, PLAIN_NAMES } from "../../problem/dynamics.ts";
import { createProblem } from "../../problem/problem.ts";
import { consequencesOf } from "../../problem/terms.ts";
import type { ProblemDefinition } from "../../problem-file/problem-file.ts";
import { withFrames } from "./frame-times.ts";
import type { RivalEvent, RivalRequest } from "./messages.ts";
import { createPump } from "./pump.ts";

/** The dynamics that are compared: they move mass and conserve it, and need no prior, so that every problem can be solved under them. */
export const RIVALS = PLAIN_NAMES.filter((name) => {
  const { transport, reaction, refusals } = DYNAMICS[name];
  return transport && consequencesOf(reaction).conservesMass && refusals["finite-volume"] === null;
});

interface Rival {
  steps: ReturnType<typeof solveSteps> | null;
  frames: number;
}

/** Solves the problem from the same start under the other dynamics, all in step, and posts their energies. */
export function createRivals(post: (event: RivalEvent) => void): (request: RivalRequest) => Promise<void> {
  let run = 0;
  let rivals: Rival[] = [];
  let allowed = Infinity;
  const pump = createPump(work);

  function work(): boolean {
    let behind = -1;
    rivals.forEach(({ steps, frames }, k) => {
      if (steps !== null && frames < allowed && (behind < 0 || frames < rivals[behind].frames)) behind = k;
    });
    if (behind < 0) return false;
    const rival = rivals[behind];
    try {
      const { done, value } = rival.steps!.next();
      if (done) rival.steps = null;
      else if (value.snapshot !== null) {
        const { time, energy, gap } = value.snapshot;
        rival.frames++;
        post({ type: "frame", run, rival: behind, frame: { time, energy, gap } });
      }
    } catch (error) {
      rival.steps = null;
      post({ type: "failed", run, rival: behind, error: serialiseError(error) });
    }
    return true;
  }

  async function start(requested: number, definition: ProblemDefinition): Promise<void> {
    run = requested;
    rivals = [];
    const dynamics = RIVALS.filter((name) => name !== nameOfDynamics(definition.dynamics));
    try {
      const problems = await Promise.all(dynamics.map((name) => createProblem(withFrames(definition), { dynamics: name })));
      if (run !== requested) return;
      rivals = problems.map((problem) => ({ steps: solveSteps(problem), frames: 0 }));
      post({ type: "rivals", run, names: dynamics });
      pump.start();
    } catch (error) {
      if (run === requested) post({ type: "failed", run, rival: null, error: serialiseError(error) });
    }
  }

  return async (request) => {
    if (request.type === "run") return start(request.run, request.problem);
    allowed = request.frames;
    pump.start();
  };
}
