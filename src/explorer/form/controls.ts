import { type Draft, getAt, namesAt, type Path, setProblem } from "./draft.ts";
import type { Format } from "./formats.ts";

/** The form as plain data, made anew from each draft: what it shows, and what becomes of the draft when somebody changes it. */
export type Item = Field | Choice | Name | Action | Note | Group;

interface Control {
  /** Dotted path of the complaints that are shown here; null where another control of the same group takes them. */
  place: string | null;
  label: string;
  /** Completes the label to a name that no other control has: `of variable x`. */
  of: string;
}

/** A text that is part of the draft as it is typed. */
export interface Field extends Control {
  kind: "field";
  entry: "line" | "prose" | "number" | "expression";
  text: string;
  /** What an empty field means, where it may be empty. */
  absent: string | undefined;
  /** The text that stands for what another text reads as: whether what somebody types is what the draft holds. */
  canonical(text: string): string;
  change(draft: Draft, text: string): Draft;
}

/** One of several. */
export interface Choice extends Control {
  kind: "choice";
  options: readonly Option[];
  chosen: string;
  change(draft: Draft, value: string): Draft;
}

export interface Option {
  value: string;
  label: string;
}

/** A name, changed as a whole: halves of it could be names of others. */
export interface Name extends Control {
  kind: "name";
  text: string;
  /** The draft with the new name, or why it cannot be had. */
  rename(draft: Draft, name: string): Draft | string;
}

export interface Action {
  kind: "action";
  label: string;
  of: string;
  disabled: boolean;
  change(draft: Draft): Draft;
}

/** Something that stays as it is, and why. */
export interface Note {
  kind: "note";
  place: string | null;
  text: string;
}

export interface Group {
  kind: "group";
  legend: string;
  /** What may be typed here, shown on demand. */
  hint: readonly string[];
  layout: "section" | "row";
  items: readonly Item[];
}

export function group(legend: string, layout: Group["layout"], items: readonly Item[], hint: readonly string[] = []): Group {
  return { kind: "group", legend, layout, items, hint };
}

export function note(path: Path | null, text: string): Note {
  return { kind: "note", place: path === null ? null : path.join("."), text };
}

/** A field for the value at a path of the problem, or a note where it cannot be shown. */
export function field(
  draft: Draft,
  path: Path,
  label: string,
  of: string,
  format: Format,
  entry: Field["entry"],
  change: Field["change"] = (changed, text) => setProblem(changed, path, format.read(text)),
): Field | Note {
  return fieldFor(getAt(draft.problem, path), path.join("."), label, of, format, entry, change);
}

/** A field for a value that stands elsewhere. */
export function fieldFor(
  value: unknown,
  place: string,
  label: string,
  of: string,
  format: Format,
  entry: Field["entry"],
  change: Field["change"],
): Field | Note {
  const text = format.show(value);
  if (text === null) return { kind: "note", place, text: `${label} ${of}: ${AS_JSON}` };
  return {
    kind: "field",
    place,
    label,
    of,
    entry,
    text,
    absent: format.absent,
    canonical: (typed) => format.show(format.read(typed)) ?? typed,
    change,
  };
}

export const AS_JSON = "not a value that a field can show; edit as JSON";

/** A choice; a chosen value that is not among the options is shown as it is, until another is taken. */
export function choice(
  place: string | null,
  label: string,
  of: string,
  options: readonly Option[],
  chosen: string,
  change: Choice["change"],
): Choice {
  const known = options.some(({ value }) => value === chosen);
  const other = { value: chosen, label: chosen === "" ? "—" : `${short(chosen)} (not one of these)` };
  return {
    kind: "choice",
    place,
    label,
    of,
    options: known ? options : [other, ...options],
    chosen,
    change: (draft, value) => (value === chosen ? draft : change(draft, value)),
  };
}

/** Notes for the names in an object that the form has no fields for. */
export function strangers(draft: Draft, path: Path, known: readonly string[]): Note[] {
  const strange = namesAt(draft.problem, path).filter((name) => !known.includes(name));
  const shown = strange.slice(0, MOST_ROWS).map((name) => note([...path, name], `"${short(name)}": no field for it; edit as JSON`));
  return strange.length > shown.length ? [...shown, tooMany(strange.length - shown.length)] : shown;
}

/** Rows of one object that are shown. */
export const MOST_ROWS = 40;

export function tooMany(count: number): Note {
  return note(null, `${count} more are not shown; edit as JSON`);
}

/** A name for a label, which a page of text would push off the screen. */
export function short(name: string): string {
  return name.length > 40 ? `${name.slice(0, 40)}…` : name;
}

/** The places of a form that can show a complaint, from top to bottom. */
export function placesOf(items: readonly Item[]): string[] {
  return items.flatMap((item) => {
    if (item.kind === "group") return placesOf(item.items);
    return item.kind === "action" || item.place === null ? [] : [item.place];
  });
}
