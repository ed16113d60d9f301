import type { Table } from "../../src/figures/table.ts";
import { tabulate, tabulateFields } from "../study.ts";
import type { AuthorsRow, PanelOutcome } from "./measure.ts";
import { DYNAMICS_NAMES } from "./settings.ts";

const known = (value: number) => (Number.isNaN(value) ? "" : value);

export function tablesOn(
  { start: { times: recorded }, meanField, small, large }: PanelOutcome,
  authors: readonly AuthorsRow[],
): Table[] {
  const sizes = large[0]?.rows[0].sizes ?? [];
  return [
    tabulate(
      "Mean-field energy by characteristics, and by finite volumes",
      ["t", ...DYNAMICS_NAMES.flatMap((name) => [name, "finite volumes"])],
      meanField[0].times,
      (time, s) => [
        time,
        ...meanField.flatMap(({ characteristics, finiteVolume }) => [characteristics.energies[s], known(finiteVolume.energies[s])]),
      ],
    ),
    tabulateFields(
      "How long each method is valid",
      meanField.map(({ dynamics, characteristics: { nodes, converged, levelDifference }, finiteVolume }) => {
        const { cells, steps, edgeMassSince, edgeMass, unresolvedSince } = finiteVolume;
        const valid = { edgeMassSince: edgeMassSince ?? "never", edgeMass, unresolvedSince: unresolvedSince ?? "never" };
        return { dynamics, nodes, converged, levelDifference, cells, steps, ...valid };
      }),
    ),
    tabulate(
      "Many particles",
      ["dynamics", "t", ...sizes.flatMap(({ n }) => [`n = ${n}`, "+-"]), "without 1/n", "+-", "mean-field map", "score", "p"],
      large.flatMap(({ dynamics, rows }) => rows.map((row) => ({ dynamics, ...row }))),
      ({ dynamics, time, map, sizes: each, extrapolated, error, score, pValue }) => [
        ...[dynamics, time, ...each.flatMap(({ mean, error: own }) => [mean, own]), extrapolated, error],
        ...(Number.isNaN(map) ? ["", "", ""] : [map, score.toFixed(2), pValue]),
      ],
    ),
    tabulateFields(
      "Few particles: quartiles over the seeds",
      small.flatMap(({ dynamics, scheme, times, quartiles }) =>
        quartiles.flatMap((quartile, s) =>
          recorded.includes(times[s]) ? [{ dynamics, scheme, time: times[s], ...quartile }] : [],
        ),
      ),
    ),
    tabulateFields("Medians beside those of the authors' code", authors),
  ];
}
