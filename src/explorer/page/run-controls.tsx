import { useComputed } from "@preact/signals";
import type { Session, Status } from "../state/session.ts";

const SPEEDS = [2, 4, 8, 16, 32] as const;

const STATUS: Readonly<Record<Status, string>> = {
  starting: "Starting",
  computing: "Computing",
  waiting: "Waiting",
  finished: "Computed",
  cancelled: "Cancelled",
  failed: "Stopped by an error",
};

/** Play, pause, step, reset, cancel, and the time on show. */
export function RunControls({ session }: { session: Session }) {
  const { playback, setup, shown, status } = session;
  const frames = useComputed(() => setup.value?.times.length ?? 1);
  const time = useComputed(() => setup.value?.times[shown.value] ?? 0);
  const playing = playback.playing.value;
  const busy = status.value === "starting" || status.value === "computing";

  function play(): void {
    if (status.value === "cancelled") session.run(session.configuration.value);
    playback.play();
  }

  function step(by: number): void {
    playback.pause();
    playback.seek(shown.value + by);
  }

  return (
    <section class="run-controls" aria-label="Run">
      <div class="buttons">
        {playing ? (
          <button type="button" class="primary" onClick={playback.pause}>
            Pause
          </button>
        ) : (
          <button type="button" class="primary" onClick={play}>
            Play
          </button>
        )}
        <button type="button" onClick={() => step(-1)} disabled={shown.value === 0}>
          Step back
        </button>
        <button type="button" onClick={() => step(1)} disabled={shown.value + 1 >= frames.value}>
          Step
        </button>
        <button
          type="button"
          onClick={() => {
            playback.pause();
            playback.seek(0);
          }}
        >
          Reset
        </button>
        <button type="button" onClick={session.cancel} disabled={!busy}>
          Cancel
        </button>
        <label>
          Seconds{" "}
          <select
            value={playback.duration.value}
            onChange={(event) => playback.setDuration(Number(event.currentTarget.value))}
            aria-label="Seconds from start to end"
          >
            {SPEEDS.map((seconds) => (
              <option key={seconds} value={seconds}>
                {seconds}
              </option>
            ))}
          </select>
        </label>
      </div>
      <label class="timeline">
        <span>
          Time t = <span class="value">{Number(time.value.toPrecision(4))}</span>
        </span>
        <input
          type="range"
          min={0}
          max={frames.value - 1}
          value={shown.value}
          aria-valuetext={`t = ${Number(time.value.toPrecision(4))}`}
          onInput={(event) => {
            playback.pause();
            playback.seek(Number(event.currentTarget.value));
          }}
        />
      </label>
      <Progress session={session} />
    </section>
  );
}

function Progress({ session: { setup, meanField, particles, status, reached } }: { session: Session }) {
  const frames = setup.value?.times.length ?? 1;
  const end = setup.value?.times.at(-1) ?? 1;
  const share = (meanField.value.length + particles.value.length) / (2 * frames);
  const { meanField: solved, particles: moved } = reached.value;
  return (
    <p class="progress">
      <progress max={1} value={status.value === "finished" ? 1 : share} aria-label="Share of the run that is computed" />{" "}
      <span>
        {STATUS[status.value]}
        {status.value === "computing" &&
          `: mean field to t = ${solved.toPrecision(3)}, particles to ${moved.toPrecision(3)}, of ${end}`}
      </span>
    </p>
  );
}
