import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Configuration, ParticleSettings } from "../engine/configuration.ts";
import type { MeanFieldFrame, ParticleFrame, RivalFrame, RunSetup } from "../engine/frames.ts";
import type { RivalEvent, WatchEvent } from "../engine/messages.ts";
import { createPlayback, type Playback } from "./playback.ts";
import { createRivalSolver, createWatcher } from "./workers.ts";

/** A rival: the same problem and start under another dynamics. */
export interface Rival {
  /** `gradient-descent`, `birth-death`. */
  name: string;
  frames: readonly RivalFrame[];
}

/** W1 of an earlier run of the particles of the same problem. */
export interface EarlierRun {
  /** What it ran with, e.g. `n = 250, dt = 0.01`. */
  label: string;
  times: readonly number[];
  /** W1 along the first axis. */
  distances: readonly number[];
}

/** What the page shows. Frames come in order, from the first on; arrays are replaced as they grow. */
export interface View {
  /** The last good configuration: the one that runs. */
  configuration: ReadonlySignal<Configuration>;
  setup: ReadonlySignal<RunSetup | null>;
  meanField: ReadonlySignal<readonly MeanFieldFrame[]>;
  particles: ReadonlySignal<readonly ParticleFrame[]>;
  rivals: ReadonlySignal<readonly Rival[]>;
  /** The newest last. */
  earlier: ReadonlySignal<readonly EarlierRun[]>;
  /** Index of the frame on show, into setup.times; there is a mean field frame of it wherever there is a setup and a frame at all. */
  shown: ReadonlySignal<number>;
  /** Which of setup.planes is on show. */
  plane: ReadonlySignal<number>;
  /** What went wrong in the run that is shown, in sentences. */
  failures: ReadonlySignal<readonly string[]>;
}

export const theme = signal<"light" | "dark">("light");

export type Status = "starting" | "computing" | "waiting" | "finished" | "cancelled" | "failed";

/** A run in the page: the view of it, and what steers it. */
export interface Session extends View {
  plane: Signal<number>;
  playback: Playback;
  status: ReadonlySignal<Status>;
  /** Times that the mean field and the particles have reached. */
  reached: ReadonlySignal<{ meanField: number; particles: number }>;
  /** Runs another configuration; the frame on show stays, if there will be one. */
  run(configuration: Configuration): void;
  /** Ends all computing at once and keeps what there is. */
  cancel(): void;
  /** The densities of a finished run as `.npz`. */
  densityFile(): Promise<Uint8Array>;
}

const MOST_EARLIER = 4;

