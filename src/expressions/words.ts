import { UNARY } from "./graph.ts";

/** Functions an expression may call, with their number of arguments. */
export const FUNCTIONS: ReadonlyMap<string, number> = new Map([
  ...Object.keys(UNARY)
    .filter((name) => name !== "sign")
    .map((name): [string, number] => [name, 1]),
  ["relu", 1],
  ["pow", 2],
  ["min", 2],
  ["max", 2],
]);

export const CONSTANTS: ReadonlyMap<string, number> = new Map([
  ["pi", Math.PI],
  ["e", Math.E],
]);

/** Words of mathjs: operators and values, which cannot be names. */
export const OPERATOR_WORDS: ReadonlySet<string> = new Set(
  ["mod", "to", "in", "and", "or", "xor", "not", "true", "false", "null", "undefined", "NaN", "Infinity", "end"], // biome-ignore format: one list
);

/** What other languages call a function, by what it is here. */
const OTHER_FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ["ln", "log(x)"], ["lg", "log10(x)"], ["log2", "log(x)/log(2)"], ["log1p", "log(1 + x)"],
  ["expm1", "exp(x) - 1"], ["exp2", "2^x"], ["sqr", "x^2"], ["square", "x^2"], ["power", "pow(x, y)"], ["cbrt", "x^(1/3) for x >= 0"],
  ["arcsin", "asin(x)"], ["arccos", "acos(x)"], ["arctan", "atan(x)"], ["arctg", "atan(x)"], ["arsinh", "asinh(x)"], ["arcsinh", "asinh(x)"],
  ["sen", "sin(x)"], ["tg", "tan(x)"], ["sh", "sinh(x)"], ["ch", "cosh(x)"], ["th", "tanh(x)"],
  ["sec", "1/cos(x)"], ["csc", "1/sin(x)"], ["cot", "1/tan(x)"], ["ctg", "1/tan(x)"], ["sech", "1/cosh(x)"], ["csch", "1/sinh(x)"], ["coth", "1/tanh(x)"],
  ["fabs", "abs(x)"], ["absolute", "abs(x)"], ["erfc", "1 - erf(x)"], ["hypot", "sqrt(x^2 + y^2)"], ["atan2", "atan(y/x) for x > 0"],
  ["sigmoid", "1/(1 + exp(-x))"], ["logistic", "1/(1 + exp(-x))"], ["softplus", "log(1 + exp(x))"],
  ["minimum", "min(x, y)"], ["maximum", "max(x, y)"], ["amin", "min(x, y)"], ["amax", "max(x, y)"],
]); // biome-ignore format: a table

/** What to write for a function that there is not. */
export function insteadOfFunction(name: string): string {
  const known = FUNCTIONS.has(name.toLowerCase()) ? `${name.toLowerCase()}(...)` : OTHER_FUNCTIONS.get(name.toLowerCase());
  const list = `use one of ${[...FUNCTIONS.keys()].join(", ")}`;
  return known === undefined ? list : `write ${known}, or ${list}`;
}

/** What to write for a name that stands for nothing. */
export function insteadOfSymbol(name: string): string {
  if (/^(pi|π|𝜋|𝛑)$/iu.test(name)) return "write pi, or declare it under variables or parameters";
  if (FUNCTIONS.has(name)) return `write ${name}(...) for the function`;
  return OTHER_FUNCTIONS.has(name) ? insteadOfFunction(name) : "declare it under variables or parameters";
}
