import { computeShards, removeLeftOvers, ShardWriteError } from "../ensembles/compute.ts";
import { checkMaker, type Range } from "../ensembles/plan.ts";
import { type OpenEnsemble, shardBytes } from "../ensembles/shard-file.ts";
import { countReplicas, cutIntoShards, type Survey, setAside, survey } from "../ensembles/survey.ts";
import { InputError } from "../errors.ts";
import { MOST_THREADS_PER_CORE, threadsFor } from "../threads/pool.ts";
import { openPlanned, planned } from "./ensemble-options.ts";
import { isOutOfMemory, OutputError, reason, remedyFor } from "./failures.ts";
import { checkMemory } from "./files.ts";
import { tellHost } from "./host.ts";
import { parseCount } from "./options.ts";
import { checkSpace } from "./output-place.ts";
import { noteThreads } from "./particles.ts";
import { startProgress } from "./progress.ts";

export const createRunCommand = () =>
  planned("run")
    .description("Compute the replicas that are not in the folder yet; to repeat the command is to resume it")
    .option(
      "--workers <count>",
      `threads (default: one for each core; at most one for each replica and ${MOST_THREADS_PER_CORE} for each core); results do not depend on it`,
      parseCount("--workers"),
    )
    .action(async (path, { workers, ...options }) => {
      const ensemble = await openPlanned(path, options);
      const { shards } = prepareFolder(ensemble);
      noteThreads(workers, Math.max(1, countReplicas(shards)));
      await computeHere(ensemble, shards, { workers, shown: true });
      sayDone(ensemble);
    });

export const createCreateCommand = () =>
  planned("create")
    .description("Create the folder of an ensemble, and compute nothing")
    .action(async (path, options) => {
      const { plan, folder } = await openPlanned(path, options);
      process.stdout.write(`${plan.replicas} replicas of ${plan.problem.name} (${plan.scheme}) are wanted in ${folder}\n`);
    });

/**
 * Checks a folder, whole shards byte by byte; removes what killed runs have left, and sets damaged shards aside.
 *
 * @returns the shards to compute
 */
export function prepareFolder(ensemble: OpenEnsemble): { shards: Range[]; found: Survey } {
  const { plan, folder } = ensemble;
  checkMaker(folder, plan);
  removeLeftOvers(ensemble);
  const progress = startProgress(`checking ${folder}`, 1);
  let found: Survey;
  try {
    found = survey(ensemble, { check: true, onShard: (done, all) => progress.update(done / all) });
  } finally {
    progress.stop();
  }
  for (const { name, problem } of found.damaged) {
    try {
      setAside(ensemble, name);
    } catch (error) {
      const why = `shards/${name} ${problem}, and cannot be set aside (${reason(error)})`;
      throw new InputError("--dir", folder, why, `${remedyFor(error)} and run the command again`);
    }
    process.stderr.write(`warning: shards/${name} ${problem}; it is set aside as ${name}.damaged and computed again\n`);
  }
  sayForeign(found);
  const shards = cutIntoShards(found.missing, plan.shard);
  checkSpace("--dir", folder, folder, shards.reduce((total, range) => total + shardBytes(ensemble, range), 0)); // biome-ignore format: one call
  return { shards, found };
}

/** Computes shards in this process. @throws OutputError where one cannot be written */
export async function computeHere(
  ensemble: OpenEnsemble,
  shards: readonly Range[],
  { workers, shown, stopped = () => false }: { workers: number | undefined; shown: boolean; stopped?: () => boolean },
): Promise<void> {
  if (shards.length === 0) return;
  const { plan, problem, folder } = ensemble;
  if (shown) tellHost({ kept: `interrupted: whole shards stay in ${folder}; the same command goes on from there` });
  const left = countReplicas(shards);
  const kept = plan.particles ? problem.snapshotTimes.length : 0;
  const memory = 8 * plan.n * problem.grid.dimension * (kept + COPIES) * threadsFor(left, workers);
  checkMemory("--n", plan.n, memory, "use fewer particles or snapshots, or fewer --workers");
  const progress = shown ? startProgress(labelOf(ensemble, left), left, "replicas") : null;
  try {
    await computeShards(ensemble, {
      shards,
      ...(workers === undefined ? {} : { workers }),
      clock: () => performance.now(),
      pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      announce: (part) => tellHost({ part }),
      stopped,
      ...(progress === null ? {} : { onProgress: (replicas) => progress.update(replicas) }),
    });
  } catch (error) {
    if (isOutOfMemory(error))
      throw new InputError("--n", plan.n, "not enough memory", "use fewer particles or snapshots, or fewer --workers");
    if (!(error instanceof ShardWriteError)) throw error;
    throw new OutputError(
      [
        `${ensemble.folder}: a shard could not be written (${reason(error.cause)})`,
        `${countThere(ensemble)} of ${plan.replicas} replicas are there and stay`,
        `${remedyFor(error.cause)} and run the command again`,
      ].join("; "),
    );
  } finally {
    progress?.stop();
  }
}

/** Least number of arrays of all particles in a scheme, beside those that a shard holds. */
const COPIES = 2;

export function labelOf({ plan }: OpenEnsemble, left: number): string {
  const there = plan.replicas - left;
  return `simulating ${plan.problem.name}${there > 0 ? ` (${there} of ${plan.replicas} were there)` : ""}`;
}

/** Replicas in whole shards, by names and sizes. */
export function countThere(ensemble: OpenEnsemble): number {
  return ensemble.plan.replicas - countReplicas(survey(ensemble, { check: false }).missing);
}

export function sayForeign({ foreign }: Survey): void {
  if (foreign.length === 0) return;
  const [first, ...rest] = foreign;
  process.stderr.write(
    `warning: shards/${first}${rest.length > 0 ? ` and ${rest.length} more files there are` : " is"} not of this ensemble and version, and not used\n`,
  );
}

export function sayDone({ plan, folder }: OpenEnsemble): void {
  process.stdout.write(`all ${plan.replicas} replicas are in ${folder}; bdpde ensemble merge ${folder} writes their summary\n`);
}
