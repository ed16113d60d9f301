import type { ParticleData } from "../../src/files/particle-data.ts";
import { createStream } from "../../src/numerics/random.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";

/**
 * F = x^2 / 2, K = 0, mu_0 = N(m, s^2): labels move as x e^{-kt} and have the weight exp(-alpha x^2 (1 - e^{-2kt}) / (4k)), with k = 1 where the
 * drift is right. So labels are normal of precision P = 1/s^2 + alpha (1 - e^{-2kt}) / (2k) and mean (m/s^2) / P, and mu_t is normal of mean
 * e^{-kt} (m/s^2) / P and variance e^{-2kt} / P.
 */
export const WELL = { m: 1, s: 0.5, alpha: 1, times: [0, 0.1, 0.3, 0.7] } as const;

export const WELL_DEFINITION: ProblemInput = {
  name: "well",
  variables: { x: { min: -4, max: 4, cells: 256 } },
  potential: { F: "x^2/2" },
  alpha: WELL.alpha,
  initial: { x: { type: "normal", mean: WELL.m, sd: WELL.s } },
  time: { end: 0.7, snapshots: [...WELL.times] },
};

/** What draws are off by: alpha times 1 + alpha, the drift times 1 + drift. */
export interface Offset {
  alpha: number;
  drift: number;
}

export const RIGHT: Offset = { alpha: 0, drift: 0 };

export function normalAt(time: number, { alpha, drift }: Offset): { mean: number; sd: number } {
  const k = 1 + drift;
  const precision = 1 / WELL.s ** 2 - (WELL.alpha * (1 + alpha) * Math.expm1(-2 * k * time)) / (2 * k);
  return { mean: (WELL.m / WELL.s ** 2 / precision) * Math.exp(-k * time), sd: Math.exp(-k * time) / Math.sqrt(precision) };
}

export interface DrawOptions {
  n: number;
  replicas: number;
  offset: Offset;
  seed: number;
  /** Stream of the seed: comparisons that must be independent have streams of their own. */
  index: number;
}

/** Independent draws from mu_t, independent at different times as well. */
export function drawWell({ n, replicas, offset, seed, index }: DrawOptions): ParticleData {
  const stream = createStream(seed, index);
  const normals = WELL.times.map((time) => normalAt(time, offset));
  const theta = new Float64Array(replicas * WELL.times.length * n);
  let k = 0;
  for (let r = 0; r < replicas; r++) {
    for (const { mean, sd } of normals) for (let i = 0; i < n; i++) theta[k++] = mean + sd * stream.normal();
  }
  return { replicas, times: [...WELL.times], n, theta, weights: null, dt: null, scheme: null, notes: [] };
}
