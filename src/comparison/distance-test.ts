import type { ParticleData } from "../files/particle-data.ts";
import { addPoints, binDensity, cumulate, profileLength, profileSize } from "../measures/distance-profile.ts";
import type { RandomStream } from "../numerics/random.ts";
import type { Problem } from "../problem/problem.ts";
import { sequentialTail } from "./null-draws.ts";
import { loadPopulation } from "./replica-means.ts";
import type { ReferenceProfile } from "./sharp-faces.ts";

export interface DistanceTest {
  /** Sliced Wasserstein-1 distance (in one dimension W1) of the mean over replicas of the empirical distributions from the reference. */
  distance: number;
  /** What of the reference it is taken from: the masses of the cells of its grid, or its weighted nodes, which tell where in a cell the mass is. */
  by: "cells" | "nodes";
  /** Its mean under the null distribution: what noise alone gives. */
  expected: number;
  allowance: number;
  pValue: number;
}

/** What noise alone gives as the distance: quantiles of its null distribution, at these probabilities. */
export interface NullQuantiles {
  probabilities: readonly number[];
  values: number[];
}

/** Of a band that noise leaves once in ten on either side, and its middle. */
const PROBABILITIES = [0.1, 0.5, 0.9] as const;
/** Random signs: a quantile at p is known to (p (1 - p) / 400)^(1/2), 1.5% or 2.5% in p. */
const FLIPS = 400;

/** Replicas are summed in groups where there are more: signs of groups are as good as signs of replicas. */
const MOST_GROUPS = 256;

/** How the mean over replicas of the distribution functions differs from the reference, and how it varies. */
export interface ProfileSample {
  profile: ReferenceProfile;
  /** Shares of the mean difference, one group of replicas each. */
  groups: readonly Float64Array[];
  /** Distribution functions of the reference, one direction after another. */
  reference: Float64Array;
  /** So many independent draws have distribution functions that vary as much as those of one replica. */
  effectiveSize: number;
}

/** Collects the distribution functions of replicas, some at a time. */
export interface ProfileCollector {
  /** Cost: one pass over the particles. */
  addParticles(particles: ParticleData, snapshot: number): void;
  /** @param below for each face of all directions, how many of `count` replicas of n particles each lie below it, in all. */
  addCounts(below: ArrayLike<number>, count: number, n: number): void;
  finish(): ProfileSample;
}

export function collectProfiles({ grid }: Problem, profile: ReferenceProfile, density: Float64Array): ProfileCollector {
  const { projections } = profile;
  const length = profileLength(projections);
  /** Sums over the replicas of a group of F_r - F, and how many there are. */
  const groups: { sum: Float64Array; replicas: number }[] = [];
  const reference = new Float64Array(length);
  const own = new Float64Array(length);
  const mean = new Float64Array(length);
  const square = new Float64Array(length);
  let replicas = 0;
  let added = 0;
  let size = 0;
  binDensity(reference, grid, density, projections);
  cumulate(reference, projections);
  /** Adds the mean of F_r over some replicas, in `own`. Their squares count as often as there are replicas: the mean of m varies by 1 / m of one. */
  const add = (count: number, n: number) => {
    const slot = added++ % MOST_GROUPS;
    groups[slot] ??= { sum: new Float64Array(length), replicas: 0 };
    const group = groups[slot];
    group.replicas += count;
    for (let g = 0; g < length; g++) {
      const difference = own[g] - reference[g];
      group.sum[g] += count * difference;
      mean[g] += count * difference;
      square[g] += count * count * difference * difference;
    }
    replicas += count;
    size = n;
  };
  return {
    addParticles(particles, snapshot) {
      const { n } = particles;
      const points = grid.axes.map(() => new Float64Array(n));
      for (let r = 0; r < particles.replicas; r++) {
        const weights = loadPopulation(points, particles, grid, r, snapshot);
        own.fill(0);
        addPoints(own, grid, points, weights, n, projections, weights === null ? 1 / n : 1);
        cumulate(own, projections);
        add(1, n);
      }
    },
    addCounts(below, count, n) {
      for (let g = 0; g < length; g++) own[g] = below[g] / (count * n);
      add(count, n);
    },
    finish() {
      let independent = 0;
      let variance = 0;
      let g = 0;
      for (const { faces, lengths } of projections) {
        for (let k = 0; k < faces; k++, g++) {
          independent += lengths[k] * reference[g] * (1 - reference[g]);
          // Sum over sums of m replicas of (m D)^2 less the mean's share: each has an expectation of m Var.
          const average = mean[g] / replicas;
          variance += (lengths[k] * (square[g] / replicas - average * average * (replicas / added))) / (1 - 1 / added);
        }
      }
      return {
        profile,
        groups: groups.map(({ sum }) => sum.map((value) => value / replicas)),
        reference,
        effectiveSize: variance > 0 ? independent / variance : size,
      };
    },
  };
}

