import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";
import { DYNAMICS } from "../src/problem/dynamics.ts";
import { comparisonsWith, root, sources } from "./sources.ts";

/** Chapters from the bottom up: a file may import from its own folder and from those before it. */
const CHAPTERS = [
  "src/errors.ts",
  "src/version.ts",
  "src/threads",
  "src/numerics",
  "src/figures",
  "src/grid",
  "src/files",
  "src/expressions",
  "src/distributions",
  "src/potential",
  "src/measures",
  "src/problem-file",
  "src/problem",
  "src/characteristics",
  "src/finite-volume",
  "src/spectral",
  "src/schemes",
  "src/mean-field-map",
  "src/particles",
  "src/ensembles",
  "src/networks",
  "src/fluctuations",
  "src/reference",
  "src/comparison",
  "src/plots",
  "src/index.ts",
  "validation",
  "src/explorer/engine",
  "src/explorer/form",
  "src/explorer/state",
  "src/explorer/panels",
  "src/explorer/tour",
  "src/explorer/export",
  "src/explorer/page",
  "src/explorer",
  "src/cli",
];

function chapterOf(file: string): number {
  return CHAPTERS.findIndex((chapter) => file === chapter || file.startsWith(`${chapter}/`));
}

const files = [...sources("src"), ...sources("validation")];

test("every source file belongs to a chapter", () => {
  expect(files.filter((file) => chapterOf(file) < 0)).toEqual([]);
});

/** What a file imports from this repository, types as well. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?"(\.[^"]+)"/g)].map(([, target]) =>
    relative(root, resolve(root, dirname(file), target)),
  );
}

test("imports point only downwards", () => {
  const upward: string[] = [];
  for (const file of files) {
    for (const imported of importsOf(file)) if (chapterOf(imported) > chapterOf(file)) upward.push(`${file} -> ${imported}`);
  }
  expect(upward).toEqual([]);
});

test("no two files need each other, not even for their types", () => {
  const left = new Map(files.map((file) => [file, importsOf(file)]));
  // Files that import none of those left are taken away until only circles, and what leads to them, remain.
  for (let before = 0; before !== left.size; ) {
    before = left.size;
    for (const [file, imports] of left) if (!imports.some((imported) => left.has(imported))) left.delete(file);
  }
  expect([...left.keys()]).toEqual([]);
});

/** Packages that are not numerics, each with the folders that may import it; any other dependency is, and enters in one file of src/numerics. */
const NOT_NUMERICS: Readonly<Record<string, readonly string[]>> = {
  "@commander-js/extra-typings": ["src/cli"],
  commander: ["src/cli"],
  "@resvg/resvg-wasm": ["src/figures"],
  "d3-dsv": ["src/files"],
  "d3-scale": ["src/figures"],
  "d3-scale-chromatic": ["src/plots"],
  "d3-shape": ["src/figures"],
  "dejavu-fonts-ttf": ["src/figures"],
  "fastest-levenshtein": ["src/problem-file"],
  fflate: ["src/files"],
  h5wasm: ["src/files"],
  hyparquet: ["src/files"],
  "hyparquet-compressors": ["src/files"],
  "hyparquet-writer": ["src/files"],
  mathjs: ["src/expressions"],
  sirv: ["src/cli"],
  "wrap-ansi": ["src/cli"],
  zod: ["src/expressions", "src/distributions", "src/potential", "src/problem-file"],
};
/** Imported in more than one file, or in none: the types of commander stand for it, and of the fonts files are read. */
const EVERYWHERE = ["@commander-js/extra-typings", "commander", "dejavu-fonts-ttf", "zod"];

test("each third-party numeric library enters in one file of src/numerics, any other in one file of its folder", () => {
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const packages = Object.keys(dependencies);
  expect(Object.keys(NOT_NUMERICS).filter((name) => !packages.includes(name))).toEqual([]);
  const importers = new Map(packages.map((name): [string, Set<string>] => [name, new Set()]));
  for (const file of files) {
    for (const [, target] of readFileSync(join(root, file), "utf8").matchAll(/(?:from|import)\s*\(?\s*"([^".][^"]*)"/g)) {
      const name = packages.find((each) => target === each || target.startsWith(`${each}/`));
      if (name !== undefined) importers.get(name)?.add(file);
    }
  }
  for (const [name, found] of importers) {
    const folders = NOT_NUMERICS[name] ?? ["src/numerics"];
    expect(
      [...found].filter((file) => !folders.some((folder) => file.startsWith(`${folder}/`))),
      name,
    ).toEqual([]);
    if (!EVERYWHERE.includes(name)) expect([...found], name).toHaveLength(1);
  }
});

test("names of dynamics are compared in their table alone", () => {
  const names = new Set(
    Object.entries(DYNAMICS).flatMap(([name, { family, object }]) =>
      [name, family, object?.type, object?.law].filter((word) => typeof word === "string"),
    ),
  );
  const comparisons = comparisonsWith([...names], "typeof\\s+[\\w.]*(?:[dD]ynamics|[mM]otion)\\b");
  // Both ways of writing it are seen.
  for (const text of [
    'dynamics === "unbalanced"',
    'case "net-deficit":',
    '["birth-death"].includes(x)',
    "typeof problem.dynamics",
  ]) {
    expect(text).toMatch(comparisons);
  }
  const found = files
    .filter((file) => file !== "src/problem/dynamics.ts")
    .flatMap((file) => [...readFileSync(join(root, file), "utf8").matchAll(comparisons)].map(([text]) => `${file}: ${text}`));
  expect(found).toEqual([]);
});
