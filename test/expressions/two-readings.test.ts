import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { createEvaluator } from "../../src/expressions/evaluate.ts";
import { parseExpression } from "../../src/expressions/expression.ts";
import { sized } from "../sizes.ts";

const inputs = ["x", "y", "z", "θ", "ж", "변수", "𝜃"];
const AT = [1.7, 2.3, 0.6, 1.2, 3.1, 0.4, 2.9];

async function evaluate(text: string): Promise<number> {
  const { value } = await parseExpression(text, "potential.F", { inputs, parameters: { a: 1.3 } });
  const out = new Float64Array(1);
  createEvaluator(value)([out], 0, AT.map((at) => Float64Array.of(at)), 0, 1); // biome-ignore format: one call
  return out[0];
}

const refusal = (text: string) => evaluate(text).then(() => "accepted", (error) => (error as Error).message); // biome-ignore format: one call

describe("text with two readings", () => {
  const cases: [text: string, place: string, remedy: string][] = [
    ["1/sqrt(2pi)exp(-x^2/2)", "at character 12, behind a /", "1/sqrt(2pi)*exp(-x^2/2) or 1/(sqrt(2pi)*exp(-x^2/2))"],
    ["1/2x", "at character 4, behind a /", "1/2*x or 1/(2*x)"],
    ["1/2 x", "at character 5, behind a /", "1/2*x or 1/(2*x)"],
    ["y - 1/x(y+1)", "at character 8, behind a /", "1/x*(y+1) or 1/(x*(y+1))"],
    ["3*1/-2x y + 1", "at character 7, behind a /", "3*1/-2*x*y or 3*1/(-2*x*y)"],
    ["x/2^3y", "at character 6, behind a /", "x/2^3*y or x/(2^3*y)"],
    ["exp(1/(x)(y))", "at character 10, behind a /", "1/(x)*(y) or 1/((x)*(y))"],
    ["1/max(1, 2)x", "at character 12, behind a /", "1/max(1, 2)*x or 1/(max(1, 2)*x)"],
    ["e^-2x", "at character 5, in a power", "e^-2*x or e^(-2*x)"],
    ["x^sin(y)z", "at character 9, in a power", "x^sin(y)*z or x^(sin(y)*z)"],
    ["-x^y^z", "the power of a power at character 5", "x^(y^z) or (x^y)^z"],
    ["2^-x^2", "the power of a power at character 5", "2^(-x^2) or (2^-x)^2"],
    ["x^(y)^2", "the power of a power at character 6", "x^((y)^2) or (x^(y))^2"],
    ["5%", '"%" at character 2', "5/100"],
    ["1e*x", '"1e" at character 1', "1*e*x"],
    ["3 + 2e^x", '"2e" at character 5', "3 + 2*e^x"],
    ["0x10", '"0x10" at character 1', "0*x10"],
    ["x 2", "the number at character 3", "x*2"],
    ["1..2", "the number at character 3", "1.*.2"],
    ["1.*x", '"1.*" at character 1', "1.0*x"],
    ["x.*y", '".*" at character 2', "x*y"],
  ];
  for (const [text, place, remedy] of cases) {
    it(`is refused with its place and written without doubt: ${text}`, async () => {
      const message = await refusal(text);
      expect(message).toContain(place);
      expect(message).toContain(`write ${remedy}`);
    });
  }

  it("leaves products that all read alike", async () => {
    const [x, y] = AT;
    const alike: [string, number][] = [
      ["2x", 2 * x], ["2(x+1)", 2 * (x + 1)], ["x y", x * y], ["(x)(y)", x * y], ["2x/3", (2 * x) / 3], ["1/2*3x", 1.5 * x], ["x^(2)y", x * x * y],
      ["-x^2", -x * x], ["1/(2x)", 0.5 / x], ["1e5x", 1e5 * x], ["5.", 5], ["x - 2y/3", x - (2 * y) / 3], ["sin(x)cos(y)", Math.sin(x) * Math.cos(y)],
    ]; // biome-ignore format: a table
    for (const [text, value] of alike)
      expect(Math.abs((await evaluate(text)) - value), text).toBeLessThanOrEqual(1e-15 * Math.abs(value));
  });

  /**
   * Factors joined by operators, nothing standing for a product. In the first reading a product without * is one with it and powers go from the right; in the second a
   * denominator and an exponent go on over it, and powers go from the left.
   */
  const factor = fc.constantFrom("x", "y", "2", "3", "(x + 1)", "sin(y)", "a", "θ", "(1/x)");
  const operators = fc.constantFrom("", "", "*", "/", "^", "^-", " + ", "/-");
  const sequence = fc.tuple(factor, fc.array(fc.tuple(operators, factor), { minLength: 1, maxLength: 5 }));

  it("is all that is refused: what is accepted has one value in every reading", async () => {
    const tally = { accepted: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(sequence, async ([first, rest]) => {
        const spaced = rest.map(([operator, next]): [string, string] => [operator === "" && !next.startsWith("(") ? " " : operator, next]);
        const text = first + spaced.map(([operator, next]) => operator + next).join("");
        const [one, other] = [fromRight(first, rest), fromLeft(first, rest)];
        const message = await refusal(text);
        const values = await Promise.all([one, other].map(evaluate));
        if (message !== "accepted") {
          tally.refused++;
          expect(message).toMatch(/can be read in two ways|follows without an operator|is a number here/);
          return;
        }
        tally.accepted++;
        const value = await evaluate(text);
        if (!Number.isFinite(value)) return;
        for (const reading of values) expect(Math.abs(reading - value), `${text}: ${one}, ${other}`).toBeLessThanOrEqual(1e-9 * Math.abs(value));
      }),
      { seed: 402, numRuns: sized(500, 1500) },
    ); // biome-ignore format: one statement a line
    expect(tally.accepted).toBeGreaterThan(200);
    expect(tally.refused).toBeGreaterThan(200);
  });

  type Rest = [operator: string, factor: string][];
  const bracket = (text: string) => `(${text})`;

  /** A product without * as one with it; a^b^c as a^(b^c). */
  function fromRight(first: string, rest: Rest): string {
    if (rest.length === 0) return bracket(first);
    const powers = rest.findIndex(([operator]) => !operator.startsWith("^"));
    const chain = rest.slice(0, powers < 0 ? rest.length : powers);
    const power = chain.reduceRight((exponent, [operator, ], k) => bracket(`${bracket(k === 0 ? first : chain[k - 1][1])}^${bracket(operator.slice(1) + exponent)}`), bracket(chain.at(-1)?.[1] ?? first));
    const head = chain.length === 0 ? bracket(first) : power;
    if (powers < 0) return head;
    const [operator, next] = rest[powers];
    return `${head} ${operator === "" ? "*" : operator} ${fromRight(next, rest.slice(powers + 1))}`;
  } // biome-ignore format: one statement a line

  /** A run of products without * in brackets, also in an exponent; powers of powers from the left. */
  function fromLeft(first: string, rest: Rest): string {
    // The factors before the last base, the base with its powers, and the exponent as far as it goes.
    let text = "";
    let [product, power, run] = ["", "", bracket(first)];
    const close = () => bracket(product + (power === "" ? run : `${bracket(power + bracket(run))}`));
    for (const [operator, next] of rest) {
      if (operator === "") {
        // Brackets around an exponent end it.
        if (power === "" || run.replace("-", "").startsWith("((")) {
          product += `${power === "" ? run : bracket(power + bracket(run))}*`;
          [power, run] = ["", bracket(next)];
        } else run += `*${bracket(next)}`;
      } else if (operator.startsWith("^")) {
        power = `${power === "" ? run : bracket(power + bracket(run))}^`;
        run = operator.slice(1) + bracket(next);
      } else {
        text += close() + operator;
        [product, power, run] = ["", "", bracket(next)];
      }
    }
    return text + close();
  }
});

