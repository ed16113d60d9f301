import { InputError } from "../errors.ts";
import type { ProblemOverrides } from "../problem/problem.ts";
import { nearest } from "../problem-file/nearest.ts";

/** Parsers of option values: text in, a checked number out. */

/** `10_000`, `10'000` and `10,000` as they are written here; null for text without such marks, or with a decimal comma: `0,001`. */
function withoutMarks(text: string): string | null {
  const plain = text.trim().replace(/(?<=\d)[_'’](?=\d)|(?<=\d),(?=\d{3}(\D|$))/g, "");
  const begins = /^[+-]?0\d/.test(plain);
  return plain !== text.trim() && plain !== "" && !begins && Number.isFinite(Number(plain)) ? plain : null;
}

function remedyOf(text: string, otherwise: string): string {
  const plain = withoutMarks(text);
  return plain === null ? otherwise : `did you mean ${plain}?`;
}

export function parseNumber(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isFinite(value))
      throw new InputError(option, text, "not a number", remedyOf(text, "give a number such as 0.01 or 1e4"));
    return value;
  };
}

export function parsePositive(option: string): (text: string) => number {
  return (text) => {
    const value = parseNumber(option)(text);
    if (value <= 0) throw new InputError(option, value, "not positive", "give a number > 0");
    return value;
  };
}

export function parseCount(option: string): (text: string) => number {
  return (text) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (!Number.isSafeInteger(value) || value < 1)
      throw new InputError(option, text, "not a positive integer", remedyOf(text, "give a whole number >= 1"));
    return value;
  };
}

export function parseChoice<T extends string>(option: string, choices: readonly T[]): (text: string) => T {
  return (text) => {
    if (!choices.includes(text as T)) {
      const near = nearest(text, choices);
      throw new InputError(
        option,
        text,
        "not one of the choices",
        near === null ? `use ${choices.join(" or ")}` : `did you mean ${near}?`,
      );
    }
    return text as T;
  };
}

/** A number, or an expression in the time t. */
const parseRateOf =
  (option: string) =>
  (text: string): number | string => {
    if (text.trim() === "")
      throw new InputError(option, text, "is empty", 'give a number, or an expression in t such as "5*exp(-t)"');
    const value = Number(text);
    return text.trim() !== "" && Number.isFinite(value) ? value : text;
  };

export const parseRate = parseRateOf("--alpha");
export const parseTemperature = parseRateOf("--temperature");

/** Of --resample-below, for help. */
export const RESAMPLE_BELOW =
  "of scheme weighted: resample where the effective sample size, as a share of n, falls below this (default: never)";

/** `256` for every variable, or `x=256,y=128`. */
export function parseCounts(option: string): (text: string) => number | Record<string, number> {
  return (text) => {
    if (text.includes("=")) return parseNamedCounts(option, text);
    const counts = text.split(/[x×*,; ]+/);
    if (counts.length > 1 && counts.every((count) => /^[1-9]\d*$/.test(count))) {
      const named = counts.map((count, a) => `${"xyz"[a] ?? "w"}=${count}`).join(",");
      throw new InputError(option, text, "counts need the names of their variables", `did you mean ${named}?`);
    }
    return parseCount(option)(text);
  };
}

function parseNamedCounts(option: string, text: string): Record<string, number> {
  const counts = new Map<string, number>();
  for (const part of text.split(",")) {
    const [name, count, ...rest] = part.split("=");
    if (name.trim() === "" || count === undefined || rest.length > 0) {
      throw new InputError(option, text, `"${part}" is not name=count`, "write 256, or x=256,y=128");
    }
    if (counts.has(name.trim())) throw new InputError(option, text, `"${name.trim()}" is named twice`, "name each variable once");
    counts.set(name.trim(), parseCount(option)(count));
  }
  return Object.fromEntries(counts);
}

/** `alpha=5%` or `alpha=0.05`; null for a text that does not start with one of the names. */
export function parseNamedSize<Name extends string>(
  option: string,
  names: readonly Name[],
  text: string,
): { of: Name; size: number } | null {
  const [, name, value, percent] = /^\s*(\w+)\s*=\s*([^%\s]+)\s*(%?)\s*$/.exec(text) ?? [];
  const of = names.find((known) => known === name);
  return of === undefined ? null : { of, size: parsePositive(option)(value) / (percent === "%" ? 100 : 1) };
}

/** What the options of a command change in a problem. */
export function overridesOf(options: { [K in keyof ProblemOverrides]: ProblemOverrides[K] | undefined }): ProblemOverrides {
  const { cells, alpha, temperature, dynamics, end } = options;
  return {
    ...(cells === undefined ? {} : { cells }),
    ...(alpha === undefined ? {} : { alpha }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(dynamics === undefined ? {} : { dynamics }),
    ...(end === undefined ? {} : { end }),
  };
}

/** `0,0.5,1`. */
function parseNumbers(option: string): (text: string) => number[] {
  return (text) => text.split(",").map((part) => parseNumber(option)(part.trim()));
}

/** `0,0.5,1`, or the name of what holds them. */
export function parseNumbersOrName(option: string): (text: string) => number[] | string {
  return (text) => (startsAsNumber(text) ? parseNumbers(option)(text) : text.trim());
}

/** `8`, or the name of what tells them apart. */
export function parseCountOrName(option: string): (text: string) => number | string {
  return (text) => (startsAsNumber(text) ? parseCount(option)(text) : text.trim());
}

const startsAsNumber = (text: string) => text.trim() === "" || /^\s*[+-]?\.?\d/.test(text);

/** `x=position,y=weight`, or `position,weight` in the order of the variables, which are known once the reference is read. */
export function parseColumns(text: string): (variables: readonly string[]) => Record<string, string> {
  const parts = text.split(",").map((part) => part.trim());
  const named = parts.filter((part) => part.includes("="));
  if (
    parts.some((part) => part === "" || part.startsWith("=") || part.endsWith("=")) ||
    (named.length > 0 && named.length < parts.length)
  ) {
    throw new InputError("--variables", text, "not a list of columns", "write x=position,y=weight, or position,weight");
  }
  return (variables) => {
    if (named.length > 0) {
      const pairs = parts.map((part): [string, string] => {
        const at = part.indexOf("=");
        return [part.slice(0, at).trim(), part.slice(at + 1).trim()];
      });
      const twice = pairs.find(([name], i) => pairs.findIndex(([other]) => other === name) !== i);
      if (twice !== undefined) throw new InputError("--variables", text, `"${twice[0]}" is named twice`, "name each variable once");
      return Object.fromEntries(pairs);
    }
    if (parts.length !== variables.length) {
      throw new InputError(
        "--variables",
        text,
        `${parts.length} columns for ${variables.length} variables`,
        `name one for each of ${variables.join(", ")}`,
      );
    }
    return Object.fromEntries(variables.map((name, a) => [name, parts[a]]));
  };
}
