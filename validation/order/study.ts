import { atLeastOrder, fineEnough } from "../shared/orders.ts";
import { partsOf } from "../shared/parts.ts";
import { defineStudy, inTurn } from "../study.ts";
import { measureOrders, schemesOf, whileSmooth } from "./measure.ts";
import { reportModes, reportOrders, reportThermalOrders } from "./report.ts";
import { measureModes, measureThermalOrders, type ThermalOrderConfig } from "./thermal.ts";

/** Refinements by dimension: at least four, since fewer points leave the interval of a slope too wide to decide. */
const SIZES = [
  { cells: [128, 256, 512, 1024], referenceCells: 4096 },
  { cells: [24, 36, 48, 72], referenceCells: 288 },
  { cells: [8, 12, 16, 24], referenceCells: 48 },
];

/** At a temperature, where moving cells are fine enough for their order. */
const FIXED = [
  [64, 96, 128, 192],
  [32, 48, 64, 96],
] as const;
const MOVING = [
  [128, 192, 256, 384],
  [64, 88, 120, 160],
] as const;
/** Moving cells in the plane take two thirds of the time. */
const FEW: ThermalOrderConfig = { cells: { fixed: FIXED, moving: [MOVING[0], []] } };
const ALL: ThermalOrderConfig = { cells: { fixed: FIXED, moving: MOVING } };
/** Of the progress. */
const COLD = 0.1;

export const orderStudy = defineStudy({
  name: "order",
  title: "Order of convergence",
  claim:
    "The L1 error falls at the order of the flux and the splitting; a control with V frozen over each step falls at order 1. So does that at a temperature, at order 2; the spectral method reaches its tolerance.",
  takesProblems: true,
  seconds: { quick: 10, main: 10, full: 28 },
  sizes: { quick: FEW, main: FEW, full: ALL },
  async run({ problems, load, progress, keep }, thermal) {
    const own = problems.length > 0 ? problems : [await load("gaussian-repulsion", { end: 0.5 })];
    const share = problems.length > 0 ? 1 : COLD;
    const onDone = (done: number) => progress(share * done);
    const cold = await inTurn(own, { progress: onDone, keep }, async (problem, onShare) => {
      const { cells, referenceCells } = SIZES[problem.grid.dimension - 1];
      const counts = fineEnough(problem, [...cells, referenceCells]);
      const given = { problem, cells: counts.slice(0, -1), referenceCells: counts[cells.length], ratio: 0.4 };
      const config = { ...given, problem: await whileSmooth(given) };
      const runs = 1 + schemesOf(problem).length * config.cells.length;
      let solved = 0;
      const orders = await measureOrders(config, () => onShare(++solved / runs));
      return reportOrders(config, problems.length > 0 ? atLeastOrder(orders) : orders);
    });
    if (problems.length > 0) return cold;
    const onOrder = (count: number, of: number) => progress(COLD + ((1 - COLD) * count) / of);
    const orders = await measureThermalOrders(thermal, onOrder, partsOf(keep, "temperature"));
    const modes = await measureModes(partsOf(keep, "modes"));
    return [...cold, reportThermalOrders(thermal, orders), reportModes(modes)];
  },
});
