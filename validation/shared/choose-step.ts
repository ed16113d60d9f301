import { InvariantError } from "../../src/errors.ts";
import { iterateMeanFieldMap, type MapSnapshot } from "../../src/mean-field-map/mean-field-map.ts";
import { simulate } from "../../src/particles/simulate.ts";
import type { Problem } from "../../src/problem/problem.ts";
import type { Reference } from "./reference-solution.ts";

const PILOT = { n: 1000, replicas: 64 };
const FEWEST_STEPS = 8;

/** Bias of dt allowed, in units of the noise at the largest n: it adds at most (1/4)^2 / 2 = 3% to an RMS discrepancy there. */
const BIAS_SHARE = 1 / 4;

const MOST_HALVINGS = 12;

/**
 * Halves dt, starting from an eighth of the first snapshot, until the bias of every mean is under BIAS_SHARE of the noise at n, or
 * twelve times: the caller judges the bias.
 */
export async function chooseStep(problem: Problem, reference: Reference, n: number, workers: number, seed: number) {
  const first = problem.snapshotTimes.find((time) => time > 0) ?? problem.end;
  const names = problem.observables.map(({ name }) => name);
  const mapMeans = (dt: number) => {
    const means = mapAtEnd(problem, dt)?.observables;
    return names.map((name) => means?.[name] ?? Number.NaN);
  };
  let dt = first / FEWEST_STEPS;
  const pilot = await simulate(problem, { ...PILOT, dt, workers, seed });
  const noise = names.map((name) => Math.sqrt((pilot.snapshots.at(-1)?.statistics.observables[name].nVariance ?? 0) / n));
  let here = mapMeans(dt);
  for (let halvings = 0; ; halvings++) {
    const halved = mapMeans(dt / 2);
    // The difference of the map at dt from its limit, by halving dt; the noise is a standard deviation at n, from n Var at a small one.
    const bias = names.map((observable, k) => {
      return { observable, bias: 2 * Math.abs(here[k] - halved[k]), noise: noise[k], referenceError: reference.errors[k] };
    });
    if (halvings === MOST_HALVINGS || bias.every((row) => row.bias < BIAS_SHARE * row.noise)) return { dt, bias };
    dt /= 2;
    here = halved;
  }
}

/** Halves dt until the mean-field map at it does not escape to infinity. */
export function stableStep(problem: Problem, dt: number): number {
  for (let halvings = 0; halvings < MOST_HALVINGS && mapAtEnd(problem, dt) === null; halvings++) dt /= 2;
  return dt;
}

/** The mean-field map at the last snapshot; null where steps of dt are so long that nodes escape to infinity. */
export function mapAtEnd(problem: Problem, dt: number): MapSnapshot | null {
  try {
    return iterateMeanFieldMap(problem, dt).at(-1) ?? null;
  } catch (error) {
    if (error instanceof InvariantError) return null;
    throw error;
  }
}
