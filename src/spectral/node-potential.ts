import type { Grid } from "../grid/grid.ts";
import { createGridPotential, type GridPotential, type Potential } from "../potential/potential.ts";

/** V = F + W, W = int K dmu, at the nodes of a lattice, shapes [grid.size]: sums over nodes are the trapezoidal rule, within rounding of max |K|. */
export interface NodePotential {
  interacting: boolean;
  /** V at a time, and W where there is K. */
  evaluate(V: Float64Array, W: Float64Array, mu: Float64Array, time: number): void;
  /** F at a time; valid until another is asked for. */
  externalAt(time: number): Float64Array;
  /** The same for what measures a density. */
  onGrid: GridPotential;
}

/** @throws InputError as createGridPotential */
export function createNodePotential(potential: Potential, grid: Grid): NodePotential {
  const external = createGridPotential({ ...potential, kernel: null }, grid);
  const interaction = potential.kernel?.onGrid(grid) ?? null;
  const externalAt = (time: number) => {
    external.moveTo?.(time);
    return external.external;
  };
  const between = interaction?.between;
  return {
    interacting: interaction !== null,
    evaluate(V, W, mu, time) {
      V.set(externalAt(time));
      if (interaction === null) return;
      interaction.apply(W, mu);
      for (let i = 0; i < V.length; i++) V[i] += W[i];
    },
    externalAt,
    onGrid: { ...external, interacting: interaction !== null, ...(between === undefined ? {} : { between }) },
  };
}
