import { stripVTControlCharacters, styleText } from "node:util";
import wrapAnsi from "wrap-ansi";
import { formatTable, type Table } from "../figures/table.ts";

/** The terminal to which standard output goes; a file and a pipe have lines of any length, and no colours. */
export interface Screen {
  columns: number;
  colours: boolean;
}

let screen: Screen = { columns: Number.POSITIVE_INFINITY, colours: false };

/** Read on the main thread: that of a command sees no terminal. */
export function readScreen(): Screen {
  const { stdout } = process;
  // hasColors knows of NO_COLOR and FORCE_COLOR, and of what the terminal can do.
  return stdout.isTTY ? { columns: stdout.columns || Number.POSITIVE_INFINITY, colours: stdout.hasColors() } : screen;
}

export function setScreen(next: Screen): void {
  screen = next;
}

/** A table that fits the screen; its first columns, as many as `keys`, tell the rows apart. */
export function screenTable(header: Table["header"], rows: Table["rows"], digits?: number, keys?: number): string {
  return formatTable(header, rows, digits, { width: screen.columns, ...(keys === undefined ? {} : { keys }) });
}

const COLOURS = {
  pass: "green",
  consistent: "green",
  fail: "red",
  inconsistent: "red",
  inconclusive: "yellow",
} as const;

/** A verdict in its colour, filled up with blanks to a width. */
export function formatVerdict(verdict: keyof typeof COLOURS, width = 0): string {
  const text = verdict.padEnd(width);
  return screen.colours ? styleText(COLOURS[verdict], text, { validateStream: false }) : text;
}

/** Text after a head, in lines of whole words that fit the screen, all of which begin below the first one. */
export function screenText(head: string, text: string): string {
  const width = stripVTControlCharacters(head).length;
  return `${head}${wrapAnsi(text, screen.columns - width).replaceAll("\n", `\n${" ".repeat(width)}`)}`;
}

/** Whole lines of text for a terminal, broken between words where they are too long for it, with their indentation kept. */
export function breakLines(text: string, columns: number): string {
  return text
    .split("\n")
    .map((line) => {
      const [indent] = /^ */.exec(line) ?? [""];
      return wrapAnsi(line.slice(indent.length), columns - indent.length, { trim: false })
        .split("\n")
        .map((part, k) => (k === 0 ? part : part.trimStart()))
        .map((part) => `${indent}${part}`)
        .join("\n");
    })
    .join("\n");
}
