import type { RandomStream } from "../numerics/random.ts";
import type { Kernel } from "../potential/potential.ts";
import type { Problem } from "../problem/problem.ts";
import { copyParticle, type Points } from "./population.ts";
import type { ParticleStepper } from "./scheme.ts";
import { waitingTime } from "./waiting-time.ts";

/**
 * The event process (see eventProcess) where nothing moves but V depends on the population through K. Where a particle at `new`
 * takes the place of one at `old`,
 *
 *   V_i += (K(theta_i, new) - K(theta_i, old)) / n      for every i
 *
 * In the time int alpha dt the rates |V_i - Vbar| are constant until the next event, so this is exact in distribution (to the tolerance of a kernel that
 * approximates): O(n) an event, for the sum of the rates, the choice among them and the update of V. V is evaluated once, and each event
 * rounds it once.
 */
export function createInteractingProcess({ potential, alpha }: Problem, kernel: Kernel, n: number): ParticleStepper {
  const interaction = kernel.atPoints();
  const V = new Float64Array(n);
  const field = { value: V, gradient: null, laplacian: null };
  const swapped = Array.from({ length: potential.dimension }, () => new Float64Array(2));
  const weights = Float64Array.of(-1 / n, 1 / n);
  let started = false;

  function read(points: Points): void {
    potential.external([V], 0, points, 0, n);
    interaction.addAt(field, points, n, points, null, n);
    started = true;
  }

  function replace(points: Points, from: number, to: number): void {
    let moved = false;
    for (let a = 0; a < points.length; a++) {
      swapped[a][0] = points[a][to];
      swapped[a][1] = points[a][from];
      moved ||= swapped[a][0] !== swapped[a][1];
    }
    if (!moved) return;
    copyParticle(points, from, to);
    V[to] = V[from];
    interaction.addAt(field, points, n, swapped, weights, 2);
  }

  return {
    step(points, from, dt, stream) {
      if (!started) read(points);
      const last = alpha.integral(from, from + dt);
      for (let clock = 0; ; ) {
        let mean = 0;
        for (let i = 0; i < n; i++) mean += V[i];
        mean /= n;
        let total = 0;
        for (let i = 0; i < n; i++) total += Math.abs(V[i] - mean);
        clock += waitingTime(total, stream);
        if (!(clock < last)) break;
        const i = chooseByExcess(V, mean, total, n, stream);
        const j = stream.below(n);
        if (V[i] > mean) replace(points, j, i);
        else replace(points, i, j);
      }
    },
  };
}

/** A particle with probability |V_i - Vbar| / total. */
function chooseByExcess(V: Float64Array, mean: number, total: number, n: number, stream: RandomStream): number {
  let left = stream.uniform() * total;
  for (let i = 0; i < n - 1; i++) {
    left -= Math.abs(V[i] - mean);
    if (left < 0) return i;
  }
  return n - 1;
}
