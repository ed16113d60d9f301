import * as z from "zod";
import { lineSchema } from "../distributions/distributions.ts";
import { expression, printable } from "../expressions/names.ts";
import { rangeInput } from "./compile-features.ts";

/** The form of a network in a problem file. */

const dataInput = z
  .strictObject({ law: lineSchema, points: z.int().min(1).max(4096) })
  .describe("an input with a distribution of its own, integrated by a quadrature of it");

export const networkSchema = z
  .strictObject({
    unit: expression.describe("phi(theta, x)"),
    inputs: z.record(z.string(), z.union([rangeInput, dataInput])).optional(),
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

export type NetworkDefinition = z.infer<typeof networkSchema>;
