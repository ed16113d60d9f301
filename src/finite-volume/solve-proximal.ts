import { InputError, InvariantError } from "../errors.ts";
import { mass } from "../grid/density.ts";
import { plainFields } from "../grid/fields.ts";
import type { Grid } from "../grid/grid.ts";
import { measureEnergy } from "../potential/energy.ts";
import { createGridPotential, type GridPotential } from "../potential/potential.ts";
import { refuseUnless, termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { largestOutflowRate } from "./flux.ts";
import { FLUXES, type FluxName } from "./fluxes.ts";
import { createProximalReaction, type ProximalReport } from "./proximal.ts";
import { createTransportStep } from "./runge-kutta.ts";

export interface ProximalOptions {
  /** tau; the last step is shorter where the end of the run is not a multiple of it. */
  step: number;
  /** V[mu+] or V[mu] in the reaction; default "implicit". */
  potential?: "implicit" | "explicit";
  /** Of the implicit equation, in the units of V; default 1e-10. */
  tolerance?: number;
  /** Of the transport; default "muscl". */
  flux?: FluxName;
  /** Called after each step with the time reached. */
  onStep?: (time: number) => void;
}

/** One step, transport then reaction: E falls along (energy before) -> energyBefore -> energy where the reaction is implicit. */
export interface ProximalStep extends ProximalReport {
  /** At the end of the step. */
  time: number;
  mass: number;
  /** E[mu+] + KL(mu+ | mu) / (alpha tau) - E[mu] of the reaction, mu being the density after transport: at most rounding if implicit. */
  excess: number;
  /** Steps of the transport. */
  substeps: number;
}

export interface ProximalSolution {
  grid: Grid;
  potential: "implicit" | "explicit";
  initialEnergy: number;
  steps: ProximalStep[];
  /** Cell averages at the end, shape [grid.size]. */
  density: Float64Array;
  /** Largest rise of the energy over a step, and over the transport or the reaction alone; negative where it always fell. */
  largestRise: number;
  largestTransportRise: number;
  largestReactionRise: number;
}

/**
 * Steps of length tau of the birth-death equation (13), or of its reaction alone: transport over tau by the flux in sub-steps below
 * its positivity bound, then the proximal reaction with alpha tau. Order 1 in tau (Lie); a flux of order 2 is stepped by Heun.
 *
 * V is taken anew at each stage of the transport; a sub-step that would raise E by more than rounding is halved. With the implicit
 * reaction E then falls in every step, whatever tau. Cost: that of the reaction, and order + 1 evaluations of int K dmu a sub-step.
 *
 * @throws InputError for an unusable step, dynamics or alpha, or an implicit equation that is not solved to the tolerance.
 * @throws InvariantError if mass, positivity or, in the transport, decay fails.
 */
export function solveProximal(problem: Problem, options: ProximalOptions): ProximalSolution {
  const { step: tau, potential: kind = "implicit", flux = "muscl" } = options;
  if (!(tau > 0)) throw new InputError("step", tau, "not positive", "give a step > 0");
  refuseUnless(problem, "proximal");
  const alpha = rateOf(problem.definition);
  const { grid, end } = problem;
  const potential = createGridPotential(problem.potential, grid);
  const reaction = createProximalReaction(grid, potential, options.tolerance);
  const transport = termsOf(problem).transport ? createTransport(grid, potential, flux) : null;
  const mu = problem.initial.cellAverages(grid).density;
  const initialMass = mass(grid, mu);
  const initialEnergy = reaction.explicit(mu, mu, 0).energy;

  const count = Math.ceil(end / tau - 1e-9);
  const steps: ProximalStep[] = [];
  const largest = { step: -Infinity, transport: -Infinity, reaction: -Infinity };
  let energy = initialEnergy;
  for (let k = 0; k < count; k++) {
    const from = k * tau;
    const time = k === count - 1 ? end : from + tau;
    const alphaTau = alpha * (time - from);
    const substeps = transport?.(mu, from, time - from) ?? 0;
    const report = reaction[kind](mu, mu, alphaTau);
    const total = mass(grid, mu);
    if (!(Math.abs(total - initialMass) <= MASS_TOLERANCE * initialMass)) {
      throw new InvariantError("mass is not conserved", time, `mass ${total} instead of ${initialMass}`);
    }
    const excess = report.energy + report.divergence / alphaTau - report.energyBefore;
    steps.push({ ...report, time, mass: total, excess, substeps });
    largest.step = Math.max(largest.step, report.energy - energy);
    largest.transport = Math.max(largest.transport, report.energyBefore - energy);
    largest.reaction = Math.max(largest.reaction, report.energy - report.energyBefore);
    energy = report.energy;
    options.onStep?.(time);
  }
  return {
    grid,
    potential: kind,
    initialEnergy,
    steps,
    density: mu,
    largestRise: largest.step,
    largestTransportRise: largest.transport,
    largestReactionRise: largest.reaction,
  };
}

const MASS_TOLERANCE = 1e-10;

function rateOf({ alpha }: Problem["definition"]): number {
  if (typeof alpha !== "number" || !(alpha > 0)) {
    throw new InputError("alpha", alpha, "not a positive number", "give a constant alpha > 0");
  }
  return alpha;
}

/** Share of the positivity bound used by a sub-step. */
const SAFETY = 0.9;
const MOST_HALVINGS = 40;
/** Of E, relative to int |V| + |F| dmu; a stage rounds every term once or twice. */
const ROUNDING = 64 * Number.EPSILON;

/** Advances mu by the flux over a time tau that starts at `from`; returns the number of sub-steps. */
function createTransport(grid: Grid, potential: GridPotential, name: FluxName) {
  const { create, courant, rungeKutta } = FLUXES[name];
  const V = new Float64Array(grid.size);
  const stageV = new Float64Array(grid.size);
  const transportStep = createTransportStep(create(grid), rungeKutta, plainFields(grid.size));

  /** mu after dt; null where V has grown so that positivity is not certain. */
  function tryStep(mu: Float64Array, dt: number): Float64Array | null {
    return transportStep(mu, V, dt, null, (stage) => {
      potential.evaluate(stageV, stage);
      return dt * largestOutflowRate(grid, stageV) > courant ? null : stageV;
    });
  }

  return (mu: Float64Array, from: number, tau: number): number => {
    potential.evaluate(V, mu);
    let energy = measureEnergy(grid, potential, mu, V).energy;
    let remaining = tau;
    let substeps = 0;
    while (remaining > 0) {
      const longest = (SAFETY * courant) / largestOutflowRate(grid, V);
      let dt = remaining / Math.max(1, Math.ceil(remaining / longest - 1e-9));
      for (let halvings = 0; ; halvings++) {
        if (halvings > MOST_HALVINGS)
          throw new InvariantError("the energy rises in the transport", from + tau - remaining, `dt = ${dt}`);
        const next = tryStep(mu, dt);
        if (next !== null) {
          potential.evaluate(stageV, next);
          const state = measureEnergy(grid, potential, next, stageV);
          if (state.energy <= energy + ROUNDING * sizeOf(mu, V)) {
            if (state.minDensity < 0) throw new InvariantError("the density became negative", from + tau, `${state.minDensity}`);
            energy = state.energy;
            mu.set(next);
            break;
          }
        }
        dt /= 2;
      }
      V.set(stageV);
      remaining = remaining - dt > 1e-12 * tau ? remaining - dt : 0;
      substeps++;
    }
    return substeps;
  };

  function sizeOf(mu: Float64Array, V: Float64Array): number {
    let size = 0;
    for (let i = 0; i < mu.length; i++) size += mu[i] * (Math.abs(V[i]) + Math.abs(potential.external[i]));
    return size * grid.cellVolume;
  }
}
