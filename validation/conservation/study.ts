import { atLeastOrder, fineEnough, fluxesOf } from "../shared/orders.ts";
import { inSequence } from "../shared/sizes.ts";
import { defineStudy } from "../study.ts";
import { measureConservation, measureDefects, movingDynamics } from "./measure.ts";
import { CLAIM, reportConservation } from "./report.ts";
import { drawInSpace } from "./space.ts";

/** Cells of every axis for the defect of (16), by dimension. */
const DEFECT_CELLS = [
  [128, 256, 512, 1024],
  [16, 24, 32, 48],
  [8, 12, 16, 24],
];

export const conservationStudy = defineStudy({
  name: "conservation",
  title: "Mass, positivity and the energy identity",
  claim: CLAIM,
  takesProblems: true,
  seconds: { quick: 2, main: 4, full: 4 },
  sizes: { quick: { line: 128, mixture: 48 }, main: { line: 256, mixture: 96 }, full: { line: 256, mixture: 96 } },
  async run({ problems: given, load, progress }, { line, mixture }) {
    const own = async () => [
      await load("double-well", { cells: line }),
      await load("gaussian-repulsion", { cells: line }),
      await load("circle", { cells: line }),
      await load("mixture-of-gaussians", { cells: mixture, end: 0.5 }),
      await load("coupled-well", { cells: 32, end: 0.5 }),
      await load("trimer", { cells: 16 }),
    ];
    const problems = given.length > 0 ? given : await own();
    const problem = given.length > 0 ? given[0] : await load("gaussian-repulsion", { end: 1 });
    const pairs = problems.flatMap((each) => movingDynamics(each).map((dynamics) => [each, dynamics] as const));
    const fluxes = fluxesOf(problem);
    const parts = pairs.length + fluxes.length;
    let done = 0;
    const onPart = () => progress(++done / parts);
    const rows = await inSequence(pairs, ([each, dynamics]) => measureConservation(each, dynamics), onPart);
    const cells = fineEnough(problem, DEFECT_CELLS[problem.grid.dimension - 1]);
    const orders = await inSequence(fluxes, (flux) => measureDefects(problem, cells, flux), onPart);
    const inSpace =
      given.length > 0 ? given.filter(({ grid }) => grid.dimension === 3) : [await load("trimer", { cells: 16, end: 2 })];
    return [
      reportConservation(
        rows,
        { cells, orders: given.length > 0 ? atLeastOrder(orders) : orders, problem },
        inSpace.map(drawInSpace),
      ),
    ];
  },
});
