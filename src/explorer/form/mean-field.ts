import { refusalOf } from "../../problem/dynamics.ts";
import { type GridKind, gridKindsOf } from "../engine/configuration.ts";
import { choice, type Group, group, note } from "./controls.ts";
import type { Draft } from "./draft.ts";
import { HINTS } from "./hints.ts";
import { settingOfDraft } from "./setting.ts";

const LABELS: Readonly<Record<GridKind, string>> = {
  fixed: "stay",
  "large-steps": "stay, with large steps",
  moving: "follow the mass",
};

/** Whether the cells of the mean field stay or follow the mass, and how long its steps are, where its problem leaves the choice. */
export function meanFieldGroup(draft: Draft): Group {
  const setting = settingOfDraft(draft.problem);
  const refused = setting === null ? null : refusalOf(setting, "moving-grid");
  const kinds: readonly GridKind[] = setting === null ? ["fixed"] : gridKindsOf(setting);
  const chosen = draft.grid !== undefined && kinds.includes(draft.grid) ? draft.grid : "fixed";
  const options = kinds.map((value) => ({ value, label: LABELS[value] }));
  const cells = choice("--grid", "cells", "of the mean field", options, chosen, (changed, value) => {
    const { grid: _, ...rest } = changed;
    return value === "fixed" ? rest : { ...rest, grid: value as GridKind };
  });
  const notes = refused === null ? [] : [note(null, `Cells do not follow the mass under this ${refused.field}.`)];
  return group("Mean field", "section", [cells, ...notes], HINTS.meanField);
}
