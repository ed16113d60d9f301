/**
 * Gives a part of a long computation: one that was kept when it was made before, or else computes it now. Parts are plain data, and those of one name are the same to the bit.
 *
 * @param name of the part among all of the computation.
 */
export type Keep = <Part>(name: string, compute: () => Part) => Part;

export const keepNothing: Keep = (_, compute) => compute();
