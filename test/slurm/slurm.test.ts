import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bdpde, measureEngines, queueOf, shardsIn, until, withCluster } from "./engines.ts";

/** Needs the packages of Slurm and a build; the project `slurm` of vitest. */

test("one process, eight, two nodes, and two nodes that lose a worker, a node and a shard write the same bytes", async () => {
  await withCluster(async (cluster) => {
    const runs = await measureEngines(cluster, { replicas: 480, n: 1000, dt: 0.01, minutes: 0.01 });
    expect(JSON.parse(runs[0].summary)).toMatchObject({ replicas: 480, n: 1000 });
    for (const { name, summary } of runs) expect(summary, name).toBe(runs[0].summary);
    const [hurt] = runs.slice(-1);
    expect(hurt.notes.join("; ")).toMatch(/n1 killed.*damaged.*set aside/);
  });
});

test("jobs that are cancelled in the middle leave whole shards, and the same command submits what is missing", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bdpde-cancelled-"));
  const problem = join(import.meta.dirname, "../../grids/double-well.json");
  const [dir, alone] = [join(folder, "cancelled"), join(folder, "alone")];
  const given = [problem, "--n", "1000", "--dt", "0.01", "--replicas", "480", "--seed", "7"];
  const statusOf = () => JSON.parse(bdpde("ensemble", "status", dir, "--summary", "-").stdout);
  const submit = (...more: string[]) => bdpde("ensemble", "submit", dir, "--engine", "slurm", "--minutes", "0.01", ...more);
  try {
    expect(bdpde("ensemble", "run", ...given, "--dir", alone).status).toBe(0);
    bdpde("ensemble", "create", ...given, "--dir", dir);
    await withCluster(async () => {
      expect(submit().status).toBe(0);
      await until(() => shardsIn(dir).length >= 2, 120);
      // The tasks and the job that would submit what is missing.
      execFileSync("scancel", queueOf());
      await until(() => queueOf().length === 0, 120);
      const { there } = statusOf();
      expect(there).toBeGreaterThan(0);
      expect(there).toBeLessThan(480);
      const before = shardsIn(dir).map((name) => [name, statSync(join(dir, "shards", name)).ino]);
      const again = submit("--wait");
      expect(again.status, again.stderr).toBe(0);
      expect(statusOf()).toMatchObject({ there: 480, running: [] });
      expect(before.map(([name]) => [name, statSync(join(dir, "shards", String(name))).ino])).toEqual(before);
      expect(readdirSync(join(dir, "shards")).filter((name) => !name.endsWith(".npz"))).toEqual([]);
      const [one, other] = [dir, alone].map((each) => bdpde("ensemble", "merge", each, "--summary", "-").stdout);
      expect(one).toBe(other);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("one message where the cluster refuses, and nothing of the folder is lost", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bdpde-refused-"));
  const dir = join(folder, "ensemble");
  const problem = join(import.meta.dirname, "../../grids/double-well.json");
  const create = (replicas: string) =>
    bdpde("ensemble", "run", problem, "--dir", dir, "--n", "50", "--dt", "0.05", "--replicas", replicas);
  const submit = (...args: string[]) => bdpde("ensemble", "submit", dir, "--engine", "slurm", ...args);
  expect(create("32").status).toBe(0);
  bdpde("ensemble", "create", "--dir", dir, "--replicas", "64");
  try {
    await withCluster(async () => {
      for (const [args, message] of [
        [["--partition", "fast"], /no such partition/],
        [["--sbatch=--nodelist=n9"], /sbatch failed \(.*Invalid node name/],
        [["--sbatch=--mem=900G"], /sbatch failed/],
      ] as const) {
        const { status, stderr } = submit(...args);
        expect(status, stderr).toBe(2);
        expect(stderr).toMatch(message);
        expect(stderr.trim().split("\n")).toHaveLength(1);
      }
      const dry = submit("--dry-run", "--partition", "main");
      expect(dry.status).toBe(0);
      expect(dry.stdout).toMatch(/^sbatch --parsable .*--array=1-1 .*--partition=main/m);
      expect(JSON.parse(bdpde("ensemble", "status", dir, "--summary", "-").stdout)).toMatchObject({ there: 32, running: [] });
      // The finish job of a round whose command fails on the nodes submits the next one, and the last one says what is missing.
      const failing = submit("--command", "false", "--rounds", "2", "--wait");
      expect(failing.status).toBe(3);
      expect(failing.stderr).toMatch(/32 of 64 replicas are missing/);
      // A path with blanks and a percent sign.
      const odd = join(folder, "a folder of 100%");
      bdpde("ensemble", "create", problem, "--dir", odd, "--n", "50", "--dt", "0.05", "--replicas", "20");
      const { status, stderr } = bdpde("ensemble", "submit", odd, "--engine", "slurm", "--wait");
      expect(status, stderr).toBe(0);
    });
    const alone = bdpde("ensemble", "submit", dir, "--engine", "slurm");
    expect(alone.status).toBe(2);
    expect(alone.stderr).toMatch(/--engine = "slurm": (scontrol is not there|scontrol failed)/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
