import { AS_JSON, choice, field, type Group, group, type Item, note, short, strangers } from "./controls.ts";
import { distributionItems, INITIAL } from "./distributions.ts";
import { type Draft, exchange, getAt, type Path, recordOf } from "./draft.ts";
import { dynamicsGroup, rateGroup } from "./dynamics.ts";
import { NUMBER, OPTIONAL_TEXT, TEXT, TIMES } from "./formats.ts";
import { HINTS } from "./hints.ts";
import { meanFieldGroup } from "./mean-field.ts";
import { particlesGroup } from "./particles.ts";
import { potentialGroup } from "./potential.ts";
import { addOf, eachRow, nameOf, type Rows, removeOf } from "./rows.ts";
import { temperatureGroup } from "./temperature.ts";
import { variablesGroup, variablesOf } from "./variables.ts";

const KEYS = [
  "$schema",
  "name",
  "description",
  "variables",
  "parameters",
  "potential",
  "alpha",
  "dynamics",
  "temperature",
  "reaction",
  "initial",
  "time",
  "observables",
];

/** The whole form of a draft, from top to bottom. */
export function sectionsOf(draft: Draft): Group[] {
  if (recordOf(draft.problem) === null) {
    return [group("Problem", "section", [note(null, `the problem: ${AS_JSON}`)]), particlesGroup(draft)];
  }
  return [
    group("Name", "section", [
      field(draft, ["name"], "name", "of the problem", TEXT, "line"),
      field(draft, ["description"], "description", "of the problem", OPTIONAL_TEXT, "prose"),
      ...strangers(draft, [], KEYS),
    ]),
    variablesGroup(draft),
    parametersGroup(draft),
    potentialGroup(draft),
    rateGroup(draft),
    dynamicsGroup(draft),
    temperatureGroup(draft),
    group("Initial distribution", "section", distributionItems(draft, INITIAL), HINTS.distributions),
    timeGroup(draft),
    observablesGroup(draft),
    meanFieldGroup(draft),
    particlesGroup(draft),
  ];
}

/** Legends of the groups that stand beside the pictures; the others are in the drawer. */
export const BESIDE = ["Potential", "Rate of birth and death", "Initial distribution"] as const;
const isBeside = ({ legend }: Group) => BESIDE.some((name) => name === legend);

export const besideOf = (draft: Draft, legend: (typeof BESIDE)[number]) => sectionsOf(draft).filter((one) => one.legend === legend);
export const drawerOf = (draft: Draft) => sectionsOf(draft).filter((one) => !isBeside(one));

const PARAMETERS: Rows = { path: ["parameters"], what: "parameter", names: ["a", "b", "c", "s", "k"] };
const OBSERVABLES: Rows = { path: ["observables"], what: "observable", names: ["mean", "second", "third", "observable"] };

function parametersGroup(draft: Draft): Group {
  const row = (name: string) => field(draft, [...PARAMETERS.path, name], "value", `of parameter ${short(name)}`, NUMBER, "number");
  const add = addOf(PARAMETERS, draft, () => 1);
  return group("Parameters", "section", [...namedValues(draft, PARAMETERS, row), add], HINTS.parameters);
}

function observablesGroup(draft: Draft): Group {
  const row = (name: string) =>
    field(draft, [...OBSERVABLES.path, name], "value", `of observable ${short(name)}`, TEXT, "expression");
  const add = addOf(OBSERVABLES, draft, (changed, name) => newObservable(variablesOf(changed)[0] ?? "x", name));
  return group("Observables", "section", [...namedValues(draft, OBSERVABLES, row), add], HINTS.observables);
}

function newObservable(variable: string, name: string): string {
  return name === "second" ? `${variable}^2` : name === "third" ? `${variable}^3` : variable;
}

/** Rows `name = value`. Name and value have one path; the value shows the mistakes of both. */
function namedValues(draft: Draft, rows: Rows, value: (name: string) => Item): Item[] {
  const all = getAt(draft.problem, rows.path);
  if (all !== undefined && recordOf(all) === null) return [note(rows.path, `${rows.path[0]}: ${AS_JSON}`)];
  return eachRow(draft, rows.path, (name) =>
    group(short(name), "row", [nameOf(rows, name, null), value(name), removeOf(rows, draft, name)]),
  );
}

const TIME: Path = ["time"];
const SNAPSHOTS: Path = [...TIME, "snapshots"];

const SNAPSHOT_KINDS = [
  { value: "count", label: "at equal intervals" },
  { value: "list", label: "at the times of a list" },
];

function timeGroup(draft: Draft): Group {
  const time = getAt(draft.problem, TIME);
  if (time !== undefined && recordOf(time) === null) {
    return group("Time", "section", [note(TIME, `time: ${AS_JSON}`)], HINTS.time);
  }
  const snapshots = getAt(draft.problem, SNAPSHOTS);
  const kind = Array.isArray(snapshots) ? "list" : "count";
  const form = choice(null, "frames", "of the run", SNAPSHOT_KINDS, kind, (changed, to) =>
    exchange(changed, SNAPSHOTS, kind, to, () => (to === "list" ? equalTimes(changed) : Math.max(1, countOf(snapshots)))),
  );
  const entry =
    kind === "list"
      ? field(draft, SNAPSHOTS, "times", "of the frames", TIMES, "expression")
      : field(draft, SNAPSHOTS, "intervals", "between the frames", NUMBER, "number");
  return group(
    "Time",
    "section",
    [
      field(draft, [...TIME, "end"], "end", "of the run", NUMBER, "number"),
      form,
      entry,
      ...strangers(draft, TIME, ["end", "snapshots"]),
    ],
    HINTS.time,
  );
}

const countOf = (snapshots: unknown) => (Array.isArray(snapshots) ? snapshots.length - 1 : 4);

/** The times that a number of equal intervals stands for, at most 20 of them. */
function equalTimes(draft: Draft): number[] {
  const end = getAt(draft.problem, [...TIME, "end"]);
  const count = getAt(draft.problem, SNAPSHOTS);
  const intervals = typeof count === "number" && Number.isInteger(count) && count >= 1 ? Math.min(count, 20) : 4;
  return Array.from({ length: intervals + 1 }, (_, k) => ((typeof end === "number" ? end : 1) * k) / intervals);
}
