import { AS_JSON, choice, field, type Group, group, type Item, note, short, strangers } from "./controls.ts";
import { extentOf, INITIAL, kindOfDistribution, newDistribution, PRIOR, PRIOR_TYPES } from "./distributions.ts";
import { type Draft, getAt, namesAt, type Path, recordOf, renameAt, setAt, setProblem, shelfName } from "./draft.ts";
import { NUMBER } from "./formats.ts";
import { HINTS } from "./hints.ts";
import { addOf, eachRow, nameOf, type Rows, removeOf } from "./rows.ts";

const VARIABLES: Rows = { path: ["variables"], what: "variable", names: ["x", "y", "z", "u", "v", "w"], fewest: 1, most: 3 };

const BOUNDARIES = [
  { value: "no-flux", label: "no-flux" },
  { value: "periodic", label: "periodic" },
];

export function variablesGroup(draft: Draft): Group {
  const { path } = VARIABLES;
  const variables = getAt(draft.problem, path);
  const odd = variables !== undefined && recordOf(variables) === null;
  const items = odd ? [note(path, `variables: ${AS_JSON}`)] : eachRow(draft, path, (name) => variableRow(draft, name));
  const add = addOf(
    VARIABLES,
    draft,
    () => ({ min: -3, max: 3, cells: 64 }),
    (changed, name) => changeDistributions(changed, (distributions) => withDistribution(distributions, changed, name)),
  );
  return group("Variables", "section", [...items, add], HINTS.variables);
}

function variableRow(draft: Draft, name: string): Item {
  const path = [...VARIABLES.path, name];
  const of = `of variable ${short(name)}`;
  const remove = removeOf(VARIABLES, draft, name, (changed) =>
    changeDistributions(setProblem(changed, path, undefined), (distributions) => setAt(distributions, [name], undefined)),
  );
  const nameControl = nameOf(VARIABLES, name, path.join("."), renameVariable);
  const legend = `Variable ${short(name)}`;
  if (recordOf(getAt(draft.problem, path)) === null) {
    return group(legend, "row", [nameControl, note(path, `variable ${short(name)}: ${AS_JSON}`), remove]);
  }
  const boundary = getAt(draft.problem, [...path, "boundary"]);
  return group(legend, "row", [
    nameControl,
    field(draft, [...path, "min"], "min", of, NUMBER, "number"),
    field(draft, [...path, "max"], "max", of, NUMBER, "number"),
    field(draft, [...path, "cells"], "cells", of, NUMBER, "number"),
    choice(
      [...path, "boundary"].join("."),
      "boundary",
      of,
      BOUNDARIES,
      boundary === undefined ? "no-flux" : typeof boundary === "string" ? boundary : "",
      (changed, value) => setProblem(changed, [...path, "boundary"], value),
    ),
    ...strangers(draft, path, ["min", "max", "cells", "boundary"]),
    remove,
  ]);
}

/** The distributions of a variable go by its name; the expressions that use it are the author's to change. */
function renameVariable(draft: Draft, path: Path, from: string, to: string): Draft {
  const renamed = { ...draft, problem: renameAt(draft.problem, path, from, to) };
  return changeDistributions(renamed, (distributions) => renameAt(distributions, [], from, to));
}

function withDistribution(distributions: unknown, draft: Draft, name: string): unknown {
  if (getAt(distributions, [name]) !== undefined) return distributions;
  return setAt(distributions, [name], newDistribution("normal", extentOf(draft, ["variables", name])));
}

/** Changes the distributions by variable wherever there are any: initial, prior, and those that wait on the shelf. */
function changeDistributions(draft: Draft, change: (distributions: unknown) => unknown): Draft {
  const changeAt = (tree: unknown, path: Path) => {
    const distributions = getAt(tree, path);
    return recordOf(distributions) !== null && kindOfDistribution(distributions) === "product"
      ? setAt(tree, path, change(distributions))
      : tree;
  };
  const problem = [INITIAL.path, PRIOR.path].reduce(changeAt, draft.problem);
  if (draft.shelf === undefined) return { ...draft, problem };
  const shelved: Path[] = [
    [shelfName(INITIAL.path, "product")],
    [shelfName(PRIOR.path, "product")],
    ...PRIOR_TYPES.map((type): Path => [shelfName(["dynamics"], type), "prior"]),
  ];
  const shelf = shelved.reduce<unknown>(changeAt, draft.shelf);
  return { ...draft, problem, shelf: recordOf(shelf) ?? {} };
}

/** The names of the variables, in order. */
export function variablesOf(draft: Draft): string[] {
  return namesAt(draft.problem, VARIABLES.path);
}