export function createSession(first: Configuration): Session {
  const configuration = signal(first);
  const setup = signal<RunSetup | null>(null);
  const meanField = signal<readonly MeanFieldFrame[]>([]);
  const particles = signal<readonly ParticleFrame[]>([]);
  const rivals = signal<readonly Rival[]>([]);
  const earlier = signal<readonly EarlierRun[]>([]);
  const plane = signal(0);
  const status = signal<Status>("starting");
  const reached = signal({ meanField: 0, particles: 0 });
  const failures = signal<readonly string[]>([]);
  /** The configuration of the run that was asked for last. */
  let asked = first;
  let current = 0;
  /** The run of the rivals, which goes on while only the particles change; the problem they solve. */
  let rivalRun = 0;
  let rivalProblem = "";
  let densityAsked: { resolve: (bytes: Uint8Array) => void; reject: (error: Error) => void } | null = null;

  const available = computed(() => {
    const alone = failures.value.length > 0 || configuration.value.problem.dynamics === "unbalanced";
    // Both are shown in step.
    return alone ? meanField.value.length : Math.min(meanField.value.length, particles.value.length);
  });
  const total = computed(() => setup.value?.times.length ?? 1);
  const playback = createPlayback(available, total);

  const watcher = createWatcher(receive, (message) => fail(`the computation broke off (${message})`));
  const rivalSolver = createRivalSolver(receiveRival, (message) => fail(`another dynamics broke off (${message})`));

  function fail(message: string): void {
    failures.value = [...failures.value, message];
  }

  function receive(event: WatchEvent): void {
    if (event.run !== current) return;
    if (event.type === "setup") {
      batch(() => {
        earlier.value = event.keeps ? withEarlier(earlier.value, configuration.value.particles, setup.value, particles.value) : [];
        if (!event.keeps) {
          setup.value = event.setup;
          meanField.value = [];
          plane.value = Math.min(plane.value, Math.max(0, event.setup.planes.length - 1));
        }
        // Only now: what is on show and what it is of change together.
        configuration.value = asked;
        particles.value = [];
        reached.value = { meanField: event.keeps ? reached.value.meanField : 0, particles: 0 };
        status.value = "computing";
      });
    } else if (event.type === "mean-field") meanField.value = [...meanField.value, event.frame];
    else if (event.type === "particles") particles.value = [...particles.value, event.frame];
    else if (event.type === "progress") reached.value = event;
    else if (event.type === "finished") status.value = "finished";
    else if (event.type === "density-file") densityAsked?.resolve(event.bytes);
    else {
      fail(`${event.part}: ${event.error.message}`);
      if (event.part === "mean field") status.value = "failed";
    }
  }

  function receiveRival(event: RivalEvent): void {
    if (event.run !== rivalRun) return;
    if (event.type === "rivals") rivals.value = event.names.map((name) => ({ name, frames: [] }));
    else if (event.type === "frame") {
      rivals.value = rivals.value.map((rival, k) =>
        k === event.rival ? { ...rival, frames: [...rival.frames, event.frame] } : rival,
      );
    } else fail(`${event.rival === null ? "other dynamics" : rivals.value[event.rival].name}: ${event.error.message}`);
  }

  function run(next: Configuration): void {
    asked = next;
    current++;
    densityAsked?.reject(new Error("another run was started"));
    densityAsked = null;
    batch(() => {
      failures.value = [];
      status.value = "starting";
    });
    watcher.post({ type: "run", run: current, configuration: next });
    const problem = JSON.stringify(next.problem);
    if (problem === rivalProblem) return;
    rivals.value = [];
    rivalRun = current;
    rivalProblem = problem;
    rivalSolver.post({ type: "run", run: current, problem: next.problem });
  }

  // Paused, computing goes as far as the frame that is asked for.
  effect(() => {
    watcher.post({ type: "allow", frames: playback.playing.value ? Infinity : playback.wanted.value + 1 });
  });
  // The rivals do not run ahead: on a machine of few cores they would hold up what they are compared with.
  effect(() => {
    rivalSolver.post({ type: "allow", frames: meanField.value.length + 1 });
  });

  return {
    configuration,
    setup,
    meanField,
    particles,
    rivals,
    earlier,
    shown: playback.shown,
    plane,
    playback,
    status,
    reached,
    failures,
    run,
    cancel() {
      watcher.stop();
      rivalSolver.stop();
      rivalProblem = "";
      current++;
      playback.pause();
      status.value = "cancelled";
    },
    densityFile() {
      return new Promise((resolve, reject) => {
        densityAsked = { resolve, reject };
        watcher.post({ type: "density-file", run: current });
      });
    },
  };
}

/** What is compared: a run of which something was seen. */
function withEarlier(
  earlier: readonly EarlierRun[],
  { scheme, n, dt, seed }: ParticleSettings,
  setup: RunSetup | null,
  frames: readonly ParticleFrame[],
): readonly EarlierRun[] {
  const distances = frames.map(({ distances }) => distances?.[0].distance ?? Number.NaN);
  if (setup === null || distances.length < 2) return earlier;
  const run = { label: `n = ${n}, dt = ${dt}, ${scheme}, seed ${seed}`, times: setup.times.slice(0, distances.length), distances };
  return [...earlier, run].slice(-MOST_EARLIER);
}
