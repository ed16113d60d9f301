import { InputError } from "../errors.ts";
import {
  DYNAMICS,
  DYNAMICS_NAMES,
  type DynamicsName,
  type FullSetting,
  listOf,
  nameOfDynamics,
  offers,
  refuseUnless,
} from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { snapshotSteps } from "../problem/snapshot-steps.ts";
import { thermalTermsOf } from "../problem/thermal.ts";
import { isSchemeName, ruleOf, SCHEME_NAMES, type SchemeName, schemesFollowing, WEIGHTED_SCHEMES } from "../schemes/schemes.ts";
import { checkReaction } from "./check-reaction.ts";
import type { ReplicaRecord } from "./replica-record.ts";

export interface SimulateOptions {
  /** Default: `algorithm-1`, or `gradient-descent` or `reinjection` where the dynamics is that. */
  scheme?: SchemeName;
  /** Particles in each replica. */
  n: number;
  dt: number;
  /** Default 1. */
  replicas?: number;
  /** An integer in [0, 2^32); default 0. */
  seed?: number;
  /** Threads; by default one for each core, and never more than one for each replica and four for each core. Results do not depend on it. */
  workers?: number;
  /** Of scheme `weighted`: effective sample size, as a share of n in (0, 1], below which particles are resampled; default: never. */
  resampleBelow?: number;
  /** Keep the particles at each snapshot. */
  keepPositions?: boolean;
  /** Whether the gap is computed (default true), which at small n costs more than the steps; otherwise it is NaN. */
  gap?: boolean;
  /** Receives the particles of each finished replica, in no particular order: theta, shape [snapshots, n, variables], and weights, shape [snapshots, n], or null. They are not kept. */
  onPositions?: (replica: number, positions: Float64Array, weights: Float64Array | null) => void;
  /** Called for each finished replica, in no particular order. */
  onReplica?: (record: ReplicaRecord) => void;
  /** Called as work goes on with the replicas that are done, as a sum of shares. */
  onProgress?: (replicas: number) => void;
}

const MOST_SEED = 2 ** 32 - 1;
/** Largest number of coordinates kept, 1 GB. */
const MOST_KEPT = 2 ** 27;
const MOST_REPLICAS = 1e7;

/** Descent alone. */
const CONTROL: SchemeName = "gradient-descent";

/** The schemes that follow a dynamics, the default one first. */
function followersOf(name: DynamicsName): SchemeName[] {
  const { family } = DYNAMICS[name];
  return family === null ? [] : schemesFollowing(family);
}

/** The schemes that may be run: those that follow the dynamics, the default one first, and the control; empty where no scheme follows them. */
export function schemesFor(name: DynamicsName): SchemeName[] {
  const following = followersOf(name);
  return following.length === 0 ? [] : [...new Set([...following, CONTROL])];
}

/** Those of schemesFor that a problem can be run by at its temperature: with births and deaths by log mu itself only those without any. */
export function schemesThatRun(setting: FullSetting): SchemeName[] {
  if (!offers(setting, "particles")) return [];
  const schemes = schemesFor(nameOfDynamics(setting.dynamics));
  return thermalTermsOf(setting).logTerm === "density" ? schemes.filter((name) => !ruleOf(name).growth.reacts) : schemes;
}

/** @throws InputError for dynamics without particles. */
export function defaultScheme(problem: FullSetting): SchemeName {
  refuseUnless(problem, "particles");
  return followersOf(nameOfDynamics(problem.dynamics))[0];
}

/** @throws InputError for a scheme without weights, or a number that is no share. */
export function checkResampling(scheme: SchemeName, below: number | undefined): void {
  if (below === undefined) return;
  if (!WEIGHTED_SCHEMES.includes(scheme)) {
    const schemes = WEIGHTED_SCHEMES.join(", ");
    throw new InputError(
      "--resample-below",
      below,
      `particles of ${scheme} have no weights`,
      `leave it out, or use --scheme ${schemes}`,
    );
  }
  if (!(below > 0 && below <= 1))
    throw new InputError("--resample-below", below, "not a share of n", "give a number above 0, at most 1, e.g. 0.5");
}

/**
 * Checks everything about a simulation that can be known before it starts.
 *
 * @throws InputError for options that cannot be used, for dynamics without a particle scheme, and for an initial distribution or a prior that lies mostly
 * outside the domain.
 */
export function checkSimulateOptions(problem: Problem, scheme: SchemeName, options: SimulateOptions): void {
  const { n, dt, replicas = 1, seed = 0, workers = 1, keepPositions = false } = options;
  if (!isSchemeName(scheme)) {
    throw new InputError("--scheme", scheme, "no such scheme", `use one of ${SCHEME_NAMES.join(", ")}`);
  }
  refuseUnless(problem, "particles");
  const dynamics = nameOfDynamics(problem.dynamics);
  if (!schemesFor(dynamics).includes(scheme)) {
    const { family, reaction } = DYNAMICS[dynamics];
    const followed = DYNAMICS_NAMES.filter((name) => followersOf(name).includes(scheme));
    const [what, remedy] =
      reaction === null
        ? [
            `the problem is "${dynamics}", which has no events`,
            `use ${followersOf(dynamics).join(", ")}, or set dynamics to ${listOf(followed)}`,
          ]
        : [`does not follow "${family}"`, `use one of ${followersOf(dynamics).join(", ")}`];
    throw new InputError("--scheme", scheme, what, remedy);
  }
  for (const [name, value, least] of [
    ["--n", n, 1],
    ["--replicas", replicas, 1],
    ["--workers", workers, 1],
  ] as const) {
    if (!Number.isInteger(value) || value < least)
      throw new InputError(name, value, "not a positive integer", "give a whole number >= 1");
  }
  if (replicas > MOST_REPLICAS) {
    throw new InputError("--replicas", replicas, "too many for memory", `use at most ${MOST_REPLICAS}`);
  }
  if (n > 1e8) throw new InputError("--n", n, "too many for memory", "use at most 100000000");
  if (!Number.isInteger(seed) || seed < 0 || seed > MOST_SEED) {
    throw new InputError("--seed", seed, "not an integer from 0 to 4294967295", "give such a number");
  }
  snapshotSteps(problem.snapshotTimes, dt);
  checkResampling(scheme, options.resampleBelow);
  if (ruleOf(scheme).growth.reacts) checkReaction(problem, n);
  if (keepPositions && replicas * problem.snapshotTimes.length * n * problem.grid.dimension > MOST_KEPT) {
    throw new InputError(
      "--replicas",
      replicas,
      "the particles of all snapshots exceed 1 GB",
      "use fewer replicas, particles or snapshots",
    );
  }
  for (const distribution of [problem.initial, problem.prior]) distribution?.cellAverages(problem.grid);
}
