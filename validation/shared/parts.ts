/**
 * Gives a part of a study: one that was kept when it was made before, or else computes it now. Parts are plain data, and depend on nothing but the study, its size, the problems it was given and their
 * name: not on parts before them, so that each has problems of its own where sums over features share tables.
 *
 * @param name of letters, digits and hyphens.
 * @param compute is called at once, before this returns a promise, unless the part was kept.
 */
export type KeepPart = <Part>(name: string, compute: () => Part | Promise<Part>) => Promise<Part>;

export const keepNoPart: KeepPart = async (_, compute) => compute();

/** The parts of one stage of a study. */
export function partsOf(keep: KeepPart, stage: string): KeepPart {
  return (name, compute) => keep(`${stage}-${name}`, compute);
}

/** The ends of `blocks` blocks of nearly the same length. */
export function blocksOf(count: number, blocks: number): [from: number, to: number][] {
  const length = Math.max(1, Math.ceil(count / blocks));
  return Array.from({ length: Math.ceil(count / length) }, (_, k) => [k * length, Math.min(count, (k + 1) * length)]);
}
