import * as z from "zod";
import { rangeInput } from "./compile-features.ts";

/** A field of a kernel in a problem file, as plain data for a form: an expression, a number, one of several words, or intervals by name. */
export interface KernelField {
  name: string;
  kind: "expression" | "number" | "word" | "inputs";
  /** Whether it may be left out. */
  optional: boolean;
  /** Those that a word may be. */
  words: readonly string[];
}

/** The fields of a row of KERNELS beside its `type`, from its schema; those of another kind are left out. */
export function fieldsOf(schema: z.ZodObject): KernelField[] {
  return Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([name, field]) => {
    const optional = field instanceof z.ZodOptional;
    const inner = optional ? field.unwrap() : field;
    const kind = kindOf(inner);
    const words = inner instanceof z.ZodEnum ? inner.options.map(String) : [];
    return kind === null ? [] : [{ name, kind, optional, words }];
  });
}

function kindOf(schema: unknown): KernelField["kind"] | null {
  if (schema instanceof z.ZodString) return "expression";
  if (schema instanceof z.ZodNumber) return "number";
  if (schema instanceof z.ZodEnum) return "word";
  if (schema instanceof z.ZodRecord && schema.valueType === rangeInput) return "inputs";
  return null;
}
