import { fieldsOf, type KernelField } from "../../potential/kernel-fields.ts";
import { KERNELS, type KernelName, type kernelTypeOf } from "../../potential/kernels.ts";
import { AS_JSON, choice, field, group, type Item, note, strangers } from "./controls.ts";
import { type Draft, exchange, getAt, namesAt, type Path, recordOf, setProblem } from "./draft.ts";
import { NUMBER, OPTIONAL_NUMBER, OPTIONAL_TEXT, TEXT } from "./formats.ts";
import { inputItems } from "./inputs.ts";

const KERNEL: Path = ["potential", "K"];
const OF = "of the kernel";

const FORMS = [{ value: "none", label: "none: K = 0" }, ...Object.keys(KERNELS).map((name) => ({ value: name, label: name }))];

const rowOf = (type: string): ReturnType<typeof kernelTypeOf> | null =>
  Object.hasOwn(KERNELS, type) ? KERNELS[type as KernelName] : null;

/** What a kernel of an unknown type has at least. */
const UNKNOWN: readonly KernelField[] = [{ name: "expression", kind: "expression", optional: false, words: [] }];

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
  const fields = row === null ? UNKNOWN : fieldsOf(row.schema);
  return [
    form,
    ...fields.map((each) => controlFor(draft, each, each.name === "expression" ? (row?.expression ?? "K") : each.name)),
    ...strangers(draft, KERNEL, ["type", ...fields.map(({ name }) => name)]),
  ];
}

function controlFor(draft: Draft, { name, kind, optional, words }: KernelField, label: string): Item {
  const path = [...KERNEL, name];
  switch (kind) {
    case "expression":
      return field(draft, path, label, OF, optional ? OPTIONAL_TEXT : TEXT, "expression");
    case "number":
      return field(draft, path, label, OF, optional ? OPTIONAL_NUMBER : NUMBER, "number");
    case "inputs":
      return group("Inputs", "section", inputItems(draft, path, false));
    case "word": {
      const value = getAt(draft.problem, path);
      const options = [...(optional ? [{ value: "", label: "none" }] : []), ...words.map((word) => ({ value: word, label: word }))];
      return choice(path.join("."), label, OF, options, typeof value === "string" ? value : "", (changed, word) =>
        setProblem(changed, path, word === "" ? undefined : word),
      );
    }
    default:
      return kind satisfies never;
  }
}
