/** The tokens of an expression, read one by one before mathjs parses it. */

/** A letter of any script, then letters, digits and _. */
const NAME = String.raw`\p{L}[\p{L}\p{M}\p{Nd}_]*`;
const WHOLE_NAME = new RegExp(`^${NAME}$`, "u");

export const isName = (text: string) => WHOLE_NAME.test(text);

type Kind = "number" | "name" | "operator" | "open" | "close" | "other";

export interface Token {
  kind: Kind;
  text: string;
  start: number;
  end: number;
  /** Brackets behind it hold the arguments of a call. */
  calls: boolean;
}

/** The fault at a character, and what to write instead. */
export type Refuse = (problem: string, remedy: string) => Error;

const TOKEN = new RegExp(
  String.raw`(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>${NAME}|_[\p{L}\p{M}\p{Nd}_]*)|(?<operator>[-+*/^])|(?<open>\()|(?<close>\))|(?<other>"[^"]*"|'[^']*'|\S)`,
  "gu",
);

/** @param isNumber whether a name stands for a number: brackets behind it are no call. */
export function tokensOf(text: string, isNumber: (name: string) => boolean): Token[] {
  return [...text.matchAll(TOKEN)].map((match) => {
    const [kind] = Object.entries(match.groups ?? {}).find(([, found]) => found !== undefined) as [Kind, string];
    const calls = kind === "name" && !isNumber(match[0]);
    return { kind, text: match[0], start: match.index, end: match.index + match[0].length, calls };
  });
}

/** Whether a name stands in a text. */
export const mentions = (text: string, name: string): boolean =>
  tokensOf(text.normalize("NFC"), () => true).some((token) => token.kind === "name" && token.text === name);

/** Where a token stands, for messages. */
export const placeOf = ({ start }: Token) => `at character ${start + 1}`;

/** The text around a place with that part of it rewritten. */
export type Rewritten = (start: number, end: number, replacement: string) => string;
