import * as z from "zod";
import { rangeInput } from "../../../src/potential/compile-features.ts";

/** A kernel that the library does not have. */
export const INVENTED = {
  schema: z.strictObject({
    type: z.literal("invented"),
    expression: z.string().min(1),
    width: z.number().positive(),
    order: z.int().optional(),
    profile: z.enum(["gauss", "tent"]),
    inputs: z.record(z.string(), rangeInput),
    weight: z.string().min(1).optional(),
    table: z.array(z.number()),
  }),
  expression: "φ",
  example: () => ({ type: "invented", expression: "x", width: 0.5, profile: "gauss", inputs: {}, table: [1, 2] }),
};
