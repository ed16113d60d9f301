import { type Action, AS_JSON, choice, field, type Group, group, type Item, note, strangers } from "./controls.ts";
import { type Draft, exchange, getAt, namesAt, type Path, recordOf, setProblem } from "./draft.ts";
import { OPTIONAL_NUMBER, OPTIONAL_TEXT, TEXT } from "./formats.ts";
import { HINTS } from "./hints.ts";
import { inputItems, NEW_RANGE } from "./inputs.ts";
import { kernelItems } from "./kernel.ts";

const POTENTIAL: Path = ["potential"];
const NETWORK: Path = [...POTENTIAL, "network"];

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
    : group("Potential", "section", [...functionItems(draft), form, ...strangers(draft, POTENTIAL, ["F", "K"])], HINTS.potential);
}

function functionItems(draft: Draft): Item[] {
  return [field(draft, [...POTENTIAL, "F"], "F", "of the potential", TEXT, "expression"), ...kernelItems(draft)];
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
