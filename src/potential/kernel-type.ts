import type * as z from "zod";
import { createEvaluator } from "../expressions/evaluate.ts";
import type { Expression, Names } from "../expressions/expression.ts";
import type { Program } from "../expressions/program.ts";
import type { Grid } from "../grid/grid.ts";
import type { Kernel } from "./potential.ts";

/** A type of kernel: its form in a problem file, what it compiles to, the kernel made of that, and its cost. */
export interface KernelType<S extends z.ZodObject, C extends Compiled> {
  /** `type`, the name in KERNELS, and fields of its own. */
  schema: S;
  /** What the field `expression` stands for, where there is one. */
  expression?: "K" | "φ";
  /** Whether K closes up on periodic axes by itself; otherwise it is checked. */
  wraps: boolean;
  /** @param names the variables of the problem and its parameters. @throws InputError for what cannot be used. */
  compile(definition: z.infer<S>, names: Names): Promise<C>;
  create(compiled: C, domain: Grid): Kernel;
  cost: KernelCost<C>;
  /** A definition in some variables that is symmetric and positive semi-definite: where a form begins, and what tests sum. */
  example(variables: readonly string[]): z.input<S>;
}

export interface KernelCost<C> {
  /** Nanoseconds a cell and step of finite volumes, for its one evaluation of int K dmu. Measured once; a power of the number of cells. */
  onGrid(cells: number, dimension: number): number;
  /** Evaluations of the expression a point, for the sum over n points at all of them. */
  atPoints(compiled: C, n: number, dimension: number): number;
}

/** A kernel as plain data. */
export interface Compiled {
  type: string;
  /** As it stands in the file, for messages. */
  text: string;
}

/** The programs of K, or of phi where it is made of features, in the coordinates of theta. */
export interface CompiledFunctions {
  value: Program;
  valueAndGradient: Program;
  valueGradientLaplacian: Program;
  text: string;
}

/** An expression, differentiated by the first `dimension` of its inputs: the coordinates of theta. */
export function programsOf(f: Expression, text: string, dimension: number): CompiledFunctions {
  const by = Array.from({ length: dimension }, (_, a) => a);
  return {
    value: f.value,
    valueAndGradient: f.valueAndGradient(by),
    valueGradientLaplacian: f.valueGradientLaplacian(by),
    text,
  };
}

export function evaluatorsOf({ value, valueAndGradient, valueGradientLaplacian }: CompiledFunctions) {
  return {
    value: createEvaluator(value),
    valueAndGradient: createEvaluator(valueAndGradient),
    valueGradientLaplacian: createEvaluator(valueGradientLaplacian),
  };
}
