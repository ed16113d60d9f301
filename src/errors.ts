/** Input that cannot be used as it stands: a field of a problem, an option, a file. Nothing has been computed or written. */
export class InputError extends Error {
  override readonly name = "InputError";
  /** Path of the offending field, e.g. `variables.x.cells` or `--dt`. */
  readonly field: string;
  /** The value found there. */
  readonly value: unknown;
  /** What to do about it. */
  readonly remedy: string;

  constructor(field: string, value: unknown, problem: string, remedy: string) {
    super(printable(`${field}${value === undefined ? "" : ` = ${show(value)}`}: ${problem}; ${remedy}`));
    this.field = field;
    this.value = value;
    this.remedy = remedy;
  }
}

/** @throws InputError for the first of these options that is not a number > 0. */
export function refuseUnlessPositive(options: Record<string, number>): void {
  for (const [name, value] of Object.entries(options)) {
    if (!(value > 0)) throw new InputError(name, value, "not positive", "give a number > 0");
  }
}

/** An invariant of the scheme (mass, positivity, finiteness) failed during a run; the result so far is not to be trusted. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
  /** Time at which the invariant failed. */
  readonly time: number;

  constructor(failure: string, time: number, where: string) {
    super(`${failure} at t = ${time}, ${where}`);
    this.time = time;
  }
}

/** A step that exceeds the bound under which the scheme keeps densities non-negative. */
export class StepSizeError extends Error {
  override readonly name = "StepSizeError";
  readonly dt: number;
  readonly limit: number;

  constructor(dt: number, limit: number) {
    super(`dt = ${dt} exceeds the positivity limit ${limit}; reduce dt`);
    this.dt = dt;
    this.limit = limit;
  }
}

/** An error as plain data: structured clone keeps neither the class nor the fields of an error that crosses a thread. */
export interface ErrorData {
  kind: keyof typeof KINDS | "Error";
  message: string;
  fields: Record<string, unknown>;
}

const KINDS = {
  InputError: InputError.prototype,
  InvariantError: InvariantError.prototype,
  StepSizeError: StepSizeError.prototype,
  RangeError: RangeError.prototype,
};

export function serialiseError(error: unknown): ErrorData {
  if (!(error instanceof Error)) return { kind: "Error", message: String(error), fields: {} };
  const kind = Object.hasOwn(KINDS, error.name) ? (error.name as keyof typeof KINDS) : "Error";
  return { kind, message: error.message, fields: { ...error, stack: error.stack } };
}

/** The error that was serialised: of the same class, with the same fields and message. */
export function deserialiseError({ kind, message, fields }: ErrorData): Error {
  const error = new Error(message);
  if (kind !== "Error") Object.setPrototypeOf(error, KINDS[kind]);
  return Object.assign(error, fields);
}

/** Control characters of a file or an option, written as escapes: a terminal would obey them. */
function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

function show(value: unknown): string {
  // JSON has no NaN and no infinities: it would print them as null.
  const text = typeof value === "number" ? String(value) : typeof value === "string" ? `"${value}"` : showJson(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

/** Whatever was handed over: too deep for JSON, with a loop in it, a BigInt, or nothing that has a text. */
function showJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return typeof value === "object" ? (Array.isArray(value) ? "[...]" : "{...}") : String(value);
  }
}
