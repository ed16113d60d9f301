/**
 * The stated error of one number that characteristics give, from the opinions there are of it. With c its value, f that of finite volumes,
 *
 *   levels    what the differences of successive levels say (errorOfLevels); Infinity where they do not fall
 *   nodes     |c - c'|, c' on as many nodes of another family; taken where finite volumes cannot judge
 *   grid      |c - f|, and own, what f may be off by: the difference of two resolutions, and what varies within cells that hold peaks
 *
 * levels and nodes are of c itself. The difference from finite volumes is left out only where it is explained: characteristics have converged,
 * no mass has crossed a wall, and f may be off by as much as it differs. Otherwise it is added, with `own` where it is the problem of
 * the domain that has to lie within the error as well.
 */
export interface Opinions {
  levels: number;
  /** The difference of the last two levels alone. */
  lastDifference: number;
  nodes: number | null;
  grid: { difference: number; own: number | null } | null;
  /** Whether its levels have agreed to their tolerance, on nodes that hold all of the initial distribution. */
  settled: boolean;
  /** Whether mass has crossed a wall, so that the problem on the domain is another one. */
  crossed: boolean;
  /** What is added whatever the opinions: rounding, tails, mass that was not resolved or has left. */
  floor: number;
}

/** What is stated whatever finite volumes say. */
export function errorOfNodes({ levels, lastDifference, nodes, floor }: Opinions): number {
  return Math.max(levels < Infinity ? levels : lastDifference, nodes ?? 0) + floor;
}

export function stateError(opinions: Opinions): number {
  const { levels, lastDifference, nodes, grid, floor } = opinions;
  const ofNodes = Math.max(levels, nodes ?? 0);
  if (grid === null) return ofNodes + floor;
  const { difference, own } = grid;
  // Of characteristics that do not converge nothing is known but how far they are from finite volumes, and these from the truth.
  if (levels === Infinity) return difference + (own ?? Infinity) + Math.max(lastDifference, nodes ?? 0) + floor;
  if (isExplained(opinions)) return ofNodes + floor;
  return ofNodes + difference + (opinions.crossed ? 2 * (own ?? difference) : 0) + floor;
}

export function isExplained({ grid, settled, crossed }: Opinions): boolean {
  return settled && !crossed && grid !== null && grid.own !== null && grid.difference <= grid.own;
}
