import { batch, computed, effect, type ReadonlySignal, type Signal, signal, untracked } from "@preact/signals";
import { deserialiseError } from "../../errors.ts";
import { type Configuration, withoutParticles } from "../engine/configuration.ts";
import type { MeanFieldFrame, ParticleFrame, RunSetup } from "../engine/frames.ts";
import type { WatchEvent } from "../engine/messages.ts";
import { withEarlier } from "./earlier-runs.ts";
import { currentGesture } from "./gesture.ts";
import { createNoiseRuns } from "./noise-runs.ts";
import { pageMessage } from "./page-words.ts";
import { createPlayback, type Playback } from "./playback.ts";
import { createRivalRuns } from "./rival-runs.ts";
import type { EarlierRun, Failure, View } from "./view.ts";
import { createWatcher } from "./workers.ts";

/** `ready`: the requested frame is there, and the rest is computed when it is played. */
export type Status = "starting" | "computing" | "ready" | "finished" | "cancelled" | "failed";

/** A run in the page: the view of it, and what steers it. */
export interface Session extends View {
  plane: Signal<number>;
  playback: Playback;
  status: ReadonlySignal<Status>;
  /** Whether there are particles beside the mean field: not under every dynamics, and not after they failed. */
  hasParticles: ReadonlySignal<boolean>;
  /** Times that the mean field and the particles have reached, and the seconds of work that they took. */
  reached: ReadonlySignal<Reached>;
  /** Runs another configuration: from its first frame and played if so requested before, otherwise from the time on show. */
  run(configuration: Configuration): void;
  /** Has the next run begin at a time, by default that of its first frame. */
  beginNext(play: boolean, time?: number): void;
  /** Ends all computing at once and keeps what there is; playing or seeking beyond it computes again. */
  cancel(): void;
  /** The densities of a finished run as `.npz`. */
  densityFile(): Promise<Uint8Array>;
}

interface Reached {
  meanField: number;
  particles: number;
  seconds: { meanField: number; particles: number };
}

const NOTHING: Reached = { meanField: 0, particles: 0, seconds: { meanField: 0, particles: 0 } };

/** Of a run whose mean field goes on and whose particles begin. */
const withoutOwn = ({ meanField, seconds }: Reached): Reached => ({
  meanField,
  particles: 0,
  seconds: { meanField: seconds.meanField, particles: 0 },
});

type FrameEvent = Extract<WatchEvent, { type: "mean-field" | "particles" }>;

/** Milliseconds within which frames are taken as one burst. */
const TOGETHER = 8;

