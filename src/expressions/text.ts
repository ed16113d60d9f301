import { FUNCTIONS } from "./words.ts";

/**
 * What a careful reader checks before mathjs parses: text that two readers would read differently is refused with its place.
 *
 *   1/2x            (1/2)*x to some, 1/(2*x) to others, and mathjs reads 1/2x as the first and 1/yx as the second
 *   e^-2x, x^2y     x^2*y or x^(2*y)
 *   x^y^z           x^(y^z) here and in Python, (x^y)^z in MATLAB
 *   5%, 1e*x, 0x10  a share or a remainder; a number without its exponent or 1*e*x; a hexadecimal number or 0*x10
 *   x 2, 1.*x       a power, an index or a product; a product element by element
 *
 * Symbols that are not of the syntax are named with what to write instead.
 */

/** A letter of any script, then letters, digits and _. */
const NAME = String.raw`\p{L}[\p{L}\p{M}\p{Nd}_]*`;
const WHOLE_NAME = new RegExp(`^${NAME}$`, "u");

export const isName = (text: string) => WHOLE_NAME.test(text);

type Kind = "number" | "name" | "operator" | "open" | "close" | "other";

interface Token {
  kind: Kind;
  text: string;
  start: number;
  end: number;
  /** Brackets behind it hold the arguments of a call. */
  calls: boolean;
}

/** What is wrong at a character, and what to write instead. */
export type Refuse = (problem: string, remedy: string) => Error;

const TOKEN = new RegExp(
  String.raw`(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>${NAME}|_[\p{L}\p{M}\p{Nd}_]*)|(?<operator>[-+*/^])|(?<open>\()|(?<close>\))|(?<other>"[^"]*"|'[^']*'|\S)`,
  "gu",
);

/**
 * @param isNumber whether a name stands for a number: brackets behind it are no call.
 * @throws what `refuse` makes, for the first text with two readings or a symbol of another syntax.
 */
export function checkReading(text: string, isNumber: (name: string) => boolean, refuse: Refuse): void {
  const tokens: Token[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const [kind] = Object.entries(match.groups ?? {}).find(([, found]) => found !== undefined) as [Kind, string];
    const calls = kind === "name" && !isNumber(match[0]);
    tokens.push({ kind, text: match[0], start: match.index, end: match.index + match[0].length, calls });
  }
  const at = ({ start }: Token) => `at character ${start + 1}`;
  /** The text around a place with a part of it rewritten. */
  const rewritten = (start: number, end: number, replacement: string) => {
    const [from, to] = [Math.max(0, start - SHOWN), Math.min(text.length, end + SHOWN)];
    return `${from > 0 ? "..." : ""}${text.slice(from, start)}${replacement}${text.slice(end, to)}${to < text.length ? "..." : ""}`;
  };
  tokens.forEach((token, k) => {
    checkSymbol(token, tokens[k + 1], at(token), rewritten, refuse);
  });
  checkProducts(tokens, text, at, rewritten, refuse);
}

/** Characters on either side of what is rewritten. */
const SHOWN = 40;

type Rewritten = (start: number, end: number, replacement: string) => string;

function checkSymbol(token: Token, next: Token | undefined, at: string, rewritten: Rewritten, refuse: Refuse): void {
  const { kind, text: symbol, start, end } = token;
  const joined = next !== undefined && next.start === end ? next : undefined;
  if (kind === "number") {
    if (joined?.kind === "name" && /^e$/i.test(joined.text)) {
      throw refuse(
        `"${symbol}${joined.text}" ${at} is a number whose exponent is missing, or a product`,
        `write ${rewritten(start, joined.end, `${symbol}*${joined.text.toLowerCase()}`)}, or the exponent`,
      );
    }
    if (symbol === "0" && joined?.kind === "name" && /^[xbo]/i.test(joined.text)) {
      throw refuse(
        `"${symbol}${joined.text}" ${at} is a number of another base, or a product`,
        `write ${rewritten(start, joined.end, `0*${joined.text}`)}, or the number in decimals`,
      );
    }
    if (symbol.endsWith(".") && joined?.kind === "operator" && /[*/^]/.test(joined.text)) {
      throw refuse(`"${symbol}${joined.text}" ${at} can be read in two ways`, `write ${rewritten(start, end, `${symbol}0`)}`);
    }
    if (!Number.isFinite(Number(symbol))) throw refuse(`${symbol} ${at} is too large for a double`, "use numbers below 1.8e308");
  }
  if (kind === "operator" && symbol === "*" && joined?.text === "*") {
    throw refuse(`"**" ${at} is not of this syntax`, `write ${rewritten(start, joined.end, "^")}`);
  }
  if (kind === "other" && symbol === "." && joined?.kind === "operator" && /[*/^]/.test(joined.text)) {
    throw refuse(`"${symbol}${joined.text}" ${at} is not of this syntax`, `write ${rewritten(start, end, "")}`);
  }
  if (kind === "other" && symbol === "%" && (next === undefined || !/number|name|open/.test(next.kind))) {
    throw refuse(`"%" ${at} can be read in two ways`, `write ${rewritten(start, end, "/100")} for a share`);
  }
  if (symbol === "|") throw refuse(`"|" ${at} is not of this syntax`, "write abs(...) for an absolute value");
  if (kind !== "other" || /^[!-~]/.test(symbol)) return;
  if (symbol === "√") {
    const inside = next === undefined || next.kind === "open" ? "" : `(${next.text})`;
    throw refuse(
      `"${symbol}" ${at} is not of this syntax`,
      `write ${rewritten(start, inside === "" ? end : next!.end, `sqrt${inside}`)}`,
    );
  }
  const replacement = REPLACEMENTS.get(symbol) ?? superscript(symbol) ?? subscript(symbol);
  if (replacement !== undefined)
    throw refuse(`"${symbol}" ${at} is not of this syntax`, `write ${rewritten(start, end, replacement)}`);
  throw refuse(`"${symbol}" ${at} is not allowed`, "use numbers, declared names, + - * / ^ and functions only");
}

