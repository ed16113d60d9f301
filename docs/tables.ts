import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PAGES, writeLists } from "./lists.ts";

/**
 * Development: writes what commands print into the pages that show it, or with `--check` says where they differ. In a page
 *
 *     <!-- prints: solve grids/double-well.json -->
 *
 * stands before the indented lines that the command prints, `<!-- prints part 2: ... -->` before those between its first and second empty line, and
 * `<!-- runs: ... -->` where a command only makes the files of a later one. Commands of a page run in order, in one folder that is removed at the end; the same line means the same on
 * every page.
 * Tables of the rows of one of the library's: `lists.ts`.
 */
const root = resolve(import.meta.dirname, "..");
const MARKER = /^<!-- (?<what>runs|prints)(?: part (?<part>\d+))?: (?<command>.*) -->$/;

/** What each command printed and the files it wrote: pages that show the same commands run them once. */
const ran = new Map<string, { printed: string; files: readonly string[]; folder: string }>();
const folders: string[] = [];

const check = process.argv.includes("--check");
let differ = 0;
for (const page of PAGES) {
  const path = join(root, page);
  const before = readFileSync(path, "utf8");
  const after = write(writeLists(before));
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

function write(page: string): string {
  const folder = mkdtempSync(join(tmpdir(), "tables-"));
  folders.push(folder);
  symlinkSync(join(root, "grids"), join(folder, "grids"));
  const lines = page.split("\n");
  const written: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    written.push(lines[i]);
    const marker = MARKER.exec(lines[i])?.groups;
    if (marker === undefined) continue;
    const printed = run(marker.command, folder);
    if (marker.what === "runs") continue;
    const part = marker.part === undefined ? printed : printed.split("\n\n")[Number(marker.part) - 1];
    written.push("", ...part.split("\n").map((line) => (line === "" ? "" : `    ${line}`)), "");
    // What stood there: all that is indented or empty.
    while (i + 1 < lines.length && (lines[i + 1] === "" || lines[i + 1].startsWith("    "))) i++;
  }
  return written.join("\n");
}

/** What a command prints on standard output; the files that it writes are then in the folder. */
function run(command: string, folder: string): string {
  const known = ran.get(command);
  if (known !== undefined) {
    for (const file of known.files) copyFileSync(join(known.folder, file), join(folder, file));
    return known.printed;
  }
  const before = readdirSync(folder);
  const main = [join(root, "node_modules/tsx/dist/loader.mjs"), join(root, "src/cli/main.ts")];
  const { stdout, stderr, error } = spawnSync(process.execPath, ["--import", ...main, ...command.split(" ")], { cwd: folder, encoding: "utf8" });
  if (error !== undefined || stdout === "") throw new Error(`bdpde ${command} prints nothing: ${error?.message ?? stderr}`);
  const printed = stdout.trimEnd();
  ran.set(command, { printed, files: readdirSync(folder).filter((file) => !before.includes(file)), folder });
  return printed;
} // biome-ignore format: one call

/** The first line in which two texts differ. */
function difference(before: string, after: string): string {
  const [old, now] = [before, after].map((text) => text.split("\n"));
  const line = old.findIndex((text, i) => text !== now[i]);
  return `line ${line + 1} is\n${old[line]}\nand should be\n${now[line]}`;
}
