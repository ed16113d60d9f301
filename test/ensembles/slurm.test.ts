import { expect, test } from "vitest";
import {
  arrayArguments,
  arrayScript,
  finishArguments,
  finishScript,
  planTasks,
  quote,
  readLimits,
  type SlurmJob,
} from "../../src/ensembles/slurm.ts";

const CONFIG = "MaxArraySize            = 1001\nMaxJobCount             = 10000\n";
const shards = (count: number) => Array.from({ length: count }, (_, k) => ({ from: 16 * k, to: 16 * k + 16 }));

test("the limits of a cluster are read, of the default partition or a named one", () => {
  const partitions = "main*|1-00:00:00\nshort|30:00\nlong|infinite\nodd|2:00:00\n";
  expect(readLimits(CONFIG, partitions, undefined)).toEqual({ tasks: 1000, minutes: 1440 });
  expect(readLimits(CONFIG, partitions, "main")).toEqual({ tasks: 1000, minutes: 1440 });
  expect(readLimits(CONFIG, partitions, "short")).toEqual({ tasks: 1000, minutes: 30 });
  expect(readLimits(CONFIG, partitions, "odd")).toEqual({ tasks: 1000, minutes: 120 });
  expect(readLimits(CONFIG, partitions, "long")).toEqual({ tasks: 1000, minutes: null });
  expect(readLimits(CONFIG, partitions, "none")).toBeNull();
});

test.each([
  { shards: 1, tasks: 1000, limit: null, seconds: 1 },
  { shards: 7, tasks: 1000, limit: null, seconds: 300 },
  { shards: 100_000, tasks: 1000, limit: null, seconds: 0.5 },
  { shards: 100_000, tasks: 1000, limit: 60, seconds: 30 },
  { shards: 5000, tasks: 4, limit: 10, seconds: 3 },
  { shards: 40, tasks: 1000, limit: 5, seconds: 600 },
])("shards go to tasks once each, in order and within the limits: %j", ({ shards: count, tasks: most, limit, seconds }) => {
  const all = shards(count);
  const { tasks, left, minutes, timeLimit } = planTasks(
    all,
    { tasks: most, minutes: limit },
    { minutes: 7, secondsPerReplica: seconds },
  );
  expect([...tasks.flat(), ...all.slice(count - left)]).toEqual(all);
  expect(tasks.length).toBeLessThanOrEqual(most);
  expect(tasks.every((task) => task.length > 0)).toBe(true);
  const sizes = tasks.map((task) => task.length);
  expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  const one = (16 * seconds) / 60;
  // A task is at least one shard, whatever that takes.
  if (limit !== null) {
    expect(minutes).toBeLessThanOrEqual(Math.max(0.5 * limit, one));
    expect(timeLimit).toBeLessThanOrEqual(limit);
  }
  if (left === 0 && limit === null && tasks.length < most)
    expect(Math.abs(minutes - Math.max(7, one))).toBeLessThanOrEqual(Math.max(one, minutes < 7 ? 7 : 0));
});

test("scripts and command lines survive blanks, quotes and percent signs", () => {
  const job: SlurmJob = {
    name: "bdpde-0",
    folder: "/shared/it's 100%",
    logs: "/shared/it's 100%/logs",
    command: "bdpde",
    partition: "fast",
    options: ["--account=me"],
  };
  const plan = planTasks(shards(3), { tasks: 1000, minutes: null }, { minutes: 7, secondsPerReplica: 30 });
  expect(arrayArguments(job, plan, 2, "a.sh")).toEqual([
    "--parsable",
    "--job-name=bdpde-0",
    "--array=1-3",
    "--cpus-per-task=2",
    "--time=26",
    "--output=/shared/it's 100%%/logs/%A_%a.log",
    "--partition=fast",
    "--account=me",
    "a.sh",
  ]);
  expect(finishArguments(job, "17", "f.sh")).toContain("--dependency=afterany:17");
  expect(arrayScript(job, "/l", 2)).toBe(
    `#!/bin/bash\nbdpde ensemble work '/shared/it'\\''s 100%' --list /l --line "$SLURM_ARRAY_TASK_ID" --workers 2\n`,
  );
  expect(finishScript(job, ["--round", "2", "--sbatch=--qos=a b"])).toBe(
    `#!/bin/bash\nbdpde ensemble submit '/shared/it'\\''s 100%' --engine slurm --round 2 '--sbatch=--qos=a b'\n`,
  );
  expect(quote("")).toBe("''");
});
