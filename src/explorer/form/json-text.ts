import { InputError } from "../../errors.ts";
import { parseProblemText } from "../../problem/problem-file.ts";

/** A problem file nests six deep. Far deeper trees overflow the stack of what walks them. */
const DEEPEST = 64;

/** The tree in a JSON text, whatever its shape, or what is wrong with the text in the words of the command line. */
export function readTree(text: string, source: string): { tree: unknown } | { message: string } {
  let tree: unknown;
  try {
    tree = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return { message: syntaxMessage(text, source) };
  }
  if (nestsWithin(tree, DEEPEST)) return { tree };
  return { message: new InputError(source, undefined, `nested more than ${DEEPEST} deep`, "remove brackets").message };
}

/** JSON to read and edit; empty for a tree that has none, or is too deep to be walked. */
export function writeTree(tree: unknown): string {
  return nestsWithin(tree, DEEPEST) ? (JSON.stringify(tree, null, 2) ?? "") : "";
}

function syntaxMessage(text: string, source: string): string {
  try {
    parseProblemText(text, source);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("parseProblemText took what JSON.parse refused");
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
