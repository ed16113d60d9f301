import { orderOfDiscretisation } from "../../src/finite-volume/splittings.ts";
import { nameOfDynamics } from "../../src/problem/dynamics.ts";
import { atMost, show } from "../claims.ts";
import { AXES } from "../shared/axes.ts";
import { claimOrder, drawOrders, type Order, tabulateOrders } from "../shared/orders.ts";
import { resultOf, type StudyResult, tabulateFields } from "../study.ts";
import { type OrderConfig, schemesOf } from "./measure.ts";
import { dynamicsOfSetting, type ModesRow, type ThermalOrderConfig } from "./thermal.ts";

const L1_ERROR = { title: "L1 error", symbol: "|mu_h - mu|" };

export function reportOrders(config: OrderConfig, orders: readonly Order[]): StudyResult {
  const { problem, cells, referenceCells, ratio } = config;
  const [best] = schemesOf(problem);
  const finest = cells[cells.length - 1];
  return resultOf({
    name: `order: ${problem.name}`,
    claims: orders.map((order) => claimOrder("the L1 error falls", order)),
    notes: [
      `L1 error at t = ${problem.end}, at which the density is smooth on the coarsest grid, against ${best.label} on ${referenceCells} cells an axis, averaged onto each grid; dt = ${ratio} h, so that time and space are refined together.`,
      `The reference itself is about ${show((finest / referenceCells) ** orderOfDiscretisation(best))} of the smallest ${best.label} error off.`,
    ],
    tables: [
      tabulateOrders("L1 errors", ["scheme", "cells", "h", "L1 error", "order"], orders, ({ label, h, errors }, k, local) => [
        ...[label, cells[k], h[k], errors[k], local],
      ]),
    ],
    figures: [
      drawOrders(`L1 error against h (${problem.name})`, AXES.cellWidth, L1_ERROR, orders, {
        dynamics: () => nameOfDynamics(problem.dynamics),
      }),
    ],
    settings: config,
  });
}

export function reportThermalOrders(config: ThermalOrderConfig, orders: readonly Order[]): StudyResult {
  return resultOf({
    name: "order: finite volumes at a temperature",
    claim:
      "Means and variances of Gaussians at a temperature tend to their closed forms at order 2, on fixed cells and on moving ones, with births and deaths and without.",
    claims: orders.map((order) => claimOrder("the error falls", order)),
    notes: [
      "F quadratic, in the plane with different curvatures along the axes, tau = 0.3, alpha = 2 or Langevin alone, t = 0.6. The error is the sum of those of the mean and the variance along each axis; steps are in proportion to h. V changes by less than tau across the cells with mass, which the order of moving cells needs.",
    ],
    tables: [
      tabulateOrders(
        "Errors of mean and variance",
        ["cells, equation", "h", "error", "order"],
        orders,
        ({ label, h, errors }, k, local) => [...[label, h[k], errors[k], local]],
      ),
    ],
    figures: ["1D", "2D"].map((dimension) =>
      drawOrders(
        `Error of mean and variance against h, ${dimension}`,
        { ...AXES.cellWidth, title: "mean cell width" },
        { title: "error of mean and variance", symbol: "|m - m*| + |s - s*|" },
        orders.filter(({ label }) => label.endsWith(dimension)),
        { dynamics: ({ label }) => dynamicsOfSetting(label) },
      ),
    ),
    settings: config,
  });
}

/** What the spectral method promises. */
const TOLERANCE = 1e-8;

export function reportModes(rows: readonly ModesRow[]): StudyResult {
  return resultOf({
    name: "order: Fourier modes at a temperature",
    claim:
      "The spectral method, refined until two solutions agree to 1e-8, has the means and variances of the same Gaussians to 1e-8.",
    claims: rows.map(({ setting, error }) => atMost(`${setting}: error of mean and variance`, error, TOLERANCE, "its tolerance")),
    tables: [tabulateFields("Errors of the last refinement", rows)],
    settings: { tolerance: TOLERANCE },
  });
}
