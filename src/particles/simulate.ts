import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { deserialiseError, InputError } from "../errors.ts";
import { sampleMoments } from "../numerics/statistics.ts";
import type { Problem } from "../problem/problem.ts";
import { DIAGNOSTICS, type ReplicaOptions, type ReplicaRecord, runReplica } from "./replica.ts";
import type { ReplicaMessage, ReplicaWorkerData } from "./replica-worker.ts";
import type { ParticleDynamics, ParticleScheme } from "./scheme.ts";
import { SCHEMES, type SchemeName } from "./schemes.ts";
import { snapshotSteps } from "./snapshot-steps.ts";

export interface SimulateOptions {
  /** Unless told `algorithm-1`, or `gradient-descent` or `reinjection` where the dynamics is that. */
  scheme?: SchemeName;
  /** Particles in each replica. */
  n: number;
  dt: number;
  /** 1 unless told. */
  replicas?: number;
  /** An integer in [0, 2^32); 0 unless told. */
  seed?: number;
  /** Threads; as many as the machine has unless told. Results do not depend on it. */
  workers?: number;
  /** Keep the particles at each snapshot. */
  keepPositions?: boolean;
  /** Called for each finished replica, in no particular order. */
  onReplica?: (record: ReplicaRecord) => void;
}

/** Statistics of one quantity over the replicas at one time. */
export interface QuantityStatistics {
  mean: number;
  standardError: number;
  /** n times the variance over replicas: of order 1 as n -> infinity. */
  nVariance: number;
  nVarianceError: number;
}

export interface EnsembleSnapshot {
  time: number;
  observables: Record<string, QuantityStatistics>;
  /** E[mu^n], in which a particle meets itself: its mean exceeds E[mu] by (int K(x, x) dmu - int int K dmu dmu) / 2n to first order. */
  energy: QuantityStatistics;
  /** Vbar - min V of mu^n, over the particles and a lattice: E[mu^n] - min E is below it where these show the minimum of V. */
  gap: QuantityStatistics;
  /** Standard deviation of V over the particles: 0 where V = Vbar on the support   (17). */
  residualOnSupport: QuantityStatistics;
  /** Mean share of the particles outside the domain. */
  outside: number;
}

export interface Ensemble {
  scheme: SchemeName;
  n: number;
  dt: number;
  replicas: number;
  seed: number;
  snapshots: EnsembleSnapshot[];
  /** Per replica, in order; see ReplicaRecord. */
  records: ReplicaRecord[];
}

const MOST_SEED = 2 ** 32 - 1;
/** Largest number of coordinates kept: 1 GB, of which writing makes several copies; a ZIP file holds 4 GB. */
const MOST_KEPT = 2 ** 27;
const MOST_REPLICAS = 1e7;

/**
 * Simulates independent replicas of a particle scheme. The same seed gives the same numbers, to the bit, for any number of workers.
 *
 * @throws InputError for options that cannot be used, for dynamics without a particle scheme, and for an initial law or a prior that lies mostly
 * outside the domain.
 */
export async function simulate(problem: Problem, options: SimulateOptions): Promise<Ensemble> {
  const { n, dt, replicas = 1, seed = 0, keepPositions = false } = options;
  const scheme = options.scheme ?? defaultScheme(problem);
  checkOptions(problem, scheme, options);
  for (const law of [problem.initial, problem.prior]) law?.cellAverages(problem.grid);
  const workers = Math.min(options.workers ?? availableParallelism(), replicas);
  const replicaOptions: ReplicaOptions = { scheme, n, dt, seed, keepPositions };

  const records: ReplicaRecord[] = new Array(replicas);
  const accept = (record: ReplicaRecord) => {
    records[record.replica] = record;
    options.onReplica?.(record);
  };
  if (workers <= 1) for (let r = 0; r < replicas; r++) accept(runReplica(problem, replicaOptions, r));
  else await runOnWorkers(problem, replicaOptions, replicas, workers, accept);
  return { scheme, n, dt, replicas, seed, snapshots: summarise(problem, records, n), records };
}

const SCHEME_NAMES = Object.keys(SCHEMES) as SchemeName[];

const DEFAULT_SCHEMES: Readonly<Record<ParticleDynamics, SchemeName>> = {
  "gradient-descent": "gradient-descent",
  "birth-death": "algorithm-1",
  "net-deficit": "reinjection",
  "every-death": "reinjection",
};

