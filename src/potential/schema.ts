import * as z from "zod";
import { lineLaws } from "../distributions/schema.ts";

/** The forms of K, and of networks, in a problem file. */

const finite = z.number();
const expression = z.string().min(1);
const printable = z
  .string()
  .min(1)
  .regex(/^\P{C}*$/u, "control characters are not allowed");
const input = z
  .strictObject({ min: finite, max: finite, points: z.int().min(1).max(4096) })
  .describe("an input of the features, integrated by Gauss-Legendre quadrature");

export const kernel = z.discriminatedUnion("type", [
  z
    .strictObject({ type: z.literal("convolution"), expression })
    .describe("K = k(theta - theta'): each variable name stands for the displacement; periodic axes wrap"),
  z
    .strictObject({
      type: z.literal("features"),
      expression,
      inputs: z.record(z.string(), input),
      weight: expression.optional().describe("a function of the inputs, 1 unless given"),
    })
    .describe("K = int weight(x) phi(theta, x) phi(theta', x) dx over the inputs"),
  z.strictObject({ type: z.literal("pairwise"), expression }).describe("any symmetric expression in x and x_prime"),
]);

const dataInput = z
  .strictObject({ law: z.discriminatedUnion("type", [...lineLaws]), points: z.int().min(1).max(4096) })
  .describe("an input with a law of its own, by a quadrature of that");

export const network = z
  .strictObject({
    unit: expression.describe("phi(theta, x)"),
    inputs: z.record(z.string(), z.union([input, dataInput])).optional(),
    data: z
      .strictObject({
        file: printable.describe("CSV with a header, or .npz; beside the problem file"),
        inputs: z.array(printable).min(1).describe("columns that are inputs"),
      })
      .optional()
      .describe("E is the mean over the rows of a file, in place of inputs"),
    target: expression.describe("f(x), or with data the name of a column"),
    weight: expression.optional().describe("density of the inputs, 1 unless given"),
    batch: z
      .int()
      .min(1)
      .max(1000000)
      .optional()
      .describe("particles estimate V from as many inputs, drawn anew in each step; the mean field keeps E"),
  })
  .describe("F = -E[f phi], K = E[phi phi'], and the constant E[f^2] / 2 of the loss");

export type KernelDefinition = z.infer<typeof kernel>;
export type NetworkDefinition = z.infer<typeof network>;
