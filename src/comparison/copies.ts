import { InputError } from "../errors.ts";
import type { ParticleData } from "../files/particle-data.ts";
import { pow } from "../numerics/pow.ts";

/**
 * Replicas that are copies of each other, whatever the order of their particles, and though each number was nudged by some 1e-9.
 *
 * In each snapshot the particles of a replica are identified by their sorted coordinates, and by sorted mixtures of all of them (sums with fixed,
 * unequal factors), so that the same coordinates in other pairs are other particles. Two replicas are alike where these lists agree in every
 * snapshot,
 *
 *   |x_(k) - y_(k)| <= 1e-7 sd + 2e-8 |mean|      for all k,       sd, mean of the snapshot over all replicas;
 *
 * copies move a sorted list by no more than the largest nudge. A snapshot in which all particles are at one point shows nothing.
 *
 * Alike are copies only where that cannot be chance. With q the spacing of the numbers as they are written (see spacingOf), or the largest
 * distance that was found between the lists, n independent draws agree with a chance below
 *
 *   min( (n q / sd)^n,  prod_sites (1 + 3 pi n_site)^(-1/2) ),
 *
 * from the density at each place of the list (n! (2 q max rho)^n, for a max rho up to 1.3 / sd), and from equal counts of the sites (two Poisson
 * variables of mean m are equal with a chance e^{-2m} I0(2m), at most (1 + 3 pi m)^(-1/2) for m >= 1). Where particles share a site, as when all have come to
 * the minima of V, the density has no such bound, and only the counts matter. The smallest over the snapshots (later ones may follow from the first) times
 * the
 * number of pairs must be below 1e-6: one particle of two decimals is never a copy, thousand of them are.
 *
 * The same start in all replicas is no copy where they part later. Cost: R n log n for one sorted list of each replica; the others only for
 * pairs that agree in it.
 *
 * @throws InputError that names the copies
 */
export function refuseCopies(data: ParticleData, variables: number): void {
  const groups = copiesIn(data, variables);
  if (groups.length === 0) return;
  const shown = groups.slice(0, 3).map((group) => (group.length > 6 ? [...group.slice(0, 6), "..."] : group).join(", "));
  const more = groups.length > 3 ? `, and ${groups.length - 3} more groups` : "";
  throw new InputError(
    "particles",
    undefined,
    `replicas are copies of each other: ${shown.join("; ")}${more} (the same particles at every time, in whatever order, to some 1e-7 of their spread)`,
    "give each replica its own seed, and leave copies out: they are not independent",
  );
}

const FALSE_ALARM = 1e-6;
/** Factors of the mixture, which no simple ratio ties. */
const FACTORS = [1, Math.SQRT2, Math.sqrt(3)];

/** Groups of replicas that are copies, each in increasing order. */
export function copiesIn(data: ParticleData, variables: number): number[][] {
  const { replicas, times } = data;
  if (replicas < 2) return [];
  const lists = listsOf(data, variables);
  const scales = lists.map((list) => Array.from(times, (_, s) => scaleOf(data, list, s)));
  // The last snapshot: replicas that began alike have parted.
  const views = Array.from(times, (_, s) => s)
    .reverse()
    .flatMap((s) => lists.map((list, k) => ({ list, s, scale: scales[k][s] })))
    .filter(({ scale }) => scale.sd > POINT * Math.abs(scale.mean));
  if (views.length === 0) return [];
  const [first, ...others] = views;
  const sorted = Array.from({ length: replicas }, (_, r) => sortedList(data, first.list, r, first.s));
  const order = Array.from({ length: replicas }, (_, r) => r).sort((a, b) => sorted[a][0] - sorted[b][0]);
  const needed = Math.log((replicas * (replicas - 1)) / 2 / FALSE_ALARM);
  const root = Array.from({ length: replicas }, (_, r) => r);
  const rootOf = (r: number): number => (root[r] === r ? r : rootOf(root[r]));
  for (let i = 0; i < replicas; i++) {
    const a = order[i];
    // Only neighbours in the smallest coordinate can be alike.
    for (let j = i + 1; j < replicas && sorted[order[j]][0] - sorted[a][0] <= first.scale.tolerance; j++) {
      const b = order[j];
      if (rootOf(a) === rootOf(b)) continue;
      const found = distance(sorted[a], sorted[b], first.scale.tolerance);
      if (found === null) continue;
      let evidence = evidenceOf(sorted[a], found, first.scale);
      const alike = others.every(({ list, s, scale }) => {
        const [x, y] = [sortedList(data, list, a, s), sortedList(data, list, b, s)];
        const apart = distance(x, y, scale.tolerance);
        if (apart === null) return false;
        evidence = Math.max(evidence, evidenceOf(x, apart, scale));
        return true;
      });
      if (alike && evidence > needed) root[Math.max(rootOf(a), rootOf(b))] = Math.min(rootOf(a), rootOf(b));
    }
  }
  const groups = new Map<number, number[]>();
  root.forEach((_, r) => {
    groups.set(rootOf(r), [...(groups.get(rootOf(r)) ?? []), r]);
  });
  return [...groups.values()].filter((group) => group.length > 1);
}

