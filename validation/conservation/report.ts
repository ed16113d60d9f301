import type { Figure } from "../../src/figures/figure.ts";
import { nameOfDynamics } from "../../src/problem/dynamics.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { atLeast, atMost } from "../claims.ts";
import { AXES } from "../shared/axes.ts";
import { claimOrder, drawOrders, type Order, tabulateOrders } from "../shared/orders.ts";
import { resultOf, type StudyResult, tabulateFields } from "../study.ts";
import type { ConservationRow } from "./measure.ts";

export const CLAIM =
  "Mass is conserved to rounding, densities stay non-negative, the energy never rises, and (16) holds to the order of the scheme.";

/** Rounding: a random walk of one ulp of the sums a step stays below this for 10^5 steps. */
const MASS_LIMIT = 1e-12;
/** Rounding of the energy, relative to its size. */
const RISE_LIMIT = 1e-13;

const DEFECT = { title: "largest defect of (16)", symbol: "|E(t) - E(0) + D(t)|" };

const IN_SPACE =
  "The density in space shows where the mass goes: the largest values lie within the surfaces. Its peaks become narrower than the cells, so that its height there depends on the grid.";

export function reportConservation(
  rows: readonly ConservationRow[],
  { cells, orders, problem }: { cells: readonly number[]; orders: readonly Order[]; problem: Problem },
  inSpace: readonly Figure[],
): StudyResult {
  const most = (key: "massDrift" | "largestEnergyRise") => Math.max(...rows.map((row) => row[key]));
  const steps = rows.reduce((total, row) => total + row.steps, 0);
  const falls = "the energy never rises over a step, in units of its initial size";
  const title = `Defect of the energy identity against h (${problem.name})`;
  return resultOf({
    name: "conservation",
    claim: CLAIM,
    claims: [
      atMost("the mass stays near the exact one", most("massDrift"), MASS_LIMIT),
      atLeast(`no density below 0 in ${steps} steps, the least`, Math.min(...rows.map(({ minDensity }) => minDensity)), 0),
      atMost(falls, most("largestEnergyRise"), RISE_LIMIT, "its rounding"),
      ...orders.map((order) => claimOrder("the defect of (16) falls", order)),
    ],
    notes: [
      "muscl + strang with the solver's own steps, all dynamics. The mass should be 1, or under `unbalanced` what the exact reaction makes of it; drift is the largest over all steps.",
      `Defect of (16): ${problem.name}, the largest over the snapshots, dt = 0.4 h. The rate of dissipation is taken at the faces, second order for either flux; what remains is the error of the density.`,
      ...(inSpace.length === 0 ? [] : [IN_SPACE]),
    ],
    tables: [
      tabulateFields("Conserved quantities", rows),
      tabulateOrders("Defect of (16)", ["flux", "cells", "h", "largest defect"], orders, ({ label, h, errors }, k) => [
        ...[label, cells[k], h[k], errors[k]],
      ]),
    ],
    figures: [drawOrders(title, AXES.cellWidth, DEFECT, orders, { dynamics: () => nameOfDynamics(problem.dynamics) }), ...inSpace],
    settings: { problems: [...new Set(rows.map((row) => `${row.problem} (${row.cells})`))], defect: problem.definition },
  });
}
