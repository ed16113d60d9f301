import { join } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { readFolder } from "../ensembles/folder.ts";
import { mergeShards } from "../ensembles/merge.ts";
import { isWeightedPlan, ShardError } from "../ensembles/shard-file.ts";
import { countReplicas, survey } from "../ensembles/survey.ts";
import { InputError } from "../errors.ts";
import type { NpzMeta } from "../files/npz.ts";
import { createParticlesFile, type ParticlesFile, particlesBytes } from "../files/particles-file.ts";
import { checkTableNames, createParticlesTable, type ParticlesTable } from "../files/particles-table.ts";
import type { Problem } from "../problem/problem.ts";
import { describeEnsemble, outsideWarnings, summariseSnapshots } from "./describe-ensemble.ts";
import { describeRanges } from "./ensemble-options.ts";
import { sayForeign } from "./ensemble-run.ts";
import { Exit } from "./exit.ts";
import { type Output, printResults, summaryAt, withOutputs } from "./outputs.ts";
import { startProgress } from "./progress.ts";

/** @param setExitCode receives 3 where replicas are missing. */
export const createMergeCommand = (setExitCode: (code: number) => void) =>
  new Command("merge")
    .description("Write the summary of the replicas in a folder, and their particles: the same bytes whoever computed them")
    .argument("<folder>", "folder of the ensemble")
    .option("--summary <file>", "write means, n Var and covariances as JSON (- for standard output)")
    .option("--out <file>", "write the particles at each snapshot (.npz, or .parquet in long format), where the shards hold them")
    .option("--partial", "merge what is there where replicas are missing", false)
    .option("--force", "overwrite the files of --out and --summary", false)
    .action(async (folder, options) => {
      const ensemble = await readFolder(folder);
      const { plan, problem } = ensemble;
      if (options.out !== undefined && !plan.particles)
        throw new InputError(
          "--out",
          options.out,
          "the shards hold no particles",
          "run the ensemble with --particles in a folder of its own",
        );
      const found = survey(ensemble, { check: true });
      for (const { name, problem: what } of found.damaged) process.stderr.write(`warning: shards/${name} ${what}\n`);
      sayForeign(found);
      const missing = countReplicas(found.missing);
      const there = plan.replicas - missing;
      if (there === 0 || (missing > 0 && !options.partial)) {
        const remedy = `bdpde ensemble run --dir ${folder} computes them${there === 0 ? "" : ", and --partial merges what is there"}`;
        process.stderr.write(
          `error: ${missing} of ${plan.replicas} replicas are missing: ${describeRanges(found.missing)}; ${remedy}\n`,
        );
        return setExitCode(Exit.inconclusive);
      }
      const meta = { ...plan, weighted: isWeightedPlan(plan), replicas: there };
      const out = { option: "--out", path: options.out, format: "particles", bytes: particlesBytes(problem, meta) } as const;
      const isTable = options.out?.toLowerCase().endsWith(".parquet") ?? false;
      if (options.out !== undefined && isTable) checkTableNames(problem, meta, options.out);
      const inputs = found.segments.map(({ name }) => join(folder, "shards", name));
      await withOutputs([out, summaryAt(options.summary)], { inputs, force: options.force }, async ([out, file]) => {
        const particles = out === null ? null : await createParticles(out, isTable, problem, meta);
        const progress = startProgress(`merging ${problem.name}`, plan.replicas, "replicas");
        let summary: ReturnType<typeof mergeShards>;
        try {
          summary = mergeShards(ensemble, found, {
            onPositions: particles?.add,
            onReplica: progress.update,
          });
        } catch (error) {
          if (!(error instanceof ShardError)) throw error;
          throw new InputError(folder, undefined, `a shard changed while it was merged: it ${error.message}`, "merge again");
        } finally {
          progress.stop();
        }
        particles?.finish();
        const { scheme, n, dt, seed, resampleBelow } = plan;
        const ensembleOf = {
          ...{ scheme, n, dt, replicas: there, seed },
          ...(resampleBelow === undefined ? {} : { resampleBelow }),
          snapshots: summary.snapshots(),
        };
        for (const warning of outsideWarnings(ensembleOf.snapshots)) process.stderr.write(`warning: ${warning}\n`);
        const json = {
          problem: problem.name,
          method: "particles",
          ...ensembleOf,
          snapshots: summariseSnapshots(ensembleOf.snapshots),
          covariances: summary.covariances(),
          ...(missing > 0 ? { missing: found.missing } : {}),
        };
        printResults(options.summary, file, json, describeEnsemble(problem, ensembleOf));
        if (missing === 0) return;
        process.stderr.write(`warning: ${missing} of ${plan.replicas} replicas are missing: ${describeRanges(found.missing)}\n`);
        setExitCode(Exit.inconclusive);
      });
    });

/** The particles of replicas in increasing order; what fails is kept for the end of the command. */
async function createParticles(out: Output, isTable: boolean, problem: Problem, meta: NpzMeta) {
  let file: ParticlesTable | ParticlesFile | null = null;
  try {
    file = isTable ? await createParticlesTable(out.part, problem, meta) : createParticlesFile(out.part, problem, meta);
  } catch (error) {
    out.fail(error);
  }
  let place = 0;
  return {
    /** A table has the replica's own number, an archive its place among those that are there. */
    add: (replica: number, theta: Float64Array, weights: Float64Array | null) =>
      void out.attempt(() => file?.addReplica(isTable ? replica : place++, theta, weights)),
    finish() {
      out.attempt(() => file?.finish());
      out.publish();
    },
  };
}
