import { fillCentres, type Grid } from "../grid/grid.ts";
import { createGridPotential, type GridGradient, type GridPotential, type Kernel, type Potential } from "../potential/potential.ts";

/** V = F + W, W = int K dmu, at the nodes of a lattice, shapes [grid.size]: sums over nodes are the trapezoidal rule, within rounding of max |K| and max |grad K|. */
export interface NodePotential {
  /** V at a time. */
  evaluate(V: Float64Array, mu: Float64Array, time: number): void;
  /** grad W by the gradient of K in its first argument, so that W need not be periodic; null without K. */
  createGradient(): GridGradient | null;
  /** F at a time; valid until another is asked for. */
  externalAt(time: number): Float64Array;
  /** The same for what measures a density. */
  onGrid: GridPotential;
}

/** @throws InputError as createGridPotential */
export function createNodePotential(potential: Potential, grid: Grid): NodePotential {
  const external = createGridPotential({ ...potential, kernel: null }, grid);
  const { kernel } = potential;
  const interaction = kernel?.onGrid(grid) ?? null;
  const externalAt = (time: number) => {
    external.moveTo?.(time);
    return external.external;
  };
  const between = interaction?.between;
  return {
    evaluate(V, mu, time) {
      const F = externalAt(time);
      if (interaction === null) {
        V.set(F);
        return;
      }
      interaction.apply(V, mu);
      for (let i = 0; i < V.length; i++) V[i] += F[i];
    },
    createGradient: () => (kernel === null ? null : (kernel.gradientOnGrid?.(grid) ?? directGradient(kernel, grid))),
    externalAt,
    onGrid: { ...external, interacting: interaction !== null, ...(between === undefined ? {} : { between }) },
  };
}

/** Term by term. */
function directGradient(kernel: Kernel, grid: Grid): GridGradient {
  const points = grid.axes.map(() => new Float64Array(grid.size));
  fillCentres(grid, 0, grid.size, points);
  const weights = new Float64Array(grid.size);
  const sums = kernel.atPoints(0);
  return (out, mu) => {
    for (let i = 0; i < mu.length; i++) weights[i] = grid.cellVolume * mu[i];
    for (const slope of out) slope.fill(0);
    sums.add(null, out, points, weights, grid.size);
  };
}
