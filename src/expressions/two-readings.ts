import { placeOf, type Refuse, type Rewritten, type Token } from "./tokens.ts";
import { FUNCTIONS } from "./words.ts";

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

/** Refuses products and powers that two readers would read differently, and what follows without an operator. */
export function checkProducts(tokens: readonly Token[], text: string, rewritten: Rewritten, refuse: Refuse): void {
  const frames = [frameFrom(0)];
  /** Of each bracket that is open, whether it holds the arguments of a call. */
  const calls: boolean[] = [];
  tokens.forEach((token, k) => {
    // In brackets a comma makes an array, which mathjs names.
    if (token.text === "," && calls.at(-1) !== true && !tokens.slice(0, k).some(({ text }) => text === "["))
      throw refuseComma(tokens, k, rewritten, refuse);
    const frame = frames.at(-1)!;
    const before = tokens[k - 1];
    if (startsOperand(token) && before !== undefined && endsOperand(before) && !isCall(before, token)) {
      if (token.kind === "number") {
        throw refuse(
          `the number ${placeOf(token)} follows without an operator`,
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
        throw refuse(`the power of a function ${placeOf(tokens[frame.power])} has no argument`, `write ${call}^${exponent}`);
      }
      const operator = frame.slash ?? (frame.power !== null && !frame.bracketed ? frame.power : null);
      if (operator !== null) {
        throw refuse(
          `the product without * ${placeOf(token)}, ${frame.slash === null ? "in a power" : "behind a /"}, can be read in two ways`,
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
    } else if (token.kind === "operator") readOperator(frame, k, tokens, text, refuse);
    else if (token.kind === "other") Object.assign(frame, frameFrom(k + 1));
  });
}

/** A comma where no arguments are: between digits it stands for the point of a decimal number. */
function refuseComma(tokens: readonly Token[], k: number, rewritten: Rewritten, refuse: Refuse): Error {
  const [before, { start, end }, after] = [tokens[k - 1], tokens[k], tokens[k + 1]];
  const decimal =
    before?.kind === "number" &&
    /^\d+$/.test(before.text) &&
    before.end === start &&
    after?.kind === "number" &&
    /^\d/.test(after.text) &&
    after.start === end;
  return decimal && !after.text.includes(".") && tokens[k + 2]?.text !== ","
    ? refuse(`"${before.text},${after.text}" ${placeOf(before)} has a decimal comma`, `write ${rewritten(start, end, ".")}`)
    : refuse(
        `"," ${placeOf(tokens[k])} is not between the arguments of a function`,
        "write one expression, with points in decimal numbers",
      );
}

function readOperator(frame: Frame, k: number, tokens: readonly Token[], text: string, refuse: Refuse): void {
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
        `the power of a power ${placeOf(tokens[k])} can be read in two ways`,
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
