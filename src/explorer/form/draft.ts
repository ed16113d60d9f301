import type { Configuration, GridKind } from "../engine/configuration.ts";

/**
 * A draft: a problem and its particle settings as typed so far, which may be wrong anywhere. It is what the JSON of a file would hold:
 * the schema complains about it as about that file. Trees are plain JSON and are never changed in place. Lists are leaves.
 */
export interface Draft {
  problem: unknown;
  particles: Readonly<Record<ParticleField, unknown>>;
  /** Of the mean field; absent where cells stay. */
  grid?: GridKind;
  /** Values typed under choices that are not taken now; see `exchange`. */
  shelf?: Readonly<Record<string, unknown>>;
}

export type ParticleField = keyof Configuration["particles"];

/** Keys from the root to a place. Names may hold anything, dots as well, so a path is a list. */
export type Path = readonly string[];

/** The mistake in a draft, in the words of the command line. */
export interface Complaint {
  /** Dotted path of the field, `--n` for a particle setting; may name a branch, or nothing that is there. */
  field: string;
  message: string;
}

export function draftOf({ problem, particles, grid }: Configuration): Draft {
  return { problem: structuredClone(problem), particles: { ...particles }, ...(grid === undefined ? {} : { grid }) };
}

/** An object with names, or null for anything else. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
}

/** The names in an object, none for anything else. */
export function namesAt(tree: unknown, path: Path): string[] {
  return Object.keys(recordOf(getAt(tree, path)) ?? {});
}

/** The value at a path, undefined where there is none. */
export function getAt(tree: unknown, path: Path): unknown {
  let value = tree;
  for (const key of path) {
    const record = recordOf(value);
    // Own values only: every object inherits a `constructor`.
    value = record !== null && Object.hasOwn(record, key) ? record[key] : undefined;
  }
  return value;
}

/**
 * The tree with another value at a path; undefined removes it. Objects that are missing on the way are made. Where something else stands
 * in the way, a number or a list, the tree stays as it is.
 */
export function setAt(tree: unknown, path: Path, value: unknown): unknown {
  if (path.length === 0) return value;
  const record = tree === undefined ? {} : recordOf(tree);
  if (record === null) return tree;
  const [key, ...rest] = path;
  const old = getAt(record, [key]);
  const next = setAt(old, rest, value);
  if (Object.is(next, old)) return tree;
  // Built from entries, `__proto__` is a name like any other.
  const entries = Object.entries(record);
  return Object.fromEntries(next === undefined ? entries.filter(([name]) => name !== key) : [...entries, [key, next]]);
}

/** The tree with a name in the object at a path changed and its place kept; the same tree where the new name is taken. */
export function renameAt(tree: unknown, path: Path, from: string, to: string): unknown {
  const record = recordOf(getAt(tree, path));
  if (record === null || !Object.hasOwn(record, from) || Object.hasOwn(record, to)) return tree;
  return setAt(tree, path, Object.fromEntries(Object.entries(record).map(([name, value]) => [name === from ? to : name, value])));
}

/** The draft with another value at a path of its problem. */
export function setProblem(draft: Draft, path: Path, value: unknown): Draft {
  return { ...draft, problem: setAt(draft.problem, path, value) };
}

/**
 * Puts another kind of value at a path. What stood there waits on the shelf and comes back when its kind is chosen again.
 *
 * @param fresh the value where none of the kind `to` waits.
 */
export function exchange(draft: Draft, path: Path, from: string, to: string, fresh: () => unknown): Draft {
  const onShelf = (kind: string) => shelfName(path, kind);
  const shelf = { ...draft.shelf, [onShelf(from)]: getAt(draft.problem, path) };
  return { ...setProblem(draft, path, getAt(shelf, [onShelf(to)]) ?? fresh()), shelf };
}

/** Where `exchange` keeps the value of a kind. */
export function shelfName(path: Path, kind: string): string {
  return `${path.join(".")}|${kind}`;
}

/**
 * Where on the form a complaint is shown, by its field: at that place, else at the nearest above it, else at the first below it, else
 * nowhere (null).
 */
export function elementFor(field: string, places: readonly string[]): string | null {
  if (places.includes(field)) return field;
  const above = places.filter((place) => field.startsWith(`${place}.`));
  if (above.length > 0) return above.reduce((best, place) => (place.length > best.length ? place : best));
  return places.find((place) => place.startsWith(`${field}.`)) ?? null;
}
