import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { InputError } from "../errors.ts";
import { nearest } from "../problem-file/nearest.ts";
import { packageRoot } from "../version.ts";

/** The problems that come with the package, each by the name of its file in grids/, from a checkout and from an installed package alike. */

export const EXAMPLES_FOLDER = join(packageRoot, "grids");
export const SCHEMA = "problem.schema.json";

/** For the help of a command. */
export const PROBLEM = "problem file, or the name of an example such as double-well (bdpde problems lists them)";

/** In alphabetical order. */
export function exampleNames(): string[] {
  return readdirSync(EXAMPLES_FOLDER)
    .filter((file) => file.endsWith(".json") && file !== SCHEMA)
    .map((file) => basename(file, ".json"))
    .sort();
}

/** The text of an example's file. @throws InputError for no such name */
export function readExample(name: string): string {
  return readFileSync(exampleAt(name), "utf8");
}

/**
 * The path of a problem that a person named: a file where there is one of that name, otherwise an example, also beside a folder of its name. What looks like a path
 * is left as it is, for whoever opens it to complain.
 *
 * @throws InputError for a bare word that is neither
 */
export function problemPath(text: string): string {
  const isFile = existsSync(text) && !statSync(text).isDirectory();
  return /[/\\.]/.test(text) || text.trim() === "" || isFile ? text : exampleAt(text);
}

function exampleAt(name: string): string {
  const names = exampleNames();
  if (names.includes(name)) return join(EXAMPLES_FOLDER, `${name}.json`);
  const near = nearest(name, names) ?? names.find((other) => other.includes(name)) ?? null;
  throw new InputError(
    "problem",
    name,
    "neither a file nor the name of an example",
    near === null ? "give the path of a problem file, or a name that bdpde problems lists" : `did you mean ${near}?`,
  );
}
