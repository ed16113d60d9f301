import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/commands.ts";
import { exampleNames, problemPath } from "../../src/cli/examples.ts";
import { createProblem } from "../../src/index.ts";
import { parseProblemText } from "../../src/problem-file/problem-file.ts";
import { root } from "../sources.ts";
import { parseCommand } from "./parse-command.ts";
import { bdpde } from "./run.ts";

const home = process.cwd();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bdpde-examples-"));
  process.chdir(folder);
});
afterEach(() => process.chdir(home));

const textOf = (name: string) => readFileSync(join(root, "grids", name), "utf8");

test("an example is found by its name from any folder, a file of that name before it", async () => {
  expect(exampleNames()).toContain("trimer");
  expect(exampleNames()).not.toContain("problem.schema");
  for (const name of exampleNames()) {
    await createProblem(parseProblemText(readFileSync(problemPath(name), "utf8"), name), { cells: 8 });
  }
  expect((await bdpde("solve", "double-well", "--cells", "16", "--end", "0.1")).code).toBe(0);
  writeFileSync("circle", textOf("double-well.json"));
  expect(problemPath("circle")).toBe("circle");
  expect((await bdpde("solve", "circle", "--cells", "16", "--end", "0.1")).stdout).toMatch(/^double-well/);
  mkdirSync("trimer");
  expect(problemPath("trimer")).toBe(join(root, "grids", "trimer.json"));
});

test.each([
  ["doublewell", "did you mean double-well?"],
  ["langevin", "did you mean langevin-double-well?"],
  ["nothing", "neither a file nor the name of an example"],
  ["nothing.json", "cannot be read (no such file or folder)"],
])("a problem %s is refused: %s", async (name, message) => {
  const { code, stderr } = await bdpde("solve", name);
  expect([code, stderr.includes(message), stderr.split("\n").length]).toEqual([2, true, 2]);
});

test("problems lists, describes and copies them, and overwrites nothing unasked", async () => {
  const { stdout } = await bdpde("problems");
  for (const name of exampleNames()) expect(stdout).toMatch(new RegExp(`^${name} `, "m"));
  expect(stdout).toContain("(two variables, pure-birth-death, temperature 1)");
  expect((await bdpde("problems", "describe", "trimer")).stdout).toBe(textOf("trimer.json"));

  expect((await bdpde("problems", "copy", "circle")).stdout).toBe("circle.json\n");
  expect(readFileSync("circle.json", "utf8")).toBe(textOf("circle.json"));
  expect(readFileSync("problem.schema.json", "utf8")).toBe(textOf("problem.schema.json"));
  const again = await bdpde("problems", "copy", "circle");
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("exists already")]);
  mkdirSync("other");
  writeFileSync("other/problem.schema.json", "{}");
  const beside = await bdpde("problems", "copy", "circle", "other/mine.json");
  expect([beside.code, beside.stderr]).toEqual([0, expect.stringContaining("stays as it is")]);
  expect(readFileSync("other/problem.schema.json", "utf8")).toBe("{}");
});

test.each([
  ["--cells", "128x64", "did you mean x=128,y=64?"],
  ["--cells", "128,64", "did you mean x=128,y=64?"],
  ["--cells", "12,000", "did you mean 12000?"],
  ["--cells", "1_000", "did you mean 1000?"],
  ["--cells", "1,024", "did you mean 1024?"],
  ["--max-step", "0,001", "give a number"],
  ["--max-step", "0.000_1", "did you mean 0.0001?"],
  ["--end", "1,5", "give a number"],
  ["--flux", "muscle", "did you mean muscl?"],
  ["--snapshots", "3", '"time": { "end"'],
  ["--tau", "3", "did you mean --temperature?"],
  ["--cell", "3", "(Did you mean --cells?)"],
])("%s %s is answered by what was meant: %s", async (option, value, message) => {
  const { code, stderr } = await bdpde("solve", "double-well", option, value);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});

test.each(Object.entries(COMMANDS))("the examples in the help of %s can be given", async (name, { examples }) => {
  expect((await bdpde(name, "--help")).stdout).toContain(`bdpde ${examples[1]}`);
  for (const line of examples) await parseCommand(line.split(" "));
});
