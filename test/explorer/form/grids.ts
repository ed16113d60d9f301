import { readdirSync, readFileSync } from "node:fs";
import type { Item } from "../../../src/explorer/form/controls.ts";
import type { Draft } from "../../../src/explorer/form/draft.ts";
import { schemesFor } from "../../../src/particles/simulate-options.ts";
import { nameOfDynamics, USUAL_DYNAMICS } from "../../../src/problem/dynamics.ts";
import type { ProblemInput } from "../../../src/problem-file/problem-file.ts";
import type { SchemeName } from "../../../src/schemes/schemes.ts";

const folder = `${import.meta.dirname}/../../../grids/`;

/** The problems of `grids/` as drafts, by file name. */
export const GRIDS: readonly [name: string, draft: Draft][] = readdirSync(folder)
  .filter((name) => name !== "problem.schema.json")
  .map((name) => [name, draftOfGrid(JSON.parse(readFileSync(folder + name, "utf8")))]);

/** With the scheme that the form chooses for its dynamics. */
function draftOfGrid(problem: ProblemInput): Draft {
  return draftWith(problem, schemesFor(nameOfDynamics(problem.dynamics ?? USUAL_DYNAMICS))[0]);
}

export function draftWith(problem: unknown, scheme: SchemeName = "algorithm-1"): Draft {
  return { problem, particles: { scheme, n: 1000, dt: 0.01, seed: 0 } };
}

export function gridOf(name: string): Draft {
  return GRIDS.find(([file]) => file === `${name}.json`)![1];
}

/** All parts of a form, those inside groups as well. */
export function flatten(items: readonly Item[]): Exclude<Item, { kind: "group" }>[] {
  return items.flatMap((item) => (item.kind === "group" ? flatten(item.items) : [item]));
}
