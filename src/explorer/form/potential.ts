import { KERNELS, type KernelName } from "../../potential/kernels.ts";
import { type Action, AS_JSON, choice, field, type Group, group, type Item, note, short, strangers } from "./controls.ts";
import { extentOf, LINE_NAMES, newDistribution, univariateItems } from "./distributions.ts";
import { type Draft, exchange, getAt, namesAt, type Path, recordOf, setProblem } from "./draft.ts";
import { NUMBER, OPTIONAL_NUMBER, OPTIONAL_TEXT, TEXT } from "./formats.ts";
import { HINTS } from "./hints.ts";
import { addOf, eachRow, nameOf, type Rows, removeOf } from "./rows.ts";

const POTENTIAL: Path = ["potential"];
const NETWORK: Path = [...POTENTIAL, "network"];
const KERNEL: Path = [...POTENTIAL, "K"];

const KINDS = [
  { value: "function", label: "F and K" },
  { value: "network", label: "a network that learns a target" },
];

export function potentialGroup(draft: Draft): Group {
  const potential = getAt(draft.problem, POTENTIAL);
  const odd = potential !== undefined && recordOf(potential) === null;
  const kind = odd ? "" : getAt(potential, ["network"]) === undefined ? "function" : "network";
  const form = choice("potential", "form", "of the potential", KINDS, kind, (changed, to) =>
    exchange(changed, POTENTIAL, kind, to, () => (to === "network" ? { network: newNetwork(changed) } : { F: newWell(changed) })),
  );
  if (odd) return group("Potential", "section", [note(null, `potential: ${AS_JSON}`), form], HINTS.potential);
  return kind === "network"
    ? group("Potential", "section", [form, ...networkItems(draft), ...strangers(draft, POTENTIAL, ["network"])], HINTS.network)
    : group("Potential", "section", [form, ...functionItems(draft), ...strangers(draft, POTENTIAL, ["F", "K"])], HINTS.potential);
}

const KERNEL_FORMS = [
  { value: "none", label: "none: K = 0" },
  ...Object.keys(KERNELS).map((name) => ({ value: name, label: name })),
];

const kernelOf = (name: string) => (Object.hasOwn(KERNELS, name) ? KERNELS[name as KernelName] : null);

function functionItems(draft: Draft): Item[] {
  const F = field(draft, [...POTENTIAL, "F"], "F", "of the potential", TEXT, "expression");
  const kernel = getAt(draft.problem, KERNEL);
  const type = getAt(kernel, ["type"]);
  const chosen = kernel === undefined ? "none" : typeof type === "string" ? type : "";
  const form = choice("potential.K", "kernel K", "of the potential", KERNEL_FORMS, chosen, (changed, to) =>
    exchange(changed, KERNEL, chosen, to, () => kernelOf(to)?.example(variables(changed))),
  );
  if (kernel === undefined) return [F, form];
  if (recordOf(kernel) === null) return [F, form, note(null, `K: ${AS_JSON}`)];
  const row = kernelOf(chosen);
  const names = row === null ? ["type", "expression"] : Object.keys(row.schema.shape);
  return [
    F,
    form,
    ...(names.includes("expression")
      ? [field(draft, [...KERNEL, "expression"], row?.expression ?? "K", "of the kernel", TEXT, "expression")]
      : []),
    ...(names.includes("inputs") ? [group("Inputs", "section", inputItems(draft, [...KERNEL, "inputs"], false))] : []),
    ...(names.includes("weight")
      ? [field(draft, [...KERNEL, "weight"], "weight", "of the features", OPTIONAL_TEXT, "expression")]
      : []),
    ...strangers(draft, KERNEL, names),
  ];
}

const FILE_ONLY =
  "The inputs are those of a data file: a page cannot read files beside the problem; use the command line, or give the inputs here.";

