import { useSignal } from "@preact/signals";
import { formatShort } from "../../figures/numbers.ts";
import type { ProblemInput } from "../../problem-file/problem-file.ts";
import type { ParticleSettings } from "../engine/configuration.ts";
import type { View } from "../state/view.ts";
import { STORIES } from "./stories.ts";

interface TourProps {
  view: View;
  /** Runs a configuration from its first frame. */
  onTell(problem: ProblemInput, particles: ParticleSettings): void;
}

/** Five short stories, each a few runs with a text beside them. */
export function Tour({ view, onTell }: TourProps) {
  const place = useSignal<{ story: number; step: number } | null>(null);

  function go(story: number, step: number): void {
    place.value = { story, step };
    const { problem, particles } = STORIES[story].steps[step];
    onTell(problem, particles);
  }

  return (
    <section class="tour" aria-label="Guided tour">
      <h2>Guided tour</h2>
      <ol class="stories">
        {STORIES.map(({ title }, story) => (
          <li key={title}>
            <button type="button" aria-pressed={place.value?.story === story} onClick={() => go(story, 0)}>
              {title}
            </button>
          </li>
        ))}
      </ol>
      {place.value !== null && <Step view={view} {...place.value} go={go} />}
    </section>
  );
}

function Step({ view, story, step, go }: { view: View; story: number; step: number; go(story: number, step: number): void }) {
  const { title, steps } = STORIES[story];
  const { text, problem, reading } = steps[step];
  const field = view.meanField.value[view.shown.value];
  // Whoever changes the problem may take away what the reading reads.
  const observables = Object.keys(problem.observables ?? {});
  const told =
    view.configuration.value.problem.name === problem.name &&
    observables.every((name) => view.setup.value?.observables.includes(name));
  return (
    <div class="story">
      <h3>
        {title} <span class="muted">({`${step + 1} of ${steps.length}`})</span>
      </h3>
      <p aria-live="polite">{text}</p>
      <p class="reading">
        {told && field !== undefined
          ? `At t = ${formatShort(field.record.time)}: ${reading(field, view.particles.value[view.shown.value])}`
          : "You have gone your own way from here: choose the story again to come back."}
      </p>
      <div class="buttons">
        <button type="button" onClick={() => go(story, step - 1)} disabled={step === 0}>
          Back
        </button>
        <button type="button" class="primary" onClick={() => go(story, step + 1)} disabled={step + 1 === steps.length}>
          Next
        </button>
        <button type="button" onClick={() => go(story, step)}>
          Again
        </button>
      </div>
    </div>
  );
}
