import { InputError } from "../errors.ts";

/** Parsers of option values: text in, a checked number out. */

export function parseNumber(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isFinite(value))
      throw new InputError(option, text, "not a number", "give a number such as 0.01 or 1e4");
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
    const value = parseNumber(option)(text);
    if (!Number.isInteger(value) || value < 1)
      throw new InputError(option, text, "not a positive integer", "give a whole number >= 1");
    return value;
  };
}

export function parseChoice<T extends string>(option: string, choices: readonly T[]): (text: string) => T {
  return (text) => {
    if (!choices.includes(text as T)) throw new InputError(option, text, "not one of the choices", `use ${choices.join(" or ")}`);
    return text as T;
  };
}

/** `256` for every variable, or `x=256,y=128`. */
export function parseCells(text: string): number | Record<string, number> {
  if (!text.includes("=")) return parseCount("--cells")(text);
  const cells = new Map<string, number>();
  for (const part of text.split(",")) {
    const [name, count, ...rest] = part.split("=");
    if (name.trim() === "" || count === undefined || rest.length > 0) {
      throw new InputError("--cells", text, `"${part}" is not name=count`, "write 256, or x=256,y=128");
    }
    if (cells.has(name.trim())) throw new InputError("--cells", text, `"${name.trim()}" is named twice`, "name each variable once");
    cells.set(name.trim(), parseCount("--cells")(count));
  }
  return Object.fromEntries(cells);
}
