import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { formatTask } from "../../src/cli/ensemble-work.ts";
import { readParticles } from "../../src/files/read-particles.ts";
import { SKEWED_WELL } from "../fixtures.ts";
import { bdpde, builtCommand, emptyFolder, grids, spawnBdpde } from "./run.ts";

const wells = join(grids, "double-well.json");
const NOBODY = 65534;
const SMALL = ["--n", "50", "--dt", "0.05", "--replicas", "40"];

const run = (dir: string, ...more: string[]) => bdpde("ensemble", "run", wells, "--dir", dir, ...SMALL, "--workers", "1", ...more);
const shards = (dir: string) => readdirSync(join(dir, "shards")).sort();
const particlesIn = async (path: string) => {
  const { notes: _, ...found } = await readParticles(path, { variables: ["x"], referenceTimes: [0, 0.25, 0.5, 1] });
  return found;
};
const folder = () => join(emptyFolder(), "ensemble");

describe("an ensemble", () => {
  test("is run, merged and summarised with the numbers of particles, to the byte", async () => {
    const dir = folder();
    expect(await run(dir, "--particles")).toMatchObject({ code: 0, stdout: expect.stringContaining("all 40 replicas are in") });
    const status = await bdpde("ensemble", "status", dir);
    expect(status).toMatchObject({ code: 0, stdout: expect.stringContaining("40 of 40 replicas, in 3 shards") });
    const [one, other] = [`${dir}.npz`, `${dir}-particles.npz`];
    const merged = await bdpde("ensemble", "merge", dir, "--summary", "-", "--out", one);
    expect(merged.code).toBe(0);
    const particles = await bdpde("particles", wells, ...SMALL, "--workers", "1", "--summary", "-", "--out", other);
    const { covariances, ...summary } = JSON.parse(merged.stdout);
    const { elapsedSeconds: _, ...expected } = JSON.parse(particles.stdout);
    expect(summary).toEqual(expected);
    expect(readFileSync(one).equals(readFileSync(other))).toBe(true);
    const table = `${dir}.parquet`;
    expect((await bdpde("ensemble", "merge", dir, "--out", table)).code).toBe(0);
    expect(await particlesIn(table)).toEqual(await particlesIn(one));
    const { nCovariance } = covariances[1];
    // The diagonal of the covariance is n Var: sums of the same squares, in the same order.
    expect(nCovariance[0][0]).toBe(summary.snapshots[1].observables.mean.nVariance);
    expect(nCovariance[0][1]).toBe(nCovariance[1][0]);
  });

  test("of weighted particles at a temperature, under a smoothed reaction, has the numbers of particles and is compared as they are", async () => {
    const dir = folder();
    const path = `${dir}.json`;
    const reaction = { type: "free-energy", bandwidth: 0.3 };
    writeFileSync(
      path,
      JSON.stringify({ name: "warm", ...SKEWED_WELL, ...{ temperature: 0.4, reaction, time: { end: 0.2, snapshots: [0.2] } } }),
    );
    const options = [
      "--scheme",
      "weighted",
      "--resample-below",
      "0.99",
      "--n",
      "40",
      "--dt",
      "0.05",
      "--replicas",
      "20",
      "--workers",
      "1",
    ];
    expect(await bdpde("ensemble", "run", path, "--dir", dir, ...options, "--particles")).toMatchObject({ code: 0 });
    const [one, other, reference] = [`${dir}.npz`, `${dir}-particles.npz`, `${dir}.nc`];
    const merged = await bdpde("ensemble", "merge", dir, "--summary", "-", "--out", one);
    const particles = await bdpde("particles", path, ...options, "--summary", "-", "--out", other);
    const { covariances: _, ...summary } = JSON.parse(merged.stdout);
    const { elapsedSeconds: __, ...expected } = JSON.parse(particles.stdout);
    expect(summary).toEqual(expected);
    expect(readFileSync(one).equals(readFileSync(other))).toBe(true);
    expect((await bdpde("reference", path, "--tolerance", "1e-3", "--out", reference)).code).toBe(0);
    const [folderOf, fileOf] = [await bdpde("compare", reference, dir), await bdpde("compare", reference, one)];
    expect(fileOf.code).not.toBe(1);
    expect(fileOf.stdout).toMatch(/noise model: .*\n.* weighted\n/);
    expect(folderOf.stdout).toBe(fileOf.stdout);
  });

  test("with replicas missing ends with 3 and says which; what is there can be merged", async () => {
    const dir = folder();
    await run(dir);
    rmSync(join(dir, "shards", shards(dir)[1]));
    expect(await bdpde("ensemble", "status", dir)).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(/24 of 40 replicas, in 2 shards\nmissing: {2}16 replicas: 16-31\nnothing is running/),
    });
    const refused = await bdpde("ensemble", "merge", dir, "--summary", "-");
    expect(refused).toMatchObject({ code: 3, stdout: "", stderr: expect.stringContaining("16 of 40 replicas are missing: 16-31") });
    const partial = await bdpde("ensemble", "merge", dir, "--partial", "--summary", "-");
    expect(partial.code).toBe(3);
    expect(JSON.parse(partial.stdout)).toMatchObject({ replicas: 24, missing: [{ from: 16, to: 32 }] });
    expect(await bdpde("ensemble", "run", "--dir", dir, "--workers", "1")).toMatchObject({ code: 0 });
    expect((await bdpde("ensemble", "merge", dir)).code).toBe(0);
  });

  test("with a damaged shard says so in one line, and computes that one alone again", async () => {
    const dir = folder();
    await run(dir);
    const [first, second, third] = shards(dir);
    const kept = [first, third].map((name) => statSync(join(dir, "shards", name)).ino);
    truncateSync(join(dir, "shards", second), 500);
    expect((await bdpde("ensemble", "status", dir)).stdout).toMatch(/damaged: {2}shards\/00000016-00000032.* is truncated/);
    const again = await run(dir);
    expect(again.code).toBe(0);
    expect(again.stderr.match(/^warning: .*$/gm)).toEqual([expect.stringMatching(/00000016-00000032.*truncated.*computed again/)]);
    expect([first, third].map((name) => statSync(join(dir, "shards", name)).ino)).toEqual(kept);
    expect(shards(dir)).toEqual([first, second, `${second}.damaged`, third]);
  });

  test("with a damaged shard in a folder that cannot be written says so, and changes nothing", async () => {
    const dir = folder();
    await run(dir);
    const name = shards(dir)[1];
    truncateSync(join(dir, "shards", name), 500);
    chmodSync(dirname(dir), 0o755);
    chmodSync(join(dir, "shards"), 0o555);
    // Root may write everywhere.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(NOBODY);
    const outcome = await bdpde("ensemble", "run", "--dir", dir, "--workers", "1");
    if (isRoot) process.seteuid?.(0);
    expect(outcome).toMatchObject({ code: 2, stdout: "" });
    expect(outcome.stderr).toMatch(/^error: --dir = .*: shards\/00000016-.* is truncated: .*, and cannot be set aside \(no permission\); make the folder writable and run the command again\n$/); // biome-ignore format: one call
    expect(shards(dir)[1]).toBe(name);
    chmodSync(join(dir, "shards"), 0o755);
  });

  test.runIf(existsSync("/dev/shm") && statSync("/dev/shm").dev !== statSync(tmpdir()).dev)(
    "on two file systems is refused before anything is computed",
    async () => {
      const dir = folder();
      await bdpde("ensemble", "create", wells, "--dir", dir, ...SMALL);
      rmSync(join(dir, "work"), { recursive: true });
      const elsewhere = mkdtempSync("/dev/shm/bdpde-");
      symlinkSync(elsewhere, join(dir, "work"));
      const outcome = await run(dir);
      rmSync(elsewhere, { recursive: true });
      expect(outcome).toMatchObject({ code: 2, stderr: expect.stringMatching(/^error: .*shards\/ and work\/ on two file systems; have both on one/) }); // biome-ignore format: one call
      expect(shards(dir)).toEqual([]);
    },
  );

  test("is refused in one message where options or the folder cannot be meant", async () => {
    const dir = folder();
    await run(dir);
    const cases: [string[], RegExp][] = [
      [["run", wells, "--dir", dir, ...SMALL, "--seed", "1"], /^error: --dir = .*: holds another ensemble: its seed is 0, and this one's 1; choose another folder\n$/],
      [["run", "--dir", dir, "--n", "3"], /--n = 3: is an option of a new ensemble/],
      [["run", wells, "--dir", grids], /holds other files and no ensemble/],
      [["run", wells, "--dir", join(dir, "ensemble.json")], /^error: --dir/],
      [["run", wells, "--dir", "/proc/none/below"], /^error: --dir = "\/proc\/none\/below": cannot be written .*; choose another folder\n$/],
      [["run", wells, "--dir", `${dir}-2`, "--dt", "0.3"], /--dt = 0.3/],
      [["status", grids], /holds no ensemble; give the folder/],
      [["merge", dir, "--out", `${dir}.npz`], /the shards hold no particles/],
      [["merge", dir, "--out", `${dir}.csv`], /the shards hold no particles/],
      [["submit", dir, "--engine", "abacus"], /--engine = "abacus"/],
      [["run", wells], /required option '--dir/],
    ]; // biome-ignore format: a table
    for (const [args, message] of cases) {
      const outcome = await bdpde("ensemble", ...args);
      expect([args, outcome.code]).toEqual([args, 2]);
      expect(outcome.stderr).toMatch(message);
    }
    expect(shards(dir).length).toBe(3);
  });
});

