import type { Signal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { Draft } from "./draft.ts";
import { shownMessage } from "./item-view.tsx";
import { readTree, writeTree } from "./json-text.ts";

/** Text as typed, and what it reads as: a tree, or a message while it is not JSON. */
export interface TypedJson {
  text: string;
  read: { tree: unknown } | { message: string };
}

/** The text of the draft: as typed where that is what it holds, or is not JSON yet. */
function textOf(typed: TypedJson | null, problem: unknown): string {
  const current = typed !== null && ("message" in typed.read || typed.read.tree === problem);
  return current ? typed.text : writeTree(problem);
}

export function JsonTab({ draft, typed }: { draft: Signal<Draft>; typed: Signal<TypedJson | null> }) {
  const id = useId();
  const message = typed.value !== null && "message" in typed.value.read ? typed.value.read.message : null;
  return (
    <div class="form-control form-json">
      <label for={id}>The problem as JSON</label>
      <textarea
        id={id}
        rows={24}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        value={textOf(typed.value, draft.value.problem)}
        {...(message === null ? {} : { "aria-invalid": true, "aria-describedby": `${id}-message` })}
        onInput={(event) => {
          const text = event.currentTarget.value;
          try {
            const tree = readTree(text, "JSON");
            typed.value = { text, read: { tree } };
            draft.value = { ...draft.value, problem: tree };
          } catch (error) {
            typed.value = { text, read: { message: (error as Error).message } };
          }
        }}
      />
      <div aria-live="polite">
        {message !== null && (
          <p class="form-message" id={`${id}-message`}>
            {shownMessage(message)}
          </p>
        )}
      </div>
      {message !== null && (
        <button
          type="button"
          onClick={() => {
            typed.value = null;
          }}
        >
          Discard this text and show what the fields hold
        </button>
      )}
    </div>
  );
}
