import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const MAIN = join(root, "dist/command/main.js");
const CLUSTER = join(root, "test/slurm/cluster.sh");

export interface EngineSizes {
  replicas: number;
  n: number;
  dt: number;
  /** Of a task. */
  minutes: number;
}

export interface EngineRun {
  name: string;
  /** The merged summary, as its file holds it. */
  summary: string;
  seconds: number;
  /** What happened on the way. */
  notes: string[];
}

/** Runs a bdpde command of the build. @returns what it printed */
export function bdpde(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8" });
}

function required(...args: string[]): string {
  const { status, stdout, stderr } = bdpde(...args);
  if (status !== 0) throw new Error(`bdpde ${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}

const inCluster = (command: string, ...args: string[]) => execFileSync(CLUSTER, [command, ...args], { encoding: "utf8" });

/** A Slurm of two nodes while the action runs; its folder is removed. */
export async function withCluster<Result>(action: (cluster: string) => Promise<Result>): Promise<Result> {
  const cluster = mkdtempSync(join(tmpdir(), "bdpde-slurm-"));
  inCluster("start", cluster);
  process.env.SLURM_CONF = join(cluster, "slurm.conf");
  try {
    return await action(cluster);
  } finally {
    inCluster("stop", cluster);
    delete process.env.SLURM_CONF;
    rmSync(cluster, { recursive: true, force: true });
  }
}

/** The same ensemble by one process, by eight on this machine, by two Slurm nodes, and by two of which one is killed, with a worker, and a shard damaged. */
export async function measureEngines(
  cluster: string,
  sizes: EngineSizes,
  onRun: (run: EngineRun) => void = () => {},
): Promise<EngineRun[]> {
  const { replicas, n, dt, minutes } = sizes;
  const folder = mkdtempSync(join(tmpdir(), "bdpde-engines-"));
  const problem = join(root, "grids/double-well.json");
  const given = [problem, "--n", String(n), "--dt", String(dt), "--replicas", String(replicas), "--seed", "7"];
  const slurm = ["--engine", "slurm", "--minutes", String(minutes)];
  const runs: EngineRun[] = [];
  const measure = async (name: string, compute: (dir: string, notes: string[]) => Promise<void> | void) => {
    const dir = join(folder, String(runs.length));
    const notes: string[] = [];
    required("ensemble", "create", ...given, "--dir", dir);
    const started = performance.now();
    await compute(dir, notes);
    const seconds = (performance.now() - started) / 1000;
    const file = join(folder, `${runs.length}.json`);
    required("ensemble", "merge", dir, "--summary", file);
    const run = { name, summary: readFileSync(file, "utf8"), seconds, notes };
    runs.push(run);
    onRun(run);
  };
  try {
    await measure("one process", (dir) => void required("ensemble", "run", "--dir", dir, "--workers", "1"));
    await measure("eight processes", (dir) => void required("ensemble", "submit", dir, "--engine", "local", "--workers", "8"));
    await measure("two Slurm nodes", (dir) => void required("ensemble", "submit", dir, ...slurm, "--wait"));
    await measure("two Slurm nodes, hurt", async (dir, notes) => {
      required("ensemble", "submit", dir, ...slurm);
      await until(() => shardsIn(dir).length >= 2 && workersOf(dir).length >= 2, 60);
      const [victim] = workersOf(dir).filter(({ node }) => node === "n2");
      if (victim !== undefined) {
        process.kill(victim.pid, "SIGKILL");
        notes.push("a worker of n2 killed");
      }
      inCluster("kill-node", cluster, "n1");
      notes.push("n1 killed");
      const [shard] = shardsIn(dir);
      flipBit(join(dir, "shards", shard));
      notes.push(`${shard} damaged`);
      await until(() => queueOf().length === 0, 180);
      notes.push(...bookOf(dir));
    });
    inCluster("start-node", cluster, "n1");
    return runs;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const shardsIn = (dir: string) => readdirSync(join(dir, "shards")).filter((name) => name.endsWith(".npz"));

/** Damaged shards that were set aside. */
const bookOf = (dir: string) =>
  readdirSync(join(dir, "shards")).flatMap((name) => (name.endsWith(".damaged") ? [`${name} set aside`] : []));

/** The jobs that wait or run. */
export function queueOf(): string[] {
  return execFileSync("squeue", ["--noheader", "--format=%i"], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line !== "");
}

/** The processes of bdpde that Slurm runs on a folder, with the node of each. */
function workersOf(dir: string): { pid: number; node: string }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0");
        if (!command.includes("work") || !command.includes(dir) || !command[0].endsWith("node")) return [];
        const [, node] = /SLURMD_NODENAME=(\w+)/.exec(readFileSync(`/proc/${name}/environ`, "utf8")) ?? [];
        return node === undefined ? [] : [{ pid: Number(name), node }];
      } catch {
        // It has ended.
        return [];
      }
    });
}

function flipBit(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1] ^= 1;
  writeFileSync(path, bytes);
}

export async function until(condition: () => boolean, seconds: number): Promise<void> {
  for (let waited = 0; !condition(); waited += 0.1) {
    if (waited > seconds) throw new Error(`still not so after ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
