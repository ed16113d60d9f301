import { InputError } from "../../errors.ts";
import { parseJson } from "../../problem/problem-file.ts";

/** A problem file nests six deep. Far deeper trees overflow the stack of what walks them. */
const DEEPEST = 64;

/** The tree in a JSON text, whatever its shape. @throws InputError in the words of the command line where there is none. */
export function readTree(text: string, source: string): unknown {
  const tree = parseJson(text, source);
  if (nestsWithin(tree, DEEPEST)) return tree;
  throw new InputError(source, undefined, `nested more than ${DEEPEST} deep`, "remove brackets");
}

/** JSON to read and edit; empty for a tree that has none, or is too deep to be walked. */
export function writeTree(tree: unknown): string {
  return nestsWithin(tree, DEEPEST) ? (JSON.stringify(tree, null, 2) ?? "") : "";
}

/** Level by level, without recursion. */
function nestsWithin(tree: unknown, deepest: number): boolean {
  let level: unknown[] = [tree];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) return false;
    level = level.flatMap((value) => (typeof value === "object" && value !== null ? Object.values(value) : []));
  }
  return true;
}
