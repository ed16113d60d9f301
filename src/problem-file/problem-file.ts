import * as z from "zod";
import { distributionSchema } from "../distributions/initial.ts";
import { InputError } from "../errors.ts";
import { expression, printable } from "../expressions/names.ts";
import { CONSTANTS, FUNCTIONS } from "../expressions/words.ts";
import { kernelSchema } from "../potential/kernels.ts";
import { networkSchema } from "../potential/network-schema.ts";
import { parseJson } from "./json-text.ts";
import { nearest } from "./nearest.ts";

/**
 * Has files checked without `Function`, which zod uses for speed where it may: for pages whose policy forbids it. It holds for all zod in the
 * program, so it is not for a library to decide.
 */
export function checkWithoutEval(): void {
  z.config({ jitless: true });
}

/** The problem file: a public contract, as JSON and as the same object in TypeScript. */

const finite = z.number();
const MOST_SNAPSHOTS = 100000;

const variable = z
  .strictObject({
    min: finite,
    max: finite,
    cells: z.number(),
    boundary: z.enum(["no-flux", "periodic"]).default("no-flux").describe("no-flux truncates an unbounded space for the grid"),
  })
  .describe("one coordinate of theta");

const external = expression.describe(
  `numbers, the names declared, in F the time t as well, ${[...CONSTANTS.keys()].join(", ")}, + - * / ^ and ${[...FUNCTIONS.keys()].join(", ")}`,
);
const potential = z.union([
  z.strictObject({ F: external, K: kernelSchema.optional() }),
  z.strictObject({ network: networkSchema }),
]);

const dynamics = z.union([
  z.enum(["gradient-descent", "unbalanced", "birth-death", "pure-birth-death"]),
  z.strictObject({
    type: z.literal("reinjection"),
    law: z
      .enum(["net-deficit", "every-death"])
      .describe("net-deficit: only what dies in excess comes back from the prior; every-death: whatever dies does"),
    prior: distributionSchema.describe("mu_b, from which mass comes back"),
  }),
]);

const rate = z.union([finite.min(0), expression.describe("an expression in the time t")]);

const reaction = z
  .union([
    z.enum(["free-energy", "energy"]),
    z.strictObject({
      type: z.literal("free-energy"),
      bandwidth: finite
        .min(0)
        .describe("standard deviation of the Gaussian that smooths mu before its logarithm is taken; 0: none"),
    }),
  ])
  .describe("what births and deaths follow at a temperature: V + temperature log(mu) (free-energy), or V alone (energy)");

export const problemSchema = z.strictObject({
  $schema: z.string().optional(),
  name: printable,
  description: z.string().optional(),
  variables: z
    .record(z.string(), variable)
    .describe(
      "one to three, in order; the last one runs fastest in memory. Names: a letter of any script, then letters, digits and _",
    ),
  parameters: z.record(z.string(), finite).optional().describe("names for numbers in the expressions"),
  potential,
  alpha: z
    .union([...rate.options, z.strictObject({ rate, until: finite.min(0).describe("when birth and death are switched off") })])
    .describe("rate of birth and death: a number, an expression in the time t, or either until a time"),
  dynamics: dynamics.default("birth-death"),
  temperature: rate.optional().describe("of the noise in the motion: a number or an expression in the time t; 0 unless given"),
  reaction: reaction.optional().describe("free-energy unless given; the same as energy at temperature 0"),
  initial: distributionSchema,
  time: z.strictObject({
    end: finite.positive(),
    snapshots: z
      .union([z.array(finite.min(0)).min(1).max(MOST_SNAPSHOTS), z.int().min(1).max(MOST_SNAPSHOTS)])
      .describe("a list of increasing times, or a number of equal intervals"),
  }),
  observables: z.record(z.string(), expression).optional().describe("named functions of the variables"),
});

export type ProblemDefinition = z.infer<typeof problemSchema>;
export type ProblemInput = z.input<typeof problemSchema>;

/** Checks an object against the schema, fills in defaults and puts texts into normal form C. @throws InputError on the first thing that is wrong. */
export function checkProblemDefinition(value: unknown): ProblemDefinition {
  refuseProto(value, []);
  const result = problemSchema.safeParse(value);
  if (result.success) return inNormalForm(result.data, []) as ProblemDefinition;
  throw describeIssue(innermost(result.error.issues), value);
}

/** Objects keep no value of this name: what stands under it would be lost without a word. */
function refuseProto(value: unknown, path: readonly string[]): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, entry] of Object.entries(value)) {
    const own = [...path, key];
    if (key === "__proto__") throw new InputError(own.join("."), undefined, "is no name that can be kept", "use another name");
    refuseProto(entry, own);
  }
}

/** @param source the name of the file, for messages. */
export function parseProblemText(text: string, source: string): ProblemDefinition {
  return checkProblemDefinition(parseJson(text, source));
}

