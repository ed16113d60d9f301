import type { RandomStream } from "../numerics/random.ts";
import type { ParticleFamily } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import type { Points } from "./population.ts";

/** A particle scheme at fixed n, ready to step one population: between steps its points are read by others and changed by none. */
export interface ParticleStepper {
  /** Advances the n particles from `time` by dt in place. `points[a]` has room for `capacity(n)` coordinates, of which the first n are in use. */
  step(points: Points, time: number, dt: number, stream: RandomStream): void;
}

export interface ParticleScheme {
  /** The dynamics whose mean field the scheme follows as n -> infinity and dt -> 0. */
  dynamics: readonly ParticleFamily[];
  create(problem: Problem, n: number): ParticleStepper;
  /** Room needed in the coordinate arrays for n particles. */
  capacity(n: number): number;
}
