import { DISTRIBUTIONS, type DistributionName } from "../../distributions/distributions.ts";
import { DYNAMICS } from "../../problem/dynamics.ts";
import { AS_JSON, choice, field, type Group, group, type Item, MOST_ROWS, note, short, strangers, tooMany } from "./controls.ts";
import { type Draft, exchange, getAt, namesAt, type Path, recordOf, setProblem } from "./draft.ts";
import { NUMBER, TEXT } from "./formats.ts";

/** An interval on which the numbers of a new distribution are chosen. */
interface Extent {
  min: number;
  max: number;
}

const NAMES = Object.keys(DISTRIBUTIONS) as DistributionName[];

/** The parameters of a distribution. */
const fieldsOf = (name: DistributionName) => Object.keys(DISTRIBUTIONS[name].schema.shape).filter((field) => field !== "type");

/** Distributions of the inputs of a network. */
export const LINE_NAMES = NAMES.filter((name) => DISTRIBUTIONS[name].onLine);
const INITIAL_NAMES = NAMES.filter((name) => DISTRIBUTIONS[name].hasDensity);

/** The places of distributions of theta, and which of one variable may stand there. */
export const INITIAL = { path: ["initial"], of: "of the initial distribution", types: INITIAL_NAMES } as const;
export const PRIOR = { path: ["dynamics", "prior"], of: "of the prior", types: NAMES } as const;
/** The types of dynamics that have a prior. */
export const PRIOR_TYPES = [...new Set(Object.values(DYNAMICS).flatMap(({ object }) => object?.type ?? []))];

/** A distribution of a type with numbers that suit an interval. */
export function newDistribution(
  type: DistributionName,
  extent: Extent,
  typed: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const example = DISTRIBUTIONS[type].example(extent);
  const value = (name: string) => getAt(typed, [name]) ?? getAt(example, [name]);
  return { type, ...Object.fromEntries(fieldsOf(type).map((name) => [name, value(name)])) };
}

/** The domain of a variable, as far as it can be read. */
export function extentOf(draft: Draft, path: Path): Extent {
  const [min, max] = ["min", "max"].map((name) => getAt(draft.problem, [...path, name]));
  return typeof min === "number" && typeof max === "number" && min < max ? { min, max } : { min: -1, max: 1 };
}

/** Fields for the distribution of one variable. A change of its type keeps all numbers typed so far for the type that has them. */
export function univariateItems(draft: Draft, path: Path, of: string, types: readonly DistributionName[], extent: Extent): Item[] {
  const definition = getAt(draft.problem, path);
  if (definition !== undefined && recordOf(definition) === null) return [note(path, `distribution ${of}: ${AS_JSON}`)];
  const type = getAt(definition, ["type"]);
  const chosen = typeof type === "string" ? type : "";
  const names = Object.hasOwn(DISTRIBUTIONS, chosen) ? fieldsOf(chosen as DistributionName) : [];
  const place = path.join(".");
  return [
    choice(
      place,
      "type",
      of,
      types.map((value) => ({ value, label: value })),
      chosen,
      (changed, value) => {
        const onShelf = `${place}|numbers`;
        const typed = { ...recordOf(getAt(changed.shelf, [onShelf])), ...recordOf(getAt(changed.problem, path)) };
        const next = newDistribution(value as DistributionName, extent, typed);
        return { ...setProblem(changed, path, next), shelf: { ...changed.shelf, [onShelf]: typed } };
      },
    ),
    ...names.map((name) => field(draft, [...path, name], name, of, NUMBER, "number")),
    ...strangers(draft, path, ["type", ...names]),
  ];
}

/** Which form a distribution of theta has; null where it has neither. */
export function kindOfDistribution(definition: unknown): "product" | "joint" | null {
  if (definition === undefined) return "product";
  if (recordOf(definition) === null) return null;
  return typeof getAt(definition, ["density"]) === "string" ? "joint" : "product";
}

/** A distribution of theta: of each variable, or of all together. */
export function distributionItems(draft: Draft, { path, of, types }: typeof INITIAL | typeof PRIOR): Item[] {
  const definition = getAt(draft.problem, path);
  const kind = kindOfDistribution(definition);
  const form = choice(path.join("."), "form", of, FORMS, kind ?? "", (changed, to) =>
    exchange(changed, path, kind ?? "other", to, () => (to === "joint" ? newJoint(changed) : newProduct(changed))),
  );
  if (kind === null) return [note(path, `${path.join(".")}: ${AS_JSON}`), form];
  if (kind === "joint") {
    const density = field(draft, [...path, "density"], "density", of, TEXT, "expression");
    return [form, density, ...strangers(draft, path, ["density"])];
  }
  const variables = namesAt(draft.problem, ["variables"]);
  const others = namesAt(draft.problem, path).filter((name) => !variables.includes(name));
  const names = [...variables, ...others];
  const rows = names.slice(0, MOST_ROWS).map((name): Group => {
    const own = `of ${short(name)} ${of}`;
    const items = univariateItems(draft, [...path, name], own, types, extentOf(draft, ["variables", name]));
    if (variables.includes(name)) return group(`Distribution of ${short(name)}`, "row", items);
    const change = (changed: Draft) => setProblem(changed, [...path, name], undefined);
    return group(`Distribution of ${short(name)}, which is not a variable`, "row", [
      ...items,
      { kind: "action", label: "Remove", of: `the distribution ${own}`, disabled: false, change },
    ]);
  });
  return [form, ...rows, ...(names.length > rows.length ? [tooMany(names.length - rows.length)] : [])];
}

const FORMS = [
  { value: "product", label: "a distribution for each variable" },
  { value: "joint", label: "one joint density" },
];

export function newProduct(draft: Draft): unknown {
  const names = namesAt(draft.problem, ["variables"]);
  return Object.fromEntries(names.map((name) => [name, newDistribution("normal", extentOf(draft, ["variables", name]))]));
}

function newJoint(draft: Draft): unknown {
  const squares = namesAt(draft.problem, ["variables"]).map((name) => `${name}^2`);
  return { density: `exp(-(${squares.join(" + ")})/2)` };
}
