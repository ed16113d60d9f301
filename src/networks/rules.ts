import {
  drawEachBy,
  drawEachKillBy,
  type EventSelection,
  exponentially,
  killOrDuplicate,
  linearly,
} from "../schemes/kill-or-duplicate.ts";
import { type FillUp, fillByCopies, fillFromPrior } from "../schemes/parents.ts";
import { authorsSelection } from "./authors-selection.ts";
import { type BirthDeathRule, bySelection, unitByUnit } from "./birth-death-rule.ts";

/** One uniform number a unit; units keep their places where they can. */
const eachUnit = (centred: boolean, fillUp: FillUp) => (n: number) =>
  killOrDuplicate(n, { draw: drawEachBy(exponentially), centred, fillUp, order: "places" });

/** Nothing is cloned; harmless units take no random number. */
const deathsBy =
  (chance: (x: number) => number) =>
  (n: number): EventSelection =>
    killOrDuplicate(n, { draw: drawEachKillBy(chance), centred: false, fillUp: fillFromPrior, order: "list" });

/**
 * The rules of birth and death of a network's units, with r_i = rates[i], of a mini-batch or exact ones, and s_i = r_i less their mean:
 *
 *   authors-birth-death   see authors-selection.ts
 *   authors-prior         every unit with r_i > 0 is killed with probability min(r_i, 1) and drawn anew from the prior: the authors' second rule
 *   algorithm-1           kill i with probability 1 - e^{-s_i} if s_i > 0, duplicate it with probability 1 - e^{-|s_i|} if s_i < 0,
 *                         then kill or duplicate units chosen uniformly, one after another, until n are left
 *   net-deficit           the same with r_i for s_i, but the units missing from n are drawn from the prior
 *   every-death           kill i with probability 1 - e^{-r_i} if r_i > 0 and draw it anew from the prior
 */
export const RULES = {
  "authors-birth-death": bySelection(authorsSelection),
  "authors-prior": unitByUnit(deathsBy(linearly)),
  "algorithm-1": bySelection(eachUnit(true, fillByCopies)),
  "net-deficit": bySelection(eachUnit(false, fillFromPrior)),
  "every-death": unitByUnit(deathsBy(exponentially)),
} satisfies Record<string, BirthDeathRule>;

export type RuleName = keyof typeof RULES;
