import { spawn, spawnSync } from "node:child_process";
import xterm from "@xterm/headless";
import { expect } from "vitest";
import { builtCommand } from "./run.ts";

/** Whether there is script(1) as Linux has it. */
export const HAS_SCRIPT = spawnSync("script", ["-qefc", "true", "/dev/null"]).status === 0;

/** What a person sees when a command has ended. */
export interface Seen {
  code: number | null;
  /** All lines, those that have scrolled out of view too, without empty ones at the end; one that goes on in the next row is one line. */
  lines: string[];
  /** Characters of the longest line. */
  longest: number;
  /** Column of the cursor at the end. */
  cursor: number;
  raw: string;
}

export interface TerminalOptions {
  columns?: number;
  rows?: number;
  /** Arguments of node before those of the command (default: the built one). */
  main?: readonly string[];
  /** Sent once the bar has been drawn. */
  typed?: string;
  env?: NodeJS.ProcessEnv;
}

/** Runs the command on a pseudo-terminal, by script(1) of Linux. */
export async function onTerminal(
  args: readonly string[],
  { columns = 80, rows = 24, main = [builtCommand()], typed, env = {} }: TerminalOptions = {},
): Promise<Seen> {
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 10_000, allowProposedApi: true });
  const words = [process.execPath, ...main, ...args].map((word) => `'${word}'`).join(" ");
  const child = spawn("script", ["-qefc", `stty cols ${columns} rows ${rows}; exec ${words}`, "/dev/null"], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, TERM: "xterm-256color", NO_COLOR: undefined, FORCE_COLOR: undefined, CI: undefined, ...env },
  });
  let raw = "";
  let sent = typed === undefined;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    raw += text;
    terminal.write(text);
    if (sent || !raw.includes("ETA")) return;
    sent = true;
    child.stdin.write(typed);
  });
  const code = await new Promise<number | null>((done, fail) => child.on("error", fail).on("close", done));
  await new Promise<void>((done) => terminal.write("", done));
  const lines: string[] = [];
  const { buffer } = terminal;
  for (let y = 0; y < buffer.active.length; y++) {
    const row = buffer.active.getLine(y);
    if (row?.isWrapped) lines[lines.length - 1] += row.translateToString(true);
    else lines.push(row?.translateToString(true) ?? "");
  }
  while (lines.at(-1) === "") lines.pop();
  return { code, lines, longest: Math.max(0, ...lines.map(({ length }) => length)), cursor: buffer.active.cursorX, raw };
}

/** What switches wrapping off, hides or saves the cursor, or moves it to another row. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a terminal obeys
const LASTING = /\u001b(?:[78]|\[\?|\[\d*[ABHJdfsu])/;

/** A bar was drawn, nothing of it is left, and the terminal is as it was. */
export function expectClean({ raw, cursor, lines, longest }: Seen, columns: number): void {
  expect(raw).toContain("ETA");
  expect(raw).not.toMatch(LASTING);
  expect(cursor).toBe(0);
  expect(lines.filter((line) => /ETA|\u2588|\u2591/.test(line))).toEqual([]);
  expect(longest).toBeLessThanOrEqual(columns);
}

/** Words of a text that are not on the terminal. */
export function missingWords(text: string, { lines }: Seen): string[] {
  // Times differ from run to run.
  const words = (of: string) => new Set(of.replace(/[\d.]+ s\b/g, "").match(/\S+/g));
  const there = words(lines.join("\n"));
  return [...words(text)].filter((word) => !there.has(word));
}
