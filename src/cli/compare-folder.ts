import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { CompareOptions } from "../comparison/compare-options.ts";
import { compareParts } from "../comparison/compare-parts.ts";
import { compareShards } from "../comparison/compare-shards.ts";
import type { Comparison } from "../comparison/comparison.ts";
import { PLAN_FILE, readFolder } from "../ensembles/folder.ts";
import { ShardError } from "../ensembles/shard-file.ts";
import { countReplicas, survey } from "../ensembles/survey.ts";
import { InputError } from "../errors.ts";
import type { ReadOptions } from "../files/particle-data.ts";
import { readParticles } from "../files/read-particles.ts";
import type { ReferenceData } from "../reference/reference-data.ts";
import { describeRanges } from "./ensemble-options.ts";
import { sayForeign } from "./ensemble-run.ts";

/** Whether a path of particles is a folder: of an ensemble, or of files with some replicas each. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Judges the particles of a folder, a file at a time. */
export function compareFolder(
  reference: ReferenceData,
  folder: string,
  given: ReadOptions,
  options: CompareOptions,
): Promise<Comparison> {
  return existsSync(join(folder, PLAN_FILE))
    ? compareEnsemble(reference, folder, options)
    : compareFiles(reference, folder, given, options);
}

async function compareEnsemble(reference: ReferenceData, folder: string, options: CompareOptions): Promise<Comparison> {
  const ensemble = await readFolder(folder);
  const found = survey(ensemble, { check: false });
  for (const { name, problem } of found.damaged) process.stderr.write(`warning: shards/${name} ${problem}; it is not used\n`);
  sayForeign(found);
  const missing = countReplicas(found.missing);
  const { replicas } = ensemble.plan;
  if (missing === replicas)
    throw new InputError(folder, undefined, "holds no whole shard", `bdpde ensemble run --dir ${folder} computes them`);
  if (missing > 0)
    process.stderr.write(`warning: ${missing} of ${replicas} replicas are missing: ${describeRanges(found.missing)}\n`);
  try {
    return compareShards(reference, ensemble, found, options);
  } catch (error) {
    if (!(error instanceof ShardError)) throw error;
    throw new InputError(
      folder,
      undefined,
      `shards/${error.message}`,
      `bdpde ensemble status ${folder} says which; bdpde ensemble run --dir ${folder} computes it again`,
    );
  }
}

async function compareFiles(
  reference: ReferenceData,
  folder: string,
  given: ReadOptions,
  options: CompareOptions,
): Promise<Comparison> {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !name.startsWith("."));
  const [inner] = entries.filter((entry) => entry.isDirectory());
  if (inner !== undefined)
    throw new InputError(
      folder,
      undefined,
      `holds a folder, ${inner.name}, which would not be read`,
      "give a folder of files alone",
    );
  // In the order of their numbers: 2 before 10.
  const names = entries.map(({ name }) => name).sort(new Intl.Collator("en", { numeric: true }).compare);
  if (names.length === 0)
    throw new InputError(folder, undefined, "holds no files", "give a folder of .npz or Parquet files, one or more replicas each");
  const comparison = await compareParts(
    reference,
    { names, read: (part) => readParticles(join(folder, names[part]), given) },
    options,
  );
  comparison.notes.push(`${names.length} files, in the order of the numbers in their names`);
  return comparison;
}