function networkItems(draft: Draft): Item[] {
  const network = getAt(draft.problem, NETWORK);
  if (recordOf(network) === null) return [note(NETWORK, `network: ${AS_JSON}`)];
  const of = "of the network";
  const fromFile = getAt(network, ["data"]) !== undefined;
  return [
    field(draft, [...NETWORK, "unit"], "unit φ", of, TEXT, "expression"),
    field(draft, [...NETWORK, "target"], "target f", of, TEXT, "expression"),
    ...(fromFile ? [note([...NETWORK, "data"], FILE_ONLY), inputsInsteadOfFile(draft)] : []),
    ...(fromFile && getAt(network, ["inputs"]) === undefined
      ? []
      : [group("Inputs", "section", inputItems(draft, [...NETWORK, "inputs"], true))]),
    field(draft, [...NETWORK, "weight"], "weight", of, OPTIONAL_TEXT, "expression"),
    field(draft, [...NETWORK, "batch"], "batch", of, OPTIONAL_NUMBER, "number"),
    ...strangers(draft, NETWORK, ["unit", "inputs", "data", "target", "weight", "batch"]),
  ];
}

function inputsInsteadOfFile(draft: Draft): Action {
  const columns = getAt(draft.problem, [...NETWORK, "data", "inputs"]);
  const names = Array.isArray(columns) ? columns.filter((name) => typeof name === "string").slice(0, 4) : [];
  const inputs = Object.fromEntries((names.length > 0 ? names : ["z"]).map((name) => [name, { ...NEW_RANGE }]));
  return {
    kind: "action",
    label: "Give inputs here",
    of: "in place of the data file",
    disabled: false,
    change: (changed) => setProblem(setProblem(changed, [...NETWORK, "data"], undefined), [...NETWORK, "inputs"], inputs),
  };
}

const NEW_RANGE = { min: -3, max: 3, points: 32 };

const INPUT_KINDS = [
  { value: "range", label: "an interval" },
  { value: "law", label: "a law" },
];

/** @param lawful whether an input may have a distribution of its own. */
function inputItems(draft: Draft, path: Path, lawful: boolean): Item[] {
  const inputs: Rows = { path, what: "input", names: ["z", "s", "u", "v", "w"] };
  const value = getAt(draft.problem, path);
  if (value !== undefined && recordOf(value) === null) return [note(path, `inputs: ${AS_JSON}`)];
  return [...eachRow(draft, path, (name) => inputRow(draft, inputs, name, lawful)), addOf(inputs, draft, () => ({ ...NEW_RANGE }))];
}

function inputRow(draft: Draft, inputs: Rows, name: string, lawful: boolean): Group {
  const path = [...inputs.path, name];
  const of = `of input ${short(name)}`;
  const legend = `Input ${short(name)}`;
  const remove = removeOf(inputs, draft, name);
  const nameControl = nameOf(inputs, name, lawful ? null : path.join("."));
  const input = getAt(draft.problem, path);
  if (recordOf(input) === null) return group(legend, "row", [nameControl, note(path, `input ${short(name)}: ${AS_JSON}`), remove]);
  const kind = lawful && getAt(input, ["law"]) !== undefined ? "law" : "range";
  const points = field(draft, [...path, "points"], "points", of, NUMBER, "number");
  const form = choice(path.join("."), "form", of, INPUT_KINDS, kind, (changed, to) =>
    exchange(changed, path, kind, to, () => newInput(changed, path, to)),
  );
  const items =
    kind === "law"
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
  return group(legend, "row", [nameControl, ...(lawful ? [form] : []), ...items, remove]);
}

function newInput(draft: Draft, path: Path, kind: string): unknown {
  const points = getAt(draft.problem, [...path, "points"]) ?? NEW_RANGE.points;
  return kind === "law" ? { law: newDistribution("normal", extentOf(draft, path)), points } : { ...NEW_RANGE, points };
}

const variables = (draft: Draft) => namesAt(draft.problem, ["variables"]).slice(0, 3);

function newWell(draft: Draft): string {
  return `0.5*(${variables(draft)
    .map((name) => `${name}^2`)
    .join(" + ")})`;
}

/** Bumps exp(-(x - z)^2) over z, with an amplitude where there is a variable for it. */
function newNetwork(draft: Draft): unknown {
  const names = variables(draft);
  const bump = `exp(-(${names.at(-1)} - z)^2)`;
  const input = { z: { ...NEW_RANGE } };
  return { unit: names.length > 1 ? `${names[0]}*${bump}` : bump, inputs: input, target: "exp(-z^2)" };
}
