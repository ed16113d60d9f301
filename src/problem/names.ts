import { InputError } from "../errors.ts";
import { CONSTANTS, FUNCTIONS } from "./expression.ts";

const NONE: ReadonlySet<string> = new Set();
const IDENTIFIER = /^[A-Za-z][A-Za-z0-9_]*$/;

/** @throws InputError for a name that cannot stand in expressions, or stands for something else. */
export function checkNames(names: readonly string[], field: string, taken: ReadonlySet<string>, reserved = NONE): void {
  for (const name of names) {
    const problem = !IDENTIFIER.test(name)
      ? "not a name of letters, digits and _"
      : CONSTANTS.has(name) || FUNCTIONS.has(name) || name === "t" || name.endsWith("_prime") || reserved.has(name)
        ? "a reserved name"
        : taken.has(name)
          ? "declared twice"
          : null;
    if (problem !== null) throw new InputError(`${field}.${name}`, undefined, problem, "choose another name");
  }
}
