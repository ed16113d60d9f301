import type { StudySize } from "../study.ts";

/** What `bdpde validate` was given besides the names of studies. */
export interface Given {
  /** Paths of problem files, as they were typed. */
  problems: readonly string[];
  size: StudySize;
  seed?: number | undefined;
  workers?: number | undefined;
  /** The folder of the report, where it is another than `report`. */
  report?: string | undefined;
}

/** The command that runs these studies again, those of its size if none is named; ready to paste into a POSIX shell. */
export function validateCommand({ problems, size, seed, workers, report }: Given, studies?: readonly string[]): string {
  return [
    "bdpde validate",
    ...problems.map(quotePath),
    ...(studies === undefined ? [] : [`--study ${studies.join(",")}`]),
    ...(size === "main" ? [] : [`--${size}`]),
    ...(seed === undefined ? [] : [`--seed ${seed}`]),
    ...(workers === undefined ? [] : [`--workers ${workers}`]),
    ...(report === undefined ? [] : [`--report ${quotePath(report)}`]),
  ].join(" ");
}

/** A path as one word of a POSIX shell; a leading dash would be read as an option. */
export function quotePath(path: string): string {
  return quoteWord(path.startsWith("-") ? `./${path}` : path);
}

/** One word of a POSIX shell, which reads nothing into single quotes. */
export function quoteWord(word: string): string {
  return /^[\w./,:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Every seed among the settings of a result, with its place in them: `seed 7`, `small.seed 81`, `seeds 1, 2, 3`. */
export function seedsOf(settings: object): string[] {
  return Object.entries(settings).flatMap(([key, value]) => {
    if (/seeds?$/i.test(key)) return [`${key} ${[value].flat().join(", ")}`];
    if (typeof value !== "object" || value === null) return [];
    return seedsOf(value).map((seed) => `${key}.${seed}`);
  });
}
