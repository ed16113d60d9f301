import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Chapters of the API: folders of src/, in the order of the sidebar. What is not named here comes after them under the name of its folder. */
const CHAPTERS: Readonly<Record<string, string>> = {
  problem: "Problems",
  "problem-file": "Problem files",
  "finite-volume": "Finite volumes",
  characteristics: "Characteristics",
  spectral: "Fourier modes",
  reference: "References",
  particles: "Particles",
  schemes: "Schemes",
  "mean-field-map": "Mean-field map",
  fluctuations: "Fluctuations",
  comparison: "Comparison",
  measures: "Distances",
  networks: "Networks",
  plots: "Figures of results",
  figures: "Figures and tables",
  files: "Files",
  potential: "Potential",
  distributions: "Distributions",
  grid: "Grids and densities",
  numerics: "Numerics",
};

/** Writes a page for each folder of src/ from which `src/index.ts` exports, by typedoc. */
export function apiPages(root: string, folder: string): void {
  const entries = join(root, "docs", "generated", ".entries");
  mkdirSync(entries, { recursive: true });
  const exported = exportsOf(readFileSync(join(root, "src", "index.ts"), "utf8"));
  for (const [chapter, statements] of exported) {
    const lines = [`/** @module ${chapter} */`, ...statements.map((text) => text.replace('from "./', 'from "../../../src/'))];
    writeFileSync(join(entries, `${chapter}.ts`), `${lines.join("\n")}\n`);
  }
  const typedoc = join(root, "docs", "node_modules", "typedoc", "bin", "typedoc");
  const options = join(root, "docs", "site", "typedoc.json");
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      typedoc,
      "--options",
      options,
      "--out",
      folder,
      ...[...exported.keys()].flatMap((chapter) => ["--entryPoints", join(entries, `${chapter}.ts`)]),
    ],
    { cwd: root, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`typedoc: ${stdout}${stderr}`);
  const names = Object.keys(CHAPTERS);
  const index: string[] = [];
  for (const chapter of [...exported.keys()].sort((a, b) => (names.indexOf(a) >>> 0) - (names.indexOf(b) >>> 0))) {
    const path = join(folder, `${chapter}.md`);
    const order = names.includes(chapter) ? names.indexOf(chapter) : names.length;
    const title = CHAPTERS[chapter] ?? `${chapter[0].toUpperCase()}${chapter.slice(1)}`;
    const page = withFormulas(readFileSync(path, "utf8")).replace(/^# .*$/m, `# ${title}`);
    index.push(
      `- [${title}](${chapter}.md): ${[...page.matchAll(/^### ([\w()]+)$/gm)].map(([, name]) => `[\`${name}\`](${chapter}.md#${name.replace("()", "").toLowerCase()})`).join(", ")}`,
    );
    writeFileSync(path, `---\norder: ${order}\noutline: [2, 3]\n---\n\n${page}`);
  }
  writeFileSync(join(folder, "index.md"), `# API\n\n${INTRODUCTION}\n\n${index.join("\n")}\n`);
}

const INTRODUCTION = `What the package exports, by the chapters of the mathematics. Shapes are those of typed arrays, in the order of the variables; symbols are those of the
[conventions](../conventions.md). How to begin: [in TypeScript](../typescript.md).`;

/** The export statements of an index by the folder that they are of. */
function exportsOf(index: string): Map<string, string[]> {
  const chapters = new Map<string, string[]>();
  for (const [text, path] of index.matchAll(/^export [^;]*? from "\.\/([^"]*)";$/gm)) {
    const chapter = path.includes("/") ? path.split("/")[0] : path.replace(/\.ts$/, "");
    chapters.set(chapter, [...(chapters.get(chapter) ?? []), text]);
  }
  return chapters;
}

/** Paragraphs of a docstring that are indented are formulas: blocks of their own, without the escapes of text. */
function withFormulas(page: string): string {
  return page.replace(
    /(?<=\n\n)((?: {2,}\S.*\n)+)(?=\n)/g,
    (formula: string) => `\`\`\`text\n${formula.replace(/\\(?=[<>{}_*|])/g, "")}\`\`\`\n`,
  );
}
