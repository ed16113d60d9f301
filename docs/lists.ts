import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { FLUXES as COLD_FLUXES, THERMAL_FLUXES } from "../src/finite-volume/fluxes.ts";
import { SPLITTINGS } from "../src/finite-volume/splittings.ts";
import { DYNAMICS } from "../src/problem/dynamics.ts";
import { SCHEMES } from "../src/schemes/schemes.ts";
import { pagesUnder } from "./site/pages.ts";

const FLUXES = { ...COLD_FLUXES, ...THERMAL_FLUXES };

const root = resolve(import.meta.dirname, "..");

/** Pages of which parts are made by code: the README and those of the site. */
export const PAGES = ["README.md", ...pagesUnder(import.meta.dirname).map((page) => `docs/${page}`)].filter((page) =>
  /^<!-- (lists|prints|runs|finds)\b.*: .* -->$/m.test(readFileSync(join(root, page), "utf8")),
);

const LISTS: Readonly<Record<string, () => string[]>> = {
  schemes: () =>
    markdown(
      ["scheme", "does", "follows", "n Var"],
      Object.entries(SCHEMES).map(([name, { description, follows, noise }]) => [
        `\`${name}\``,
        description,
        follows.join(", "),
        noise === null ? "simulated" : "predicted",
      ]),
    ),
  dynamics: () =>
    markdown(
      ["dynamics", "equation", "mass"],
      Object.entries(DYNAMICS).map(([name, { equation, summary }]) => [name, equation, summary]),
    ),
  "finite-volume options": () =>
    markdown(
      ["option", "names and their orders"],
      Object.entries({ "--flux": FLUXES, "--splitting": SPLITTINGS }).map(([option, rows]) => [
        `\`${option}\``,
        Object.entries(rows)
          .map(([name, { order }]) => `\`${name}\` ${order}`)
          .join(", "),
      ]),
    ),
  orders: () =>
    markdown(
      ["method", "order", "of"],
      [
        ...Object.entries(FLUXES).map(([name, { order }]) => [name, `${order}`, order > 2 ? "h" : "h, dt"]),
        ...Object.entries(SPLITTINGS).map(([name, { order }]) => [name, `${order}`, "dt"]),
      ],
    ),
};

/** The page with its tables made anew: in a page `<!-- lists: schemes -->` stands before the table of that name. */
export function writeLists(page: string): string {
  const lines = page.split("\n");
  const written: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    written.push(lines[i]);
    const name = /^<!-- lists: (.*) -->$/.exec(lines[i])?.[1];
    if (name === undefined) continue;
    written.push("", ...LISTS[name](), "");
    while (i + 1 < lines.length && (lines[i + 1] === "" || lines[i + 1].startsWith("|"))) i++;
  }
  return written.join("\n");
}

/** A table as the formatter has it. */
export function markdown(header: readonly string[], content: readonly (readonly string[])[]): string[] {
  const rows = content.map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  // Marks that are drawn over a letter take no room.
  const width = (cell: string) => cell.replace(/\p{M}/gu, "").length;
  const widths = header.map((_, k) => Math.max(...[header, ...rows].map((row) => width(row[k]))));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, k) => cell + " ".repeat(widths[k] - width(cell))).join(" | ")} |`;
  return [line(header), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)];
}
