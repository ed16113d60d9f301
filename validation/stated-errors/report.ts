import type { Table } from "../../src/figures/table.ts";
import { atMost, needs, show, undecided } from "../claims.ts";
import { NEUTRAL } from "../shared/colours.ts";
import { draw } from "../shared/draw.ts";
import { resultOf, type StudyResult, tabulate } from "../study.ts";
import { isBelow, type Judged, type ProblemRow, ROUNDING, type StatedErrorsConfig } from "./measure.ts";

/** A share of errors that the check may leave unjudged. */
const VAGUE_SHARE = 0.02;

/** A check says nothing about a stated error that is smaller than its own. */
const OWN_SHARE = 1;
/** True errors this far above that of the check, and above rounding, have a ratio. */
const CLEAR = 3;

const isVague = ({ stated, uncertain }: Judged) => !(uncertain <= OWN_SHARE * stated + ROUNDING);

const isClear = ({ actual, uncertain }: Judged) => actual > Math.max(CLEAR * uncertain, 10 * ROUNDING);

/** Quartiles of stated over true, where the true error is told apart from none. */
function ratiosOf(rows: readonly ProblemRow[]): { quartiles: [number, number, number]; count: number } {
  const ratios = rows
    .flatMap(({ judged }) => judged.filter(isClear).map(({ stated, actual }) => stated / actual))
    .sort((a, b) => a - b);
  const at = (share: number) => ratios[Math.floor(share * (ratios.length - 1))] ?? Number.NaN;
  return { quartiles: [at(0.25), at(0.5), at(0.75)], count: ratios.length };
}

export function reportStatedErrors(config: StatedErrorsConfig, rows: readonly ProblemRow[]): StudyResult {
  const judged = rows.flatMap((row) => row.judged.map((each) => ({ ...row, ...each })));
  const below = judged.filter(isBelow).sort((a, b) => b.actual / b.stated - a.actual / a.stated);
  const vague = judged.filter(isVague);
  const solved = rows.filter(({ reached }) => reached !== null);
  const short = solved.filter(({ reached }) => reached === false);
  const without = rows.filter(({ refusal }) => refusal !== null);
  const { quartiles, count } = ratiosOf(rows);
  const shown = judged.filter((each) => isClear(each) && each.stated > 0 && each.stated < Infinity);
  const axes = ["actual", "stated"] as const;
  const indices = [...new Set(below.map(({ index }) => index))].sort((x, y) => x - y);
  const what = `stated errors below the true one, of ${judged.length} of ${solved.length} problems${below.length > 0 ? `, in problems ${indices.join(", ")}` : ""}`;
  return resultOf({
    name: "stated errors: random problems",
    claims: [
      judged.length === 0 ? undecided(what, "no reference was made") : atMost(what, below.length, 0),
      needs(
        "errors for which the check is no finer than the stated one",
        vague.length,
        Math.floor(VAGUE_SHARE * judged.length),
        "the check cannot judge more than that",
      ),
    ],
    notes: [
      `Of ${solved.length} references ${short.length} did not reach their tolerance, and said so; ${without.length} more problems were refused or given up after ${config.patience} s of CPU.`,
      `Stated over true: median ${show(quartiles[1])}, quartiles ${show(quartiles[0])} and ${show(quartiles[2])}, of the ${count} errors that are ${CLEAR} times that of the check and above ${show(10 * ROUNDING)}.`,
      "The check shares no solver with what it judges: expressions stand as functions beside their text, labels are cut at kinks, walls, needles and edges of cells and move by Runge-Kutta steps of their own; its error is what two resolutions differ by. Where mass crosses a wall both truths are taken: it is held there, or it leaves.",
      `CPU: ${show(total(rows, "seconds"))} s for the references, ${show(total(rows, "checkSeconds"))} s for the checks.`,
    ],
    tables: [
      kindTable(rows),
      tabulate(
        "Stated errors below the true one, the worst first",
        ["problem", "kind", "quantity", "time", "stated", "true", "truth", "error of the check", "tolerance", "reached"],
        below.slice(0, 40),
        ["index", "kind", "quantity", "time", "stated", "actual", "space", "uncertain", "tolerance", "reached"],
      ),
      tabulate("Refused or given up", ["problem", "kind", "tolerance", "why", "CPU s"], without, [
        ...(["index", "kind", "tolerance", "refusal", "seconds"] as const),
      ]),
    ].filter((table) => table.rows.length > 0),
    figures: [
      {
        title: "Stated against true errors",
        x: { title: "true error", symbol: "|x - x*|", log: true },
        y: { title: "stated error", symbol: "e", log: true },
        traces: [
          { kind: "area", name: "stated below the true error", ...belowEqual(shown), opacity: 0.15, colour: NEUTRAL },
          draw("tolerance reached", shown.filter(({ reached }) => reached), ...axes, { ...MARKS, symbol: "circle" }), // biome-ignore format: one row
          draw("tolerance not reached", shown.filter(({ reached }) => !reached), ...axes, { ...MARKS, symbol: "x" }), // biome-ignore format: one row
        ],
      },
    ],
    settings: config,
  });
}

const MARKS = { mode: "markers", colour: NEUTRAL, size: 6, opacity: 0.6 } as const;

/** Where the stated error is below the true one, over the range of all that are shown. */
function belowEqual(shown: readonly Pick<Judged, "stated" | "actual">[]) {
  const all = shown.flatMap(({ stated, actual }) => [stated, actual]);
  const [least, most] = [Math.min(1, ...all), Math.max(1e-11, ...all)];
  return { x: [least, most], low: [least, least], high: [least, most] };
}

function total(rows: readonly ProblemRow[], key: "seconds" | "checkSeconds"): number {
  return rows.reduce((sum, row) => sum + row[key], 0);
}

function kindTable(rows: readonly ProblemRow[]): Table {
  const kinds = [...new Set(rows.map(({ kind }) => kind))];
  return tabulate(
    "By kind of problem",
    ["kind", "problems", "reached", "refused or given up", "stated errors", "below the true one", "median stated / true", "CPU s"],
    kinds,
    (kind) => {
      const own = rows.filter((row) => row.kind === kind);
      const judged = own.flatMap((row) => row.judged);
      const reached = own.filter((row) => row.reached).length;
      const refused = own.filter(({ refusal }) => refusal !== null).length;
      const below = judged.filter(isBelow).length;
      return [kind, own.length, reached, refused, judged.length, below, ratiosOf(own).quartiles[1], total(own, "seconds")];
    },
  );
}
