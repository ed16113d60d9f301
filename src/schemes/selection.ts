import type { RandomStream } from "../numerics/random.ts";

/** Whom a step kills and copies. */
export interface Selection {
  /**
   * Fills in who each of n places descends from: parents[i] is an index below n, or PRIOR for a draw from the prior. `parents` has room for 2 n, of
   * which the first n count. V is the potential at the n particles (R at a temperature), which may be overwritten; `rate` is int alpha dt over the step.
   *
   * @returns whether any place changes hands; where none does, `parents` need not be filled in.
   * @throws SelectionError where no population can be made.
   */
  draw(parents: Int32Array, V: Float64Array, rate: number, stream: RandomStream): boolean;
}

/** The parent of a particle that comes from the prior. */
export const PRIOR = -1;

/** No population can be made of these potentials; the caller knows time and dt. */
export class SelectionError extends Error {
  override readonly name = "SelectionError";
  /** What to reduce beside dt. */
  readonly also: string;

  constructor(what: string, also = "") {
    super(what);
    this.also = also;
  }
}
