import * as z from "zod";
import type { Names } from "../expressions/expression.ts";
import type { Grid } from "../grid/grid.ts";
import { convolutionKernel } from "./convolution.ts";
import { featuresKernel } from "./features.ts";
import type { Compiled, KernelType } from "./kernel-type.ts";
import { pairwiseKernel } from "./pairwise.ts";
import type { Kernel } from "./potential.ts";

/** The types of kernels by their names in problem files. */
export const KERNELS = {
  convolution: convolutionKernel,
  features: featuresKernel,
  pairwise: pairwiseKernel,
} as const satisfies Record<string, KernelType<z.ZodObject, Compiled>>;

export type KernelName = keyof typeof KERNELS;
type Schema = (typeof KERNELS)[KernelName]["schema"];

/** K in a problem file: one of the forms. */
export const kernelSchema = z.discriminatedUnion(
  "type",
  Object.values(KERNELS).map(({ schema }): Schema => schema) as [Schema, ...Schema[]],
);

export type KernelDefinition = z.infer<typeof kernelSchema>;
export type CompiledKernel = Awaited<ReturnType<(typeof KERNELS)[KernelName]["compile"]>>;

/** The row of a kernel, with the type that all rows share. */
export function kernelTypeOf({ type }: { type: KernelName }): KernelType<z.ZodObject, Compiled> {
  return KERNELS[type];
}

/** @param names the variables of the problem and its parameters. @throws InputError for what cannot be used. */
export async function compileKernel(definition: KernelDefinition, names: Names): Promise<CompiledKernel> {
  return (await kernelTypeOf(definition).compile(definition, names)) as CompiledKernel;
}

export function createKernel(compiled: CompiledKernel, domain: Grid): Kernel {
  return kernelTypeOf(compiled).create(compiled, domain);
}
