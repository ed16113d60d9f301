import { useComputed } from "@preact/signals";
import { pageNumber } from "../state/page-number.ts";
import type { Session, Status } from "../state/session.ts";
import { BackIcon, ForthIcon, PauseIcon, PlayIcon, StartIcon } from "./icons.tsx";
import "./play-bar.css";

const SPEEDS = [2, 4, 8, 16, 32] as const;

/** Play, the timeline and what is computed, always in reach. @param held why nothing runs, where nothing ran before. */
export function PlayBar({ session, held }: { session: Session; held: string | null }) {
  const { playback, setup, shown, status } = session;
  const frames = useComputed(() => setup.value?.times.length ?? 1);
  const time = useComputed(() => setup.value?.times[shown.value] ?? 0);
  const playing = playback.playing.value;
  const idle = status.value === "finished" || status.value === "cancelled" || status.value === "failed";
  const name = session.configuration.value.problem.name;

  return (
    <section id="run" class="play-bar" aria-label="Run" tabIndex={-1}>
      <div class="player">
        <button type="button" class="primary play" onClick={playing ? playback.pause : playback.play}>
          {playing ? <PauseIcon /> : <PlayIcon />}
          {playing ? "Pause" : "Play"}
        </button>
        <button type="button" aria-label="Reset" title="To the start (Home)" onClick={() => playback.stopAt(0)}>
          <StartIcon />
        </button>
        <button
          type="button"
          aria-label="Step back"
          title="One frame back (←)"
          onClick={playback.stepBack}
          disabled={shown.value === 0}
        >
          <BackIcon />
        </button>
        <button
          type="button"
          aria-label="Step"
          title="One frame forward (→)"
          onClick={playback.stepForth}
          disabled={shown.value + 1 >= frames.value}
        >
          <ForthIcon />
        </button>
        <select
          class="seconds"
          value={playback.duration.value}
          onChange={(event) => playback.setDuration(Number(event.currentTarget.value))}
          aria-label="Seconds from start to end"
          title="Seconds from start to end"
        >
          {SPEEDS.map((seconds) => (
            <option key={seconds} value={seconds}>
              {seconds} s
            </option>
          ))}
        </select>
      </div>
      <div class="timeline">
        <label>
          <span>
            Time t = <span class="value">{pageNumber(time.value)}</span>
          </span>
          <input
            id="timeline"
            type="range"
            min={0}
            max={frames.value - 1}
            value={shown.value}
            aria-valuetext={`t = ${pageNumber(time.value)}`}
            onInput={(event) => playback.stopAt(Number(event.currentTarget.value))}
          />
        </label>
        <progress max={1} value={doneOf(session)} aria-label="Share of the run that is computed" title="What is computed" />
      </div>
      <div class="computing">
        <Progress session={session} held={held} />
        <button
          type="button"
          onClick={session.cancel}
          disabled={idle}
          title={`Stops computing “${name}”; the frames that are there stay`}
        >
          Cancel the run
        </button>
      </div>
    </section>
  );
}

/** In [0, 1]. */
function doneOf({ setup, meanField, particles, hasParticles, status }: Session): number {
  const done = hasParticles.value ? (meanField.value.length + particles.value.length) / 2 : meanField.value.length;
  return status.value === "finished" ? 1 : done / (setup.value?.times.length ?? 1);
}

const STATUS: Readonly<Record<Exclude<Status, "cancelled" | "computing">, string>> = {
  starting: "Starting",
  ready: "Ready: Play computes the rest",
  finished: "Computed",
  failed: "Stopped by an error",
};

function Progress({ session, held }: { session: Session; held: string | null }) {
  const { setup, meanField, status, hasParticles, configuration } = session;
  const text = setup.value === null && held !== null ? held : statusText();
  return <p class="progress">{text}</p>;

  function statusText(): string {
    const { meanField: solved, particles: moved } = session.reached.value;
    switch (status.value) {
      case "computing": {
        const end = pageNumber(setup.value?.times.at(-1) ?? 1);
        if (solved === 0) return "Computing";
        return `Computing: mean field to t = ${pageNumber(solved)}${hasParticles.value ? `, particles to ${pageNumber(moved)}` : ""}, of ${end}`;
      }
      case "cancelled": {
        const last = meanField.value.at(-1)?.record.time;
        const reached = last === undefined ? "before its first frame" : `at t = ${pageNumber(last)}`;
        return `Cancelled the run of “${configuration.value.problem.name}” ${reached}: Play computes it again`;
      }
      default:
        return STATUS[status.value];
    }
  }
}