describe("symbols of other languages", () => {
  const cases: [string, string][] = [
    ["x**2", "write x^2"], ["x²", "write x^2"], ["x−1", "write x-1"], ["2×x", "write 2*x"], ["2·x", "write 2*x"], ["x÷y", "write x/y"],
    ["π*x", "write pi"], ["√x", "write sqrt(x)"], ["|x|", "write abs(...)"], ["x₁", "write x1"], ["sin^2(x)", "write sin(x)^2"], ["sin x", "write sin(...)"],
    ["ln(x)", "write log(x)"], ["arctan(x)", "write atan(x)"], ["sen(x)", "write sin(x)"], ["Exp(x)", "write exp(...)"], ["log2(x)", "write log(x)/log(2)"],
    ["Math.exp(x)", "write exp(...)"], ["np.exp(x)", "write exp(...)"], ["np.pi*x", "write pi"], ["x(y)", "write x*(y)"], ["pi(x + 1)", "write pi*(x + 1)"],
    ["x'", "write x_prime"], ["1e400", "use numbers below"], ["NaN", "declared names only"], ["Infinity*x", "declared names only"],
  ]; // biome-ignore format: a table
  for (const [text, remedy] of cases) it(`are told in ours: ${text}`, async () => expect(await refusal(text)).toContain(remedy));
});

describe("names", () => {
  it("are of letters of any script, composed or not", async () => {
    expect(await evaluate("θ + ж*변수 - 𝜃")).toBeCloseTo(1.2 + 3.1 * 0.4 - 2.9, 14);
    const { value } = await parseExpression("2*e\u0301", "potential.F", { inputs: ["é"], parameters: {} });
    const out = new Float64Array(1);
    createEvaluator(value)([out], 0, [Float64Array.of(3)], 0, 1);
    expect(out[0]).toBe(6);
  });
});

describe("any text", () => {
  it("is an expression or an input error, never another one", async () => {
    const pieces = ["x", "θ", "2", ".5", "1e", "e", "^", "*", "/", "-", "(", ")", ",", "sin", "pow", " ", "%", "!", "'", '"', "[", "√", "²", "\ud835", "\ud835\udf03", "=", "?", ":", "\n", "0x"]; // biome-ignore format: a list
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom(...pieces), maxLength: 14 }),
      fc.string({ unit: "binary", maxLength: 12 }),
    );
    await fc.assert(
      fc.asyncProperty(text, async (given) => {
        const outcome = await evaluate(given).catch((error) => error);
        expect(typeof outcome === "number" || outcome instanceof InputError, `${JSON.stringify(given)}: ${outcome}`).toBe(true);
      }),
      { seed: 403, numRuns: sized(500, 1500) },
    );
  });
});
