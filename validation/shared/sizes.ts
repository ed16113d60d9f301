import { type Ensemble, type SimulateOptions, simulate } from "../../src/particles/simulate.ts";
import type { Problem } from "../../src/problem/problem.ts";

/** A number of particles and the replicas of it. */
export interface Size {
  n: number;
  replicas: number;
}

export function sizesOf(n: readonly number[], replicas: readonly number[]): Size[] {
  return n.map((each, k) => ({ n: each, replicas: replicas[k] }));
}

type Options = Omit<SimulateOptions, "n" | "replicas" | "onPositions" | "onReplica" | "onProgress"> & { seed: number };

/** An ensemble of each size, each with the next seed; its share of the work is n times the replicas that are done. */
export async function simulateSizes(
  problem: Problem,
  sizes: readonly Size[],
  options: Options,
  onShare: (share: number) => void = () => {},
  onPositions?: (k: number, replica: number, positions: Float64Array) => void,
): Promise<Ensemble[]> {
  const work = sizes.reduce((total, { n, replicas }) => total + n * replicas, 0);
  let done = 0;
  return inSequence(sizes, (size, k) => {
    const onReplica = () => {
      done += size.n;
      onShare(done / work);
    };
    const positions = onPositions === undefined ? {} : { onPositions: onPositions.bind(null, k) };
    return simulate(problem, { ...options, ...size, ...positions, seed: options.seed + k, onReplica });
  });
}

/** One after the other: each takes the whole machine. */
export async function inSequence<T, R>(
  items: Iterable<T>,
  measure: (item: T, k: number) => Promise<R>,
  onDone: (count: number) => void = () => {},
): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) {
    results.push(await measure(item, results.length));
    onDone(results.length);
  }
  return results;
}
