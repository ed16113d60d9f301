/** How a value of a draft is shown as text, and read back from it. */
export interface Format {
  /** Never throws; undefined removes the value. */
  read(text: string): unknown;
  /** null for a value that text cannot show. read(show(value)) is the value. */
  show(value: unknown): string | null;
  /** What no value at all means, where there need be none. */
  absent?: string;
}

/** Without two runs of digits side by side, on which a match takes the square of the length. */
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** A finite decimal number as it stands in JSON, also `.5`, `1.` and `+3`; otherwise the text itself, about which the schema complains. */
export function numberOf(text: string): number | string {
  const trimmed = text.trim();
  if (!DECIMAL.test(trimmed)) return text;
  const value = Number(trimmed);
  // JSON shows a negative zero as 0, and 0 it is.
  return Number.isFinite(value) ? value + 0 : text;
}

function showScalar(value: unknown): string | null {
  if (value === undefined) return "";
  return typeof value === "object" ? null : String(value);
}

export const TEXT: Format = { read: (text) => text, show: showScalar };
export const OPTIONAL_TEXT: Format = { ...TEXT, read: (text) => (text === "" ? undefined : text), absent: "none" };

/** A number; also the rate alpha, which may be an expression in its place. */
export const NUMBER: Format = { read: numberOf, show: showScalar };
export const OPTIONAL_NUMBER: Format = {
  ...NUMBER,
  read: (text) => (text.trim() === "" ? undefined : numberOf(text)),
  absent: "none",
};

/** `0, 0.25, 0.5, 1`. */
export const TIMES: Format = {
  read(text) {
    const parts = text.split(",").map((part) => part.trim());
    // A comma at the end announces a time that is still to be typed.
    if (parts.at(-1) === "") parts.pop();
    return parts.map(numberOf);
  },
  show(value) {
    if (!Array.isArray(value)) return null;
    const texts = value.map(showScalar);
    const text = texts.at(-1) === "" ? `${texts.join(", ")},` : texts.join(", ");
    const read = TIMES.read(text) as unknown[];
    return read.length === value.length && read.every((time, k) => time === value[k]) ? text : null;
  },
};
