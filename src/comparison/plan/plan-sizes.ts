import { InputError } from "../../errors.ts";
import { studentQuantile } from "../../numerics/tails.ts";
import { standardErrorsFound } from "../power.ts";

export interface Sizes {
  n: number;
  replicas: number;
}

/** What the test of one mean takes. */
export interface Need {
  /** The gap less what is allowed for at any n, in the unit of the observable. */
  room: number;
  /** That falls as 1/n: what finite n may take off the gap, and what is allowed for it. */
  perN: number;
  nVariance: number;
}

export interface SizesOptions {
  given: Partial<Sizes>;
  requiredPower: number;
  /** Of each test. */
  significance: number;
  /** The needs of each mean, with n Var at the n dt of this n. One of them is enough, or with `every` all are necessary. */
  needs(like: number): readonly Need[];
  every: boolean;
  /** Whether sizes have the power, by so many simulated ensembles. @param like the n whose covariance is taken. */
  reaches(sizes: Sizes, trials: number, like: number): boolean;
}

/** Counts of replicas that are tried. */
const REPLICAS = [16, 24, 32, 48, 64, 96, 128, 192, 256] as const;
/** Fewer particles are no limit of anything, and their means are skewed. */
const FEWEST_PARTICLES = 50;
const MOST_PARTICLES = 1e9;
/** More particles in all than the fewest that are put up with for fewer replicas. */
const SLACK = 1.05;
const TRIALS = 1000;
/** n is found to this share. */
const PRECISION = 0.02;
const ROUNDS = 4;

/**
 * The n and replicas that reach a power; one of them may be given. Few replicas have an uncertain variance (Student's
 * quantile), many small ones a bias of O(1/n): of the counts of replicas the smallest is taken that is within 5% of the
 * fewest particles in all.
 *
 * @throws InputError where no number is enough.
 */
export function chooseSizes(options: SizesOptions): Sizes {
  const { given, requiredPower, significance, needs, every, reaches } = options;
  const { n, replicas } = given;
  if (n !== undefined && replicas !== undefined) return { n, replicas };
  const countOf = (replicas: number, like: number): number => {
    const counts = needs(like).map((need) => particlesFor(need, replicas, significance, requiredPower));
    return every ? Math.max(...counts) : Math.min(...counts);
  };
  if (n !== undefined) {
    const hidden = needs(n).map(({ room, perN }) => room <= perN / n);
    const enough = (count: number) => reaches({ n, replicas: count }, TRIALS, n);
    const found = (every ? hidden.some(Boolean) : hidden.every(Boolean)) ? null : leastOf(enough, REPLICAS[0], PRECISION);
    if (found !== null) return { n, replicas: found };
    throw new InputError(
      "--n",
      n,
      "its bias of O(1/n), the steps or the reference hide the error: no number of replicas is enough",
      "use a larger n, a smaller --dt or a better reference",
    );
  }
  let like = 1000;
  let sizes = { n: like, replicas: replicas ?? REPLICAS[0] };
  for (let round = 0; round < ROUNDS; round++) {
    const tried = (replicas === undefined ? REPLICAS : [replicas]).map((count) => ({ replicas: count, n: countOf(count, like) }));
    const fewest = Math.min(...tried.map((one) => one.n * one.replicas));
    const chosen = tried.find((one) => one.n * one.replicas <= SLACK * fewest);
    if (chosen === undefined || !(chosen.n <= MOST_PARTICLES)) break;
    const enough = (count: number) => reaches({ ...sizes, n: count }, TRIALS, like);
    sizes = { n: Math.max(FEWEST_PARTICLES, Math.ceil(chosen.n)), replicas: chosen.replicas };
    const found = leastOf(enough, sizes.n, PRECISION);
    if (found === null) break;
    const settled = Math.abs(found - like) <= PRECISION * like;
    like = Math.max(FEWEST_PARTICLES, found);
    sizes = { ...sizes, n: roundUp(like) };
    if (settled || round === ROUNDS - 1) return sizes;
  }
  throw new InputError(
    "--detect",
    undefined,
    "what is allowed for steps or the stated errors of the reference hides it: no number of particles is enough",
    "detect a larger error, use a smaller --dt or a better reference",
  );
}

/**
 * Particles a replica for the test of one mean: distance sqrt(n Var / (n replicas)) + perN / n = room. Infinity where
 * there is no room.
 */
function particlesFor({ room, perN, nVariance }: Need, replicas: number, significance: number, power: number): number {
  if (!(room > 0)) return Infinity;
  const distance = standardErrorsFound(-studentQuantile(significance / 2, replicas - 1), replicas - 1, power);
  const noise = distance * Math.sqrt(nVariance / replicas);
  if (noise === 0 && perN === 0) return 1;
  const root = (2 * room) / (noise + Math.sqrt(noise * noise + 4 * perN * room));
  return 1 / (root * root);
}

/**
 * The smallest count, to a share or to the next whole number, that is enough; started near `guess`. Null where none up
 * to 1e9 is.
 */
function leastOf(enough: (count: number) => boolean, guess: number, share: number): number | null {
  let high = guess;
  while (!enough(high)) {
    high *= 2;
    if (high > MOST_PARTICLES) return null;
  }
  let low = high;
  while (low === high || enough(low)) {
    high = low;
    low = Math.floor(low / 1.5);
    if (low < 2) return high;
  }
  while (high - low > Math.max(1, share * high)) {
    const middle = Math.round(0.5 * (low + high));
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** To two significant digits. */
function roundUp(count: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1);
  return Math.ceil(count / unit) * unit;
}
