import { fillCentres, type Grid } from "../grid/grid.ts";
import { BLOCK } from "../numerics/block-function.ts";
import { createAccumulator, sum } from "../numerics/sum.ts";
import type { Potential } from "../potential/potential.ts";
import { termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { thermalTermsOf } from "../problem/thermal.ts";
import type { Nonlinear } from "./integrating-factor.ts";
import { addDerivative, derive, type Lattice } from "./lattice.ts";
import type { NodePotential } from "./node-potential.ts";
import { createReactionRate } from "./reaction-rate.ts";
import { derivativeInTime } from "./time-derivative.ts";

/**
 * The terms of d_t mu without diffusion, for the modes of mu, and the energy that all terms dissipate, whatever R (problem.ts):
 *
 *   div J - alpha (R - Rbar) m,   J = m grad V
 *   int |J + tau grad mu|^2 / mu + alpha Cov(V_tau, R) - tau' int mu log mu - int d_t F dmu
 *
 * Products are taken at the nodes, derivatives of the modes. V is not derived by its modes: every product vanishes where mu does, so nothing but mu need be periodic. Rounding leaves some 1e-16 of the density
 * everywhere. Under a logarithm it would grow by e^{36 alpha tau t}, and where V is steep it would set the length of steps, so that far from the mass mu is faded out:
 *
 *   m = mu r^2 / (1 + r^2),   r = mu / (floor int mu^2 / int mu),   0 where mu <= 0
 *
 * A density below floor int mu^2 / int mu neither moves down F nor is born; diffusion takes it along. So births from less are missed, and rounding above it is multiplied with the density. Measured at the
 * floor 1e-14, R = V_tau, for a normal density of precision P in x^2 / 2 at tau = 1/2, up to t = 1/2, in its variance:
 *
 *   P = 11:  3e-12, 2e-10, 2e-8 at alpha = P/4, P/2, P     P = 44:  4e-12, 3e-11, 3e-8 at P/20, P/10, P/4     P = 100:  1e-9, 2e-5 at P/20, P/10
 *
 * solveSpectral repeats a run at a floor of 1e-12: where the error was beyond 1e-9 the two differed by at least as much.
 * What is found is filtered by e^{-36 (|m| / (N/2))^36} (Hou & Li 2007), without which products near the highest mode come back as others: at temperature 0 they grew by e^{60 t} on 512 nodes of a circle.
 * Cost with d axes: 2 d + 2 transforms, and with K its sums for W and grad W.
 */
export function createEquation(problem: Problem, lattice: Lattice, potential: NodePotential, floor: number) {
  const { grid, fft, waves, filter } = lattice;
  const { transport, reaction } = termsOf(problem);
  const { diffusion } = thermalTermsOf(problem);
  const { clock = null } = problem.potential;
  const field = () => new Float64Array(grid.size);
  const spectrum = () => new Float64Array(fft.spectrumLength);
  const [mu, faded, V, product, gradient, loss] = [field(), field(), field(), field(), field(), field()];
  const [muModes, scratch, total] = [spectrum(), spectrum(), spectrum()];
  const react = createReactionRate(problem, grid);
  const slope = grid.axes.map(field);
  fillGradient(slope, grid, problem.potential);
  let slopeTime = clock?.time;
  const interact = transport ? potential.createGradient() : null;
  const pull = interact === null ? [] : grid.axes.map(field);

  /** total <- modes of div J; returns int |J + tau grad mu|^2 / mu where mu is above `least`. */
  function transportOf(tau: number, least: number): number {
    if (clock !== null && slopeTime !== clock.time) {
      fillGradient(slope, grid, problem.potential);
      slopeTime = clock.time;
    }
    loss.fill(0);
    interact?.(pull, mu);
    for (let a = 0; a < waves.length; a++) {
      derive(scratch, muModes, waves[a]);
      fft.inverse(gradient, scratch);
      for (let i = 0; i < mu.length; i++) product[i] = faded[i] * slope[a][i];
      if (interact !== null) for (let i = 0; i < mu.length; i++) product[i] += faded[i] * pull[a][i];
      for (let i = 0; i < mu.length; i++) if (mu[i] > least) loss[i] += (product[i] + tau * gradient[i]) ** 2 / mu[i];
      fft.forward(scratch, product);
      addDerivative(total, scratch, waves[a]);
    }
    return grid.cellVolume * sum(loss);
  }

  /** int d_t F dmu. */
  function changeOfF(time: number, from: number, to: number): number {
    return derivativeInTime((t) => meanOf(grid, potential.externalAt(t), mu), time, from, to);
  }

  /** f of y = (modes of mu, dissipated), on an interval that no jump of a rate divides. */
  return (from: number, to: number): Nonlinear => {
    const [alphaAt, tauAt] = [problem.alpha.on(from, to), problem.temperature.on(from, to)];
    return (dy, time, y) => {
      const [alpha, tau] = [alphaAt(time), tauAt(time)];
      muModes.set(y.subarray(0, fft.spectrumLength));
      scratch.set(muModes);
      fft.inverse(mu, scratch);
      potential.evaluate(V, mu, time);
      const least = floor * meanDensity(mu);
      fade(faded, mu, least);
      total.fill(0);
      let lost = transport ? transportOf(diffusion ? tau : 0, least) : 0;
      if (reaction !== null && alpha > 0) {
        lost += alpha * react(product, { mu, faded, V, alpha, tau });
        fft.forward(scratch, product);
        for (let i = 0; i < total.length; i++) total[i] += scratch[i];
      }
      if (problem.temperature.constant === null) lost -= derivativeInTime(tauAt, time, from, to) * negativeEntropy(grid, mu);
      if (clock !== null) lost -= changeOfF(time, from, to);
      // Transport and reaction conserve mass; their sums over nodes do so to rounding.
      total[0] = 0;
      for (let i = 0; i < filter.length; i++) {
        dy[2 * i] = filter[i] * total[2 * i];
        dy[2 * i + 1] = filter[i] * total[2 * i + 1];
      }
      dy[fft.spectrumLength] = lost;
    };
  };
}

function fade(out: Float64Array, mu: Float64Array, least: number): void {
  for (let i = 0; i < mu.length; i++) {
    const m = mu[i];
    const r = (m / least) ** 2;
    out[i] = m <= 0 ? 0 : r < 1e30 ? (m * r) / (1 + r) : m;
  }
}

/** int mu^2 / int mu, over nodes: the mean of the density under itself. */
function meanDensity(mu: Float64Array): number {
  let [first, second] = [0, 0];
  for (let i = 0; i < mu.length; i++) {
    first += mu[i];
    second += mu[i] * mu[i];
  }
  return second / first;
}

/** int f dmu. */
export function meanOf(grid: Grid, f: Float64Array, mu: Float64Array): number {
  const total = createAccumulator();
  for (let i = 0; i < f.length; i++) total.add(f[i] * mu[i]);
  return grid.cellVolume * total.value();
}

/** int mu log mu. */
export function negativeEntropy(grid: Grid, mu: Float64Array): number {
  const total = createAccumulator();
  for (let i = 0; i < mu.length; i++) if (mu[i] > 0) total.add(mu[i] * Math.log(mu[i]));
  return grid.cellVolume * total.value();
}

/** dF/dtheta_a at the nodes, at the time of the clock. */
function fillGradient(out: readonly Float64Array[], grid: Grid, { externalGradient }: Potential): void {
  const coordinates = grid.axes.map(() => new Float64Array(BLOCK));
  for (let start = 0; start < grid.size; start += BLOCK) {
    const count = Math.min(BLOCK, grid.size - start);
    fillCentres(grid, start, count, coordinates);
    externalGradient(out, start, coordinates, 0, count);
  }
}
