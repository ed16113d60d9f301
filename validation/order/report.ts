import { orderOfDiscretisation } from "../../src/finite-volume/splittings.ts";
import { show } from "../claims.ts";
import { claimOrder, drawOrders, type Order, tabulateOrders } from "../shared/orders.ts";
import { resultOf, type StudyResult } from "../study.ts";
import { type OrderConfig, SCHEMES } from "./measure.ts";

export function reportOrders(config: OrderConfig, orders: readonly Order[]): StudyResult {
  const { problem, cells, referenceCells, ratio } = config;
  const finest = cells[cells.length - 1];
  return resultOf({
    name: `order: ${problem.name}`,
    claims: orders.map((order) => claimOrder("the L1 error falls", order)),
    notes: [
      `L1 error at t = ${problem.end} against ${SCHEMES[0].label} on ${referenceCells} cells an axis, averaged onto each grid; dt = ${ratio} h, so that time and space are refined together.`,
      `The reference itself is about ${show((finest / referenceCells) ** orderOfDiscretisation(SCHEMES[0]))} of the smallest ${SCHEMES[0].label} error off.`,
    ],
    tables: [
      tabulateOrders("L1 errors", ["scheme", "cells", "h", "L1 error", "order"], orders, ({ label, h, errors }, k, local) => [
        ...[label, cells[k], h[k], errors[k], local],
      ]),
    ],
    figures: [drawOrders(`L1 error against h (${problem.name})`, "cell width h", "L1 error", orders)],
    settings: config,
  });
}
