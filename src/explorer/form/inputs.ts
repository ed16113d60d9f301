import { AS_JSON, choice, field, type Group, group, type Item, note, short, strangers } from "./controls.ts";
import { extentOf, LINE_NAMES, newDistribution, univariateItems } from "./distributions.ts";
import { type Draft, exchange, getAt, type Path, recordOf } from "./draft.ts";
import { NUMBER } from "./formats.ts";
import { addOf, eachRow, nameOf, type Rows, removeOf } from "./rows.ts";

export const NEW_RANGE = { min: -3, max: 3, points: 32 };

const INPUT_KINDS = [
  { value: "range", label: "an interval" },
  { value: "distribution", label: "a distribution" },
];

/** The inputs of features. @param withDistributions whether an input may have a distribution of its own. */
export function inputItems(draft: Draft, path: Path, withDistributions: boolean): Item[] {
  const inputs: Rows = { path, what: "input", names: ["z", "s", "u", "v", "w"] };
  const value = getAt(draft.problem, path);
  if (value !== undefined && recordOf(value) === null) return [note(path, `inputs: ${AS_JSON}`)];
  return [
    ...eachRow(draft, path, (name) => inputRow(draft, inputs, name, withDistributions)),
    addOf(inputs, draft, () => ({ ...NEW_RANGE })),
  ];
}

function inputRow(draft: Draft, inputs: Rows, name: string, withDistributions: boolean): Group {
  const path = [...inputs.path, name];
  const of = `of input ${short(name)}`;
  const legend = `Input ${short(name)}`;
  const remove = removeOf(inputs, draft, name);
  const nameControl = nameOf(inputs, name, withDistributions ? null : path.join("."));
  const input = getAt(draft.problem, path);
  if (recordOf(input) === null) return group(legend, "row", [nameControl, note(path, `input ${short(name)}: ${AS_JSON}`), remove]);
  const kind = withDistributions && getAt(input, ["law"]) !== undefined ? "distribution" : "range";
  const points = field(draft, [...path, "points"], "points", of, NUMBER, "number");
  const form = choice(path.join("."), "form", of, INPUT_KINDS, kind, (changed, to) =>
    exchange(changed, path, kind, to, () => newInput(changed, path, to)),
  );
  const items =
    kind === "distribution"
      ? [
          ...univariateItems(draft, [...path, "law"], of, LINE_NAMES, extentOf(draft, path)),
          points,
          ...strangers(draft, path, ["law", "points"]),
        ]
      : [
          field(draft, [...path, "min"], "min", of, NUMBER, "number"),
          field(draft, [...path, "max"], "max", of, NUMBER, "number"),
          points,
          ...strangers(draft, path, ["min", "max", "points"]),
        ];
  return group(legend, "row", [nameControl, ...(withDistributions ? [form] : []), ...items, remove]);
}

function newInput(draft: Draft, path: Path, kind: string): unknown {
  const points = getAt(draft.problem, [...path, "points"]) ?? NEW_RANGE.points;
  return kind === "distribution" ? { law: newDistribution("normal", extentOf(draft, path)), points } : { ...NEW_RANGE, points };
}
