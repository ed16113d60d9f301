/**
 * The stated error of one number that characteristics give, from several estimates. With c its value, f that of finite volumes,
 *
 *   levels    the estimate from differences of successive refinements (errorOfRefinements); Infinity where they do not fall
 *   nodes     |c - c'|, c' on as many nodes of another family; taken where finite volumes cannot judge
 *   grid      |c - f|, and own, what f may be off by: the difference of two resolutions, and what varies within cells that hold peaks
 *
 * levels and nodes are of c itself. The difference from finite volumes is left out only where it is explained: refinements of characteristics fall towards a limit,
 * no mass has crossed a wall, and f may be off by as much as it differs. Otherwise it is added; where mass has crossed a wall, with twice `own` (the error of f
 * where it is of order 1), so that the value on the domain lies within the error as well. The stated error is an estimate, and a bound where each of these is one.
 */
export interface Opinions {
  levels: number;
  /** The difference of the last two refinements alone. */
  lastDifference: number;
  nodes: number | null;
  grid: { difference: number; own: number | null } | null;
  /** Whether its refinements have agreed to their tolerance, or fall with order 1 or better, on nodes that hold all of the initial distribution. */
  settled: boolean;
  /** Whether mass has crossed a wall, so that the problem on the domain is another one. */
  crossed: boolean;
  /** Always added: rounding, tails, mass that was not resolved or has left. */
  floor: number;
}

/** The part of the stated error that does not depend on finite volumes. */
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

/**
 * The stated error of a density that is traced back along characteristics, in L1 or in W1, from several estimates. With c the density, c' that of the refinement before, traced at a
 * hundred times the tolerance, f that of finite volumes and f' that on half the cells,
 *
 *   refinements   |c - c'|, in the plane errorOfDensities and that of the labels; null where there is no c', or it does not tell the error of cell averages
 *   difference    |c - f|
 *   own           |f - f'|
 *   known         mass that is missing, or in doubt from the start
 *   tracing       its tolerance, as mass
 *   paths         what V is off by, where there is no c'
 *
 * As for numbers, and where refinements have settled on a density that finite volumes resolve, the difference from finite volumes is left out where these explain it, and it has to be small as well: own is at most the required error. Otherwise it is
 * added, and where mass has crossed a wall the error of finite volumes too.
 */
export interface DensityOpinions {
  refinements: number | null;
  difference: number;
  own: number | null;
  settled: boolean;
  crossed: boolean;
  known: number;
  tracing: number;
  paths: number;
}

export function stateDensityError(opinions: DensityOpinions, goal: number): number {
  const { refinements, difference, own, settled, crossed, known, tracing, paths } = opinions;
  if (settled && refinements !== null && own !== null && !crossed && difference <= own && own <= goal)
    return refinements + known + tracing;
  return difference + (crossed ? (own ?? difference) : 0) + known + tracing + (refinements ?? paths);
}
