import { placeOf, type Refuse, type Rewritten, type Token, tokensOf } from "./tokens.ts";
import { checkProducts } from "./two-readings.ts";

/**
 * Checks before mathjs parses: text that two readers would read differently is refused, with its place.
 *
 *   1/2x            (1/2)*x to some, 1/(2*x) to others, and mathjs reads 1/2x as the first and 1/yx as the second
 *   e^-2x, x^2y     x^2*y or x^(2*y)
 *   x^y^z           x^(y^z) here and in Python, (x^y)^z in MATLAB
 *   5%, 1e*x, 0x10  a share or a remainder; a number without its exponent or 1*e*x; a hexadecimal number or 0*x10
 *   x 2, 1.*x       a power, an index or a product; a product element by element
 *
 * Symbols that are not of the syntax are named with what to write instead.
 */

/**
 * @param isNumber whether a name stands for a number: brackets behind it are no call.
 * @throws what `refuse` makes, for the first text with two readings or a symbol of another syntax.
 */
export function checkReading(text: string, isNumber: (name: string) => boolean, refuse: Refuse): void {
  const tokens = tokensOf(text, isNumber);
  const rewritten: Rewritten = (start, end, replacement) => {
    const [from, to] = [Math.max(0, start - SHOWN), Math.min(text.length, end + SHOWN)];
    return `${from > 0 ? "..." : ""}${text.slice(from, start)}${replacement}${text.slice(end, to)}${to < text.length ? "..." : ""}`;
  };
  tokens.forEach((token, k) => {
    checkSymbol(token, tokens[k + 1], placeOf(token), rewritten, refuse);
  });
  checkProducts(tokens, text, rewritten, refuse);
}

/** Characters on either side of the rewritten part. */
const SHOWN = 40;

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
