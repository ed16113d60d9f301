import { FLUXES, type FluxName, orderOfScheme, SPLITTINGS, type SplittingName } from "../../src/finite-volume/schemes.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import { coarsen, l1Distance } from "../../src/grid/density.ts";
import { changeProblem, type Problem } from "../../src/problem/problem.ts";
import type { Range } from "../claims.ts";
import { type Order, orderOf } from "../shared/orders.ts";

export interface OrderConfig {
  problem: Problem;
  /** Cells of every axis, ascending. */
  cells: readonly number[];
  /** The finer grid of the reference, a multiple of all of them. */
  referenceCells: number;
  /** dt / h, below the positivity limit on every grid: refining h refines dt. */
  ratio: number;
}

interface Scheme {
  label: string;
  flux: FluxName;
  splitting: SplittingName;
  freezePotential: boolean;
  expected: Range;
}

/** The last of each table first: the best, to which the others are compared. */
const namesOf = <N extends string>(table: Record<N, unknown>) => (Object.keys(table) as N[]).toReversed();

export const SCHEMES: readonly Scheme[] = [
  ...namesOf(FLUXES).flatMap((flux) =>
    namesOf(SPLITTINGS).map((splitting): Scheme => {
      const label = `${flux} + ${splitting}`;
      // From above there may be the order of the flux alone, where the error of the splitting is small.
      return {
        label,
        flux,
        splitting,
        freezePotential: false,
        expected: [0.9 * orderOfScheme({ flux, splitting }), 1.3 * FLUXES[flux].order],
      };
    }),
  ),
  { label: "control: V frozen", flux: "muscl", splitting: "strang", freezePotential: true, expected: [0.9, 1.2] },
];

/** L1 errors at the end of the run against the reference, averaged onto each grid, with dt in proportion to h. */
export async function measureOrders(config: OrderConfig, onSolved: () => void = () => {}): Promise<Order[]> {
  const run = async (cells: number, { flux, splitting, freezePotential }: Scheme) => {
    const problem = await changeProblem(config.problem, {}, { cells });
    const h = Math.min(...problem.grid.axes.map((axis) => axis.width));
    const options = { flux, splitting, freezePotential, maxStep: config.ratio * h, reactionNumber: Infinity, safety: 1 };
    const { grid, snapshots } = solve(problem, options);
    onSolved();
    return { grid, h, density: snapshots[snapshots.length - 1].density };
  };
  const reference = await run(config.referenceCells, SCHEMES[0]);
  const orders: Order[] = [];
  // Without K there is nothing to freeze.
  for (const scheme of SCHEMES.filter(({ freezePotential }) => !freezePotential || config.problem.potential.kernel !== null)) {
    const found = [];
    for (const cells of config.cells) found.push(await run(cells, scheme));
    const errors = found.map(({ grid, density }) => l1Distance(grid, density, coarsen(reference.grid, reference.density, grid)));
    orders.push(orderOf(scheme.label, found.map(({ h }) => h), errors, scheme.expected)); // biome-ignore format: one row
  }
  return orders;
}
