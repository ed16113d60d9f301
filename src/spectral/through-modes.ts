import { expBlock } from "../numerics/exp.ts";
import { longestStepOf } from "../problem/clock-checks.ts";
import type { Problem } from "../problem/problem.ts";
import { thermalTermsOf } from "../problem/thermal.ts";
import { VERNER_7 } from "./embedded-pair.ts";
import { createEquation } from "./equation.ts";
import { type Damping, integrateWithFactor } from "./integrating-factor.ts";
import type { Lattice } from "./lattice.ts";
import type { NodePotential } from "./node-potential.ts";

/** What a run is to be. */
export interface SpectralPlan {
  /** Modes, and nodes, along each axis: powers of two. */
  nodes: readonly number[];
  /** Relative tolerance of a step. */
  integration: number;
  /** See createEquation. */
  floor: number;
}

/** mu at the nodes, carried on in time. */
export interface Motion {
  /** Carries mu from one time to another, an interval that no jump of a rate divides; returns what has been dissipated since the start. */
  to(from: number, stop: number): number;
  steps(): number;
}

/** Steps in an interval after which a run is given up. */
const MOST_STEPS = 20_000;
/** Length of the first step, as a share of the run; a step that is too long is tried again. */
const FIRST_STEP = 1e-3;

/**
 * Carries mu by its modes c_k, with diffusion as integrating factor, e^{-|k|^2 int tau dt}: exact, however many modes there are.
 *
 * @param mu at the nodes, overwritten after each step. @throws IntegrationError where steps become too short, or too many.
 */
export function moveModes(
  problem: Problem,
  { integration, floor }: SpectralPlan,
  lattice: Lattice,
  potential: NodePotential,
  mu: Float64Array,
  onStep: (time: number) => void,
): Motion {
  const { squares, modes, fft } = lattice;
  const equation = createEquation(problem, lattice, potential, floor);
  const y = new Float64Array(fft.spectrumLength + 1);
  const spectrum = y.subarray(0, fft.spectrumLength);
  fft.forward(spectrum, mu);
  const factor = new Float64Array(modes);
  const scratch = new Float64Array(fft.spectrumLength);
  const { diffusion } = thermalTermsOf(problem);
  const { constant } = problem.temperature;
  const damp = (z: Float64Array) => {
    for (let i = 0; i < modes; i++) {
      z[2 * i] *= factor[i];
      z[2 * i + 1] *= factor[i];
    }
  };
  const damping: Damping = (from, to) => {
    if (!diffusion) return null;
    expBlock(factor, 0, squares, 0, modes, -problem.temperature.integral(from, to));
    if (constant === null) return { damp, force: null };
    return {
      damp,
      force(z, f) {
        const duration = to - from;
        for (let i = 0; i < modes; i++) {
          const share = duration * meanFactor(squares[i] * constant * duration, factor[i]);
          z[2 * i] += share * f[2 * i];
          z[2 * i + 1] += share * f[2 * i + 1];
        }
        z[2 * modes] += duration * f[2 * modes];
      },
    };
  };
  let step = FIRST_STEP * problem.end;
  let steps = 0;
  return {
    steps: () => steps,
    to(from, stop) {
      const found = integrateWithFactor(VERNER_7, equation(from, stop), damping, from, y, stop, {
        tolerance: integration,
        measured: fft.spectrumLength,
        firstStep: step,
        maxStep: longestStepOf(problem),
        maxSteps: MOST_STEPS,
        onStep(time) {
          scratch.set(spectrum);
          fft.inverse(mu, scratch);
          onStep(time);
        },
      });
      step = found.step;
      steps += found.steps;
      return y[fft.spectrumLength];
    },
  };
}

/** (1 - e^{-z}) / z for z >= 0, by its series where the difference would cancel: to 16 units in the last place. */
function meanFactor(z: number, exponential: number): number {
  if (z > 1 / 16) return (1 - exponential) / z;
  let sum = 1;
  for (let n = 10; n >= 2; n--) sum = 1 - (z / n) * sum;
  return sum;
}