const REPLACEMENTS: ReadonlyMap<string, string> = new Map(
  Object.entries({ "-": "−‐‑‒–—﹣－", "+": "＋﹢", "*": "×·⋅∙•∗＊⨯✕", "/": "÷∕⁄／", "(": "（", ")": "）", "(1/2)": "½", "(1/4)": "¼", "(3/4)": "¾" })
    .flatMap(([written, symbols]) => [...symbols].map((symbol): [string, string] => [symbol, written])),
); // biome-ignore format: a table

const superscript = (symbol: string) => within("⁰¹²³⁴⁵⁶⁷⁸⁹", symbol, "^");
const subscript = (symbol: string) => within("₀₁₂₃₄₅₆₇₈₉", symbol, "");

function within(digits: string, symbol: string, before: string): string | undefined {
  const digit = digits.indexOf(symbol);
  return digit < 0 ? undefined : `${before}${digit}`;
}

/** What stands between two brackets, as far as it has been read. */
interface Frame {
  /** The first tokens of the term and of its last factor. */
  term: number;
  factor: number;
  /** The token of a `/` whose denominator is being read, of a `^` in the last factor, and whether the exponent after that has brackets around it. */
  slash: number | null;
  power: number | null;
  bracketed: boolean;
}

const frameFrom = (k: number): Frame => ({ term: k, factor: k, slash: null, power: null, bracketed: false });

function checkProducts(
  tokens: readonly Token[],
  text: string,
  at: (token: Token) => string,
  rewritten: Rewritten,
  refuse: Refuse,
): void {
  const frames = [frameFrom(0)];
  /** Of each bracket that is open, whether it holds the arguments of a call. */
  const calls: boolean[] = [];
  tokens.forEach((token, k) => {
    // In brackets a comma makes an array, which mathjs names.
    if (token.text === "," && calls.at(-1) !== true && !tokens.slice(0, k).some(({ text }) => text === "["))
      throw refuseComma(tokens, k, at, rewritten, refuse);
    const frame = frames.at(-1)!;
    const before = tokens[k - 1];
    if (startsOperand(token) && before !== undefined && endsOperand(before) && !isCall(before, token)) {
      if (token.kind === "number") {
        throw refuse(
          `the number ${at(token)} follows without an operator`,
          `write ${rewritten(before.end, token.start, "*")} or another operator`,
        );
      }
      const base = tokens[frame.factor].text;
      if (frame.power === frame.factor + 1 && FUNCTIONS.has(base)) {
        const [exponent, argument] = [
          sliceOf(tokens, text, frame.power + 1, k),
          sliceOf(tokens, text, k, factorEnd(tokens, k - 1)),
        ];
        const call = argument.startsWith("(") ? `${base}${argument}` : `${base}(${argument})`;
        throw refuse(`the power of a function ${at(tokens[frame.power])} has no argument`, `write ${call}^${exponent}`);
      }
      const operator = frame.slash ?? (frame.power !== null && !frame.bracketed ? frame.power : null);
      if (operator !== null) {
        throw refuse(
          `the product without * ${at(token)}, ${frame.slash === null ? "in a power" : "behind a /"}, can be read in two ways`,
          `write ${twoReadings(tokens, text, operator, frame.slash === null ? frame.factor : frame.term)}`,
        );
      }
      Object.assign(frame, { factor: k, power: null });
    }
    if (token.kind === "open") {
      frames.push(frameFrom(k + 1));
      calls.push(before !== undefined && isCall(before, token));
    } else if (token.kind === "close") {
      calls.pop();
      if (frames.length > 1) frames.pop();
    } else if (token.kind === "operator") readOperator(frame, k, tokens, text, at, refuse);
    else if (token.kind === "other") Object.assign(frame, frameFrom(k + 1));
  });
}

