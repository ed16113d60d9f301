import { type AnyFluxName, orderOfFlux } from "../../src/finite-volume/fluxes.ts";
import { orderOfDiscretisation, SPLITTINGS, type SplittingName } from "../../src/finite-volume/splittings.ts";
import { coarsen, l1Distance } from "../../src/grid/density.ts";
import { withCells } from "../../src/grid/grid.ts";
import { termsOf } from "../../src/problem/dynamics.ts";
import { changeProblem, type Problem } from "../../src/problem/problem.ts";

import type { Range } from "../claims.ts";
import { fluxesOf, type Order, orderOf, solveRefined } from "../shared/orders.ts";
import { inSequence } from "../shared/sizes.ts";
import { candidateTimes, lastSmoothTime } from "../shared/smooth-time.ts";

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
  flux: AnyFluxName;
  splitting: SplittingName;
  freezePotential: boolean;
  expected: Range;
}

/** The last of each table first: the best, to which the others are compared. */
const namesOf = <N extends string>(table: Record<N, unknown>) => (Object.keys(table) as N[]).toReversed();

/** Without K there is nothing to freeze, and where nothing moves the control is as good. */
export function schemesOf(problem: Problem): Scheme[] {
  const fluxes = fluxesOf(problem).toReversed();
  return [
    ...fluxes.flatMap((flux) =>
      namesOf(SPLITTINGS).map((splitting): Scheme => {
        // From above there may be the order of the flux alone, where the error of the splitting is small.
        const expected: Range = [0.9 * orderOfDiscretisation({ flux, splitting }), 1.3 * orderOfFlux(flux)];
        return { label: `${flux} + ${splitting}`, flux, splitting, freezePotential: false, expected };
      }),
    ),
    ...(problem.potential.kernel === null || !termsOf(problem).transport
      ? []
      : [
          {
            ...{ label: "control: V frozen", flux: fluxes[0], splitting: "strang" as const },
            ...{ freezePotential: true, expected: [0.9, 1.2] as const },
          },
        ]),
  ];
}

/** The same until the last snapshot at which the density is smooth on the coarsest grid: later its error falls at no order. */
export async function whileSmooth({ problem, cells, ratio }: OrderConfig): Promise<Problem> {
  const times = candidateTimes(problem);
  const all = await changeProblem(problem, { time: { end: problem.end, snapshots: [0, ...times.toReversed()] } });
  const { grid, snapshots } = await solveRefined(all, cells[cells.length - 1], ratio, {});
  const coarsest = withCells(grid, grid.shape.map(() => cells[0])); // biome-ignore format: one call
  const densityAt = (time: number) =>
    coarsen(grid, snapshots[time === 0 ? 0 : times.length - times.indexOf(time)].density, coarsest);
  const end = lastSmoothTime(times, coarsest, densityAt);
  return end === problem.end ? problem : changeProblem(problem, { time: { end, snapshots: [end] } });
}

/** L1 errors at the end of the run against the reference, averaged onto each grid, with dt in proportion to h. */
export async function measureOrders(config: OrderConfig, onSolved: () => void = () => {}): Promise<Order[]> {
  const run = async (cells: number, { label, expected, ...scheme }: Scheme) => {
    const { grid, h, snapshots } = await solveRefined(config.problem, cells, config.ratio, scheme);
    onSolved();
    return { grid, h, density: snapshots[snapshots.length - 1].density };
  };
  const schemes = schemesOf(config.problem);
  const reference = await run(config.referenceCells, schemes[0]);
  return inSequence(schemes, async (scheme) => {
    const found = await inSequence(config.cells, (cells) => run(cells, scheme));
    const errors = found.map(({ grid, density }) => l1Distance(grid, density, coarsen(reference.grid, reference.density, grid)));
    return orderOf(scheme.label, found.map(({ h }) => h), errors, scheme.expected); // biome-ignore format: one row
  });
}
