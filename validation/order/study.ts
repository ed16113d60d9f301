import { defineStudy, inTurn } from "../study.ts";
import { measureOrders, SCHEMES } from "./measure.ts";
import { reportOrders } from "./report.ts";

/** Refinements by dimension: at least four, since fewer points leave the interval of a slope too wide to decide. */
const SIZES = [
  { cells: [128, 256, 512, 1024], referenceCells: 4096 },
  { cells: [16, 24, 32, 48], referenceCells: 192 },
  { cells: [8, 12, 16, 24], referenceCells: 48 },
];

export const orderStudy = defineStudy({
  name: "order",
  title: "Order of convergence",
  claim: "The L1 error falls at the order of the flux and the splitting; a control with V frozen over each step falls at order 1.",
  takesProblems: true,
  seconds: { quick: 3, full: 2 },
  sizes: { quick: SIZES, full: SIZES },
  async run({ problems, load, progress, keep }, sizes) {
    const own = problems.length > 0 ? problems : [await load("gaussian-repulsion", { end: 0.5 })];
    return inTurn(own, { progress, keep }, async (problem, onShare) => {
      const config = { problem, ...sizes[problem.grid.dimension - 1], ratio: 0.4 };
      const runs = 1 + SCHEMES.length * config.cells.length;
      let solved = 0;
      return reportOrders(config, await measureOrders(config, () => onShare(++solved / runs)));
    });
  },
});
