import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { parseExpression } from "../../src/expressions/expression.ts";

const parse = (text: string) => parseExpression(text, "observables.mean", { inputs: ["x"], parameters: { a: 1 } });

describe("text that is no whitelisted expression", () => {
  const refused: [string, RegExp][] = [
    ["import('fs')", /unknown function "import"/],
    ["x.constructor", /access to a property/],
    ['x["constructor"]', /access to a property/],
    ['x.constructor("return 1")', /access to a property/],
    ["x.sin(x)", /access to a property/],
    ["sin.exp(1)", /access to a property/],
    ["constructor", /unknown symbol "constructor"/],
    ["constructor(x)", /unknown function "constructor"/],
    ["f(x)=x", /a function definition/],
    ['createUnit("a")', /unknown function "createUnit"/],
    ['evaluate("1")', /unknown function "evaluate"/],
    ['sin(evaluate("1"))', /unknown function "evaluate"|"1" is not a number/],
    ['1 + parse("x")', /unknown function "parse"/],
    ["exp(x,2)", /exp takes 1 argument, not 2 arguments.*exp\(x\)/],
    ["exp()", /exp takes 1 argument, not 0/],
    ["max(x)", /max takes 2 arguments, not 1 argument;/],
    ["x + y", /unknown symbol "y".*known here: pi, e, a, x/],
    ["x>1?1:0", /a condition/],
    ["x > 1", /the operator "larger"/],
    ["[1,2]", /an array/],
    ["'abc'", /"abc" is not a number/],
    ["__proto__", /unknown symbol "__proto__"/],
    ["x.__proto__", /access to a property/],
    ["x=3", /an assignment/],
    ["x; x", /a sequence/],
    ["1:3", /a range/],
    ["{x: 1}", /an object/],
    ["toString(x)", /unknown function "toString"/],
    ["hasOwnProperty", /unknown symbol "hasOwnProperty"/],
    ["hasOwnProperty(x)", /unknown function "hasOwnProperty"/],
    ["x # a comment", /a comment \(#\) is not allowed/],
    [`x${" + x".repeat(4000)}`, /too long or too deeply nested/],
    [`${"(".repeat(4900)}x${")".repeat(4900)}`, /too long or too deeply nested/],
    ["", /is not a number/],
    ["   ", /is not a number/],
    ["(x", /not an expression/],
    ["x +", /not an expression/],
    ["x!", /the operator "factorial"/],
    ["x % 2", /the operator "mod"/],
    ["true", /is not a number/],
    ["5 cm", /unknown symbol "cm"/],
    ["sign(x)", /unknown function "sign"/],
    ["sech(x)", /unknown function "sech"/],
  ];
  for (const [text, reason] of refused) {
    it(`is refused with its field and a reason: ${JSON.stringify(text)}`, async () => {
      const error = await parse(text).then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(InputError);
      expect(error).toMatchObject({ field: "observables.mean", value: text });
      expect((error as InputError).message).toMatch(reason);
      expect((error as InputError).remedy.length).toBeGreaterThan(5);
    });
  }

  it("has derivatives in proportion to its length however deep it nests, or is refused as too deep", async () => {
    const shapes = ["max(a, sin(", "relu((x - 0.1)*abs(", "(1 + x*(", "(x^(", "1/(x + tanh("];
    for (const shape of shapes) {
      const nested = (depth: number) =>
        `${shape.repeat(depth)}x${")".repeat(depth * (shape.split("(").length - shape.split(")").length))}`;
      const lengths = async (depth: number) => {
        const { gradient, laplacian } = await parse(nested(depth));
        return [gradient([0]), laplacian([0])].map(({ instructions }) => instructions.length);
      };
      const [few, more, most] = await Promise.all([10, 20, 30].map(lengths));
      // Each further level adds the same instructions, save for a few where constants fold at the ends.
      most.forEach((length, k) => {
        expect(Math.abs(length - 2 * more[k] + few[k]), shape).toBeLessThan(10);
      });
      for (const depth of [100, 200, 400, 800]) {
        const whole = parse(nested(depth)).then(({ laplacian }) => laplacian([0]).outputs);
        expect(await whole.catch((reason) => reason)).toSatisfy((found) => found === 1 || found instanceof InputError);
      }
    }
  });

  it("does not hide behind a name that is declared", async () => {
    const inputs = ["constructor", "toString"];
    const { value } = await parseExpression("constructor + 2*toString", "potential.F", { inputs, parameters: {} });
    expect(value.inputs).toBe(2);
    await expect(parseExpression("constructor(1)", "potential.F", { inputs, parameters: {} })).rejects.toThrow(InputError);
  });
});
