import { refusalOf } from "../../problem/dynamics.ts";
import { GRID_KINDS } from "../engine/configuration.ts";
import { choice, type Group, group, note } from "./controls.ts";
import type { Draft } from "./draft.ts";
import { HINTS } from "./hints.ts";
import { settingOfDraft } from "./setting.ts";

const LABELS = { fixed: "stay", moving: "follow the mass" } as const;

/** Whether the cells of the mean field stay or follow the mass, where its problem leaves the choice. */
export function meanFieldGroup(draft: Draft): Group {
  const setting = settingOfDraft(draft.problem);
  const refused = setting === null ? null : refusalOf(setting, "moving-grid");
  const kinds = refused === null ? GRID_KINDS : GRID_KINDS.slice(0, 1);
  const chosen = refused === null ? (draft.grid ?? "fixed") : "fixed";
  const options = kinds.map((value) => ({ value, label: LABELS[value] }));
  const cells = choice("--grid", "cells", "of the mean field", options, chosen, (changed, value) => {
    const { grid: _, ...rest } = changed;
    return value === "moving" ? { ...rest, grid: value } : rest;
  });
  const notes = refused === null ? [] : [note(null, `Cells do not follow the mass under this ${refused.field}.`)];
  return group("Mean field", "section", [cells, ...notes], HINTS.meanField);
}