/** Expected draws below which they are few. */
const FEW = 20;
/** Share of the distance that noise gives which may rest on few draws. */
const MOST_BY_FEW = 0.1;

/**
 * Whether the distance that noise gives rests on few draws of all, as where a tail of little mass is far from the rest: it is about int sqrt(F (1 - F) / draws), of which more than a tenth
 * is where fewer than 20 are expected on one side. Then replicas do not fluctuate symmetrically about F: hardly any holds a draw there.
 */
export function restsOnFew({ profile, reference }: ProfileSample, draws: number): boolean {
  let byFew = 0;
  let total = 0;
  let g = 0;
  for (const { width, faces, lengths } of profile.projections) {
    for (let k = 0; k < faces; k++, g++) {
      const share = Math.max(0, reference[g] * (1 - reference[g]));
      const noise = width * lengths[k] * Math.sqrt(share);
      total += noise;
      if (draws * share < FEW) byFew += noise;
    }
  }
  return byFew > MOST_BY_FEW * total;
}

/**
 * Whether the mean of the empirical distributions is the reference, judged by the distance against its own null distribution. If the replicas fluctuate
 * symmetrically about the reference, flipping the signs of the differences F_r - F of their distribution functions changes nothing, so that
 *
 *   p = P(|mean_r e_r (F_r - F)| >= |mean_r (F_r - F)| - allowance),   e_r = +-1 at random,
 *
 * |.| being the distance: exact for any n and any noise of that symmetry, Gaussian or not. It is never below 2^(1 - replicas).
 *
 * Cost: four over `resolution` sign flips at most, 20 where nothing is wrong; each touches every group and bin (64 groups in one dimension: 5 us).
 *
 * @param resolution the p-value that must be distinguished from larger ones.
 */
export function distanceTest(sample: ProfileSample, allowance: number, resolution: number, stream: RandomStream): DistanceTest {
  const combine = signedDistance(sample, stream);
  const distance = combine(false);
  let total = 0;
  let done = 0;
  const pValue = sequentialTail(resolution, () => {
    const size = combine(true);
    total += size;
    done++;
    // Rounding must not tell the unflipped sum from itself.
    return size >= (distance - allowance) * (1 - 1e-12);
  });
  return {
    distance,
    by: sample.profile.nodes === null ? "cells" : "nodes",
    expected: total / done,
    allowance,
    pValue: Math.max(pValue, 2 ** (1 - sample.groups.length)),
  };
}

/** Quantiles of the distance under random signs of the replicas: the null distribution of `distanceTest`. Cost: 400 sign flips. */
export function nullQuantiles(sample: ProfileSample, stream: RandomStream): NullQuantiles {
  const combine = signedDistance(sample, stream);
  const sizes = Float64Array.from({ length: FLIPS }, () => combine(true)).sort();
  return { probabilities: PROBABILITIES, values: PROBABILITIES.map((p) => sizes[Math.floor(p * FLIPS)]) };
}

/** The distance of the mean over groups, with their own signs or with random ones. */
function signedDistance({ profile: { projections }, groups }: ProfileSample, stream: RandomStream): (flip: boolean) => number {
  const mean = new Float64Array(profileLength(projections));
  return (flip) => {
    mean.fill(0);
    for (const group of groups) {
      if (flip && stream.uniform() < 0.5) for (let g = 0; g < mean.length; g++) mean[g] -= group[g];
      else for (let g = 0; g < mean.length; g++) mean[g] += group[g];
    }
    return profileSize(projections, mean);
  };
}
