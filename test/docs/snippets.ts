import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { blocksOf, pagesUnder } from "../../docs/site/pages.ts";
import { root } from "../sources.ts";

/** The TypeScript of the README and the pages, each page as one module that imports the built package by its name. */
export interface Snippets {
  folder: string;
  /** Pages that have any. */
  pages: readonly string[];
  fileOf(page: string): string;
  remove(): void;
}

export function writeSnippets(): Snippets {
  // A package knows itself by its name in folders without a package.json of their own.
  mkdirSync(join(root, "dist"), { recursive: true });
  const folder = mkdtempSync(join(root, "dist", "snippets-"));
  const fileOf = (page: string) => join(folder, `${page.replaceAll("/", "-").replace(/\.md$/, "")}.mts`);
  const pages = ["../README.md", ...pagesUnder(join(root, "docs"))].filter((page) => {
    const blocks = blocksOf(readFileSync(join(root, "docs", page), "utf8"), "ts");
    if (blocks.length > 0) writeFileSync(fileOf(page), `${blocks.map(({ text }) => text).join("\n")}\nexport {};\n`);
    return blocks.length > 0;
  });
  return { folder, pages, fileOf, remove: () => rmSync(folder, { recursive: true }) };
}

/** What the compiler says of them. */
export function typeErrors({ pages, fileOf }: Snippets): string {
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const options = [
    "--noEmit",
    "--strict",
    "--module",
    "nodenext",
    "--target",
    "es2023",
    "--types",
    "node",
    "--skipLibCheck",
    "--ignoreConfig",
  ];
  return spawnSync(process.execPath, [tsc, ...options, ...pages.map(fileOf)], { cwd: root, encoding: "utf8" }).stdout;
}

/** What the TypeScript of a page prints. */
export function run({ fileOf }: Snippets, page: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", fileOf(page)], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
