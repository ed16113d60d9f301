import { execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { bdpde, builtCommand, emptyFolder, type Outcome, spawnBdpde } from "./run.ts";

const isRoot = process.getuid?.() === 0;
const NOBODY = 65534;

/** Its states take about 3 kB each, one a snapshot and the last one beside. */
const PROBLEM = {
  name: "kept",
  variables: { x: { min: -4, max: 4, cells: 256 } },
  potential: { F: "0.25*(x^2-1)^2 + 0.15*x" },
  alpha: 2,
  initial: { x: { type: "normal", mean: 0.1, sd: 0.6 } },
  time: { end: 0.4, snapshots: 40 },
  observables: { mean: "x" },
};

function problemFile(): string {
  const folder = emptyFolder();
  // Nobody reads it too.
  chmodSync(folder, 0o755);
  const path = join(folder, "problem.json");
  writeFileSync(path, JSON.stringify(PROBLEM));
  return path;
}

/** The command in a shell where no file may grow beyond some kB: as on a full disk, writing fails. */
function withSmallFiles(kilobytes: number, args: readonly string[]): Promise<Outcome> {
  const command = [process.execPath, builtCommand(), ...args].map((word) => `"${word}"`).join(" ");
  const child = spawn("bash", ["-c", `ulimit -f ${kilobytes}; exec ${command}`], { stdio: ["ignore", "pipe", "pipe"] });
  const outcome: Outcome = { code: null, stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].on("data", (chunk) => {
      outcome[name] += chunk;
    });
  }
  return new Promise((done) => child.on("close", (code) => done({ ...outcome, code })));
}

/** A small disk of its own, that can be made larger. @param limits of a tmpfs. */
async function withDisk(limits: string, action: (folder: string, enlarge: () => void) => Promise<void>): Promise<void> {
  const folder = emptyFolder();
  execFileSync("mount", ["-t", "tmpfs", "-o", limits, "tmpfs", folder]);
  try {
    await action(folder, () => execFileSync("mount", ["-o", "remount,size=8m,nr_inodes=1000", folder]));
  } finally {
    execFileSync("umount", [folder]);
  }
}

async function canMount(): Promise<boolean> {
  if (!isRoot) return false;
  try {
    await withDisk("size=64k", async () => {});
    return true;
  } catch {
    return false;
  }
}

const mounts = await canMount();
const timeless = (text: string) => JSON.stringify({ ...JSON.parse(text), elapsedSeconds: null });
const warnings = (stderr: string) => stderr.match(/^(warning|error): .*$/gm) ?? [];

describe("solve --checkpoint", () => {
  const solve = (file: string, folder: string) => [
    "solve",
    file,
    "--checkpoint",
    folder,
    "--checkpoint-every",
    "1e-9",
    "--summary",
    "-",
  ];
  const FULL = /^warning: .* cannot be written \(.*\): what is done now would be computed again$/;

  test("where states are too large for the disk ends with its numbers, says so once, and leaves nothing that is not whole", async () => {
    const [file, folder] = [problemFile(), join(emptyFolder(), "kept")];
    const plain = await bdpde("solve", file, "--summary", "-");
    const { code, stdout, stderr } = await withSmallFiles(2, solve(file, folder));
    expect([code, timeless(stdout)]).toEqual([0, timeless(plain.stdout)]);
    expect(warnings(stderr)).toEqual([expect.stringMatching(FULL)]);
    expect(readdirSync(folder)).toEqual(["kept.json"]);
  });

  test.runIf(mounts)(
    "on a disk that fills up on the way keeps what it had, and goes on from there where there is room again",
    async () => {
      const file = problemFile();
      const plain = await bdpde("solve", file, "--summary", "-");
      await withDisk("size=64k", async (disk, enlarge) => {
        const folder = join(disk, "kept");
        const full = await spawnBdpde(solve(file, folder));
        expect([full.code, timeless(full.stdout)]).toEqual([0, timeless(plain.stdout)]);
        expect(warnings(full.stderr)).toEqual([expect.stringMatching(FULL)]);
        expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
        enlarge();
        const again = await spawnBdpde(solve(file, folder));
        expect([again.code, timeless(again.stdout)]).toEqual([0, timeless(plain.stdout)]);
        const [, time] = /^goes on from t = (0\.\d+) \(step \d+\)$/m.exec(again.stderr) ?? [];
        expect(Number(time)).toBeGreaterThan(0);
        expect(Number(time)).toBeLessThan(0.4);
        expect(warnings(again.stderr)).toEqual([]);
      });
    },
  );

  test("in a folder that may not be written is refused before any work, with one message", async () => {
    const [file, above] = [problemFile(), emptyFolder()];
    const refused = await asReader(above, () => bdpde(...solve(file, join(above, "kept"))));
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toMatch(/^error: --checkpoint = .*: cannot be used \(.*\); choose another folder\n$/);
  });
});

