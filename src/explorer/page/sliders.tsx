import type { Signal } from "@preact/signals";
import { DYNAMICS, nameOfDynamics } from "../../problem/dynamics.ts";
import { withoutParticles } from "../engine/configuration.ts";
import { type Draft, getAt, setProblem } from "../form/draft.ts";
import { setTemperature } from "../form/temperature.ts";
import { pageNumber } from "../state/page-number.ts";
import type { Session } from "../state/session.ts";
import { fitStep } from "../state/step-size.ts";
import {
  alphaAt,
  countAt,
  LARGEST_ALPHA,
  LARGEST_TEMPERATURE,
  PLACES,
  placeThatChanges,
  positionOfAlpha,
  positionOfCount,
  positionOfStep,
  positionOfTemperature,
  stepAt,
  temperatureAt,
} from "./slider-scales.ts";

interface SlidersProps {
  session: Session;
  draft: Signal<Draft>;
}

/** Sliders of alpha, the temperature, n and dt: the run starts anew as they move, and the time on show stays. */
export function Sliders({ session, draft }: SlidersProps) {
  const { problem, particles } = session.configuration.value;
  // A value that is typed or dragged is ahead of the run.
  const alpha = numberOr(getAt(draft.value.problem, ["alpha"]), problem.alpha);
  const n = numberOr(draft.value.particles.n, particles.n);
  const dt = numberOr(draft.value.particles.dt, particles.dt);
  const { time } = problem;
  const constant = typeof alpha === "number";
  const tau = numberOr(getAt(draft.value.problem, ["temperature"]) ?? 0, problem.temperature ?? 0);
  const steady = typeof tau === "number";
  const without = !session.hasParticles.value && withoutParticles(session.configuration.value) !== null;
  const { reaction, thermal } = DYNAMICS[nameOfDynamics(problem.dynamics)];

  return (
    <section class="sliders" aria-label="Sliders">
      <Slider
        label="alpha"
        meaning={constant ? "rate of birth and death" : "changes in time: edit it in the problem"}
        value={constant ? alpha : 0}
        text={constant ? pageNumber(alpha) : ""}
        title={`0 to ${LARGEST_ALPHA}`}
        disabled={!constant || reaction === null}
        positionOf={positionOfAlpha}
        valueAt={alphaAt}
        onChange={(value) => {
          draft.value = setProblem(draft.value, ["alpha"], value);
        }}
      />
      <Slider
        label="temperature"
        meaning={!thermal ? "none under this dynamics" : steady ? "of the noise" : "changes in time: edit it in the problem"}
        value={steady ? tau : 0}
        text={steady ? pageNumber(tau) : ""}
        title={`0 to ${LARGEST_TEMPERATURE}`}
        disabled={!steady || !thermal}
        positionOf={positionOfTemperature}
        valueAt={temperatureAt}
        onChange={(value) => {
          draft.value = setTemperature(draft.value, value);
        }}
      />
      <Slider
        label="n"
        meaning="particles"
        value={n}
        text={String(n)}
        title="10 to 100000"
        disabled={without}
        positionOf={positionOfCount}
        valueAt={countAt}
        onChange={(value) => {
          draft.value = { ...draft.value, particles: { ...draft.value.particles, n: value } };
        }}
      />
      <Slider
        label="dt"
        meaning="step of the particles"
        value={dt}
        text={pageNumber(dt)}
        title="steps that meet every frame; long ones make frames fewer"
        disabled={without}
        positionOf={(value) => positionOfStep(value, time.end)}
        valueAt={(position) => fitStep(time, stepAt(position, time.end)).dt}
        onChange={(value) => {
          const { snapshots, dt } = fitStep(time, value);
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
  value: number;
  text: string;
  title: string;
  disabled: boolean;
  /** In [0, 1]. */
  positionOf(value: number): number;
  /** A round value: several positions may have one. */
  valueAt(position: number): number;
  onChange(value: number): void;
}

function Slider({ label, meaning, value, text, title, disabled, positionOf, valueAt, onChange }: SliderProps) {
  const position = Math.round(positionOf(value) * PLACES);
  return (
    <label class="slider" title={title}>
      <span>
        <b>{label}</b> <span class="muted">{meaning}</span> <span class="value">{text}</span>
      </span>
      <input
        type="range"
        min={0}
        max={PLACES}
        value={position}
        disabled={disabled}
        aria-valuetext={`${label} = ${text}`}
        onInput={(event) => {
          const place = placeThatChanges(Number(event.currentTarget.value), position, (at) => valueAt(at / PLACES) !== value);
          onChange(valueAt(place / PLACES));
        }}
      />
    </label>
  );
}
