import "./form.css";
import { type ReadonlySignal, type Signal, useSignal, useSignalEffect } from "@preact/signals";
import { useId } from "preact/hooks";
import { placesOf } from "./controls.ts";
import { type Complaint, type Draft, elementFor } from "./draft.ts";
import { type FormState, Items } from "./item-view.tsx";
import { JsonTab, type TypedJson } from "./json-tab.tsx";
import { type BESIDE, besideOf, drawerOf, sectionsOf } from "./sections.ts";

interface Props {
  draft: Signal<Draft>;
  /** The mistake in the draft; null if there is none. */
  complaint: ReadonlySignal<Complaint | null>;
}

const submitNothing = (event: Event) => event.preventDefault();

function stateOf({ draft, complaint }: Props): FormState {
  const wrong = complaint.value;
  const place = wrong === null ? null : elementFor(wrong.field, placesOf(sectionsOf(draft.value)));
  return { draft, complaint: wrong, place };
}

/** One of the groups that stand beside the pictures. */
export function BesideForm({ legend, ...props }: Props & { legend: (typeof BESIDE)[number] }) {
  return (
    <form class="problem-form" aria-label={legend} autocomplete="off" onSubmit={submitNothing}>
      <Items items={besideOf(props.draft.value, legend)} state={stateOf(props)} />
    </form>
  );
}

const TABS = ["Fields", "JSON"] as const;

/** The rest of the problem as fields, or all of it as JSON. */
export function DrawerForm({
  replaced,
  checking,
  ...props
}: Props & {
  /** Changes where another problem comes onto the page. */
  replaced: ReadonlySignal<unknown>;
  /** Whether the draft is being checked. */
  checking: ReadonlySignal<boolean>;
}) {
  const id = useId();
  const tab = useSignal<(typeof TABS)[number]>("Fields");
  const typed = useSignal<TypedJson | null>(null);
  useSignalEffect(() => {
    replaced.value;
    typed.value = null;
  });
  const notJson = typed.value !== null && "message" in typed.value.read;
  const show = (next: (typeof TABS)[number]) => {
    tab.value = next;
    document.getElementById(`${id}-${next}-tab`)?.focus();
  };
  return (
    <form class="problem-form" aria-label="Problem" autocomplete="off" onSubmit={submitNothing}>
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
        <Items items={drawerOf(props.draft.value)} state={stateOf(props)} />
      </div>
      <div id={`${id}-JSON`} role="tabpanel" aria-labelledby={`${id}-JSON-tab`} hidden={tab.value !== "JSON"}>
        <JsonTab draft={props.draft} typed={typed} />
      </div>
    </form>
  );
}