describe("processes that share a folder", () => {
  const LARGE = ["--n", "600", "--dt", "0.01", "--replicas", "96", "--workers", "1"];
  const args = (dir: string) => ["ensemble", "run", wells, "--dir", dir, ...LARGE];
  const summaryOf = async (dir: string) => (await bdpde("ensemble", "merge", dir, "--summary", "-")).stdout;

  test("compute each shard once, and their merged bytes are those of one process", async () => {
    const [dir, other, third] = [folder(), folder(), folder()];
    const both = await Promise.all([spawnBdpde(args(dir)), spawnBdpde(args(dir))]);
    expect(both).toMatchObject([{ code: 0 }, { code: 0 }]);
    expect(shards(dir).length).toBe(6);
    expect(readdirSync(join(dir, "work"))).toEqual([]);
    await bdpde("ensemble", "create", wells, "--dir", other, ...LARGE.slice(0, 6));
    expect(await spawnBdpde(["ensemble", "submit", other, "--engine", "local", "--workers", "2"])).toMatchObject({ code: 0 });
    await bdpde(...args(third));
    expect(new Set([await summaryOf(dir), await summaryOf(other), await summaryOf(third)]).size).toBe(1);
  });

  test("a disk that is full stops it with one message, and what was done stays", async () => {
    const dir = folder();
    await bdpde(...args(dir).slice(0, -2), "--workers", "1", "--replicas", "16");
    // Files may have 8 kB: as on a full disk, the write fails.
    const command = [process.execPath, builtCommand(), ...args(dir)].map((word) => `"${word}"`).join(" ");
    const child = spawn("bash", ["-c", `ulimit -f 8; exec ${command}`], { stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect(code).toBe(74);
    expect(stderr.match(/^error: .*$/gm)).toEqual([expect.stringMatching(/a shard could not be written \(larger than files may be there\); 16 of 96 replicas are there and stay/)]); // biome-ignore format: one call
    expect(readdirSync(join(dir, "work"))).toEqual([]);
    expect(shards(dir).length).toBe(1);
  });

  test("a task of a list computes its replicas and no others", async () => {
    const dir = folder();
    await bdpde("ensemble", "create", wells, "--dir", dir, ...SMALL);
    const list = `${dir}.txt`;
    writeFileSync(list, [[{ from: 0, to: 16 }], [{ from: 16, to: 32 }, { from: 32, to: 40 }]].map(formatTask).join("\n")); // biome-ignore format: two tasks
    expect(await bdpde("ensemble", "work", dir, "--list", list, "--line", "2")).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(shards(dir).map((name) => name.slice(0, 17))).toEqual(["00000016-00000032", "00000032-00000040"]);
    expect(await bdpde("ensemble", "work", dir, "--list", list, "--line", "3")).toMatchObject({ code: 2 });
  });
});
