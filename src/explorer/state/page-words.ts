import type { ErrorData } from "../../errors.ts";

/** Messages of the library in the words of the page: a field by the name that it has here, and no option of the command line. */
export function pageMessage({ message, fields }: Pick<ErrorData, "message" | "fields">): string {
  const { field, value } = fields;
  if (typeof field !== "string") return inPageWords(message);
  if (typeof value === "string" && value.trim() === "") return `${nameOfField(field)} is empty`;
  return inPageWords(message.startsWith(field) ? `${nameOfField(field)}${message.slice(field.length)}` : message);
}

/** From the first that fits. */
const NAMES: readonly (readonly [path: RegExp, name: string])[] = [
  [/^--grid$/, "cells of the mean field"],
  [/^--(.+)$/, "$1"],
  [/^potential\.K\.expression$/, "K"],
  [/^potential\.(network\.)?(.+)$/, "$2"],
  [/^alpha(\.rate)?$/, "α"],
  [/^alpha\.until$/, "the time until which there are births and deaths"],
  [/^temperature$/, "the temperature τ"],
  [/^reaction\.bandwidth$/, "the bandwidth"],
  [/^variables\.([^.]+)\.cells$/, "the number of cells along $1"],
  [/^variables\.([^.]+)\.(min|max|boundary)$/, "$2 of $1"],
  [/^variables\.([^.]+)$/, "variable $1"],
  [/^parameters\.(.+)$/, "parameter $1"],
  [/^observables\.(.+)$/, "observable $1"],
  [/^initial\.density$/, "the initial density"],
  [/^initial\.([^.]+)\.([^.]+)$/, "$2 of the initial distribution of $1"],
  [/^initial\.([^.]+)$/, "the initial distribution of $1"],
  [/^initial$/, "the initial distribution"],
  [/^time\.end$/, "the end of the run"],
  [/^time\.snapshots$/, "the frames"],
];

function nameOfField(field: string): string {
  for (const [path, name] of NAMES) if (path.test(field)) return field.replace(path, name);
  return field;
}

const WORDS: readonly (readonly [said: RegExp, here: string])[] = [
  [/"\*\*" at character (\d+) is not of this syntax;/g, "for powers use ^, not ** (at character $1);"],
  [/--grid fixed/g, "cells that stay"],
  [/--grid moving/g, "cells that follow the mass"],
  [/bdpde particles takes/g, "the command line takes"],
  [/--([a-z][a-z-]*)/g, "$1"],
];

/** A text without options of the command line. */
export function inPageWords(text: string): string {
  return WORDS.reduce((said, [pattern, here]) => said.replace(pattern, here), text);
}
