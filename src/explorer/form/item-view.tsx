import type { Signal } from "@preact/signals";
import { useId, useRef, useState } from "preact/hooks";
import type { Action, Choice, Field, Group, Item, Name, Note } from "./controls.ts";
import type { Complaint, Draft } from "./draft.ts";

/** What all parts of the form share. */
export interface FormState {
  draft: Signal<Draft>;
  complaint: Complaint | null;
  /** The place of the form that shows the complaint. */
  place: string | null;
}

/** Items by their order: a row keeps its elements, and with them the focus, when it is renamed. */
export function Items({ items, state }: { items: readonly Item[]; state: FormState }) {
  return items.map((item, k) => <ItemView key={`${item.kind} ${k}`} item={item} state={state} />);
}

function ItemView({ item, state }: { item: Item; state: FormState }) {
  switch (item.kind) {
    case "group":
      return <GroupView group={item} state={state} />;
    case "field":
      return <FieldView field={item} state={state} />;
    case "choice":
      return <ChoiceView choice={item} state={state} />;
    case "name":
      return <NameView name={item} state={state} />;
    case "action":
      return <ActionView action={item} state={state} />;
    case "note":
      return <NoteView note={item} state={state} />;
  }
}

function GroupView({ group, state }: { group: Group; state: FormState }) {
  return (
    <fieldset class={`form-${group.layout}`}>
      <legend class={group.items[0]?.kind === "name" ? "form-unseen" : undefined}>
        <bdi>{group.legend}</bdi>
      </legend>
      <div class="form-items">
        <Items items={group.items} state={state} />
      </div>
      {group.hint.length > 0 && (
        <details>
          <summary>
            What may be typed<span class="form-unseen"> under {group.legend}</span>
          </summary>
          {group.hint.map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </details>
      )}
    </fieldset>
  );
}

/** The attributes that tie a control to the message beside it. */
function tied(message: string | null, id: string) {
  return message === null ? {} : { "aria-invalid": true, "aria-describedby": `${id}-message` };
}

function Message({ text, id }: { text: string | null; id: string }) {
  return text === null ? null : (
    <p class="form-message" id={`${id}-message`}>
      {shownMessage(text)}
    </p>
  );
}

/** Names in a message can be as long as a page. */
export function shownMessage(text: string): string {
  return text.length > 600 ? `${text.slice(0, 600)}…` : text;
}

function messageAt({ complaint, place }: FormState, own: string | null): string | null {
  return complaint !== null && place !== null && place === own ? complaint.message : null;
}

function Label({ control, id }: { control: Field | Choice | Name; id: string }) {
  return (
    <label for={id}>
      {control.label}
      <span class="form-unseen"> {control.of}</span>
    </label>
  );
}

function FieldView({ field, state }: { field: Field; state: FormState }) {
  const id = useId();
  // Between 1 and 1e-3 one types 1e-: the typed text stays as long as the draft holds the value that it reads as.
  const [typed, setTyped] = useState(field.text);
  const message = messageAt(state, field.place);
  const attributes = {
    id,
    value: field.canonical(typed) === field.text ? typed : field.text,
    autocomplete: "off",
    spellcheck: field.entry === "prose",
    placeholder: field.absent,
    "data-place": field.place ?? undefined,
    ...tied(message, id),
  };
  const onInput = (event: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) => {
    const { value } = event.currentTarget;
    setTyped(value);
    state.draft.value = field.change(state.draft.value, value);
  };
  return (
    <>
      <div class={`form-control form-${field.entry}`}>
        <Label control={field} id={id} />
        {field.entry === "line" || field.entry === "number" ? (
          <input type="text" {...attributes} onInput={onInput} />
        ) : (
          <textarea rows={1} autocapitalize="off" {...attributes} onInput={onInput} onKeyDown={stayOnLine} />
        )}
      </div>
      <Message text={message} id={id} />
    </>
  );
}

/** A text area because long expressions wrap, not because they have lines. */
function stayOnLine(event: KeyboardEvent): void {
  if (event.key === "Enter" && !event.isComposing) event.preventDefault();
}

function ChoiceView({ choice, state }: { choice: Choice; state: FormState }) {
  const id = useId();
  const message = messageAt(state, choice.place);
  return (
    <>
      <div class="form-control form-choice">
        <Label control={choice} id={id} />
        <select
          id={id}
          value={choice.chosen}
          {...tied(message, id)}
          onChange={(event) => {
            state.draft.value = choice.change(state.draft.value, event.currentTarget.value);
          }}
        >
          {choice.options.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </div>
      <Message text={message} id={id} />
    </>
  );
}

function NameView({ name, state }: { name: Name; state: FormState }) {
  const id = useId();
  const [typed, setTyped] = useState<{ of: string; text: string; refusal: string | null } | null>(null);
  // Text typed for a name that is no longer here is forgotten.
  const pending = typed?.of === name.text ? typed : null;
  const commit = () => {
    if (pending === null) return;
    const renamed = name.rename(state.draft.value, pending.text);
    if (typeof renamed === "string") setTyped({ ...pending, refusal: renamed });
    else {
      setTyped(null);
      state.draft.value = renamed;
    }
  };
  const message = pending?.refusal ?? messageAt(state, name.place);
  return (
    <>
      <div class="form-control form-name">
        <Label control={name} id={id} />
        <input
          id={id}
          type="text"
          value={pending?.text ?? name.text}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          {...tied(message, id)}
          onInput={(event) => setTyped({ of: name.text, text: event.currentTarget.value, refusal: null })}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === "Enter" && !event.isComposing) {
              event.preventDefault();
              commit();
            } else if (event.key === "Escape") setTyped(null);
          }}
        />
      </div>
      <div class="form-beside" aria-live="polite">
        <Message text={message} id={id} />
      </div>
    </>
  );
}

function ActionView({ action, state }: { action: Action; state: FormState }) {
  const button = useRef<HTMLButtonElement>(null);
  return (
    <button
      ref={button}
      type="button"
      class="form-action"
      // Not disabled, which would take the focus away when the last thing that can be added has been.
      aria-disabled={action.disabled}
      onClick={(event) => {
        if (action.disabled) return;
        const section = event.currentTarget.closest<HTMLElement>(".form-section");
        state.draft.value = action.change(state.draft.value);
        // Where the button goes with its row, the keyboard goes on from the end of the section.
        requestAnimationFrame(() => {
          if (button.current?.isConnected !== true) section?.querySelector<HTMLElement>(":scope > .form-items > button")?.focus();
        });
      }}
    >
      {action.label}
      {action.label === "Add" ? ` ${action.of}` : <span class="form-unseen"> {action.of}</span>}
    </button>
  );
}

function NoteView({ note, state }: { note: Note; state: FormState }) {
  const id = useId();
  return (
    <div class="form-note">
      <p>{note.text}</p>
      <Message text={messageAt(state, note.place)} id={id} />
    </div>
  );
}
