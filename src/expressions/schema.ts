import * as z from "zod";

/** Texts of a problem file: an expression, and a text that is printed. */

export const expression = z.string().min(1);

export const printable = z
  .string()
  .min(1)
  .regex(/^\P{C}*$/u, "control characters are not allowed");
