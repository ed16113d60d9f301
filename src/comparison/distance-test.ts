import type { RandomStream } from "../numerics/random.ts";
import type { Problem } from "../problem/problem.ts";
import { distributionOfDensity, distributionOfPoints, profileLength, profileSize, projectionsOf } from "./distance-profile.ts";
import type { ParticleData } from "./particle-data.ts";
import { loadPopulation } from "./replica-means.ts";

export interface DistanceTest {
  /** Sliced Wasserstein-1 distance (in one dimension W1) of the mean over replicas of the empirical laws from the reference. */
  distance: number;
  /** Its mean under the null law: what noise alone gives. */
  expected: number;
  allowance: number;
  pValue: number;
}

/** Replicas are summed in groups where there are more: signs of groups are as good as signs of replicas. */
const MOST_GROUPS = 256;
/** Exceedances after which a p-value is known well enough (Besag & Clifford 1991, sequential Monte Carlo p-values). */
const ENOUGH = 20;

/**
 * Whether the mean of the empirical laws is the reference, judged by the distance against its own null law. If the replicas fluctuate
 * symmetrically about the reference, flipping the signs of the differences F_r - F of their distribution functions changes nothing, so that
 *
 *   p = P(|mean_r e_r (F_r - F)| >= |mean_r (F_r - F)| - allowance),   e_r = +-1 at random,
 *
 * |.| being the distance: exact for any n and any noise law of that symmetry, Gaussian or not. It is never below 2^(1 - replicas).
 *
 * Cost: four over `resolution` sign flips at most, 20 where nothing is wrong; each touches every group and bin (64 groups in one dimension: 5 us).
 *
 * @param resolution the p-value that has to be told from larger ones.
 */
export function distanceTest(
  problem: Problem,
  density: Float64Array,
  particles: ParticleData,
  snapshot: number,
  allowance: number,
  resolution: number,
  stream: RandomStream,
): DistanceTest {
  const { grid } = problem;
  const { replicas, n } = particles;
  const projections = projectionsOf(grid);
  const length = profileLength(projections);
  const groups = Math.min(replicas, MOST_GROUPS);
  const differences = Array.from({ length: groups }, () => new Float64Array(length));
  const reference = new Float64Array(length);
  const own = new Float64Array(length);
  const points = grid.axes.map(() => new Float64Array(n));
  let from = 0;
  for (const projection of projections) {
    distributionOfDensity(reference.subarray(from, from + projection.faces), grid, density, projection);
    from += projection.faces;
  }
  for (let r = 0; r < replicas; r++) {
    loadPopulation(points, particles, problem, r, snapshot);
    from = 0;
    for (const projection of projections) {
      distributionOfPoints(own.subarray(from, from + projection.faces), points, n, projection);
      from += projection.faces;
    }
    const group = differences[r % groups];
    for (let g = 0; g < length; g++) group[g] += (own[g] - reference[g]) / replicas;
  }
  const mean = new Float64Array(length);
  const combine = (flip: boolean): number => {
    mean.fill(0);
    for (const group of differences) {
      if (flip && stream.uniform() < 0.5) for (let g = 0; g < length; g++) mean[g] -= group[g];
      else for (let g = 0; g < length; g++) mean[g] += group[g];
    }
    return profileSize(projections, mean);
  };
  const distance = combine(false);
  const flips = Math.ceil(4 / resolution);
  let total = 0;
  let exceeded = 0;
  let done = 0;
  while (done < flips && exceeded < ENOUGH) {
    const size = combine(true);
    total += size;
    done++;
    // Rounding must not tell the unflipped sum from itself.
    if (size >= (distance - allowance) * (1 - 1e-12)) exceeded++;
  }
  const pValue = exceeded >= ENOUGH ? exceeded / done : (exceeded + 1) / (done + 1);
  return { distance, expected: total / done, allowance, pValue: Math.max(pValue, 2 ** (1 - groups)) };
}
