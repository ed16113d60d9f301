import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PAGES, writeLists } from "../docs/lists.ts";
import { DISTRIBUTIONS } from "../src/distributions/distributions.ts";
import { FLUXES } from "../src/finite-volume/fluxes.ts";
import { SPLITTINGS } from "../src/finite-volume/splittings.ts";
import { KERNELS } from "../src/potential/kernels.ts";
import { SCHEMES } from "../src/schemes/schemes.ts";
import { STUDIES } from "../validation/run.ts";
import { comparisonsWith, root, sources } from "./sources.ts";

const TABLES = { kernels: KERNELS, distributions: DISTRIBUTIONS, fluxes: FLUXES, splittings: SPLITTINGS, schemes: SCHEMES };

/** These hold formulas of their own, against which those of the rows are checked. */
const INDEPENDENT = ["validation/stated-errors/nodes.ts", "validation/stated-errors/parts.ts"];

const files = ["src", "validation", "bench"].flatMap(sources).filter((file) => !INDEPENDENT.includes(file));

test.each(Object.entries(TABLES))(
  "no source compares with a name of the %s: what differs between them stands in their rows",
  (_, table) => {
    const names = Object.keys(table);
    expect(`kind === "${names[0]}"`).toMatch(comparisonsWith(names));
    const compared = files.flatMap((file) =>
      [...readFileSync(join(root, file), "utf8").matchAll(comparisonsWith(names))].map(([text]) => `${file}: ${text}`),
    );
    expect(compared).toEqual([]);
  },
);

test.each(PAGES)("%s lists the rows of the tables as they are; `npm run tables` writes them", (page) => {
  const text = readFileSync(join(root, page), "utf8");
  expect(text).toBe(writeLists(text));
});

const tests = sources("test").filter((file) => file.endsWith(".test.ts"));
const textOf = (file: string) => readFileSync(join(root, file), "utf8");

test.each([...Object.keys(TABLES), "dynamics"])(
  "a test runs over all rows of the %s, so that a new one is tested at once",
  (name) => {
    const table = name.toUpperCase();
    const rows = new RegExp(`Object\\.(?:keys|entries)\\(${table}\\)|\\b${table.replace(/(?<!C)S$/, "")}_NAMES\\b`);
    expect(tests.filter((file) => rows.test(textOf(file)))).not.toEqual([]);
  },
);

test("every study is a folder of validation/, and a test runs its measurement, smaller", () => {
  const folders = [...textOf("validation/run.ts").matchAll(/"\.\/([^"]*)\/study\.ts"/g)].map(([, folder]) => folder);
  expect(folders).toHaveLength(STUDIES.length);
  const measured = tests.filter((file) => file.startsWith("test/validation/")).map(textOf);
  expect(folders.filter((folder) => !measured.some((text) => text.includes(`/validation/${folder}/`)))).toEqual([]);
});