export function createSession(first: Configuration): Session {
  const configuration = signal(first);
  const setup = signal<RunSetup | null>(null);
  const meanField = signal<readonly MeanFieldFrame[]>([]);
  const particles = signal<readonly ParticleFrame[]>([]);
  const earlier = signal<readonly EarlierRun[]>([]);
  const plane = signal(0);
  const slice = signal<number | null>(null);
  const stage = signal<Exclude<Status, "ready">>("starting");
  const reached = signal(NOTHING);
  const ownFailures = signal<readonly Failure[]>([]);
  /** The configuration that was requested last, and its run. */
  let requested = first;
  let current = 0;
  /** The run that the mean field on the page was begun for; 0 for none. */
  let origin = 0;
  let frameEvents: FrameEvent[] = [];
  let flushing: ReturnType<typeof setTimeout> | undefined;
  let beginning: { play: boolean; time: number } | null = null;
  /** In which the run on the page was begun. */
  let gesture = 0;
  let densityAsked: { resolve: (bytes: Uint8Array) => void; reject: (error: Error) => void } | null = null;

  const hasParticles = computed(
    () => withoutParticles(configuration.value) === null && !ownFailures.value.some(({ part }) => part === "particles"),
  );
  // Both are shown in step.
  const available = computed(() =>
    hasParticles.value ? Math.min(meanField.value.length, particles.value.length) : meanField.value.length,
  );
  const total = computed(() => setup.value?.times.length ?? 1);
  const playback = createPlayback(available, total);
  const status = computed<Status>(() => {
    const idle = stage.value === "computing" && !playback.playing.value && playback.wanted.value < available.value;
    return idle ? "ready" : stage.value;
  });

  const watcher = createWatcher(receive, (message) => stopWith(`the computation broke off: ${message}`));
  const rivals = createRivalRuns(meanField);
  const predictions = createNoiseRuns();

  function stopWith(message: string): void {
    densityAsked?.reject(new Error(message));
    densityAsked = null;
    origin = 0;
    batch(() => {
      ownFailures.value = [...ownFailures.value, { part: "mean field", message }];
      stage.value = "failed";
    });
    playback.pause();
  }

  /** Frames come in bursts: what follows from them is worked out once for each. */
  function flush(): void {
    clearTimeout(flushing);
    flushing = undefined;
    const fields: MeanFieldFrame[] = [];
    let own = particles.peek();
    for (const event of frameEvents) {
      if (event.type === "particles") {
        if (event.run === current) own = heldUntil(event.until, own, event.frame);
      } else if (event.origin === origin) fields.push(event.frame);
    }
    frameEvents = [];
    batch(() => {
      if (fields.length > 0) meanField.value = [...meanField.peek(), ...fields];
      particles.value = own;
    });
  }

  function receive(event: WatchEvent): void {
    if (event.type === "mean-field" || event.type === "particles") {
      frameEvents.push(event);
      flushing ??= setTimeout(flush, TOGETHER);
      return;
    }
    flush();
    if (event.run !== current) return;
    if (event.type === "setup") begin(event);
    else if (event.type === "progress") reached.value = event;
    else if (event.type === "finished") stage.value = "finished";
    else if (event.type === "density-file") {
      if (event.file instanceof Uint8Array) densityAsked?.resolve(event.file);
      else densityAsked?.reject(deserialiseError(event.file));
    } else if (event.part === "mean field") stopWith(pageMessage(event.error));
    else ownFailures.value = [...ownFailures.value, { part: "particles", message: pageMessage(event.error) }];
  }

  /** The frames on show and the run that they belong to change together. */
  function begin(event: Extract<WatchEvent, { type: "setup" }>): void {
    const keeps = event.origin === origin;
    const time = setup.value?.times[playback.wanted.value] ?? 0;
    batch(() => {
      const gestures = { begun: gesture, ended: currentGesture() };
      earlier.value = keeps ? withEarlier(earlier.value, configuration.value.particles, particles.value, gestures) : [];
      gesture = gestures.ended;
      if (!keeps) {
        origin = event.origin;
        setup.value = event.setup;
        meanField.value = [];
        slice.value = middleOf(event.setup);
        plane.value = Math.min(plane.value, Math.max(0, event.setup.planes.length - 1));
        playback.seek(frameAt(event.setup, time));
      }
      configuration.value = requested;
      predictions.follow(requested);
      particles.value = [];
      reached.value = keeps ? withoutOwn(reached.value) : NOTHING;
      stage.value = "computing";
      beginWhereAsked();
    });
  }

  function beginWhereAsked(): void {
    if (beginning === null || setup.value === null) return;
    if (beginning.time > 0) playback.stopAt(frameAt(setup.value, beginning.time));
    else playback.seek(0);
    if (beginning.play) playback.play();
    beginning = null;
  }

  const frames = () => (playback.playing.value ? Infinity : playback.wanted.value + 1);

  function run(next: Configuration): void {
    const runs = stage.peek() !== "cancelled" && stage.peek() !== "failed" && current > 0;
    if (runs && JSON.stringify(next) === JSON.stringify(requested)) {
      beginWhereAsked();
      return;
    }
    requested = next;
    current++;
    densityAsked?.reject(new Error("another run was started"));
    densityAsked = null;
    batch(() => {
      ownFailures.value = [];
      stage.value = "starting";
    });
    watcher.post({ type: "allow", frames: untracked(frames) + 1 });
    watcher.post({ type: "run", run: current, configuration: next, holds: origin });
    rivals.run(next.problem);
  }

  // Paused, computing goes as far as the requested frame and one more: it tells how long the rest takes.
  effect(() => {
    const wanted = frames();
    const stopped = stage.peek() === "cancelled";
    if (!stopped) watcher.post({ type: "allow", frames: wanted + 1 });
    else if (wanted > available.peek()) run(requested);
  });

  return {
    configuration,
    setup,
    meanField,
    particles,
    rivals: rivals.rivals,
    noise: predictions.noise,
    earlier,
    shown: playback.shown,
    plane,
    slice,
    playback,
    status,
    hasParticles,
    reached,
    failures: computed(() => [...ownFailures.value, ...rivals.failures.value]),
    run,
    beginNext(play, time = 0) {
      beginning = { play, time };
    },
    cancel() {
      flush();
      playback.stopAt(playback.shown.value);
      watcher.stop();
      rivals.stop();
      predictions.stop();
      current++;
      origin = 0;
      stage.value = "cancelled";
    },
    densityFile() {
      return new Promise((resolve, reject) => {
        densityAsked = { resolve, reject };
        watcher.post({ type: "density-file", run: current });
      });
    },
  };
}

/** Particles stay where their last step has left them until they take the next one. */
function heldUntil(until: number, before: readonly ParticleFrame[], frame: ParticleFrame): readonly ParticleFrame[] {
  return [...before, ...Array.from({ length: until - before.length }, () => frame)];
}

/** The cell in the middle of the axis that the first plane hides: a slice shows more than an integral. */
function middleOf({ axes }: RunSetup): number | null {
  return axes.length === 3 ? Math.floor(axes[2].cells / 2) : null;
}

/** The last frame up to a time. */
function frameAt({ times }: RunSetup, time: number): number {
  return times.findLastIndex((frame) => frame <= time * (1 + 1e-9));
}
