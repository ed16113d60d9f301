import type { RandomStream } from "../numerics/random.ts";
import type { Problem } from "../problem/problem.ts";
import type { Points } from "./population.ts";

/** A particle scheme at fixed n, ready to step one population: between steps its points are read by others and changed by none. */
export interface ParticleStepper {
  /** Advances the n particles by dt in place. `points[a]` has room for `capacity(n)` coordinates, of which the first n are in use. */
  step(points: Points, dt: number, stream: RandomStream): void;
}

export interface ParticleScheme {
  /** Dynamics whose mean field the scheme follows as n -> infinity and dt -> 0; `birth-death` with or without transport, as the problem says. */
  dynamics: "birth-death" | "gradient-descent";
  create(problem: Problem, n: number): ParticleStepper;
  /** Room needed in the coordinate arrays for n particles. */
  capacity(n: number): number;
}
