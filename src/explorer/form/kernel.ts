import * as z from "zod";
import { rangeInput } from "../../potential/compile-features.ts";
import { KERNELS, type KernelName } from "../../potential/kernels.ts";
import { AS_JSON, choice, field, group, type Item, note, strangers } from "./controls.ts";
import { type Draft, exchange, getAt, namesAt, type Path, recordOf, setProblem } from "./draft.ts";
import { NUMBER, OPTIONAL_NUMBER, OPTIONAL_TEXT, TEXT } from "./formats.ts";
import { inputItems } from "./inputs.ts";

const KERNEL: Path = ["potential", "K"];
const OF = "of the kernel";

const FORMS = [{ value: "none", label: "none: K = 0" }, ...Object.keys(KERNELS).map((name) => ({ value: name, label: name }))];

/** What the form reads of a row of KERNELS. */
type Row = Pick<(typeof KERNELS)[KernelName], "expression"> & {
  schema: z.ZodObject;
  example(variables: readonly string[]): unknown;
};

const rowOf = (name: string): Row | null => (Object.hasOwn(KERNELS, name) ? KERNELS[name as KernelName] : null);

/** The kernel: its type, and a control for each field in the schema of its row. */
export function kernelItems(draft: Draft): Item[] {
  const kernel = getAt(draft.problem, KERNEL);
  const type = getAt(kernel, ["type"]);
  const chosen = kernel === undefined ? "none" : typeof type === "string" ? type : "";
  const form = choice("potential.K", "kernel K", "of the potential", FORMS, chosen, (changed, to) =>
    exchange(changed, KERNEL, chosen, to, () => rowOf(to)?.example(namesAt(changed.problem, ["variables"]).slice(0, 3))),
  );
  if (kernel === undefined) return [form];
  if (recordOf(kernel) === null) return [form, note(null, `K: ${AS_JSON}`)];
  const row = rowOf(chosen);
  const { type: _, ...shape } = row?.schema.shape ?? { expression: z.string() };
  const controls = Object.entries(shape).flatMap(([name, schema]) => {
    const item = controlFor(draft, name, name === "expression" ? (row?.expression ?? "K") : name, schema as z.ZodType);
    return item === null ? [] : [{ name, item }];
  });
  const known = ["type", ...controls.map(({ name }) => name)];
  return [form, ...controls.map(({ item }) => item), ...strangers(draft, KERNEL, known)];
}

/** A text is an expression, one of several words a choice, a record of intervals the inputs of features; null for another form, which stays as JSON. */
function controlFor(draft: Draft, name: string, label: string, schema: z.ZodType): Item | null {
  const path = [...KERNEL, name];
  const optional = schema instanceof z.ZodOptional;
  const inner = optional ? schema.unwrap() : schema;
  if (inner instanceof z.ZodString) return field(draft, path, label, OF, optional ? OPTIONAL_TEXT : TEXT, "expression");
  if (inner instanceof z.ZodNumber) return field(draft, path, label, OF, optional ? OPTIONAL_NUMBER : NUMBER, "number");
  if (inner instanceof z.ZodEnum) {
    const words = [
      ...(optional ? [{ value: "", label: "none" }] : []),
      ...inner.options.map((word) => ({ value: `${word}`, label: `${word}` })),
    ];
    const value = getAt(draft.problem, path);
    return choice(path.join("."), label, OF, words, typeof value === "string" ? value : "", (changed, word) =>
      setProblem(changed, path, word === "" ? undefined : word),
    );
  }
  if (inner instanceof z.ZodRecord && inner.valueType === rangeInput) {
    return group("Inputs", "section", inputItems(draft, path, false));
  }
  return null;
}
