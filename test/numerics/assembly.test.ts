import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compile, MODULES } from "../../assembly/build.mjs";

test.each(MODULES)("$target is what `npm run assembly` compiles from assembly/$source", async ({ source, target }) => {
  expect(readFileSync(new URL(`../../${target}`, import.meta.url), "utf8")).toBe(await compile(source));
});
