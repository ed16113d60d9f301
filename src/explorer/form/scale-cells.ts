import { MOST_CELLS } from "../engine/configuration.ts";
import { type Draft, getAt, namesAt, setProblem } from "./draft.ts";

/** The draft with other cells along each axis, and their counts; null where one is no number. */
export function scaleCells(draft: Draft, factor: number): { draft: Draft; cells: number[] } | null {
  const names = namesAt(draft.problem, ["variables"]);
  const counts = names.map((name) => getAt(draft.problem, ["variables", name, "cells"]));
  if (names.length === 0 || !counts.every((count) => typeof count === "number")) return null;
  const cells = counts.map((count) => Math.max(1, Math.round(factor * count)));
  const scaled = names.reduce((changed, name, a) => setProblem(changed, ["variables", name, "cells"], cells[a]), draft);
  return { draft: scaled, cells };
}

/** Twice the cells along each axis; null where a page does not hold them. */
export function doubleCells(draft: Draft): { draft: Draft; cells: number[] } | null {
  const doubled = scaleCells(draft, 2);
  return doubled !== null && doubled.cells.reduce((product, count) => product * count) <= MOST_CELLS ? doubled : null;
}
