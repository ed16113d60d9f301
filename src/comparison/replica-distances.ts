import { InputError } from "../errors.ts";
import type { ParticleData } from "../files/particle-data.ts";
import { integrate } from "../grid/density.ts";
import { evaluateAtCentres } from "../grid/grid.ts";
import { densityOnLine, pointsOnLine } from "../measures/line-measure.ts";
import { wasserstein1 } from "../measures/wasserstein.ts";
import { meanOf, sampleMoments } from "../numerics/moments.ts";
import type { ReferenceData } from "../reference/reference-data.ts";
import { loadPopulation } from "./replica-means.ts";

/** A number found from all replicas, and its standard error over them: NaN for one replica. */
export interface OverReplicas {
  mean: number;
  standardError: number;
}

/** How far one replica is from the mean field at one time. */
export interface ReplicaDistance {
  time: number;
  /** Root mean square over observables and replicas of (int phi dmu^n - int phi dmu) / sd_mu(phi). */
  rms: OverReplicas;
  /** Mean over replicas of W1(mu^n, mu), in units of the variable; null in more dimensions than one, and on a periodic axis. */
  wasserstein1: OverReplicas | null;
}

/**
 * The distance of a replica from the mean field at each time of the particles. By the law of large numbers both fall like n^(-1/2), down to what the steps of the scheme, or an error in it, make.
 * They are no tests: `compareParticles` is. Cost O(n log n) a replica.
 *
 * @param reference read by `readReference`, or computed: `referenceDataOf(reference)`
 * @param data read by `readParticles`
 * @throws InputError for particles at a time that the reference does not have
 */
export function replicaDistances(reference: ReferenceData, data: ParticleData): ReplicaDistance[] {
  const { problem, times, densities } = reference;
  const { grid } = problem;
  const x = grid.axes.map(() => new Float64Array(data.n));
  const phi = new Float64Array(data.n);
  return data.times.map((time, t) => {
    const s = times.indexOf(time);
    if (s < 0) throw new InputError("times", time, "not a time of the reference", `it has ${times.join(", ")}`);
    const onLine = grid.dimension === 1 && !grid.axes[0].periodic ? densityOnLine(grid.axes[0], densities[s]) : null;
    const observables = problem.observables.map(({ name, value }) => {
      const mean = reference.observables[name].value[s];
      const squares = evaluateAtCentres(grid, value).map((at) => (at - mean) ** 2);
      return { value, mean, variance: integrate(grid, densities[s], squares) };
    });
    const squares: number[] = [];
    const lengths: number[] = [];
    for (let r = 0; r < data.replicas; r++) {
      const weights = loadPopulation(x, data, grid, r, t);
      const parts = observables.map(({ value, mean, variance }) => {
        value([phi], 0, x, 0, data.n);
        return (meanOf(phi, weights) - mean) ** 2 / variance;
      });
      squares.push(parts.reduce((total, part) => total + part, 0) / parts.length);
      if (onLine !== null) lengths.push(wasserstein1(pointsOnLine(x[0], weights), onLine));
    }
    const square = sampleMoments(squares);
    const rms = Math.sqrt(square.mean);
    return {
      time,
      rms: { mean: rms, standardError: square.standardError / (2 * rms) },
      wasserstein1: onLine === null ? null : overReplicas(lengths),
    };
  });
}

function overReplicas(values: readonly number[]): OverReplicas {
  const { mean, standardError } = sampleMoments(values);
  return { mean, standardError };
}
