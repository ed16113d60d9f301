import { readdirSync } from "node:fs";

/** The pages of the site as text: which there are, their blocks of code, and the commands in them. */

/** The pages under a folder that are written by hand, by their paths in it. */
export function pagesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md") && !/(^|\/)(node_modules|generated|\.vitepress)\//.test(path))
    .sort();
}

/** Blocks of code of a language. */
export function blocksOf(page: string, language: string): { line: number; text: string }[] {
  const fence = new RegExp(`^([ ]*)\`\`\`${language}\\b[^\\n]*\\n([\\s\\S]*?)^\\1\`\`\`$`, "gm");
  return [...page.matchAll(fence)].map(({ index, 1: indent, 2: text }) => ({
    line: page.slice(0, index).split("\n").length,
    text: text.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  }));
}

/** The `bdpde` commands of a page, in blocks of sh and indented ones, without the program's name and what a shell would not hand on. */
export function commandsOf(page: string): { line: number; args: string[] }[] {
  const indented = [...page.matchAll(/(?<=\n\n)(?: {4}.*\n)+/g)].map(({ index, 0: text }) => ({
    line: page.slice(0, index).split("\n").length - 1,
    text: text.replaceAll(/^ {4}/gm, ""),
  }));
  return [...blocksOf(page, "sh"), ...indented].flatMap(({ line, text }) =>
    text
      .replaceAll(/\\\n\s*/g, " ")
      .split("\n")
      .map((command, i) => ({
        line: line + 1 + i,
        command: /^(?:npx )?(?:npm run (?:--silent )?bdpde --|bdpde) (.*)$/.exec(command)?.[1],
      }))
      .flatMap(({ line, command }) => (command === undefined ? [] : [{ line, args: wordsOf(command) }])),
  );
}

/** Words of a command line, up to a comment or a pipe. */
function wordsOf(command: string): string[] {
  const words = [...command.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([text]) => text.replaceAll(/["']/g, ""));
  const end = words.findIndex((word) => ["#", "|", ">", "&&", ";"].includes(word));
  return end < 0 ? words : words.slice(0, end);
}

/** Pictures of a page: their addresses as they stand there, and what is said of each. */
export function picturesOf(page: string): { path: string; alt: string }[] {
  return [...page.matchAll(/!\[([^\]]*)\]\(([^)\s]+)\)/g)].map(([, alt, path]) => ({ path, alt }));
}

/** Addresses of the links of a page, without those in code. */
export function linksOf(page: string): string[] {
  const text = page.replaceAll(/^([ ]*)```[\s\S]*?^\1```$/gm, "").replaceAll(/`[^`\n]*`/g, "");
  return [...text.matchAll(/(?<!!)\[[^\]]*\]\(([^)\s]+)\)/g)].map(([, address]) => address);
}
