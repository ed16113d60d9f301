import { InputError } from "../errors.ts";
import { describeCell, fillCentres, type Grid } from "../grid/grid.ts";
import { sum } from "../numerics/sum.ts";
import { termsOf } from "../problem/dynamics.ts";
import { type Problem, stopsOf } from "../problem/problem.ts";
import { createLattice } from "./lattice.ts";
import { createNodePotential } from "./node-potential.ts";
import { createEdge, createMeasure, type SpectralState } from "./state.ts";
import { moveLogarithms } from "./through-logarithms.ts";
import { moveModes, type SpectralPlan } from "./through-modes.ts";

/** A run at fixed resolution; plain data. */
export interface SpectralRun {
  states: SpectralState[];
  initialEnergy: number;
  steps: number;
  /** The largest edge of all steps; see SpectralState. */
  edge: number;
}

/** @throws IntegrationError where steps become too short, or too many. */
export function runSpectral(problem: Problem, plan: SpectralPlan, onTime: (time: number) => void): SpectralRun {
  const lattice = createLattice(problem.grid, plan.nodes);
  const { grid } = lattice;
  const potential = createNodePotential(problem.potential, grid);
  const measure = createMeasure(problem, lattice, potential);
  const mu = initialDensity(problem, grid);
  const start = measure(0, mu, 0);
  const states = problem.snapshotTimes.includes(0) ? [start] : [];
  const edgeOf = createEdge(grid);
  let { edge } = start;
  const onStep = (time: number) => {
    edge = Math.max(edge, edgeOf(mu));
    onTime(time);
  };
  const motion = termsOf(problem).transport
    ? moveModes(problem, plan, lattice, potential, mu, onStep)
    : moveLogarithms(problem, plan, grid, potential, mu, onStep);
  let time = 0;
  for (const stop of stopsOf(problem)) {
    if (stop === 0) continue;
    const dissipated = motion.to(time, stop);
    time = stop;
    if (problem.snapshotTimes.includes(time)) states.push(measure(time, mu, dissipated));
  }
  return { states, initialEnergy: start.energy, steps: motion.steps(), edge };
}

/** mu_0 at the nodes, scaled to mass 1. @throws InputError where it is not finite, or is nowhere. */
function initialDensity({ initial }: Problem, grid: Grid): Float64Array {
  const mu = new Float64Array(grid.size);
  const points = grid.axes.map(() => new Float64Array(grid.size));
  fillCentres(grid, 0, grid.size, points);
  initial.density(mu, points, grid.size);
  const bad = mu.findIndex((m) => !(m >= 0 && m < Infinity));
  if (bad >= 0)
    throw new InputError(
      "initial",
      mu[bad],
      `not a density at ${describeCell(grid, bad)}`,
      "change it, or use --method finite-volume",
    );
  const mass = grid.cellVolume * sum(mu);
  if (!(mass > 0))
    throw new InputError("initial", mass, `no mass at ${grid.shape.join(" x ")} nodes`, "give more --nodes, or widen it");
  for (let i = 0; i < mu.length; i++) mu[i] /= mass;
  return mu;
}
