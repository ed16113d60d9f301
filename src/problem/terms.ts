import { InputError } from "../errors.ts";
import type { ProblemDefinition } from "./problem-file.ts";

/** Which terms of the equation a dynamics has. */
export interface Terms {
  /** div(mu grad V). */
  transport: boolean;
  /** `conserving`: -alpha (V - Vbar) mu. `free`: -alpha V mu. null: neither, or alpha = 0. */
  reaction: "conserving" | "free" | null;
}

const TERMS = {
  "gradient-descent": { transport: true, reaction: null },
  unbalanced: { transport: true, reaction: "free" },
  "birth-death": { transport: true, reaction: "conserving" },
  "pure-birth-death": { transport: false, reaction: "conserving" },
} as const satisfies Record<Exclude<ProblemDefinition["dynamics"], object>, Terms>;

/** The dynamics that this version solves. */
export const DYNAMICS = Object.keys(TERMS) as (keyof typeof TERMS)[];

/** @throws InputError for dynamics that this version only reads. */
export function termsOf({ dynamics, alpha }: { dynamics: ProblemDefinition["dynamics"]; alpha: number }): Terms {
  if (typeof dynamics === "object") {
    throw new InputError("dynamics", dynamics.type, "not solved by this version", `use one of ${DYNAMICS.join(", ")}`);
  }
  const terms = TERMS[dynamics];
  return alpha > 0 ? terms : { ...terms, reaction: null };
}
