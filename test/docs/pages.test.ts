import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { blocksOf, commandsOf, linksOf, pagesUnder, picturesOf } from "../../docs/site/pages.ts";
import { createProblem } from "../../src/index.ts";
import { parseProblemText } from "../../src/problem-file/problem-file.ts";
import { parseCommand } from "../cli/parse-command.ts";
import { root } from "../sources.ts";

const PAGES = ["README.md", "CONTRIBUTING.md", ...pagesUnder(join(root, "docs")).map((page) => `docs/${page}`)];
const textOf = (page: string) => readFileSync(join(root, page), "utf8");

const home = process.cwd();
beforeAll(() => process.chdir(mkdtempSync(join(tmpdir(), "bdpde-pages-"))));
afterAll(() => process.chdir(home));

test("pages have commands, pictures and links, as these tests find them", () => {
  const page =
    "x\n\n    bdpde solve a.json # why\n\n```sh\nnpx bdpde plan 'b c' | less\n```\n\n![alt](p.svg) [l](q.md#r) `[no](s.md)`\n";
  expect(commandsOf(page)).toEqual([
    { line: 6, args: ["plan", "b c"] },
    { line: 3, args: ["solve", "a.json"] },
  ]);
  expect(picturesOf(page)).toEqual([{ path: "p.svg", alt: "alt" }]);
  expect(linksOf(page)).toEqual(["q.md#r"]);
});

describe.each(PAGES)("%s", (page) => {
  const text = textOf(page);

  test("has commands that can be given", async () => {
    for (const { line, args } of commandsOf(text)) {
      // A problem of the reader's own.
      const files = args.filter((arg) => /^[\w/-]+\.json$/.test(arg) && !arg.includes("/"));
      for (const file of files) if (!existsSync(file)) writeFileSync(file, "{}");
      await expect(parseCommand(args), `line ${line}: bdpde ${args.join(" ")}`).resolves.toBeUndefined();
    }
  });

  test("has pictures that are there, each with a word on what it shows", () => {
    for (const { path, alt } of picturesOf(text)) {
      expect(existsSync(join(root, dirname(page), path)), path).toBe(true);
      expect(alt, path).toMatch(/\w+ \w+/);
    }
  });

  test("links to files that are there", () => {
    for (const address of linksOf(text).filter((link) => !/^(https?:|#)/.test(link))) {
      const [path] = address.split("#");
      // Those of the root of the site: files that its build puts there, or pages.
      const target = path.startsWith("/") ? join(root, path) : join(root, dirname(page), path);
      const made = ["docs/contributing.md", "docs/changelog.md"].some((name) => join(root, name) === target);
      expect(made || path.startsWith("/explorer/") || existsSync(target), address).toBe(true);
    }
  });
});

test("the problems of the gallery, and the one that stands in the page of the problem file, can be solved", async () => {
  const shown = blocksOf(textOf("docs/problem-file.md"), "json").map(({ text }) => text);
  expect(shown).toHaveLength(1);
  const kept = ["barrier", "langevin", "repulsion"].map((name) => textOf(`docs/gallery/${name}.json`));
  for (const text of [...shown, ...kept]) await createProblem(parseProblemText(text, "a page"), { cells: 16 });
});
