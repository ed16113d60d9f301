import * as z from "zod";
import { InputError } from "../errors.ts";
import { isName } from "./tokens.ts";
import { CONSTANTS, FUNCTIONS, OPERATOR_WORDS } from "./words.ts";

/** An expression in a problem file. */
export const expression = z.string().min(1);

/** A name or another text that is printed. */
export const printable = z
  .string()
  .min(1)
  .regex(/^\P{C}*$/u, "control characters are not allowed");

const NONE: ReadonlySet<string> = new Set();

/** @throws InputError for a name that cannot stand in expressions, or stands for something else. */
export function checkNames(names: readonly string[], field: string, taken: ReadonlySet<string>, reserved = NONE): void {
  for (const name of names) {
    const problem = !isName(name)
      ? "not a name: a letter of any script, then letters, digits and _"
      : CONSTANTS.has(name) ||
          FUNCTIONS.has(name) ||
          OPERATOR_WORDS.has(name) ||
          name === "t" ||
          name.endsWith("_prime") ||
          reserved.has(name)
        ? "a reserved name"
        : taken.has(name)
          ? "declared twice"
          : null;
    if (problem !== null) throw new InputError(`${field}.${name}`, undefined, problem, "choose another name");
  }
}
