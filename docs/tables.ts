import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PAGES, writeLists } from "./lists.ts";
import { findingsOf } from "./studies.ts";

/**
 * Development: writes what commands print into the pages that show it, or with `--check` says where they differ. In a page
 *
 *     <!-- prints: solve grids/double-well.json -->
 *
 * stands before the indented lines that the command prints, `<!-- prints part 2: ... -->` before those between its first and second empty line, and
 * `<!-- runs: ... -->` where a command only makes the files of a later one. Commands of a page run in order, in one folder that is removed at the end; a line that
 * was run on another page with the same files is not run again.
 * `<!-- finds 2: lln -->` stands before the first two findings of a study at its main size, whose first figure becomes docs/pictures/lln.svg (studies.ts), and `<!-- python: judge -->`
 * runs the first Python program of the page that saves particles.
 * Tables of the rows of one of the library's: `lists.ts`.
 */
const root = resolve(import.meta.dirname, "..");
const MARKER = /^<!-- (?<what>runs|prints|finds|python)(?:(?: part)? (?<part>\d+))?: (?<command>.*) -->$/;

/** What each command printed and the files it wrote: pages that show the same commands run them once. */
const ran = new Map<string, { printed: string; files: readonly string[]; folder: string }>();
const folders: string[] = [];

const check = process.argv.includes("--check");
let differ = 0;
for (const page of PAGES) {
  const path = join(root, page);
  const before = readFileSync(path, "utf8");
  const after = await write(writeLists(before));
  if (after === before) continue;
  differ++;
  if (check) process.stderr.write(`${page}: ${difference(before, after)}\n`);
  else writeFileSync(path, after);
}
for (const folder of folders) rmSync(folder, { recursive: true });
if (check && differ > 0) {
  process.stderr.write("what pages print is not what commands print: npm run tables\n");
  process.exitCode = 1;
}

async function write(page: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "tables-"));
  folders.push(folder);
  symlinkSync(join(root, "grids"), join(folder, "grids"));
  const lines = page.split("\n");
  const written: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    written.push(lines[i]);
    const marker = MARKER.exec(lines[i])?.groups;
    if (marker === undefined) continue;
    const shown = await shownBy(marker as unknown as Marker, page, folder);
    if (shown === null) continue;
    written.push("", ...shown.split("\n").map((line) => (line === "" ? "" : `    ${line}`)), "");
    // What stood there: all that is indented or empty.
    while (i + 1 < lines.length && (lines[i + 1] === "" || lines[i + 1].startsWith("    "))) i++;
  }
  return written.join("\n");
}

interface Marker {
  what: "runs" | "prints" | "finds" | "python";
  part?: string;
  command: string;
}

/** What stands under a marker; nothing where it only makes files. */
async function shownBy({ what, part, command }: Marker, page: string, folder: string): Promise<string | null> {
  if (what === "finds") {
    const { findings, same } = await findingsOf(command, check);
    if (!same) differ++;
    if (!same && check) process.stderr.write(`docs/pictures/${command}.svg is not the figure of the study\n`);
    return findings.slice(0, part === undefined ? findings.length : Number(part)).join("\n");
  }
  if (what === "python") {
    const program = /```python\n(?<code>[^`]*savez[^`]*)```/.exec(page)?.groups?.code ?? "";
    const { status, stderr } = spawnSync("/usr/bin/python3", ["-c", program], { cwd: folder, encoding: "utf8" });
    if (status !== 0) throw new Error(`the program of the page fails: ${stderr}`);
    return null;
  }
  const printed = run(command, folder);
  if (what === "runs") return null;
  return part === undefined ? printed : printed.split("\n\n")[Number(part) - 1];
}

/** What a command prints on standard output; the files that it writes are then in the folder. */
function run(command: string, folder: string): string {
  const key = [command, ...command.split(" ").map((word) => digestIn(folder, word))].join(" ");
  const known = ran.get(key);
  if (known !== undefined) {
    for (const file of known.files) copyFileSync(join(known.folder, file), join(folder, file));
    return known.printed;
  }
  const before = readdirSync(folder);
  const main = [join(root, "node_modules/tsx/dist/loader.mjs"), join(root, "src/cli/main.ts")];
  const { stdout, stderr, error } = spawnSync(process.execPath, ["--import", ...main, ...command.split(" ")], { cwd: folder, encoding: "utf8" });
  if (error !== undefined || stdout === "") throw new Error(`bdpde ${command} prints nothing: ${error?.message ?? stderr}`);
  const printed = stdout.trimEnd();
  ran.set(key, { printed, files: readdirSync(folder).filter((file) => !before.includes(file)), folder });
  return printed;
} // biome-ignore format: one call

/** Of a file that a command may read: pages have files of one name that are not the same. */
function digestIn(folder: string, word: string): string {
  const path = join(folder, word);
  return existsSync(path) && statSync(path).isFile() ? createHash("sha256").update(readFileSync(path)).digest("hex") : "";
}

/** The first line in which two texts differ. */
function difference(before: string, after: string): string {
  const [old, now] = [before, after].map((text) => text.split("\n"));
  const line = old.findIndex((text, i) => text !== now[i]);
  return `line ${line + 1} is\n${old[line]}\nand should be\n${now[line]}`;
}
