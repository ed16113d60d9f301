import { type Ensemble, type SimulateOptions, simulate } from "../../src/particles/simulate.ts";
import { changeProblem, type Problem } from "../../src/problem/problem.ts";
import { type KeepPart, keepNoPart } from "./parts.ts";

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
  keep?: KeepPart,
): Promise<Ensemble[]> {
  return inSequence(sizes, simulateSize(problem, sizes, options, onShare), () => {}, keep);
}

/** The same for one of the sizes at a time, for callers that measure more of each. */
export function simulateSize(problem: Problem, sizes: readonly Size[], options: Options, onShare: (share: number) => void) {
  const workOf = (some: readonly Size[]) => some.reduce((total, { n, replicas }) => total + n * replicas, 0);
  return async (size: Size, k: number, onPositions?: SimulateOptions["onPositions"]): Promise<Ensemble> => {
    let done = workOf(sizes.slice(0, k));
    const onReplica = () => {
      done += size.n;
      onShare(done / workOf(sizes));
    };
    const positions = onPositions === undefined ? {} : { onPositions };
    const own = await changeProblem(problem, {});
    return simulate(own, { ...options, ...size, ...positions, seed: options.seed + k, onReplica });
  };
}

/** One after the other: each takes the whole machine. @param keep keeps each, by its number. */
export async function inSequence<T, R>(
  items: Iterable<T>,
  measure: (item: T, k: number) => Promise<R>,
  onDone: (count: number) => void = () => {},
  keep: KeepPart = keepNoPart,
): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) {
    const k = results.length;
    results.push(await keep(`${k + 1}`, () => measure(item, k)));
    onDone(results.length);
  }
  return results;
}
