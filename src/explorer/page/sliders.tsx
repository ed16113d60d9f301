import type { Signal } from "@preact/signals";
import { type Draft, getAt, setProblem } from "../form/draft.ts";
import type { Session } from "../state/session.ts";
import { fitStep } from "../state/step-size.ts";
import { alphaAt, countAt, LARGEST_ALPHA, positionOfAlpha, positionOfCount, positionOfStep, stepAt } from "./slider-scales.ts";

/** Sliders of alpha, n and dt: the run starts anew as they move, and the time on show stays. */
export function Sliders({ session, draft }: { session: Session; draft: Signal<Draft> }) {
  const { problem, particles } = session.configuration.value;
  const { time } = problem;
  // What is typed, or under the hand, is ahead of what runs.
  const alpha = numberOr(getAt(draft.value.problem, ["alpha"]), problem.alpha);
  const n = numberOr(draft.value.particles.n, particles.n);
  const dt = numberOr(draft.value.particles.dt, particles.dt);
  const constant = typeof alpha === "number";

  return (
    <section class="sliders" aria-label="Sliders">
      <Slider
        label="alpha"
        meaning="rate of birth and death"
        text={constant ? String(alpha) : "changes in time"}
        position={constant ? positionOfAlpha(alpha) : 0}
        disabled={!constant || problem.dynamics === "gradient-descent"}
        {...(constant ? {} : { note: "alpha changes in time: edit it in the problem" })}
        title={`0 to ${LARGEST_ALPHA}`}
        onMove={(position) => {
          draft.value = setProblem(draft.value, ["alpha"], alphaAt(position));
        }}
      />
      <Slider
        label="n"
        meaning="particles"
        text={String(n)}
        position={positionOfCount(n)}
        title="10 to 100000"
        onMove={(position) => {
          draft.value = { ...draft.value, particles: { ...draft.value.particles, n: countAt(position) } };
        }}
      />
      <Slider
        label="dt"
        meaning="step of the particles"
        text={String(dt)}
        position={positionOfStep(dt, time.end)}
        title="steps that meet every frame; long ones make frames fewer"
        onMove={(position) => {
          const { snapshots, dt } = fitStep(time, stepAt(position, time.end));
          const changed = setProblem(draft.value, ["time", "snapshots"], snapshots);
          draft.value = { ...changed, particles: { ...changed.particles, dt } };
        }}
      />
    </section>
  );
}

function numberOr<T>(typed: unknown, running: T): number | T {
  return typeof typed === "number" ? typed : running;
}

interface SliderProps {
  label: string;
  meaning: string;
  text: string;
  /** In [0, 1]. */
  position: number;
  title: string;
  disabled?: boolean;
  note?: string;
  onMove(position: number): void;
}

const STEPS = 200;

function Slider({ label, meaning, text, position, title, disabled = false, note, onMove }: SliderProps) {
  return (
    <label class="slider" title={note ?? title}>
      <span>
        <b>{label}</b> <span class="muted">{meaning}</span> <span class="value">{text}</span>
      </span>
      <input
        type="range"
        min={0}
        max={STEPS}
        value={Math.round(position * STEPS)}
        disabled={disabled}
        aria-valuetext={`${label} = ${text}`}
        onInput={(event) => onMove(Number(event.currentTarget.value) / STEPS)}
      />
      {note !== undefined && <span class="muted">{note}</span>}
    </label>
  );
}
