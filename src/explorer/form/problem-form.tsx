import "./form.css";
import { type ReadonlySignal, type Signal, useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { ProblemInput } from "../../problem-file/problem-file.ts";
import { placesOf } from "./controls.ts";
import { type Complaint, type Draft, elementFor } from "./draft.ts";
import { type FormState, Items, shownMessage } from "./item-view.tsx";
import { JsonTab, type TypedJson } from "./json-tab.tsx";
import { ProblemChooser } from "./problem-chooser.tsx";
import { sectionsOf } from "./sections.ts";

interface Props {
  draft: Signal<Draft>;
  /** The mistake in the draft; null if there is none. */
  complaint: ReadonlySignal<Complaint | null>;
  /** Whether the draft is being checked. */
  checking: ReadonlySignal<boolean>;
  grids: readonly ProblemInput[];
  onChoose(problem: ProblemInput): void;
  onOpen(text: string, fileName: string): void;
}

const TABS = ["Fields", "JSON"] as const;

/** Edits a draft, and shows its mistake beside the field that has it. */
export function ProblemForm({ draft, complaint, checking, grids, onChoose, onOpen }: Props) {
  const id = useId();
  const tab = useSignal<(typeof TABS)[number]>("Fields");
  const typed = useSignal<TypedJson | null>(null);
  const earlier = useSignal<Draft | null>(null);
  const sections = sectionsOf(draft.value);
  const wrong = complaint.value;
  const place = wrong === null ? null : elementFor(wrong.field, placesOf(sections));
  const state: FormState = { draft, complaint: wrong, place };
  const notJson = typed.value !== null && "message" in typed.value.read;

  const replace = (work: () => void) => {
    earlier.value = draft.value;
    typed.value = null;
    work();
  };
  const show = (next: (typeof TABS)[number]) => {
    tab.value = next;
    document.getElementById(`${id}-${next}-tab`)?.focus();
  };

  return (
    <form class="problem-form" aria-label="Problem" autocomplete="off" onSubmit={(event) => event.preventDefault()}>
      <ProblemChooser
        problem={draft.value.problem}
        grids={grids}
        onChoose={(problem) => replace(() => onChoose(problem))}
        onOpen={(text, name) => replace(() => onOpen(text, name))}
      />
      {earlier.value !== null && earlier.value !== draft.value && (
        <button
          type="button"
          onClick={() => {
            if (earlier.value === null) return;
            [draft.value, earlier.value] = [earlier.value, draft.value];
          }}
        >
          Back to the problem before
        </button>
      )}
      {/* Always there, so that it is read out; seen where no field shows the same. */}
      <p
        class={wrong === null || (place !== null && tab.value === "Fields") ? "form-unseen" : "form-message"}
        role="status"
        aria-live="polite"
      >
        {wrong === null ? "" : shownMessage(wrong.message)}
      </p>
      <div role="tablist" aria-label="How to edit the problem" class="form-tabs">
        {TABS.map((name, k) => (
          <button
            key={name}
            id={`${id}-${name}-tab`}
            type="button"
            role="tab"
            aria-selected={tab.value === name}
            aria-controls={`${id}-${name}`}
            tabIndex={tab.value === name ? 0 : -1}
            onClick={() => show(name)}
            onKeyDown={({ key }) => {
              if (key === "ArrowLeft" || key === "ArrowRight") show(TABS[1 - k]);
            }}
          >
            {name}
          </button>
        ))}
        <span class="form-checking">{checking.value ? "checking…" : ""}</span>
      </div>
      <div id={`${id}-Fields`} role="tabpanel" aria-labelledby={`${id}-Fields-tab`} hidden={tab.value !== "Fields"}>
        {notJson && <p class="form-note">The JSON tab holds text that is not JSON yet. These are the fields without it.</p>}
        <Items items={sections} state={state} />
      </div>
      <div id={`${id}-JSON`} role="tabpanel" aria-labelledby={`${id}-JSON-tab`} hidden={tab.value !== "JSON"}>
        <JsonTab draft={draft} typed={typed} />
      </div>
    </form>
  );
}
