import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../sources.ts";
import { builtCommand } from "./run.ts";

interface Chunk {
  fileName: string;
  imports: string[];
  moduleIds: string[];
}

/** The command as `npm run build` makes it: what was written about it when it was built for all tests. */
function bundled(): Chunk[] {
  const chunks: Chunk[] = JSON.parse(readFileSync(join(builtCommand(), "../../chunks.json"), "utf8"));
  return chunks.filter(({ moduleIds }) => moduleIds !== undefined);
}

/** Packages that are loaded with a source file, before anything runs. */
function packagesWith(chunks: readonly Chunk[], source: string): Set<string> {
  const loaded = new Set<Chunk>();
  const load = (chunk: Chunk | undefined) => {
    if (chunk === undefined || loaded.has(chunk)) return;
    loaded.add(chunk);
    for (const name of chunk.imports) load(chunks.find(({ fileName }) => fileName === name));
  };
  load(chunks.find(({ moduleIds }) => moduleIds.includes(join(root, source))));
  const paths = [...loaded].flatMap(({ moduleIds }) => moduleIds);
  return new Set(
    paths.filter((path) => path.includes("node_modules/")).map((path) => path.split("node_modules/").at(-1)!.split("/")[0]),
  );
}

test("a command loads what it needs and no more, and its workers stand beside it", () => {
  const chunks = bundled();
  const names = chunks.map(({ fileName }) => fileName);
  expect(names).toEqual(expect.arrayContaining(["main.js", "command-worker.js", "replica-worker.js", "worker.js"]));
  expect(names.filter((name) => name.includes("/"))).toEqual([]);
  expect(packagesWith(chunks, "src/cli/main.ts")).toEqual(
    new Set(["wrap-ansi", "ansi-styles", "string-width", "strip-ansi", "ansi-regex", "get-east-asian-width"]),
  );
  expect(packagesWith(chunks, "src/cli/run.ts")).toEqual(new Set(["commander", "@commander-js"]));
  for (const source of ["src/cli/solve.ts", "src/cli/particles.ts", "src/particles/replica-worker.ts"]) {
    const loaded = packagesWith(chunks, source);
    expect(loaded).toContain("zod");
    for (const heavy of ["mathjs", "@stdlib", "hyparquet", "fflate"])
      expect([source, heavy, loaded.has(heavy)]).toEqual([source, heavy, false]);
  }
});
