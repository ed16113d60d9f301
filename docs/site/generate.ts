import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { apiPages } from "./api-pages.ts";
import { commandPages } from "./command-pages.ts";

/** Writes the pages that are made from the code and from files of the root into docs/generated/, which git ignores: API, commands, contributing, changelog. */
const root = resolve(import.meta.dirname, "../..");
const generated = join(root, "docs", "generated");
rmSync(generated, { recursive: true, force: true });
mkdirSync(join(generated, "commands"), { recursive: true });

for (const [name, page] of await commandPages()) writeFileSync(join(generated, "commands", `${name}.md`), page);
for (const file of ["CONTRIBUTING.md", "CHANGELOG.md"]) {
  const text = readFileSync(join(root, file), "utf8");
  // Links of the root to pages of the site; those to the sources are words here.
  const page = text
    .replaceAll(/\]\(docs\/([^)]*)\)/g, "]($1)")
    .replaceAll(/\[([^\]]*)\]\((?!https?:|#)(?![\w-]+\.md)[^)]*\)/g, "$1");
  writeFileSync(join(generated, file.toLowerCase()), page);
}
if (!process.argv.includes("--without-api")) apiPages(root, join(generated, "api"));