/** The published JSON Schema (draft 2020-12) of the problem file. */
export function problemJsonSchema(): object {
  return z.toJSONSchema(problemSchema, { io: "input" });
}

/** Keys and texts composed: an accented letter is one name however it was typed. A file keeps the name that the disk has for it. */
function inNormalForm(value: unknown, path: readonly string[]): unknown {
  if (typeof value === "string") return path.join(".") === "potential.network.data.file" ? value : value.normalize("NFC");
  if (Array.isArray(value)) return value.map((entry) => inNormalForm(entry, path));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, entry]): [string, unknown] => {
    const name = key.normalize("NFC");
    return [name, inNormalForm(entry, [...path, name])];
  });
  const twice = entries.find(([name], k) => entries.findIndex(([other]) => other === name) !== k);
  if (twice !== undefined) throw new InputError([...path, twice[0]].join("."), undefined, "stands twice", "keep one of them");
  return Object.fromEntries(entries);
}

type Issue = z.core.$ZodIssue;

/** The complaint to show: a misspelt key before the one that is missing for it, and inside a union that of the branch which got furthest. */
function innermost(issues: readonly Issue[], path: PropertyKey[] = []): Issue {
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0];
  const here = [...path, ...issue.path];
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const branches = issue.errors.filter((branch) => branch.length > 0).map((branch) => innermost(branch, here));
    const depth = (branch: Issue) => branch.path.length + (branch.code === "unrecognized_keys" ? 0.5 : 0);
    if (branches.length > 0) return branches.reduce((best, branch) => (depth(branch) > depth(best) ? branch : best));
  }
  return { ...issue, path: here };
}

function describeIssue(issue: Issue, root: unknown): InputError {
  const path = issue.path.map(String);
  const field = path.join(".") || "problem";
  const value = path.reduce<unknown>((object, key) => (object as Record<string, unknown> | undefined)?.[key], root);
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0];
    const at = path.length === 0 ? key : `${field}.${key}`;
    const known = knownKeys(path);
    const near = nearest(key, known);
    const remedy =
      near === null ? `remove it${known.length > 0 ? ` (known: ${known.join(", ")})` : ""}` : `did you mean "${near}"?`;
    return new InputError(at, undefined, "unknown key", remedy);
  }
  if (value === undefined)
    return new InputError(field, undefined, "missing", `add it (${issue.message.replace("Invalid input: ", "")})`);
  if (issue.code === "invalid_union") {
    const options =
      "options" in issue && Array.isArray(issue.options) ? `use one of ${issue.options.join(", ")}` : "see the README for its form";
    return new InputError(field, value, "not one of the known forms", options);
  }
  return new InputError(field, value, issue.message.replace("Invalid input: ", ""), remedyFor(issue, value));
}

/** What to give instead, from the constraint that was missed. */
function remedyFor(issue: Issue, value: unknown): string {
  const size = (origin: string, relation: string, bound: number | bigint) =>
    origin === "string" || origin === "array"
      ? `give ${relation.includes(">") ? "at least" : "at most"} ${bound} ${origin === "string" ? "characters" : "entries"}`
      : `give a number ${relation} ${bound}`;
  switch (issue.code) {
    case "too_small":
      return size(issue.origin, issue.inclusive ? ">=" : ">", issue.minimum);
    case "too_big":
      return size(issue.origin, issue.inclusive ? "<=" : "<", issue.maximum);
    case "invalid_type":
      if (value === null && issue.expected === "number")
        return "null is what JSON holds in place of NaN or an infinity; give a finite number";
      return `give ${EXPECTED.get(issue.expected) ?? `a value of type ${issue.expected}`}`;
    case "invalid_value":
      return `use one of ${issue.values.join(", ")}`;
    case "invalid_format":
      return "use printable characters only";
    default:
      return "see the README for its form";
  }
}

const EXPECTED: ReadonlyMap<string, string> = new Map([
  ["number", "a finite number"],
  ["int", "a whole number"],
  ["string", "a text in quotes"],
  ["object", "an object { ... }"],
  ["record", "an object { ... }"],
  ["array", "a list [ ... ]"],
]);

/** The keys allowed in the object at a path, for suggestions; of all forms where there are several. */
function knownKeys(path: readonly string[]): string[] {
  let schemas: unknown[] = [problemSchema];
  for (const key of path) schemas = schemas.flatMap(unwrap).flatMap((schema) => child(schema, key));
  return [...new Set(schemas.flatMap(unwrap).flatMap((schema) => Object.keys((schema as { shape?: object }).shape ?? {})))].filter(
    (key) => key !== "$schema",
  );
}

function unwrap(schema: unknown): unknown[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return unwrap(schema.unwrap());
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(unwrap);
  return [schema];
}

function child(schema: unknown, key: string): unknown[] {
  if (schema instanceof z.ZodObject) return key in schema.shape ? [schema.shape[key]] : [];
  return schema instanceof z.ZodRecord ? [schema.valueType] : [];
}
