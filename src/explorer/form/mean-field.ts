import { DYNAMICS, dynamicsNamed, USUAL_DYNAMICS } from "../../problem/dynamics.ts";
import { GRID_KINDS } from "../engine/configuration.ts";
import { choice, type Group, group, note } from "./controls.ts";
import { type Draft, getAt } from "./draft.ts";
import { HINTS } from "./hints.ts";

const LABELS = { fixed: "stay", moving: "follow the mass" } as const;

/** Whether the cells of the mean field stay or follow the mass, where its dynamics leaves the choice. */
export function meanFieldGroup(draft: Draft): Group {
  const dynamics = dynamicsNamed(getAt(draft.problem, ["dynamics"]) ?? USUAL_DYNAMICS);
  const refusal = dynamics === null ? null : DYNAMICS[dynamics].refusals["moving-grid"];
  const kinds = refusal === null ? GRID_KINDS : GRID_KINDS.slice(0, 1);
  const chosen = refusal === null ? (draft.grid ?? "fixed") : "fixed";
  const options = kinds.map((value) => ({ value, label: LABELS[value] }));
  const cells = choice("--grid", "cells", "of the mean field", options, chosen, (changed, value) => {
    const { grid: _, ...rest } = changed;
    return value === "moving" ? { ...rest, grid: value } : rest;
  });
  return group(
    "Mean field",
    "section",
    [cells, ...(refusal === null ? [] : [note(null, "Cells do not follow the mass under this dynamics.")])],
    HINTS.meanField,
  );
}