function supports(scheme: SchemeName, dynamics: ParticleDynamics): boolean {
  const { dynamics: followed }: ParticleScheme = SCHEMES[scheme];
  return followed.includes(dynamics);
}

/** @throws InputError for dynamics without particles. */
function particleDynamicsOf({ dynamics }: Problem): ParticleDynamics {
  if (dynamics === "unbalanced") {
    throw new InputError("dynamics", dynamics, "has no particle scheme here", 'use "birth-death" or "gradient-descent"');
  }
  if (typeof dynamics === "object") return dynamics.law;
  return dynamics === "gradient-descent" ? dynamics : "birth-death";
}

function defaultScheme(problem: Problem): SchemeName {
  return DEFAULT_SCHEMES[particleDynamicsOf(problem)];
}

function checkOptions(problem: Problem, scheme: SchemeName, options: SimulateOptions): void {
  const { n, dt, replicas = 1, seed = 0, workers = 1, keepPositions = false } = options;
  if (!Object.hasOwn(SCHEMES, scheme)) {
    throw new InputError("--scheme", scheme, "no such scheme", `use one of ${Object.keys(SCHEMES).join(", ")}`);
  }
  const followed = particleDynamicsOf(problem);
  // Descent alone is a control for any dynamics.
  if (scheme !== "gradient-descent" && !supports(scheme, followed)) {
    const fitting = SCHEME_NAMES.filter((name) => supports(name, followed));
    throw new InputError(
      "--scheme",
      scheme,
      followed === "gradient-descent" ? 'the problem is "gradient-descent", which has no events' : `does not follow "${followed}"`,
      followed === "gradient-descent"
        ? 'use gradient-descent, or set dynamics to "birth-death" or "pure-birth-death"'
        : `use one of ${fitting.join(", ")}`,
    );
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
  if (keepPositions && replicas * problem.snapshotTimes.length * n * problem.grid.dimension > MOST_KEPT) {
    throw new InputError(
      "--replicas",
      replicas,
      "the particles of all snapshots exceed 1 GB",
      "use fewer replicas, particles or snapshots",
    );
  }
}

/** Beside the TypeScript sources a loader stands in for the worker that the build makes. */
function startWorker(workerData: ReplicaWorkerData): Worker {
  const file = import.meta.url.endsWith(".ts") ? "./replica-worker.dev.mjs" : "./replica-worker.js";
  return new Worker(new URL(file, import.meta.url), { workerData });
}

function runOnWorkers(
  problem: Problem,
  options: ReplicaOptions,
  replicas: number,
  workers: number,
  accept: (record: ReplicaRecord) => void,
): Promise<void> {
  let next = 0;
  let done = 0;
  const pool = Array.from({ length: workers }, () => startWorker({ compiled: problem.compiled, options }));
  const run = new Promise<void>((resolve, reject) => {
    for (const worker of pool) {
      const assign = () => {
        if (next < replicas) worker.postMessage(next++);
      };
      worker.on("message", (message: ReplicaMessage) => {
        if ("error" in message) {
          reject(deserialiseError(message.error));
          return;
        }
        try {
          accept(message.record);
        } catch (error) {
          reject(error as Error);
          return;
        }
        done++;
        if (done === replicas) resolve();
        else assign();
      });
      worker.on("error", reject);
      assign();
    }
  });
  return run.finally(() => Promise.all(pool.map((worker) => worker.terminate())));
}

function summarise(problem: Problem, records: readonly ReplicaRecord[], n: number): EnsembleSnapshot[] {
  const first = problem.observables.length;
  const width = first + DIAGNOSTICS.length;
  const columnOf = (name: (typeof DIAGNOSTICS)[number]) => first + DIAGNOSTICS.indexOf(name);
  return problem.snapshotTimes.map((time, s) => {
    const column = (k: number) => sampleMoments(records.map((record) => record.table[s * width + k]));
    const statistics = (k: number): QuantityStatistics => {
      const { mean, standardError, variance, varianceError } = column(k);
      return { mean, standardError, nVariance: n * variance, nVarianceError: n * varianceError };
    };
    return {
      time,
      observables: Object.fromEntries(problem.observables.map(({ name }, k) => [name, statistics(k)])),
      energy: statistics(columnOf("energy")),
      gap: statistics(columnOf("gap")),
      residualOnSupport: statistics(columnOf("residualOnSupport")),
      outside: column(columnOf("outside")).mean,
    };
  });
}
