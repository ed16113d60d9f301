import type { Signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { ProblemInput } from "../../problem-file/problem-file.ts";
import type { ParticleSettings } from "../engine/configuration.ts";
import type { StoryPlace } from "../state/link.ts";
import { pageNumber } from "../state/page-number.ts";
import type { View } from "../state/view.ts";
import { STORIES } from "./stories.ts";
import "./tour.css";

interface TourProps {
  view: View;
  place: Signal<StoryPlace | null>;
  /** The name of the problem of the draft: that of what runs follows it. */
  drafted: unknown;
  /** Runs a configuration from its first frame. */
  onTell(place: StoryPlace, problem: ProblemInput, particles: ParticleSettings): void;
}

/** Short stories, each a few runs with a text: a line of titles, and above the pictures the one that is told. */
export function Tour({ view, place, drafted, onTell }: TourProps) {
  const go = (story: number, step: number) => {
    const { problem, particles } = STORIES[story].steps[step];
    onTell({ story, step }, problem, particles);
  };
  const told = place.value;
  const known = told !== null && STORIES[told.story]?.steps[told.step] !== undefined;
  return (
    <section class="tour" aria-label="Guided tour">
      {known ? (
        <Step
          view={view}
          drafted={drafted}
          {...told}
          go={go}
          leave={() => {
            place.value = null;
          }}
        />
      ) : (
        <>
          <h2>Guided tour</h2>
          <Titles told={null} go={go} />
        </>
      )}
    </section>
  );
}

function Titles({ told, go }: { told: number | null; go(story: number, step: number): void }) {
  return (
    <ol class="stories">
      {STORIES.map(({ title }, story) => (
        <li key={title}>
          <button type="button" aria-pressed={told === story} onClick={() => go(story, 0)}>
            {title}
          </button>
        </li>
      ))}
    </ol>
  );
}

interface StepProps extends StoryPlace {
  view: View;
  drafted: unknown;
  go(story: number, step: number): void;
  leave(): void;
}

function Step({ view, drafted, story, step, go, leave }: StepProps) {
  const { title, steps } = STORIES[story];
  const { text, problem, reading } = steps[step];
  const field = view.meanField.value[view.shown.value];
  const others = useRef<HTMLDetailsElement>(null);
  const last = step + 1 === steps.length;
  // Whoever changes the problem may take away what the reading reads.
  const observables = Object.keys(problem.observables ?? {});
  const configured = view.configuration.value.problem.name === problem.name;
  const told = configured && observables.every((name) => view.setup.value?.observables.includes(name));
  return (
    <div class="story">
      <div class="story-head">
        <h2>
          {title} <span class="muted">({`${step + 1} of ${steps.length}`})</span>
        </h2>
        <details class="other-stories" ref={others}>
          <summary>
            Story {story + 1}/{STORIES.length} <span aria-hidden="true">▾</span>
          </summary>
          <Titles
            told={story}
            go={(to, first) => {
              if (others.current !== null) others.current.open = false;
              go(to, first);
            }}
          />
        </details>
        <button type="button" class="quiet" aria-label="Leave the tour" title="Leave the tour" onClick={leave}>
          ✕
        </button>
      </div>
      <p class="story-text" aria-live="polite">
        {text}
      </p>
      <p class="reading">{readingOf()}</p>
      <div class="buttons">
        <button type="button" onClick={() => go(story, step - 1)} disabled={step === 0}>
          Back
        </button>
        <button type="button" onClick={() => go(story, step)}>
          Again
        </button>
        {last ? (
          <button type="button" onClick={() => go(story + 1, 0)} disabled={story + 1 === STORIES.length}>
            Next story
          </button>
        ) : (
          <button type="button" class="primary" onClick={() => go(story, step + 1)}>
            Next
          </button>
        )}
      </div>
    </div>
  );

  function readingOf(): string {
    if (drafted !== problem.name || (configured && view.setup.value !== null && !told))
      return "You have gone your own way from here: “Again” comes back.";
    if (field === undefined || !told) return "The numbers come with the first frame.";
    return `At t = ${pageNumber(field.record.time)}: ${reading(field, view.particles.value[view.shown.value])}`;
  }
}
