import { authorsBirthDeath, authorsPrior } from "./authors-rules.ts";
import type { BirthDeathRule } from "./birth-death-rule.ts";
import { algorithm1Rule, everyDeath, netDeficit } from "./lineage-rules.ts";

export const RULES = {
  "authors-birth-death": authorsBirthDeath,
  "authors-prior": authorsPrior,
  "algorithm-1": algorithm1Rule,
  "net-deficit": netDeficit,
  "every-death": everyDeath,
} satisfies Record<string, BirthDeathRule>;

export type RuleName = keyof typeof RULES;
