import { InputError } from "../src/errors.ts";
import type { Figure } from "../src/figures/figure.ts";
import type { Cell, Table } from "../src/figures/table.ts";
import type { Problem } from "../src/problem/problem.ts";
import { type ChanceClaim, type Claim, combine, type Finding, policyOf, settle, undecided, type Verdict } from "./claims.ts";
import { type KeepPart, partsOf } from "./shared/parts.ts";
import { inSequence } from "./shared/sizes.ts";

export interface StudyResult {
  name: string;
  /** The claim in a sentence, where it is not that of the study. */
  claim?: string | undefined;
  verdict: Verdict;
  findings: readonly Finding[];
  /** How it was done, and what the study could not tell. */
  notes: readonly string[];
  tables: readonly Table[];
  figures: readonly Figure[];
  /** Everything needed to repeat it: problems, seeds, sizes. */
  settings: Readonly<Record<string, unknown>>;
}

/** What a report says: its claims are settled together, and its notes say how often chance may break them. */
export interface Report extends Pick<StudyResult, "name" | "claim">, Partial<Pick<StudyResult, "notes" | "tables" | "figures">> {
  claims: readonly (Claim | ChanceClaim)[];
  /** Problems stand in the settings by their definitions, without what says nothing about the numbers. */
  settings: object;
}

export function resultOf({ name, claim, claims, notes = [], tables = [], figures = [], settings }: Report): StudyResult {
  const { findings, tests } = settle(claims);
  const shown = Object.entries(settings).filter(([key]) => key !== "workers");
  const plain = (key: string, value: unknown) => (key === "problem" && isProblem(value) ? value.definition : value);
  return {
    name,
    claim,
    verdict: combine(findings),
    findings,
    notes: tests === 0 ? notes : [...notes, policyOf(tests)],
    tables,
    figures,
    settings: Object.fromEntries(shown.map(([key, value]) => [key, plain(key, value)])),
  };
}

function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "definition" in value;
}

/** A problem that cannot be studied makes a result that says why. */
export function leftOut({ name, claim }: Pick<Report, "name" | "claim">, problem: Problem, why: string): StudyResult {
  return resultOf({ name, claim, claims: [undecided("", why)], settings: { problem } });
}

/** Why a study of characteristics leaves out problems of three variables. */
export const THREE_VARIABLES = "not studied: the other solver takes too long for a study in three variables";

/** A table of rows: by the names of their fields, or by a function of a row. */
export function tabulate<Row>(
  title: string,
  header: readonly string[],
  rows: readonly Row[],
  cells: readonly (keyof Row)[] | ((row: Row, k: number) => readonly Cell[]),
): Table {
  const cellsOf = typeof cells === "function" ? cells : (row: Row) => cells.map((key) => row[key] as Cell);
  return { title, header, rows: rows.map(cellsOf) };
}

/**
 * A table of the fields of rows, named by their words: null is empty, lists of counts are as of cells, and an estimate has its standard error in a
 * column beside it.
 */
export function tabulateFields<Row extends { [K in keyof Row]: Field }>(title: string, rows: readonly Row[]): Table {
  const words = (name: string) => name.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const header = Object.entries<Field>(rows[0] ?? {}).flatMap(([name, value]) => [
    words(name),
    ...(isEstimate(value) ? ["+-"] : []),
  ]);
  return { title, header, rows: rows.map((row) => Object.values<Field>(row).flatMap(cellsOfField)) };
}

type Field = Cell | null | readonly number[] | { value: number; error: number };

function cellsOfField(field: Field): Cell | Cell[] {
  if (isEstimate(field)) return [field.value, field.error];
  return typeof field === "object" ? (field?.join(" x ") ?? "") : field;
}

function isEstimate(field: Field): field is { value: number; error: number } {
  return typeof field === "object" && field !== null && "error" in field;
}

/**
 * The same code and claims at three sizes: `quick` to try things, with intervals that may be too wide to decide; `main` of the studies that make the main claims, in two
 * minutes together on two cores, sized so that they decide; `full`, for the narrowest intervals.
 */
export type StudySize = "quick" | "main" | "full";

export interface StudyContext {
  size: StudySize;
  /** The seed of this run in place of a study's own: another draw of everything that is random. */
  seedFrom(own: number): number;
  workers: number;
  /** Problems given by the user in place of the study's own; none where it takes none. */
  problems: readonly Problem[];
  /** A problem of `grids/` by name. */
  load(name: string, overrides?: { cells?: number | Record<string, number>; end?: number }): Promise<Problem>;
  /** Reports progress in [0, 1]. */
  progress(share: number): void;
  /** Keeps parts that take a while, so that a study that was stopped goes on from there. */
  keep: KeepPart;
}

export interface Study {
  name: string;
  title: string;
  /** In a sentence. */
  claim: string;
  /** Whether it studies problems that are given, or is about its own alone. */
  takesProblems: boolean;
  /** Of a whole run on two cores: only proportions matter, as the pace is that of the run itself. A study without `main` makes none of the main claims. */
  seconds: BySize<number>;
  run(context: StudyContext): Promise<StudyResult[]>;
}

interface BySize<Value> {
  quick: Value;
  main?: Value;
  full: Value;
}

/** What belongs to a size; that of the full one where a study has no main one. */
export function atSize<Value>({ quick, full, main = full }: BySize<Value>, size: StudySize): Value {
  return { quick, main, full }[size];
}

/** A study by its sizes, and what it does at one of them. */
export function defineStudy<Sizes>(
  study: Omit<Study, "run"> & {
    sizes: BySize<Sizes>;
    run(context: StudyContext, sizes: Sizes): Promise<StudyResult[]>;
  },
): Study {
  const { sizes, run, ...rest } = study;
  return { ...rest, run: (context) => run(context, atSize(sizes, context.size)) };
}

/** Problems one after the other, each with its share of the progress; results are kept, and parts that are given a `keep`. */
export async function inTurn<T>(
  items: readonly T[],
  { progress, keep }: Pick<StudyContext, "progress" | "keep">,
  study: (item: T, progress: (share: number) => void, keep: KeepPart) => Promise<StudyResult>,
): Promise<StudyResult[]> {
  const onDone = (count: number) => progress(count / items.length);
  const each = async (item: T, k: number) => {
    try {
      return await study(item, (share) => progress((k + share) / items.length), partsOf(keep, `problem-${k + 1}`));
    } catch (error) {
      // A study does not fit every problem: the others go on.
      if (!(error instanceof InputError && isProblem(item))) throw error;
      return leftOut({ name: item.name }, item, `not studied: ${error.message}`);
    }
  };
  return inSequence(items, each, onDone, partsOf(keep, "problem"));
}
