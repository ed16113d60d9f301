import type { Figure, Series, Trace } from "../../src/figures/figure.ts";
import type { DynamicsName } from "../../src/problem/dynamics.ts";
import { AXES } from "./axes.ts";
import { looksByDynamics, NEUTRAL } from "./colours.ts";
import { quantile } from "./quantile.ts";

/** A simulated n Var over its prediction, with the standard error of the simulated one. */
export interface Ratio {
  /** Of its row; ratios of one row stand below each other. */
  row: string;
  /** What it is told apart by in its row: a scheme, an equation. */
  group: string;
  ratio: number;
  error: number;
}

/** Standard errors that bars reach. */
const DRAWN = 1.959964;
/** Share of a row that its ratios take. */
const SPAN = 0.7;

/** Ratios as a forest plot: one row for each place of a measurement, bars of 95%, the line at 1, and about it what the median error leaves to chance. @param dynamicsOf those of a group */
export function drawForest(title: string, ratios: readonly Ratio[], dynamicsOf: (group: string) => DynamicsName): Figure {
  const rows = [...new Set(ratios.map(({ row }) => row))];
  const groups = [...new Set(ratios.map(({ group }) => group))];
  const looks = looksByDynamics(groups.map(dynamicsOf));
  // The first row and the first group stand at the top.
  const placeOf = (row: string, g: number) => rows.length - 1 - rows.indexOf(row) + SPAN * (0.5 - (g + 0.5) / groups.length);
  const traces = groups.map((group, g): Series => {
    const own = ratios.filter((each) => each.group === group);
    return {
      name: group,
      mode: "markers",
      x: own.map(({ ratio }) => ratio),
      y: own.map(({ row }) => placeOf(row, g)),
      xErrors: own.map(({ error }) => DRAWN * error),
      ...looks[g],
      size: 7,
    };
  });
  const ends = [-0.7, rows.length - 0.3] as const;
  const half = DRAWN * quantile(ratios.map(({ error }) => error), 0.5); // biome-ignore format: one line
  const sides = { x: [1 - half, 1 + half], low: [ends[0], ends[0]], high: [ends[1], ends[1]] };
  const band: Trace = { kind: "area", name: "1 within the 95% of a typical error", ...sides, opacity: 0.15, colour: NEUTRAL };
  const one: Trace = { name: "as predicted", x: [1, 1], y: ends, mode: "lines", dashed: true };
  return {
    title,
    x: AXES.varianceRatio,
    y: {
      title: "measurement",
      range: ends,
      ticks: rows.map((row, k) => ({ at: rows.length - 1 - k, text: row })),
      perTick: groups.length,
    },
    traces: [band, one, ...traces],
  };
}
