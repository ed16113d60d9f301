import type { RandomStream } from "../numerics/random.ts";

/** Time to the next event of a Poisson process of this rate: exponential, Infinity where there is no rate. */
export function waitingTime(rate: number, stream: RandomStream): number {
  return rate > 0 ? -Math.log(1 - stream.uniform()) / rate : Infinity;
}
