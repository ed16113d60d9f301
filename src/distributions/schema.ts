import * as z from "zod";

/** The forms of distributions in a problem file. */

const finite = z.number();
const expression = z.string().min(1);

export const lineLaws = [
  z.strictObject({ type: z.literal("normal"), mean: finite, sd: finite }),
  z.strictObject({ type: z.literal("uniform"), min: finite, max: finite }),
  z.strictObject({ type: z.literal("truncated-normal"), mean: finite, sd: finite, min: finite, max: finite }),
] as const;

export const law = z.discriminatedUnion("type", [
  ...lineLaws,
  z.strictObject({ type: z.literal("von-mises"), mean: finite, concentration: finite }),
  z.strictObject({ type: z.literal("point"), value: finite }).describe("all mass at one value; for a prior alone"),
]);

const jointLaw = z.strictObject({ density: expression.describe("joint density, normalised on the domain") });
const productLaw = z.record(z.string(), law).describe("one law for each variable");
export const initial = z.union([jointLaw, productLaw]);

export type LawDefinition = z.infer<typeof law>;
