import { CONSTANTS, FUNCTIONS } from "../../expressions/words.ts";
import { type Action, type Item, MOST_ROWS, type Name, short, tooMany } from "./controls.ts";
import { type Draft, getAt, namesAt, type Path, recordOf, renameAt, setProblem } from "./draft.ts";

/** Objects of the problem whose names are chosen: variables, parameters, inputs, observables. */
export interface Rows {
  path: Path;
  /** What one of them is called. */
  what: string;
  /** Names for new ones, in order of preference. */
  names: readonly string[];
  most?: number;
  fewest?: number;
}

/** The name of a row. @param place where complaints about it go; null where a field of the row takes them. */
export function nameOf({ path, what }: Rows, name: string, place: string | null, rename = renameRow): Name {
  return {
    kind: "name",
    place,
    label: "name",
    of: `of ${what} ${short(name)}`,
    text: name,
    rename(draft, to) {
      if (to === name) return draft;
      if (to === "") return "a name cannot be empty";
      // The schema passes over it without a word.
      if (to === "__proto__") return "a reserved name; choose another";
      if (namesAt(draft.problem, path).includes(to)) return `another ${what} has this name`;
      return rename(draft, path, name, to);
    },
  };
}

function renameRow(draft: Draft, path: Path, from: string, to: string): Draft {
  return { ...draft, problem: renameAt(draft.problem, path, from, to) };
}

export function removeOf({ path, what, fewest = 0 }: Rows, draft: Draft, name: string, change?: Action["change"]): Action {
  return {
    kind: "action",
    label: "Remove",
    of: `${what} ${short(name)}`,
    disabled: namesAt(draft.problem, path).length <= fewest,
    change: change ?? ((changed) => setProblem(changed, [...path, name], undefined)),
  };
}

/** Adds a row under a name that is free. @param change what else is to be done with the new name. */
export function addOf(
  { path, what, names, most = MOST_ROWS }: Rows,
  draft: Draft,
  value: (changed: Draft, name: string) => unknown,
  change: (changed: Draft, name: string) => Draft = (changed) => changed,
): Action {
  const rows = getAt(draft.problem, path);
  return {
    kind: "action",
    label: "Add",
    of: `${/^[aeiou]/.test(what) ? "an" : "a"} ${what}`,
    disabled: (rows !== undefined && recordOf(rows) === null) || namesAt(draft.problem, path).length >= most,
    change(changed) {
      const name = freeName(changed, path, names);
      return change(setProblem(changed, [...path, name], value(changed, name)), name);
    },
  };
}

/** One item for each name of an object, up to a number that a page can show. */
export function eachRow(draft: Draft, path: Path, row: (name: string) => Item): Item[] {
  const names = namesAt(draft.problem, path);
  const rows = names.slice(0, MOST_ROWS).map(row);
  return names.length > rows.length ? [...rows, tooMany(names.length - rows.length)] : rows;
}

const DECLARED: readonly Path[] = [["variables"], ["parameters"], ["potential", "network", "inputs"], ["potential", "K", "inputs"]];

/** The first name that stands for nothing else, numbered if need be. */
function freeName(draft: Draft, path: Path, names: readonly string[]): string {
  const taken = new Set([...DECLARED, path].flatMap((place) => namesAt(draft.problem, place)));
  const free = (name: string) => !taken.has(name) && !CONSTANTS.has(name) && !FUNCTIONS.has(name);
  const found = names.find(free);
  if (found !== undefined) return found;
  for (let k = 2; ; k++) {
    const numbered = `${names[0]}${k}`;
    if (free(numbered)) return numbered;
  }
}
