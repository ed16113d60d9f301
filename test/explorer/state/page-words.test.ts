import { expect, test } from "vitest";
import { InputError, serialiseError } from "../../../src/errors.ts";
import { inPageWords, pageMessage } from "../../../src/explorer/state/page-words.ts";
import { parseExpression } from "../../../src/expressions/expression.ts";

const message = (field: string, value: unknown, problem = "not positive", remedy = "give a number > 0") =>
  pageMessage(serialiseError(new InputError(field, value, problem, remedy)));

test("a field has the name of the page, and no option of the command line is left", () => {
  expect(message("--n", 1.5)).toBe("n = 1.5: not positive; give a number > 0");
  expect(message("variables.x.cells", 3.5)).toBe("the number of cells along x = 3.5: not positive; give a number > 0");
  expect(message("potential.K.expression", "x", "odd", "use --n 100 or more, or --grid fixed")).toBe(
    'K = "x": odd; use n 100 or more, or cells that stay',
  );
  expect(inPageWords("use --scheme weighted, or a larger --dt")).toBe("use scheme weighted, or a larger dt");
});

test("an empty field is called empty", () => {
  expect(message("potential.F", "")).toBe("F is empty");
  expect(message("alpha", " ")).toBe("α is empty");
  expect(message("initial.x.sd", "")).toBe("sd of the initial distribution of x is empty");
});

test("a power written as ** is told to use ^", async () => {
  const refusal = await parseExpression("x**2", "potential.F", { inputs: ["x"], parameters: {} }).catch((error: unknown) =>
    pageMessage(serialiseError(error)),
  );
  expect(refusal).toMatch(/for powers use \^, not \*\* \(at character 2\); write x\^2$/);
});
