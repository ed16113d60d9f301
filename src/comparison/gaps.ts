import { InvariantError } from "../errors.ts";
import type { ParticleData } from "../files/particle-data.ts";
import { sampleMoments } from "../numerics/moments.ts";
import { createMeasure } from "../particles/measure.ts";
import { gapOf } from "../particles/replica-record.ts";
import type { Problem } from "../problem/problem.ts";
import { isWarm } from "../problem/thermal.ts";
import { loadPopulation } from "./replica-means.ts";

/**
 * The optimality gap Vbar - min V, a bound of E - min E, of the reference and of the particles' empirical measure: V and Vbar are those of mu^n, the minimum that over particles and domain. The mean over
 * replicas differs from the gap of the mean field by O(1/n) where there is a K, and is no test.
 */
export interface GapComparison {
  time: number;
  /** Null where the file of the reference does not tell it. */
  reference: number | null;
  /** Null at a temperature, where the gap is a divergence and particles have no density, and where V is not finite at a particle. */
  particles: number | null;
  /** NaN for one replica. */
  standardError: number;
  /** Of which the gap was computed: the first ones. */
  replicas: number;
}

export interface GapCollector {
  addParticles(particles: ParticleData): void;
  /** @param gaps of replicas, shape [replicas, snapshots] */
  addGaps(gaps: Float64Array): void;
  /** @param reference of each snapshot */
  finish(reference: readonly (number | null)[]): GapComparison[];
}

/** Replicas for which it is done at most, and particles in all: with a K the search of the minimum sums it over all particles some ten times. One replica of 1e5 particles in the plane takes 0.6 s a snapshot. */
const MOST_REPLICAS = 16;
const MOST_PARTICLES = { free: 2 ** 20, interacting: 2 ** 16 } as const;

/** @param problem with the snapshots of the particles */
export function collectGaps(problem: Problem, n: number): GapCollector {
  const { snapshotTimes: times } = problem;
  const particles = MOST_PARTICLES[problem.potential.kernel === null ? "free" : "interacting"];
  const most = Math.min(MOST_REPLICAS, Math.max(1, Math.floor(particles / n)));
  const rows: number[][] = times.map(() => []);
  let replicas = 0;
  let failed = isWarm(problem);
  const points = problem.grid.axes.map(() => new Float64Array(n));
  /** Made with the first particles: of those without weights, and of those with. */
  let measure: ReturnType<typeof createMeasure> | null = null;
  let own: Float64Array | null = null;
  return {
    addParticles(particles) {
      if (failed || replicas >= most) return;
      own ??= particles.weights === null ? null : new Float64Array(n);
      measure ??= createMeasure(problem, n, own, true);
      const measured = measure;
      try {
        for (let r = 0; r < particles.replicas && replicas < most; r++, replicas++)
          times.forEach((time, s) => {
            const weights = loadPopulation(points, particles, problem.grid, r, s);
            if (weights !== null) own?.set(weights);
            rows[s].push(gapOf(problem, measured(points, time, particles.dt ?? 0)));
          });
      } catch (error) {
        // V is infinite at a particle.
        if (!(error instanceof InvariantError)) throw error;
        failed = true;
      }
    },
    addGaps(gaps) {
      gaps.forEach((gap, i) => {
        rows[i % times.length].push(gap);
      });
      replicas += gaps.length / times.length;
      failed ||= gaps.some((gap) => !Number.isFinite(gap));
    },
    finish: (reference) =>
      times.map((time, s) => {
        const { mean, standardError } = sampleMoments(rows[s]);
        const known = !failed && rows[s].length > 0;
        return {
          time,
          reference: reference[s],
          particles: known ? mean : null,
          standardError: known ? standardError : Number.NaN,
          replicas: known ? rows[s].length : 0,
        };
      }),
  };
}
