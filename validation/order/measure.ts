import { FLUXES, type FluxName } from "../../src/finite-volume/fluxes.ts";
import { orderOfDiscretisation, SPLITTINGS, type SplittingName } from "../../src/finite-volume/splittings.ts";
import { coarsen, l1Distance } from "../../src/grid/density.ts";
import type { Problem } from "../../src/problem/problem.ts";
import type { Range } from "../claims.ts";
import { type Order, orderOf, solveRefined } from "../shared/orders.ts";
import { inSequence } from "../shared/sizes.ts";

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
      // From above there may be the order of the flux alone, where the error of the splitting is small.
      const expected: Range = [0.9 * orderOfDiscretisation({ flux, splitting }), 1.3 * FLUXES[flux].order];
      return { label: `${flux} + ${splitting}`, flux, splitting, freezePotential: false, expected };
    }),
  ),
  { label: "control: V frozen", flux: "muscl", splitting: "strang", freezePotential: true, expected: [0.9, 1.2] },
];

/** L1 errors at the end of the run against the reference, averaged onto each grid, with dt in proportion to h. */
export async function measureOrders(config: OrderConfig, onSolved: () => void = () => {}): Promise<Order[]> {
  const run = async (cells: number, { label, expected, ...scheme }: Scheme) => {
    const { grid, h, snapshots } = await solveRefined(config.problem, cells, config.ratio, scheme);
    onSolved();
    return { grid, h, density: snapshots[snapshots.length - 1].density };
  };
  const reference = await run(config.referenceCells, SCHEMES[0]);
  // Without K there is nothing to freeze.
  const schemes = SCHEMES.filter(({ freezePotential }) => !freezePotential || config.problem.potential.kernel !== null);
  return inSequence(schemes, async (scheme) => {
    const found = await inSequence(config.cells, (cells) => run(cells, scheme));
    const errors = found.map(({ grid, density }) => l1Distance(grid, density, coarsen(reference.grid, reference.density, grid)));
    return orderOf(scheme.label, found.map(({ h }) => h), errors, scheme.expected); // biome-ignore format: one row
  });
}
