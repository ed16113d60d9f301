import type { ProblemDefinition } from "../problem-file/problem-file.ts";
import type { Rate } from "../problem-file/rate.ts";

/** What becomes of the mass that dies, where it comes back from the prior mu_b; see problem.ts. */
export type ReinjectionLaw = Extract<ProblemDefinition["dynamics"], object>["law"];

/** Which terms of the equation a dynamics has. */
export interface Terms {
  /** div(mu grad V). */
  transport: boolean;
  /** `conserving`: -alpha (V - Vbar) mu. `free`: -alpha V mu. The laws of reinjection: see problem.ts. null: none, or alpha = 0. */
  reaction: "conserving" | "free" | ReinjectionLaw | null;
}

const TERMS = {
  "gradient-descent": { transport: true, reaction: null },
  unbalanced: { transport: true, reaction: "free" },
  "birth-death": { transport: true, reaction: "conserving" },
  "pure-birth-death": { transport: false, reaction: "conserving" },
} as const satisfies Record<Exclude<ProblemDefinition["dynamics"], object>, Terms>;

/** The dynamics that have a name alone. */
export const DYNAMICS = Object.keys(TERMS) as (keyof typeof TERMS)[];

export function termsOf({ dynamics, alpha }: { dynamics: ProblemDefinition["dynamics"]; alpha: Pick<Rate, "constant"> }): Terms {
  const terms: Terms = typeof dynamics === "object" ? { transport: true, reaction: dynamics.law } : TERMS[dynamics];
  return alpha.constant === 0 ? { ...terms, reaction: null } : terms;
}

/** The law of reinjection, null where there is none. */
export function reinjectionOf(reaction: Terms["reaction"]): ReinjectionLaw | null {
  return reaction === "net-deficit" || reaction === "every-death" ? reaction : null;
}

/** The name of a dynamics for messages and tables: `birth-death`, `reinjection net-deficit`. */
export function nameOfDynamics(dynamics: ProblemDefinition["dynamics"]): string {
  return typeof dynamics === "object" ? `${dynamics.type} ${dynamics.law}` : dynamics;
}
