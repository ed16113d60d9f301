import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { InputError } from "../errors.ts";
import { firstDifference } from "./first-difference.ts";
import { makeFolder } from "./make-folder.ts";
import { partsIn, putInPlace, removeFile, takePlace } from "./part-file.ts";

/**
 * The folder in which a long command keeps what it has done, so that the same command goes on from there after it was stopped, by whatever:
 *
 *   kept.json     what the command computes: problem, options, version and platform. A folder of something else is refused
 *   NAME.kept     a value: one line of JSON (format, name, SHA-256 of what follows), then the value as node:v8 serialises it, numbers and arrays bit for bit
 *
 * A file is written beside its place, flushed and renamed (part-file.ts), so it is whole or absent, whenever a process is killed. One that is damaged all the same is set aside
 * as NAME.kept.damaged, and its value is computed again.
 */
export interface KeptValues {
  /** Names of the values that were there when the folder was opened. */
  names: readonly string[];
  /** The value; undefined where there is none, or it is damaged. */
  get(name: string): unknown;
  /** Keeps plain data: numbers, texts, arrays of numbers, objects and lists of these. Replaces a value of that name. */
  put(name: string, value: unknown): void;
}

export interface KeptOptions {
  /** The option that names the folder, for messages. */
  option: string;
  /** All that the values depend on. */
  identity: object;
  /** Receives the path of a temporary file before it is created. */
  announce?: (part: string) => void;
  /** Receives a sentence about a file that is damaged, or cannot be written: the command goes on without it. */
  warn(sentence: string): void;
}

const FORMAT = 1;
const ABOUT = "kept.json";
const ENDING = ".kept";

/** @throws InputError for a folder of another problem, option, version or platform, one that holds other files, and one that cannot be written */
export function openKept(folder: string, { option, identity, announce = () => {}, warn }: KeptOptions): KeptValues {
  const refuse = (problem: string, remedy = "choose another folder"): never => {
    throw new InputError(option, folder, problem, remedy);
  };
  const about = join(folder, ABOUT);
  const own = JSON.parse(JSON.stringify({ format: FORMAT, ...identity })) as object;
  const of = sha256(JSON.stringify(own));
  const write = (target: string, content: Uint8Array | string): void => {
    const taken = takePlace(target, { announce, attempts: 1 });
    // Another process writes the same at this moment.
    if ("busy" in taken) return;
    try {
      writeFileSync(taken.part, content);
      putInPlace(taken.part, target, false);
    } finally {
      removeFile(taken.part);
    }
  };
  let names: string[] = [];
  try {
    makeFolder(folder);
    for (const { name, alive } of partsIn(folder)) if (alive === false) removeFile(join(folder, name));
    const there = readdirSync(folder);
    if (existsSync(about)) {
      const difference = firstDifference(readAbout(about) ?? refuse(`has a damaged ${ABOUT}`, "choose another folder"), own);
      if (difference !== null) {
        const { field, found, wanted } = difference;
        refuse(`holds the work of another command: its ${field} is ${found}, and this one's ${wanted}`);
      }
    } else {
      if (there.some((name) => !name.startsWith(".")))
        refuse("holds other files", "choose an empty folder, or one that is not there");
      write(about, `${JSON.stringify(own, null, 2)}\n`);
    }
    names = there.filter((name) => name.endsWith(ENDING)).map((name) => name.slice(0, -ENDING.length));
  } catch (error) {
    if (error instanceof InputError) throw error;
    refuse(`cannot be used (${(error as Error).message})`);
  }

  let told = false;
  return {
    names: names.sort(),
    get(name) {
      const path = join(folder, name + ENDING);
      if (!existsSync(path)) return undefined;
      const found = decodeKept(readFileSync(path), of, name);
      if (typeof found !== "string") return found.value;
      warn(`${path} ${found}; it is set aside as ${name}${ENDING}.damaged and computed again`);
      renameSync(path, `${path}.damaged`);
      return undefined;
    },
    put(name, value) {
      const content = encodeKept(value, of, name);
      try {
        write(join(folder, name + ENDING), content);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
        if (!told) warn(`${folder} cannot be written (${(error as Error).message}): what is done now would be computed again`);
        told = true;
      }
    },
  };
}

/** @param of the digest of what the folder is about. */
function encodeKept(value: unknown, of: string, name: string): Uint8Array {
  const content = serialize(value);
  const header = Buffer.from(`${JSON.stringify({ format: FORMAT, of, name, sha256: sha256(content) })}\n`);
  return Buffer.concat([header, content]);
}

/** @returns the value, or what is wrong with the file. */
function decodeKept(bytes: Uint8Array, of: string, name: string): { value: unknown } | string {
  const end = bytes.indexOf(10);
  const content = bytes.subarray(end + 1);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(0, Math.max(0, end))));
  } catch {
    return "is damaged in its header";
  }
  const expected = { format: FORMAT, of, name, sha256: sha256(content) };
  const difference = firstDifference(header as object, expected);
  if (difference === null) return { value: deserialize(content) };
  return difference.field === "sha256" ? "is damaged" : `belongs to something else: its ${difference.field} is ${difference.found}`;
}

function readAbout(path: string): object | null {
  try {
    const found: unknown = JSON.parse(readFileSync(path, "utf8"));
    return typeof found === "object" ? found : null;
  } catch {
    return null;
  }
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
