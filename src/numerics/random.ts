import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** A stream of random numbers; the only source of randomness in the library, always handed in as an argument. */
export interface RandomStream {
  /** Uniform on [0, 1) with 53 random bits. */
  uniform(): number;
  /** Standard normal, exact (Marsaglia's polar method). */
  normal(): number;
  /** Uniform on {0, ..., bound - 1}, without bias (rejection), for 1 <= bound <= 2^32. */
  below(bound: number): number;
}

/**
 * Stream `index` of a seed: xoroshiro128+ (Blackman & Vigna) jumped index + 1 times, so that streams are 2^64 numbers apart
 * and do not depend on how replicas are shared among workers. A seed is an integer in [0, 2^32).
 */
export function createStream(seed: number, index = 0): RandomStream {
  const generator = generatorOf(seed, index);
  let spare = Number.NaN;

  // The lowest bits of xoroshiro128+ are the weak ones: where not all are used, the high ones are kept.
  const uniform = () => ((generator.next() >>> 6) * 134217728 + (generator.next() >>> 5)) / 9007199254740992;

  return {
    uniform,
    normal() {
      if (!Number.isNaN(spare)) {
        const value = spare;
        spare = Number.NaN;
        return value;
      }
      for (;;) {
        const u = 2 * uniform() - 1;
        const v = 2 * uniform() - 1;
        const s = u * u + v * v;
        if (s > 0 && s < 1) {
          const factor = Math.sqrt((-2 * Math.log(s)) / s);
          spare = v * factor;
          return u * factor;
        }
      }
    },
    below(bound) {
      const quotient = Math.floor(4294967296 / bound);
      for (;;) {
        const value = Math.floor((generator.next() >>> 0) / quotient);
        if (value < bound) return value;
      }
    },
  };
}

/** The start of the stream requested last: successive streams of a seed take one jump each. */
let last = { seed: 0, index: -1, generator: xoroshiro128plus(0) };

function generatorOf(seed: number, index: number): ReturnType<typeof xoroshiro128plus> {
  if (last.seed !== seed || last.index > index) last = { seed, index: -1, generator: xoroshiro128plus(seed) };
  for (; last.index < index; last.index++) last.generator.jump();
  return last.generator.clone();
}