/** A comma where no arguments are: between digits it stands for the point of a decimal number. */
function refuseComma(
  tokens: readonly Token[],
  k: number,
  at: (token: Token) => string,
  rewritten: Rewritten,
  refuse: Refuse,
): Error {
  const [before, { start, end }, after] = [tokens[k - 1], tokens[k], tokens[k + 1]];
  const decimal =
    before?.kind === "number" &&
    /^\d+$/.test(before.text) &&
    before.end === start &&
    after?.kind === "number" &&
    /^\d/.test(after.text) &&
    after.start === end;
  return decimal && !after.text.includes(".") && tokens[k + 2]?.text !== ","
    ? refuse(`"${before.text},${after.text}" ${at(before)} has a decimal comma`, `write ${rewritten(start, end, ".")}`)
    : refuse(
        `"," ${at(tokens[k])} is not between the arguments of a function`,
        "write one expression, with points in decimal numbers",
      );
}

function readOperator(
  frame: Frame,
  k: number,
  tokens: readonly Token[],
  text: string,
  at: (token: Token) => string,
  refuse: Refuse,
): void {
  const symbol = tokens[k].text;
  const signs = k === 0 || !endsOperand(tokens[k - 1]);
  if (signs) {
    // A sign at the start of a factor is not of its base.
    if (frame.factor === k) frame.factor = k + 1;
    return;
  }
  if (symbol === "^") {
    if (frame.power !== null) {
      const slice = (from: number, to: number) => sliceOf(tokens, text, from, to);
      const end = factorEnd(tokens, k);
      const [base, middle, last] = [slice(frame.factor, frame.power), slice(frame.power + 1, k), slice(k + 1, end)];
      throw refuse(
        `the power of a power ${at(tokens[k])} can be read in two ways`,
        `write ${base}^(${middle}^${last}) or (${base}^${middle})^${last}`,
      );
    }
    frame.power = k;
    frame.bracketed = tokens[skipSigns(tokens, k + 1)]?.kind === "open";
    return;
  }
  const next = frameFrom(k + 1);
  if (symbol === "*" || symbol === "/") next.term = frame.term;
  if (symbol === "/") next.slash = k;
  Object.assign(frame, next);
}

const startsOperand = ({ kind }: Token) => kind === "number" || kind === "name" || kind === "open";
const endsOperand = ({ kind }: Token) => kind === "number" || kind === "name" || kind === "close";
const isCall = (before: Token, token: Token) => before.calls && token.kind === "open";

const sliceOf = (tokens: readonly Token[], text: string, from: number, to: number) =>
  to > from ? text.slice(tokens[from].start, tokens[to - 1].end) : "";

function skipSigns(tokens: readonly Token[], k: number): number {
  while (tokens[k]?.kind === "operator") k++;
  return k;
}

/** The token after the factor that begins behind the operator k: its signs, and a number, a name, a bracket or a call. */
function factorEnd(tokens: readonly Token[], k: number): number {
  const first = skipSigns(tokens, k + 1);
  if (first >= tokens.length) return tokens.length;
  const opens = tokens[first].kind === "open" ? first : isCallAt(tokens, first) ? first + 1 : null;
  return opens === null ? first + 1 : closing(tokens, opens) + 1;
}

const isCallAt = (tokens: readonly Token[], k: number) => k + 1 < tokens.length && isCall(tokens[k], tokens[k + 1]);

/** The bracket that closes another, or the last token where none does. */
function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let k = open; k < tokens.length; k++) {
    if (tokens[k].kind === "open") depth++;
    if (tokens[k].kind === "close" && --depth === 0) return k;
  }
  return tokens.length - 1;
}

/** A term whose products stand without * behind an operator, written both ways. */
function twoReadings(tokens: readonly Token[], text: string, operator: number, from: number): string {
  const head = sliceOf(tokens, text, from, operator + 1);
  const factors: string[] = [];
  let start = operator + 1;
  let k = start;
  for (; k < tokens.length; ) {
    k = factorEnd(tokens, k - 1);
    while (tokens[k]?.text === "^") k = factorEnd(tokens, k);
    factors.push(sliceOf(tokens, text, start, k));
    start = k;
    if (k >= tokens.length || !startsOperand(tokens[k])) break;
  }
  return `${head}${factors.join("*")} or ${head}(${factors.join("*")})`;
}