describe("ensemble run", () => {
  const run = (file: string, dir: string) => ["ensemble", "run", file, "--dir", dir, "--n", "100", "--dt", "0.01", "--replicas", "64", "--shard", "16", "--workers", "1"]; // biome-ignore format: one command
  const summaryOf = async (dir: string) => (await bdpde("ensemble", "merge", dir, "--summary", "-")).stdout;
  const shardsIn = (dir: string) => readdirSync(join(dir, "shards")).sort();

  test.runIf(mounts)(
    "on a disk that fills up on the way stops with one message, and goes on where there is room again",
    async () => {
      const [file, whole] = [problemFile(), join(emptyFolder(), "whole")];
      expect(await bdpde(...run(file, whole))).toMatchObject({ code: 0 });
      // The command asks for the room that it needs before it begins; it cannot know that there may be so few files: those of the folders, of the description and two shards.
      await withDisk("size=8m,nr_inodes=7", async (disk, enlarge) => {
        const dir = join(disk, "ensemble");
        const full = await spawnBdpde(run(file, dir));
        expect([full.code, full.stderr]).toEqual([74, full.stderr]);
        expect(warnings(full.stderr)).toEqual([expect.stringMatching(/^error: .*could not be written .*; \d+ of 64 replicas are there and stay/)]); // biome-ignore format: one call
        const there = shardsIn(dir);
        expect(there.length).toBeGreaterThan(0);
        expect(there.length).toBeLessThan(4);
        expect(readdirSync(join(dir, "work"))).toEqual([]);
        const inodes = there.map((name) => statSync(join(dir, "shards", name)).ino);
        enlarge();
        expect(await spawnBdpde(run(file, dir))).toMatchObject({ code: 0 });
        expect(there.map((name) => statSync(join(dir, "shards", name)).ino)).toEqual(inodes);
        expect(await summaryOf(dir)).toBe(await summaryOf(whole));
      });
    },
  );

  test("to a folder that may not be written is refused before any work, with one message", async () => {
    const [file, above] = [problemFile(), emptyFolder()];
    const refused = await asReader(above, () => bdpde(...run(file, join(above, "ensemble"))));
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toMatch(/^error: --dir = .*: cannot be written \(.*\); choose another folder\n$/);
  });

  test("of a folder that has become one to read only is refused with one message, and what was done stays", async () => {
    const [file, above] = [problemFile(), emptyFolder()];
    const dir = join(above, "ensemble");
    expect(await bdpde(...run(file, dir))).toMatchObject({ code: 0 });
    const before = shardsIn(dir).map((name) => readFileSync(join(dir, "shards", name), "base64"));
    const more = ["ensemble", "run", "--dir", dir, "--replicas", "80", "--workers", "1"];
    for (const name of ["shards", "work"]) chmodSync(join(dir, name), 0o555);
    const refused = await asReader(dir, () => bdpde(...more));
    for (const name of ["shards", "work"]) chmodSync(join(dir, name), 0o755);
    expect(refused.code).toBeGreaterThan(0);
    expect(warnings(refused.stderr)).toHaveLength(1);
    expect(shardsIn(dir).map((name) => readFileSync(join(dir, "shards", name), "base64"))).toEqual(before);
  });
});

/** Runs where the folder may be read only: by its mode, and as nobody where the test is root, whom no mode stops. */
async function asReader(folder: string, action: () => Promise<Outcome>): Promise<Outcome> {
  if (!existsSync(folder)) mkdirSync(folder);
  chmodSync(dirname(folder), 0o755);
  chmodSync(folder, 0o555);
  if (isRoot) process.seteuid?.(NOBODY);
  try {
    return await action();
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(folder, 0o755);
  }
}
