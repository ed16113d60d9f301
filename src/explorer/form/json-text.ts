import { DEEPEST } from "../../problem-file/json-text.ts";

/** The tree in a JSON text, whatever its shape. */
export { parseJson as readTree } from "../../problem-file/json-text.ts";

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
