import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFolder, shardsOf, workOf } from "../src/ensembles/folder.ts";
import { mergeShards } from "../src/ensembles/merge.ts";
import { createPlan, shardName } from "../src/ensembles/plan.ts";
import { createShardFile } from "../src/ensembles/shard-file.ts";
import { survey } from "../src/ensembles/survey.ts";
import { formatTable } from "../src/figures/table.ts";
import { putInPlace, removeFile, takePlace } from "../src/files/part-file.ts";
import { profileLength, projectionsOf } from "../src/measures/distance-profile.ts";
import { createStream } from "../src/numerics/random.ts";
import { DIAGNOSTICS } from "../src/particles/replica-record.ts";
import { createProblem } from "../src/problem/problem.ts";
import { readGrid } from "./particles.ts";

/**
 * What a folder of shards costs apart from the computing: files of the size and form of real ones (double-well, 4 snapshots), filled with random numbers. Seconds are of
 * the wall clock, memory is the most that the process ever held. `npm run bench:ensembles -- 1000 10000 100000` (default: the first two)
 */

const SHARD = 16;
const counts = process.argv.slice(2).map(Number);
const problem = await createProblem(readGrid("double-well"));
const faces = problem.snapshotTimes.length * profileLength(projectionsOf(problem.grid));
const width = problem.snapshotTimes.length * (problem.observables.length + DIAGNOSTICS.length);

const rows = (counts.length > 0 ? counts : [1000, 10_000]).map((shards) => {
  const folder = join(mkdtempSync(join(tmpdir(), "bdpde-shards-")), "ensemble");
  try {
    const replicas = SHARD * shards;
    const options = { scheme: "algorithm-1", n: 1000, dt: 0.01, seed: 0, particles: false, replicas, shard: SHARD } as const;
    const ensemble = openFolder(folder, createPlan(problem, options), problem);
    const stream = createStream(1);
    const profile = new Uint32Array(faces);
    const write = seconds(() => {
      for (let from = 0; from < replicas; from += SHARD) {
        const range = { from, to: from + SHARD };
        const target = join(shardsOf(folder), shardName(ensemble.digest, range));
        // The folder for parts is empty here: a list of it costs what it does where few processes write.
        const taken = takePlace(target, { folder: workOf(folder), attempts: 1 });
        if ("busy" in taken) throw new Error("busy");
        const file = createShardFile(taken.part, ensemble, range);
        for (let replica = from; replica < range.to; replica++) {
          const table = Float64Array.from({ length: width }, () => stream.uniform());
          file.addReplica({ replica, table, positions: null, weights: null, profile: profile.fill(replica % 1000) });
        }
        file.finish();
        putInPlace(taken.part, target, true);
        removeFile(taken.part);
      }
    });
    const names = readdirSync(shardsOf(folder));
    const bytes = statSync(join(shardsOf(folder), names[names.length - 1])).size;
    const look = seconds(() => survey(ensemble, { check: false }));
    const check = seconds(() => survey(ensemble, { check: true }));
    const found = survey(ensemble, { check: false });
    const merge = seconds(() => mergeShards(ensemble, found).snapshots());
    return [shards, bytes, (1000 * write) / shards, look, check, merge, process.resourceUsage().maxRSS / 1024];
  } finally {
    rmSync(join(folder, ".."), { recursive: true, force: true });
  }
});
const header = ["shards", "bytes of one", "write and sync one, ms", "status --quick, s", "status, s", "merge, s", "peak MB"];
console.log(formatTable(header, rows, 3));

function seconds(action: () => void): number {
  const started = performance.now();
  action();
  return (performance.now() - started) / 1000;
}
