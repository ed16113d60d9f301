import type { Grid } from "../../grid/grid.ts";
import { type ReplicaStep, replicaSteps } from "../../particles/replica.ts";
import { DIAGNOSTICS } from "../../particles/replica-record.ts";
import { checkSimulateOptions } from "../../particles/simulate-options.ts";
import { type Problem, withSnapshots } from "../../problem/problem.ts";
import { SCHEMES } from "../../schemes/schemes.ts";
import type { ParticleSettings } from "./configuration.ts";
import { distancesTo, type Marginal } from "./distances.ts";
import { framesOfSteps } from "./frame-times.ts";
import { MOST_DRAWN, type ParticleFrame } from "./frames.ts";

/** A replica that is watched: replica 0 of `bdpde particles` with the same settings. It has a frame wherever its steps meet one of the mean field. */
export interface ParticleRun {
  time: number;
  /** The frame to come, by its index among those of the mean field: their number after the last. */
  next: number;
  done: boolean;
  /** Takes one step; returns the frame that was due after it. `marginals` are those of the frame to come, null where they are not there. */
  step(marginals: readonly Marginal[] | null): ParticleFrame | null;
}

/** @throws InputError for settings that the problem cannot be run with. */
export function createParticleRun(problem: Problem, { scheme, n, dt, seed }: ParticleSettings): ParticleRun {
  const times = problem.snapshotTimes;
  const frames = framesOfSteps(times, dt);
  const recorded = frames.length === times.length || frames.length === 0 ? problem : withSnapshots(problem, frames.map((k) => times[k])); // biome-ignore format: one call
  checkSimulateOptions(recorded, scheme, { n, dt, seed });
  const steps = replicaSteps(recorded, SCHEMES[scheme], { n, dt, seed }, 0);
  let met = 0;

  const frameOf = ({ row, points, weights }: ReplicaStep, marginals: readonly Marginal[] | null): ParticleFrame | null => {
    if (row === null) return null;
    const time = times[run.next];
    run.next = frames[++met] ?? times.length;
    const observables = Array.from(row.subarray(0, problem.observables.length));
    const diagnostic = (name: (typeof DIAGNOSTICS)[number]) => row[observables.length + DIAGNOSTICS.indexOf(name)];
    return {
      time,
      drawn: drawnOf(points, weights, n),
      histogram: histogramOf(problem.grid, points, weights, n),
      energy: diagnostic("energy"),
      gap: diagnostic("gap"),
      outside: diagnostic("outside"),
      observables,
      distances: marginals === null ? null : distancesTo(marginals, points, weights, n),
    };
  };

  const run: ParticleRun = {
    time: 0,
    next: frames[0],
    done: false,
    step(marginals) {
      const { done, value } = steps.next();
      if (done) {
        run.done = true;
        return null;
      }
      run.time = value.time;
      return frameOf(value, marginals);
    },
  };
  return run;
}

/** Every particle, or one in every n / MOST_DRAWN: copies stand behind the rest, so the first ones would be no fair choice. Where they have weights, as often as those say. */
function drawnOf(points: readonly Float64Array[], weights: Float64Array | null, n: number): Float32Array[] {
  const count = Math.min(n, MOST_DRAWN);
  const chosen =
    weights === null ? Int32Array.from({ length: count }, (_, k) => Math.floor((k * n) / count)) : byWeight(weights, count);
  return points.map((x) => Float32Array.from(chosen, (i) => x[i]));
}

/** Particles at which the sum of the weights passes (k + 1/2) / count. */
function byWeight(weights: Float64Array, count: number): Int32Array {
  let i = 0;
  let passed = weights[0];
  return Int32Array.from({ length: count }, (_, k) => {
    while (i < weights.length - 1 && passed < (k + 0.5) / count) passed += weights[++i];
    return i;
  });
}

/** Bins about a thirtieth of the domain for 100 particles, finer as n^(1/3) up to a cell. */
function histogramOf(
  { dimension, axes }: Grid,
  [x]: readonly Float64Array[],
  weights: Float64Array | null,
  n: number,
): Float32Array | null {
  if (dimension !== 1) return null;
  const [{ min, max, cells }] = axes;
  const bins = Math.min(cells, Math.max(20, Math.round(6.5 * Math.cbrt(n))));
  const width = (max - min) / bins;
  const densities = new Float32Array(bins);
  for (let i = 0; i < n; i++) {
    const bin = Math.floor((x[i] - min) / width);
    if (bin >= 0 && bin < bins) densities[bin] += weights === null ? 1 / (n * width) : weights[i] / width;
  }
  return densities;
}
