import { existsSync, rmdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { InputError } from "../errors.ts";
import { makeFolder } from "../files/make-folder.ts";
import { putInPlace, removeFile, takePlace } from "../files/part-file.ts";
import { reason } from "./failures.ts";
import { tellHost } from "./host.ts";
import { withOutputs } from "./outputs.ts";

/** The contents of the two files of a report, in their order. */
export type ReportContent = readonly [html: string, json: string];

export interface ReportFiles {
  /** Where the report will be. */
  html: string;
  /** Keeps the report so far, in `unfinished/`. */
  keep(content: ReportContent): void;
  /** Puts the whole report in its place. */
  finish(content: ReportContent): void;
}

const NAMES = ["report.html", "report.json"] as const;

/**
 * The files of a report, report.html and report.json. The report after each study is kept in `unfinished/`, which the next run to the folder removes; the
 * whole report then takes the place of an older one, each file at one instant, the page first. A run that is killed between the two leaves the new page beside
 * the older json, both whole: the json holds the SHA-256 of its page, which tells that they are not of one run.
 *
 * @throws InputError for a folder that may not be written, before `run`
 */
export async function withReport(
  folder: string,
  given: { inputs: readonly string[]; force: boolean },
  run: (files: ReportFiles) => Promise<void>,
): Promise<void> {
  const removeCreated = createFolder(folder);
  const [html, json] = NAMES.map((name) => ({ option: "--report", path: join(folder, name), format: "html" }) as const);
  const unfinished = join(folder, "unfinished");
  try {
    await withOutputs([html, json], given, async (files) => {
      removeReport(unfinished);
      await run({
        html: html.path,
        keep: (content) => keepUnfinished(unfinished, content),
        finish(content) {
          const written = files.map((file, k) => file?.attempt(() => writeFileSync(file.part, content[k])) !== null);
          if (written.includes(false)) return;
          if (files.every((file) => file?.publish())) removeReport(unfinished);
          else keepUnfinished(unfinished, content);
        },
      });
    });
  } finally {
    removeCreated();
  }
}

/** The kept part of a run that broke off; null where there is none. */
export function unfinishedReport(folder: string): string | null {
  const path = join(folder, "unfinished", NAMES[0]);
  return existsSync(path) ? path : null;
}

/** Nothing is lost yet where this fails, so it is only said. */
function keepUnfinished(folder: string, content: ReportContent): void {
  try {
    makeFolder(folder);
    const places = NAMES.map((name, k) => {
      const target = join(folder, name);
      const taken = takePlace(target, { announce: (part) => tellHost({ part }) });
      if ("busy" in taken) throw new Error(`process ${taken.busy} writes there`);
      writeFileSync(taken.part, content[k]);
      return { part: taken.part, target };
    });
    for (const { part, target } of places) putInPlace(part, target, !existsSync(target));
  } catch (error) {
    process.stderr.write(`warning: ${folder} cannot be written (${reason(error)})\n`);
  }
}

function removeReport(folder: string): void {
  for (const name of NAMES) removeFile(join(folder, name));
  removeEmpty(folder);
}

/** @returns what removes again the folders that were created, unless there is something in them */
function createFolder(folder: string): () => void {
  if (folder === "-") throw new InputError("--report", folder, "is standard output, not a folder", "give a folder, such as report");
  let created: string | undefined;
  try {
    created = makeFolder(folder);
  } catch (error) {
    throw new InputError("--report", folder, `cannot be created (${reason(error)})`, "choose another folder");
  }
  if (created === undefined) return () => {};
  const folders: string[] = [];
  for (let path = resolve(folder); path.length >= created.length; path = dirname(path)) folders.push(path);
  for (const path of [...folders].reverse()) tellHost({ part: path });
  return () => folders.every(removeEmpty);
}

function removeEmpty(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}
