import type { Figure } from "../src/figures/figure.ts";
import { formatNumber } from "../src/figures/numbers.ts";
import type { Table } from "../src/figures/table.ts";
import type { Problem } from "../src/problem/problem.ts";

/** `inconclusive`: the study could not tell, e.g. an interval too wide to decide. It is neither a pass nor a fail. */
export type Verdict = "pass" | "fail" | "inconclusive";

/** One part of a claim, judged: what was measured against what was asked. */
export interface Finding {
  text: string;
  verdict: Verdict;
}

export interface StudyResult {
  name: string;
  /** What is claimed, in a sentence. */
  claim: string;
  verdict: Verdict;
  findings: readonly Finding[];
  /** How it was done, and what the study could not tell. */
  notes: readonly string[];
  tables: readonly Table[];
  figures: readonly Figure[];
  /** Everything needed to repeat it: problems, seeds, sizes. */
  settings: Readonly<Record<string, unknown>>;
}

export interface StudyContext {
  /** Smaller sizes: the same code and claims, wider intervals. */
  quick: boolean;
  workers: number;
  /** Problems given by the user in place of the study's own; none where it takes none. */
  problems: readonly Problem[];
  /** A problem of `grids/` by name. */
  load(name: string, overrides?: { cells?: number | Record<string, number>; end?: number }): Promise<Problem>;
  /** Reports progress in [0, 1]. */
  progress(share: number): void;
}

export interface Study {
  name: string;
  title: string;
  /** Whether it studies problems that are given, or is about its own alone. */
  takesProblems: boolean;
  run(context: StudyContext): Promise<StudyResult[]>;
}

/** A claim holds if every finding passes, and fails if one fails. */
export function combine(findings: readonly Finding[]): Verdict {
  if (findings.some(({ verdict }) => verdict === "fail")) return "fail";
  return findings.every(({ verdict }) => verdict === "pass") ? "pass" : "inconclusive";
}

/** Whether an interval lies in a range: inside passes, apart fails, and anything between cannot be told. */
export function judgeInterval([low, high]: readonly [number, number], [from, to]: readonly [number, number]): Verdict {
  if (low >= from && high <= to) return "pass";
  return high < from || low > to ? "fail" : "inconclusive";
}

/** A number to four digits. */
export function show(value: number): string {
  return formatNumber(value, 4);
}

/** What was asked of an interval, in words. */
export function showRange([from, to]: readonly [number, number]): string {
  return to === Infinity ? `at least ${from}` : `${from} to ${to}`;
}

export function showInterval([low, high]: readonly [number, number], digits = 3): string {
  return `[${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
}
