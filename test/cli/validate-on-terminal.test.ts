import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { expectClean, HAS_SCRIPT, missingWords, onTerminal } from "./on-terminal.ts";
import { emptyFolder } from "./run.ts";

/** The whole build: validate writes a page, whose script is built too. */
const main = resolve(import.meta.dirname, "../../dist/command/main.js");

interface Found {
  name: string;
  findings: { text: string }[];
}

test.skipIf(!HAS_SCRIPT || (!existsSync(main) && process.env.CI === undefined)).each([
  [80, 24],
  [140, 40],
])("on a terminal of %i x %i every finding of validate is there, in whole lines", async (columns, rows) => {
  const folder = emptyFolder();
  const args = ["validate", "--quick", "--study", "spurious-fixed-points,conservation", "--report", folder];
  const seen = await onTerminal(args, { columns, rows, main: [main] });
  expectClean(seen, columns);
  const { results } = JSON.parse(readFileSync(join(folder, "report.json"), "utf8")) as { results: Found[] };
  const texts = results.flatMap(({ name, findings }) => [name, ...findings.map(({ text }) => text)]);
  expect(texts.length).toBeGreaterThan(5);
  expect(texts.filter((text) => missingWords(text, seen).length > 0)).toEqual([]);
});
