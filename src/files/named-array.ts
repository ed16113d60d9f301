import { InputError } from "../errors.ts";
import { plainName } from "./names.ts";
import { allItems, type NumberItems } from "./number-items.ts";
import type { FileTimes } from "./snapshot-times.ts";

/** An array of a file of several; its content is read when first needed. */
export interface NamedArray {
  shape: readonly number[];
  kind: "float" | "integer" | "text" | "other";
  /** The names of its axes, where the file has any. */
  dimensions?: readonly (string | null)[];
  /** @throws InputError for text that is no number */
  numbers: () => NumberItems;
  text: () => string[];
}

export function onlyNamed(arrays: ReadonlyMap<string, NamedArray>, word: string, path: string): string | null {
  const found = [...arrays.keys()].filter((name) => plainName(name) === word);
  if (found.length > 1) throw new InputError(path, undefined, `${found.join(" and ")} may each be ${word}`, "keep one of them");
  return found[0] ?? null;
}

/** The numbers of an array. @throws InputError if it holds others */
export function numbersOf(arrays: ReadonlyMap<string, NamedArray>, name: string, path: string): NumberItems {
  const array = arrays.get(name) as NamedArray;
  if (array.kind !== "text") return array.numbers();
  throw new InputError(`${path}: ${name}`, undefined, "holds text", "save an array of floats");
}

export function namesIn(arrays: ReadonlyMap<string, NamedArray>, name: string | null, path: string): string[] | null {
  if (name === null) return null;
  const array = arrays.get(name) as NamedArray;
  if (array.kind === "text") return array.text();
  throw new InputError(`${path}: ${name}`, undefined, "holds numbers", "save the names of the variables as text, or leave it out");
}

export function timesIn(arrays: ReadonlyMap<string, NamedArray>, name: string, path: string): FileTimes {
  const items = numbersOf(arrays, name, path);
  // T may be a temperature, or the end.
  return { values: [...allItems(items)], precision: items.precision, name, certain: name !== "T" };
}

/** A positive number by itself, null without one. @throws InputError for anything else */
export function scalarIn(
  arrays: ReadonlyMap<string, NamedArray>,
  name: string | null,
  path: string,
  remedy = "save the step of the scheme, or leave it out",
): number | null {
  if (name === null) return null;
  const items = numbersOf(arrays, name, path);
  const data = allItems(items);
  // 0.01 of single precision is 0.01: the shortest decimal that it stands for.
  if (data.length === 1 && data[0] > 0 && Number.isFinite(data[0]))
    return items.precision.relative > 0 ? shortest(data[0]) : data[0];
  throw new InputError(`${path}: ${name}`, undefined, "not one positive number", remedy);
}

/** The decimal of fewest digits that single precision rounds to the same number. */
function shortest(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) return short;
  }
  return value;
}

export function schemeIn(arrays: ReadonlyMap<string, NamedArray>, name: string | null, path: string): string | null {
  if (name === null) return null;
  const array = arrays.get(name) as NamedArray;
  const [scheme, ...more] = array.kind === "text" ? array.text() : [];
  if (scheme !== undefined && more.length === 0) return scheme;
  throw new InputError(`${path}: ${name}`, undefined, "not the name of one scheme", "save it as text, or leave it out");
}
