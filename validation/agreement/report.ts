import { nameOfDynamics, termsOf } from "../../src/problem/dynamics.ts";
import { atMost, needs } from "../claims.ts";
import { AXES } from "../shared/axes.ts";
import { claimOrder, drawOrders, tabulateOrders } from "../shared/orders.ts";
import { resultOf, type StudyResult, tabulateFields } from "../study.ts";
import type { AgreementConfig, AgreementOutcome } from "./measure.ts";

/** On a line masses between feet add up exactly, but for what lies beyond the domain; in a plane by quadrature on the coarsest grid, as long as the density is smooth there. */
const MASS_LIMIT = [1e-7, 1e-4];

export function reportAgreement(head: Pick<StudyResult, "name" | "claim">, config: AgreementConfig, outcome: AgreementOutcome) {
  const { problem, cells, tolerance, tracing, ratio, dynamics } = config;
  const { time, orders, levels, converged, conserved, seconds } = outcome;
  const difference = converged ? (levels[levels.length - 1].difference ?? Infinity) : Infinity;
  const { dimension } = problem.grid;
  const largest = (key: "defect" | "massError", rows = conserved) => Math.max(...rows.map((row) => Math.abs(row[key])));
  const smooth = conserved.filter((row) => dimension === 1 || row.time <= time);
  const settled = "observables, energy, Vbar and dissipation of the characteristics, difference of the last two refinements";
  const title = `Finite volumes against traced densities at t = ${time} (${problem.name})`;
  return resultOf({
    ...head,
    claims: [
      ...orders.map((order) => claimOrder("the L1 difference from the traced density falls", order)),
      needs(settled, difference, tolerance, "the characteristics did not converge"),
      atMost(`defect of the energy identity (16) at every snapshot of ${dynamics.length} dynamics`, largest("defect"), tolerance),
      atMost(
        `mass of the traced density less that of the nodes${dimension === 1 ? "" : ` until t = ${time}`}`,
        largest("massError", smooth),
        MASS_LIMIT[dimension - 1],
      ),
    ],
    notes: [
      `L1 difference of cell averages at t = ${time}, the last time at which the density is smooth on the coarsest grid, with dt = ${ratio} h or the positivity limit; densities are traced to ${tracing}.`,
      `The characteristics took ${seconds.toFixed(1)} s for all their refinements.`,
      ...(termsOf(problem).reaction === null
        ? ["Without a reaction mu_t comes to points, and densities can be compared at early times only."]
        : []),
    ],
    tables: [
      tabulateOrders(
        "L1 difference of finite volumes from the traced density",
        ["flux", "cells", "h", "steps", "L1 difference", "order"],
        orders,
        ({ label, h, steps, errors }, k, local) => [label, cells[k], h[k], steps[k], errors[k], local],
      ),
      tabulateFields(
        "Levels of the characteristics",
        levels.map(({ nodes, integration, steps, difference, worst }) => ({ nodes, integration, steps, difference, worst })),
      ),
      tabulateFields("Mass and energy of the characteristics", conserved),
    ],
    figures: [
      drawOrders(title, AXES.cellWidth, { title: "L1 difference", symbol: "|mu_h - mu|" }, orders, {
        dynamics: () => nameOfDynamics(problem.dynamics),
      }),
    ],
    settings: config,
  });
}
