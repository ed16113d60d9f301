import { type ErrorData, serialiseError } from "../../errors.ts";
import { encodeDensityNpz } from "../../files/npz.ts";
import type { ProblemDefinition } from "../../problem-file/problem-file.ts";
import { gridOf, withoutParticles } from "./configuration.ts";
import { withFrames } from "./frame-times.ts";
import { createMeanFieldRun, type MeanFieldRun } from "./mean-field-run.ts";
import type { WatchEvent, WatchRequest } from "./messages.ts";
import { createParticleRun, type ParticleRun } from "./particle-run.ts";
import { createPump } from "./pump.ts";

/** Milliseconds of work between two reports of the times reached. */
const MILLISECONDS_PER_REPORT = 150;

/**
 * Runs the mean field and the particles in step, the mean field first, and posts a frame of each at each snapshot. A new request replaces the
 * run; where its problem is the same, the mean field goes on and only the particles start anew.
 */
export function createWatch(post: (event: WatchEvent) => void): (request: WatchRequest) => Promise<void> {
  let run = 0;
  /** The run that the mean field was begun for, and its problem. */
  let origin = 0;
  let key = "";
  /** The snapshots of the problem that was requested. */
  let snapshots: ProblemDefinition["time"]["snapshots"] = [];
  let total = 0;
  let meanField: MeanFieldRun | null = null;
  let particles: ParticleRun | null = null;
  let allowed = Infinity;
  /** Milliseconds of work on either part of this run, and those of both at the last report. */
  const work = { meanField: 0, particles: 0 };
  let reported = 0;
  let finished = false;
  const pump = createPump(go);

  /** One step of whatever is behind. Returns whether there is more to do. */
  function go(): boolean {
    // All frames are followed by the rest of the run.
    const wanted = allowed >= total ? Infinity : allowed;
    const solving = meanField !== null && meanField.solution === null;
    const moving = particles !== null && !particles.done;
    const ahead = solving ? meanField!.marginals.length : Infinity;
    const before = performance.now();
    if (moving && particles!.next < Math.min(wanted, ahead)) {
      stepParticles();
      work.particles += performance.now() - before;
    } else if (solving && ahead < wanted) {
      stepMeanField();
      work.meanField += performance.now() - before;
    } else {
      if (!solving && !moving && meanField !== null && !finished) {
        finished = true;
        post({ type: "finished", run });
      }
      return false;
    }
    if (work.meanField + work.particles > reported + MILLISECONDS_PER_REPORT) {
      reported = work.meanField + work.particles;
      const seconds = { meanField: work.meanField / 1000, particles: work.particles / 1000 };
      post({ type: "progress", run, meanField: meanField?.time ?? 0, particles: particles?.time ?? 0, seconds });
    }
    return true;
  }

  function stepMeanField(): void {
    try {
      const frame = meanField!.step();
      if (frame !== null) post({ type: "mean-field", origin, frame });
    } catch (error) {
      meanField = null;
      post({ type: "failed", run, part: "mean field", error: serialiseError(error) });
    }
  }

  function stepParticles(): void {
    try {
      const frame = particles!.step(meanField?.marginals[particles!.next] ?? null);
      if (frame !== null) post({ type: "particles", run, frame, until: particles!.next });
    } catch (error) {
      particles = null;
      post({ type: "failed", run, part: "particles", error: serialiseError(error) });
    }
  }

  async function start(request: Extract<WatchRequest, { type: "run" }>): Promise<void> {
    run = request.run;
    const { problem, particles: settings } = request.configuration;
    const definition = withFrames(problem);
    snapshots = problem.time.snapshots;
    const kind = gridOf(request.configuration);
    const requested = JSON.stringify([definition, kind]);
    particles = null;
    finished = false;
    work.particles = 0;
    reported = work.meanField;
    if (meanField === null || origin !== request.holds || requested !== key) {
      meanField = null;
      work.meanField = 0;
      reported = 0;
      try {
        const created = await createMeanFieldRun(definition, kind);
        // A newer request came while this one was compiled.
        if (run !== request.run) return;
        meanField = created;
        origin = run;
        key = requested;
        total = created.setup.times.length;
      } catch (error) {
        if (run === request.run) post({ type: "failed", run, part: "mean field", error: serialiseError(error) });
        return;
      }
    }
    post({ type: "setup", run, origin, setup: meanField.setup });
    if (withoutParticles(request.configuration) === null) {
      try {
        particles = createParticleRun(meanField.problem, settings);
      } catch (error) {
        post({ type: "failed", run, part: "particles", error: serialiseError(error) });
      }
    }
    pump.start();
  }

  return async (request) => {
    if (request.type === "run") return start(request);
    if (request.type === "allow") {
      allowed = request.frames;
      pump.start();
      return;
    }
    if (request.run === run && meanField?.solution != null)
      post({ type: "density-file", run, file: densityFile(meanField, snapshots) });
  };
}

/** The densities at the snapshots of the problem, which the frames hold. */
function densityFile({ problem, snapshots }: MeanFieldRun, times: ProblemDefinition["time"]["snapshots"]): Uint8Array | ErrorData {
  const own = (k: number) => (typeof times === "number" ? (k * times) % (snapshots.length - 1) === 0 : times.includes(snapshots[k].time)); // biome-ignore format: one line
  try {
    return encodeDensityNpz(
      problem.grid,
      snapshots.filter((_, k) => own(k)),
    );
  } catch (error) {
    return serialiseError(error);
  }
}
