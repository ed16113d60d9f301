import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PAGES, writeLists } from "../docs/lists.ts";
import { DISTRIBUTIONS } from "../src/distributions/distributions.ts";
import { FLUXES } from "../src/finite-volume/fluxes.ts";
import { SPLITTINGS } from "../src/finite-volume/splittings.ts";
import { KERNELS } from "../src/potential/kernels.ts";
import { SCHEMES } from "../src/schemes/schemes.ts";
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
  expect(text).toMatch(/^<!-- lists: /m);
  expect(text).toBe(writeLists(text));
});
