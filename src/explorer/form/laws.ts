import { DISTRIBUTIONS, type DistributionName } from "../../distributions/distributions.ts";
import { DYNAMICS } from "../../problem/dynamics.ts";
import { AS_JSON, choice, field, type Group, group, type Item, MOST_ROWS, note, short, strangers, tooMany } from "./controls.ts";
import { type Draft, exchange, getAt, namesAt, type Path, recordOf, setProblem } from "./draft.ts";
import { NUMBER, TEXT } from "./formats.ts";

/** An interval on which the numbers of a new law are chosen. */
interface Extent {
  min: number;
  max: number;
}

const NAMES = Object.keys(DISTRIBUTIONS) as DistributionName[];

/** The parameters of a distribution. */
const fieldsOf = (name: DistributionName) => Object.keys(DISTRIBUTIONS[name].schema.shape).filter((field) => field !== "type");

/** Laws of the inputs of a network. */
export const LINE_LAWS = NAMES.filter((name) => DISTRIBUTIONS[name].onLine);
const INITIAL_LAWS = NAMES.filter((name) => DISTRIBUTIONS[name].hasDensity);

/** The places of laws of theta, and which laws may stand there. */
export const INITIAL = { path: ["initial"], of: "of the initial law", types: INITIAL_LAWS } as const;
export const PRIOR = { path: ["dynamics", "prior"], of: "of the prior", types: NAMES } as const;
/** The types of dynamics that have a prior. */
export const PRIOR_TYPES = [...new Set(Object.values(DYNAMICS).flatMap(({ object }) => object?.type ?? []))];

/** A law of a type with numbers that suit an interval. */
export function newLaw(
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

/** Fields for one law. A change of its type keeps all numbers typed so far for the type that has them. */
export function lawItems(draft: Draft, path: Path, of: string, types: readonly DistributionName[], extent: Extent): Item[] {
  const law = getAt(draft.problem, path);
  if (law !== undefined && recordOf(law) === null) return [note(path, `law ${of}: ${AS_JSON}`)];
  const type = getAt(law, ["type"]);
  const chosen = typeof type === "string" ? type : "";
  const names = Object.hasOwn(DISTRIBUTIONS, chosen) ? fieldsOf(chosen as DistributionName) : [];
  const place = path.join(".");
  return [
    choice(
      place,
      "law",
      of,
      types.map((value) => ({ value, label: value })),
      chosen,
      (changed, value) => {
        const onShelf = `${place}|numbers`;
        const typed = { ...recordOf(getAt(changed.shelf, [onShelf])), ...recordOf(getAt(changed.problem, path)) };
        const next = newLaw(value as DistributionName, extent, typed);
        return { ...setProblem(changed, path, next), shelf: { ...changed.shelf, [onShelf]: typed } };
      },
    ),
    ...names.map((name) => field(draft, [...path, name], name, of, NUMBER, "number")),
    ...strangers(draft, path, ["type", ...names]),
  ];
}

/** Which form a law of theta has; null where it has neither. */
export function kindOfLaw(law: unknown): "product" | "joint" | null {
  if (law === undefined) return "product";
  if (recordOf(law) === null) return null;
  return typeof getAt(law, ["density"]) === "string" ? "joint" : "product";
}

/** A law of theta: of each variable, or of all together. */
export function thetaLawItems(draft: Draft, { path, of, types }: typeof INITIAL | typeof PRIOR): Item[] {
  const law = getAt(draft.problem, path);
  const kind = kindOfLaw(law);
  const form = choice(path.join("."), "form", of, FORMS, kind ?? "", (changed, to) =>
    exchange(changed, path, kind ?? "other", to, () => (to === "joint" ? jointLaw(changed) : productLaw(changed))),
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
    const items = lawItems(draft, [...path, name], own, types, extentOf(draft, ["variables", name]));
    if (variables.includes(name)) return group(`Law of ${short(name)}`, "row", items);
    const change = (changed: Draft) => setProblem(changed, [...path, name], undefined);
    return group(`Law of ${short(name)}, which is not a variable`, "row", [
      ...items,
      { kind: "action", label: "Remove", of: `the law ${own}`, disabled: false, change },
    ]);
  });
  return [form, ...rows, ...(names.length > rows.length ? [tooMany(names.length - rows.length)] : [])];
}

const FORMS = [
  { value: "product", label: "a law for each variable" },
  { value: "joint", label: "one joint density" },
];

export function productLaw(draft: Draft): unknown {
  const names = namesAt(draft.problem, ["variables"]);
  return Object.fromEntries(names.map((name) => [name, newLaw("normal", extentOf(draft, ["variables", name]))]));
}

function jointLaw(draft: Draft): unknown {
  const squares = namesAt(draft.problem, ["variables"]).map((name) => `${name}^2`);
  return { density: `exp(-(${squares.join(" + ")})/2)` };
}
