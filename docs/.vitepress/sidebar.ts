import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DefaultTheme } from "vitepress";

/** The sidebar: a chapter for each question of a reader. A page that is not written yet is left out. */

const docs = join(import.meta.dirname, "..");

const CHAPTERS: readonly [title: string, pages: readonly string[]][] = [
  ["Start", ["first-steps", "judge-your-particles", "languages", "references", "problem-file", "explorer-guide"]],
  ["Use", ["commands", "files", "schemes", "temperature", "moving-cells", "ensembles", "resuming", "typescript", "limits"]],
  ["Learn", ["rates", "conventions", "glossary", "gallery"]],
  ["Trust", ["testing", "report", "accuracy", "benchmarks", "golden-numbers"]],
  ["Project", ["contributing", "versions", "changelog"]],
];

/** Where the heading of a page is too long for the sidebar. */
const SHORT: Readonly<Record<string, string>> = { "ensembles.md": "Ensembles and clusters", "resuming.md": "Runs that go on" };

export function sidebar(): DefaultTheme.SidebarItem[] {
  const chapters = CHAPTERS.map(([text, pages]) => ({ text, items: pages.flatMap(item) }));
  const [theory, commands, api] = [folder("theory"), folder("generated/commands"), folder("generated/api")];
  const after = (title: string, text: string, items: DefaultTheme.SidebarItem[]) => {
    if (items.length > 0) chapters.splice(chapters.findIndex((chapter) => chapter.text === title) + 1, 0, { text, items });
  };
  after("Learn", "Theory", theory);
  chapters.find(({ text }) => text === "Use")!.items[0].items = commands;
  return [...chapters, ...(api.length > 0 ? [{ text: "API", link: "/api/", items: api.slice(1), collapsed: true }] : [])];
}

function item(page: string): DefaultTheme.SidebarItem[] {
  const path = [page, `generated/${page}`].find((candidate) => existsSync(join(docs, `${candidate}.md`)));
  return path === undefined ? [] : [{ text: titleOf(`${path}.md`), link: `/${page}`, collapsed: true }];
}

/** The pages of a folder: its index, then those that the index links to in that order, then the others by their number `order` and their name. */
function folder(path: string): DefaultTheme.SidebarItem[] {
  if (!existsSync(join(docs, path))) return [];
  const pages = readdirSync(join(docs, path)).filter((file) => file.endsWith(".md"));
  const index = pages.includes("index.md") ? textOf(`${path}/index.md`) : "";
  const rank = (file: string) => {
    if (file === "index.md") return -1;
    const order = Number(/^order: (\d+)$/m.exec(textOf(`${path}/${file}`))?.[1] ?? 1000);
    const place = index.indexOf(`](${file})`);
    return place < 0 || order < 1000 ? index.length + order : place;
  };
  const url = path.replace(/^generated\//, "");
  return pages
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))
    .map((file) => ({ text: titleOf(`${path}/${file}`), link: `/${url}/${file.replace(/(index)?\.md$/, "")}` }));
}

const textOf = (file: string) => readFileSync(join(docs, file), "utf8");

/** What the sidebar calls a page: `sidebar` of its front matter, or its heading. */
function titleOf(file: string): string {
  const text = textOf(file);
  return SHORT[file] ?? (/^sidebar: (.*)$/m.exec(text) ?? /^# (.*)$/m.exec(text))?.[1].replaceAll("`", "") ?? file;
}
