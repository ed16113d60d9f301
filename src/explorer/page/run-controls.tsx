import { useComputed } from "@preact/signals";
import { formatShort } from "../../figures/numbers.ts";
import { EDGE_MASS_LIMIT } from "../../grid/density.ts";
import { NO_DENSITY, withoutParticles } from "../engine/configuration.ts";
import type { Session, Status } from "../state/session.ts";

const SPEEDS = [2, 4, 8, 16, 32] as const;

const STATUS: Readonly<Record<Status, string>> = {
  starting: "Starting",
  computing: "Computing",
  ready: "Ready: the rest is computed when it is played",
  finished: "Computed",
  cancelled: "Cancelled: Play computes it again",
  failed: "Stopped by an error",
};

/** Play, pause, step, reset, cancel, and the time on show. */
export function RunControls({ session }: { session: Session }) {
  const { playback, setup, shown, status } = session;
  const frames = useComputed(() => setup.value?.times.length ?? 1);
  const time = useComputed(() => setup.value?.times[shown.value] ?? 0);
  const playing = playback.playing.value;
  const idle = status.value === "finished" || status.value === "cancelled" || status.value === "failed";

  return (
    <section class="run-controls" aria-label="Run">
      <div class="buttons">
        {playing ? (
          <button type="button" class="primary" onClick={playback.pause}>
            Pause
          </button>
        ) : (
          <button type="button" class="primary" onClick={playback.play}>
            Play
          </button>
        )}
        <button type="button" onClick={playback.stepBack} disabled={shown.value === 0}>
          Step back
        </button>
        <button type="button" onClick={playback.stepForth} disabled={shown.value + 1 >= frames.value}>
          Step
        </button>
        <button type="button" onClick={() => playback.stopAt(0)}>
          Reset
        </button>
        <button type="button" onClick={session.cancel} disabled={idle}>
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
          Time t = <span class="value">{formatShort(time.value, 4)}</span>
        </span>
        <input
          type="range"
          min={0}
          max={frames.value - 1}
          value={shown.value}
          aria-valuetext={`t = ${formatShort(time.value, 4)}`}
          onInput={(event) => playback.stopAt(Number(event.currentTarget.value))}
        />
      </label>
      <Progress session={session} />
      <Warnings session={session} />
    </section>
  );
}

function Progress({ session }: { session: Session }) {
  const { setup, meanField, particles, status, hasParticles, reached } = session;
  const frames = setup.value?.times.length ?? 1;
  const end = setup.value?.times.at(-1) ?? 1;
  const done = hasParticles.value ? (meanField.value.length + particles.value.length) / 2 : meanField.value.length;
  const { meanField: solved, particles: moved } = reached.value;
  const busy = status.value === "computing" && solved > 0;
  return (
    <p class="progress">
      <progress max={1} value={status.value === "finished" ? 1 : done / frames} aria-label="Share of the run that is computed" />{" "}
      <span>
        {STATUS[status.value]}
        {busy && `: mean field to t = ${formatShort(solved)}`}
        {busy && hasParticles.value && `, particles to ${formatShort(moved)}`}
        {busy && `, of ${end}`}
      </span>
    </p>
  );
}

/** The failures of the run, and how far the frame on show can be trusted. */
function Warnings({ session: { meanField, particles, shown, failures, configuration } }: { session: Session }) {
  const frame = meanField.value[shown.value];
  const outside = particles.value[shown.value]?.outside ?? 0;
  const messages = [
    ...failures.value.map(({ part, message }) => `${part}: ${message}`),
    ...(withoutParticles(configuration.value) === NO_DENSITY
      ? [`${NO_DENSITY} Give the reaction a bandwidth, or choose \u201cenergy\u201d, in the problem below.`]
      : []),
    ...(frame !== undefined && !frame.record.resolved
      ? ["The density is narrower than its cells can show here: more cells show more of it."]
      : []),
    ...(frame !== undefined && frame.record.edgeMass > EDGE_MASS_LIMIT
      ? ["There is mass at the edge of the domain: widen it."]
      : []),
    ...(frame?.wallMass ?? []).map(
      ({ variable, place, mass, since }) =>
        `The wall ${variable} = ${formatShort(place)} holds ${formatShort(100 * mass)}% of the mass back since t = ${formatShort(since)}: on the whole space it would have left. Widen the domain.`,
    ),
    ...(outside > 0 ? [`${formatShort(100 * outside)}% of the particles are outside the domain.`] : []),
  ];
  return (
    <ul class="warnings" aria-live="polite">
      {messages.map((message) => (
        <li key={message}>{message}</li>
      ))}
    </ul>
  );
}
