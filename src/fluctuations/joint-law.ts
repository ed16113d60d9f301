import type { Grid } from "../grid/grid.ts";
import { addProducts, type Influence } from "../schemes/covariance.ts";
import { addSystematicNoise } from "../schemes/systematic-noise.ts";
import { createLatticeValues } from "./lattice-values.ts";

/** The limit n -> infinity of weighted particles before they are resampled: those of entry k are a share law[k], with n w = growth[k] each. */
export interface JointLaw {
  law: Float64Array;
  growth: Float64Array;
  /** Of each entry, where functions are known on the nodes of a lattice; null where entries are the nodes. */
  places: { points: readonly Float64Array[]; lattice: Grid } | null;
}

/**
 * Adds n times the covariance of systematic resampling, times a share, for the influences after it: addSystematicNoise(law, growth, u).
 *
 * That depends on many entries through sums over those of one b = growth - 1. So entries are sorted by b and taken together by ENOUGH groups, with the mean of u; within a group u adds its variance times
 * {b} (1 - {b}). Cost: a sort, products of all pairs of influences over the entries, and addSystematicNoise of the groups.
 */
export function addResampling(
  matrix: Float64Array,
  share: number,
  { law, growth, places }: JointLaw,
  influences: readonly Influence[],
  n: number,
): void {
  const count = influences.length;
  const found = places === null ? influences : atPoints(influences, places);
  const own = found.map((u) => (u === null ? null : u.map((value, k) => (growth[k] < DEAD ? 0 : value))));
  const added = new Float64Array(matrix.length);
  if (law.length <= ENOUGH) addSystematicNoise(added, law, growth, own, n);
  else {
    const groups = groupsOf(law, growth);
    const means = own.map((u) => (u === null ? null : meansOf(u, law, groups)));
    addSystematicNoise(added, groups.law, groups.growth, means, n);
    const rests = own.map((u, q) => u?.map((value, k) => value - (means[q] as Float64Array)[groups.of[k]]) ?? null);
    const rounding = law.map((w, k) => {
      const b = groups.growth[groups.of[k]];
      return w * (b - Math.floor(b)) * (1 - b + Math.floor(b));
    });
    addProducts(added, 1, rounding, rests);
  }
  for (let i = 0; i < count * count; i++) matrix[i] += share * added[i];
}

/** Entries of less growth leave no copy, wherever they have gone: u may be anything there, and large. */
const DEAD = 1e-9;
/** Groups of more entries than this. */
const ENOUGH = 512;

interface Groups {
  /** The group of each entry. */
  of: Int32Array;
  law: Float64Array;
  growth: Float64Array;
}

/** By growth: the same number of entries in each; those below 1 are apart from the others. */
function groupsOf(law: Float64Array, growth: Float64Array): Groups {
  const sorted = growth.slice().sort();
  const most = Math.ceil(law.length / ENOUGH);
  const starts = [...sorted.filter((_, k) => k % most === 0), 1].sort((a, b) => a - b);
  const of = new Int32Array(law.length);
  const masses = new Float64Array(starts.length);
  for (let k = 0; k < law.length; k++) {
    let [group, above] = [0, starts.length];
    while (above - group > 1) {
      const middle = (group + above) >> 1;
      if (starts[middle] <= growth[k]) group = middle;
      else above = middle;
    }
    of[k] = group;
    masses[group] += law[k];
  }
  const groups = { of, law: masses, growth: masses };
  return { ...groups, growth: meansOf(growth, law, groups) };
}

function meansOf(values: Float64Array, law: Float64Array, { of, law: masses }: Groups): Float64Array {
  const sums = new Float64Array(masses.length);
  for (let k = 0; k < values.length; k++) sums[of[k]] += law[k] * values[k];
  return sums.map((total, group) => (masses[group] > 0 ? total / masses[group] : 0));
}

function atPoints(influences: readonly Influence[], { points, lattice }: NonNullable<JointLaw["places"]>): Influence[] {
  const { moveTo, of } = createLatticeValues(lattice);
  const count = points[0].length;
  const found = influences.map((u) => (u === null ? null : new Float64Array(count)));
  for (let k = 0; k < count; k++) {
    moveTo(points, k);
    for (const [q, u] of influences.entries()) if (u !== null) (found[q] as Float64Array)[k] = of(u);
  }
  return found;
}
