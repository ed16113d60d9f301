import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { DISTRIBUTIONS } from "../src/distributions/distributions.ts";
import { FLUXES, SPLITTINGS } from "../src/finite-volume/schemes.ts";
import { KERNELS } from "../src/potential/kernels.ts";

const TABLES = { kernels: KERNELS, distributions: DISTRIBUTIONS, fluxes: FLUXES, splittings: SPLITTINGS };

const folder = resolve(import.meta.dirname, "../src");
const sources = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name));

test.each(Object.entries(TABLES))(
  "no source compares with a name of the %s: what differs between them stands in their rows",
  (_, table) => {
    const comparison = new RegExp(`(===|!==|\\bcase) "(${Object.keys(table).join("|")})"`);
    expect(sources.filter((name) => comparison.test(readFileSync(join(folder, name), "utf8")))).toEqual([]);
  },
);
