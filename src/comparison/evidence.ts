import { InputError } from "../errors.ts";
import type { ParticleData } from "../files/particle-data.ts";
import { concatenate } from "../numerics/concatenate.ts";
import type { Problem } from "../problem/problem.ts";
import { collectProfiles, type ProfileSample } from "./distance-test.ts";
import { collectDivergences, type DivergenceCollector } from "./divergences.ts";
import { collectGaps, type GapCollector } from "./gaps.ts";
import {
  addOutside,
  type EffectiveSize,
  effectiveSizesOf,
  type OutsideCount,
  replicaMeans,
  summariseSizes,
} from "./replica-means.ts";
import type { ReferenceProfile } from "./sharp-faces.ts";

/** All that a comparison takes from particles: their memory does not grow with them, but for a row of means a replica. */
export interface Evidence {
  replicas: number;
  /** Means of the observables, shape [replicas, snapshots, observables]. */
  table: Float64Array;
  /** Of weighted particles; null where all weights are equal. */
  effectiveSizes: EffectiveSize[] | null;
  outside: OutsideCount;
  /** Distribution functions at each snapshot. */
  samples: ProfileSample[];
  /** What describes the particles and is no test; null where it is not wanted. */
  description: Description | null;
  notes: string[];
}

/** Of the same replicas, to be put in numbers once their effective size is known. */
export interface Description {
  divergences: readonly Pick<DivergenceCollector, "finish">[];
  gaps: Pick<GapCollector, "finish">;
}

/** What is known of replicas without their particles. */
export interface ReplicaCounts {
  replicas: number;
  /** Means of the observables, shape [replicas, snapshots, observables]. */
  means: Float64Array;
  /** 1 / sum w^2, shape [replicas, snapshots]; null where all weights are equal. */
  sizes: Float64Array | null;
  /** Groups of neighbouring replicas, and how many of their particles in all (n times their weight, where they have any) lie below each face of the directions: shape [snapshots][faces]. */
  groups: readonly { replicas: number; below: readonly ArrayLike<number>[] }[];
  /** Particles outside the domain, over all snapshots. */
  outside: number;
  /** The gap of each replica, shape [replicas, snapshots]. */
  gaps: Float64Array;
}

/** Collects evidence from replicas, some at a time, in their order. */
export interface EvidenceCollector {
  /** @throws InputError for particles that cannot be used, or that do not go with those before */
  addParticles(particles: ParticleData): void;
  addCounts(counts: ReplicaCounts): void;
  finish(): Evidence;
}

/**
 * @param densities of the reference at each snapshot.
 * @param sizes `describe` says whether MMD, KL and the gap are collected too.
 */
export function collectEvidence(
  problem: Problem,
  profiles: readonly ReferenceProfile[],
  densities: readonly Float64Array[],
  { n, times, describe }: { n: number; times: readonly number[]; describe: boolean },
): EvidenceCollector {
  const divergences = describe ? profiles.map((profile, s) => collectDivergences(problem.grid, profile, densities[s])) : [];
  const gaps = describe ? collectGaps(problem, n) : null;
  const collectors = profiles.map((profile, s) => collectProfiles(problem, profile, densities[s]));
  const rows: Float64Array[] = [];
  const sizes: Float64Array[] = [];
  const notes = new Set<string>();
  const outside: OutsideCount = { particles: 0, total: 0, first: null, wrapped: 0 };
  let replicas = 0;
  return {
    addParticles(particles) {
      addOutside(outside, particles, problem.grid, replicas);
      const own = effectiveSizesOf(particles, replicas);
      if (replicas > 0 && (own !== null) !== sizes.length > 0)
        throw new InputError("weights", undefined, "some replicas have weights and some have none", "give all of them weights");
      if (own !== null) sizes.push(own);
      rows.push(replicaMeans(problem, particles, replicas));
      for (const [s, collector] of collectors.entries()) collector.addParticles(particles, s);
      for (const [s, collector] of divergences.entries()) collector.addParticles(particles, s);
      gaps?.addParticles(particles);
      for (const note of particles.notes) notes.add(note);
      replicas += particles.replicas;
    },
    addCounts(counts) {
      rows.push(counts.means);
      if (counts.sizes !== null) sizes.push(counts.sizes);
      outside.particles += counts.outside;
      outside.total += counts.replicas * times.length * n;
      for (const { replicas: count, below } of counts.groups)
        for (const all of [collectors, divergences])
          for (const [s, collector] of all.entries()) collector.addCounts(below[s], count, n);
      gaps?.addGaps(counts.gaps);
      replicas += counts.replicas;
    },
    finish: () => ({
      replicas,
      table: concatenate(rows),
      effectiveSizes: sizes.length > 0 ? summariseSizes(concatenate(sizes), times) : null,
      outside,
      samples: collectors.map((collector) => collector.finish()),
      description: gaps === null ? null : { divergences, gaps },
      notes: [...notes],
    }),
  };
}
