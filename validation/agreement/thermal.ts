import { orderOfDiscretisation } from "../../src/finite-volume/splittings.ts";
import { coarsen, l1Distance } from "../../src/grid/density.ts";
import { nameOfDynamics } from "../../src/problem/dynamics.ts";
import { changeProblem, type Problem } from "../../src/problem/problem.ts";
import { type SpectralSolution, solveSpectral } from "../../src/spectral/solve.ts";
import { needs } from "../claims.ts";
import { AXES } from "../shared/axes.ts";
import { claimOrder, drawOrders, fluxesOf, type Order, orderOf, solveRefined, tabulateOrders } from "../shared/orders.ts";
import { inSequence } from "../shared/sizes.ts";
import { resultOf, type StudyResult, tabulateFields } from "../study.ts";

/** At a temperature there are no characteristics: the other solver is that of Fourier modes. */
export interface ThermalAgreementConfig {
  problem: Problem;
  /** Cells of every axis, ascending; all divide the last. */
  cells: readonly number[];
  /** dt / h: refining h refines dt. */
  ratio: number;
  /** Of the modes. */
  tolerance: number;
}

export interface ThermalAgreement {
  orders: Order[];
  modes: Pick<SpectralSolution, "converged" | "levels">;
}

/** L1 differences of finite volumes from the cell averages of the modes, at the end of the run. */
export async function measureThermalAgreement(
  { problem, cells, ratio, tolerance }: ThermalAgreementConfig,
  onPart: (share: number) => void,
): Promise<ThermalAgreement> {
  const ending = await changeProblem(problem, { time: { end: problem.end, snapshots: [problem.end] } });
  const fine = await changeProblem(ending, {}, { cells: cells[cells.length - 1] });
  const { snapshots, converged, levels } = solveSpectral(fine, { tolerance });
  onPart(0.5);
  const orders = await inSequence(fluxesOf(problem), async (flux) => {
    const found = await inSequence(cells, async (count) => {
      const { grid, h, snapshots: own } = await solveRefined(ending, count, ratio, { flux });
      return { h, difference: l1Distance(grid, own[0].density, coarsen(fine.grid, snapshots[0].density, grid)) };
    });
    const order = orderOfDiscretisation({ flux, splitting: "strang" });
    return orderOf(`${flux} + strang`, found.map(({ h }) => h), found.map(({ difference }) => difference), [0.9 * order, 1.15 * order]); // biome-ignore format: one row
  });
  return { orders, modes: { converged, levels } };
}

export function reportThermalAgreement(config: ThermalAgreementConfig, { orders, modes }: ThermalAgreement): StudyResult {
  const { problem, cells, ratio, tolerance } = config;
  const difference = modes.converged ? (modes.levels[modes.levels.length - 1].difference ?? Infinity) : Infinity;
  return resultOf({
    name: `agreement: ${problem.name}`,
    claim:
      "Finite volumes and Fourier modes, which share no discretisation, tend to the same density at the order of the finite volumes.",
    claims: [
      ...orders.map((order) => claimOrder("the L1 difference from the modes falls", order)),
      needs("Fourier modes, difference of the last two refinements", difference, tolerance, "the modes did not converge"),
    ],
    notes: [`L1 difference of cell averages at t = ${problem.end}, with dt = ${ratio} h.`],
    tables: [
      tabulateOrders(
        "L1 difference of finite volumes from the modes",
        ["flux", "cells", "h", "L1 difference", "order"],
        orders,
        ({ label, h, errors }, k, local) => [label, cells[k], h[k], errors[k], local],
      ),
      tabulateFields(
        "Refinements of the modes",
        modes.levels.map(({ nodes, steps, difference: off }) => ({ nodes, steps, difference: off })),
      ),
    ],
    figures: [
      drawOrders(
        `Finite volumes against Fourier modes at t = ${problem.end} (${problem.name})`,
        AXES.cellWidth,
        { title: "L1 difference", symbol: "|mu_h - mu|" },
        orders,
        { dynamics: () => nameOfDynamics(problem.dynamics) },
      ),
    ],
    settings: config,
  });
}