/** A spread below this share of the mean is rounding: all mass is at one point. */
const POINT = 1e-9;

/** One number for each particle: `at(p)` of the particle p of all. */
type List = (particle: number) => number;

/** The coordinates, their mixture where there are several, and the weights. */
function listsOf({ theta, weights, n }: ParticleData, variables: number): List[] {
  const coordinates = Array.from(
    { length: variables },
    (_, a): List =>
      (p) =>
        theta[p * variables + a],
  );
  const lists = variables === 1 ? coordinates : [...coordinates, (p: number) => mixed(theta, p, variables)];
  return weights === null ? lists : [...lists, (p) => n * weights[p]];
}

function mixed(theta: Float64Array, p: number, variables: number): number {
  let sum = 0;
  for (let a = 0; a < variables; a++) sum += FACTORS[a % FACTORS.length] * theta[p * variables + a];
  return sum;
}

interface Scale {
  mean: number;
  sd: number;
  /** How far numbers that are meant to be one may be apart. */
  tolerance: number;
  /** The least distance of different numbers; computed when first needed. */
  spacing: () => number;
}

function scaleOf({ replicas, times, n }: ParticleData, list: List, s: number): Scale {
  const numbers = () => {
    const all = new Float64Array(replicas * n);
    for (let r = 0, to = 0; r < replicas; r++) {
      for (let i = 0; i < n; i++) all[to++] = list((r * times.length + s) * n + i);
    }
    return all;
  };
  const all = numbers();
  let mean = 0;
  for (const x of all) mean += x / all.length;
  let variance = 0;
  for (const x of all) variance += (x - mean) ** 2 / all.length;
  const sd = Math.sqrt(variance);
  const tolerance = 1e-7 * sd + 2e-8 * Math.abs(mean);
  let spacing: number | null = null;
  const found = () => {
    spacing ??= spacingOf(numbers().sort(), sd + Math.abs(mean));
    return spacing;
  };
  return { mean, sd, tolerance, spacing: found };
}

/**
 * The coarsest spacing that the numbers show: a lattice, of which all their gaps are multiples; decimals; single or double precision.
 *
 * @param sorted numbers; @param size of the largest of them, roughly.
 */
function spacingOf(sorted: Float64Array, size: number): number {
  const gaps: number[] = [];
  // Below this, numbers of one site differ by rounding.
  for (let k = 1; k < sorted.length; k++) if (sorted[k] - sorted[k - 1] > 1e-13 * size) gaps.push(sorted[k] - sorted[k - 1]);
  const least = gaps.reduce((smallest, gap) => Math.min(smallest, gap), Infinity);
  // To the rounding of the numbers, as long as that tells multiples apart.
  const isMultiple = (unit: number) => {
    const slack = Math.max(1e-9, (8 * Number.EPSILON * size) / unit);
    return (x: number) => slack < 0.05 && Math.abs(x / unit - Math.round(x / unit)) <= slack;
  };
  const lattice = least < Infinity && gaps.every(isMultiple(least)) ? least : 0;
  const leading = Math.floor(Math.log10(size));
  const units = Array.from({ length: 13 }, (_, d) => pow(10, leading - d));
  const decimals = units.find((unit) => sorted.every(isMultiple(unit))) ?? 0;
  const rounding = size * (sorted.every((x) => Math.fround(x) === x) ? 2 ** -24 : 2 ** -52);
  return Math.max(lattice, decimals, rounding);
}

function sortedList({ times, n }: ParticleData, list: List, replica: number, s: number): Float64Array {
  const from = (replica * times.length + s) * n;
  return Float64Array.from({ length: n }, (_, i) => list(from + i)).sort();
}

/** The largest distance of entries at the same place; null beyond the tolerance. */
function distance(a: Float64Array, b: Float64Array, tolerance: number): number | null {
  let largest = 0;
  for (let k = 0; k < a.length; k++) {
    const apart = Math.abs(a[k] - b[k]);
    if (apart > tolerance) return null;
    if (apart > largest) largest = apart;
  }
  return largest;
}

/** Minus the logarithm of the chance that independent draws agree so well. */
function evidenceOf(list: Float64Array, apart: number, { sd, tolerance, spacing }: Scale): number {
  const n = list.length;
  let sites = 0;
  let ofSites = 0;
  for (let k = 0, size = 1; k < n; k++, size++) {
    if (k + 1 < n && list[k + 1] - list[k] <= tolerance) continue;
    ofSites += 0.5 * Math.log(1 + 3 * Math.PI * size);
    sites++;
    size = 0;
  }
  const ofPlaces = sites < n ? 0 : -n * Math.log(Math.min(1, (n * Math.max(apart, spacing())) / sd));
  return Math.max(ofPlaces, ofSites);
}
