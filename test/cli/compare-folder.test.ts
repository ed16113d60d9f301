import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Comparison } from "../../src/comparison/comparison.ts";
import { encodeNpz } from "../../src/files/npz.ts";
import { readParticles } from "../../src/files/read-particles.ts";
import { createProblem, type Problem } from "../../src/problem/problem.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { largeTest, sized } from "../sizes.ts";
import { bdpde, emptyFolder } from "./run.ts";

const AT = emptyFolder();
const at = (name: string) => join(AT, name);
const DEFINITION = {
  name: "well",
  variables: { x: { min: -4, max: 4, cells: 128 } },
  potential: { F: "x^2/2" },
  alpha: 1,
  initial: { x: { type: "normal" as const, mean: 1, sd: 0.5 } },
  time: { end: 0.5, snapshots: [0, 0.5] },
  observables: { mean: "x", second: "x^2" },
} satisfies ProblemInput;
const REPLICAS = 40;
const SIZES = ["--n", "200", "--dt", "0.05", "--replicas", String(REPLICAS), "--seed", "3", "--workers", "1"];

let problem: Problem;
let whole: Comparison;

const compare = (particles: string, ...more: string[]) => bdpde("compare", at("ref.nc"), particles, ...more);

async function judged(particles: string, ...more: string[]): Promise<Comparison> {
  const { code, stdout, stderr } = await compare(particles, "--summary", "-", ...more);
  expect([0, 1, 3], stderr).toContain(code);
  return JSON.parse(stdout) as Comparison;
}

beforeAll(async () => {
  problem = await createProblem(structuredClone(DEFINITION));
  writeFileSync(at("p.json"), JSON.stringify(DEFINITION));
  await bdpde("reference", at("p.json"), "--out", at("ref.nc"));
  await bdpde("particles", at("p.json"), ...SIZES, "--out", at("all.npz"));
  await bdpde("ensemble", "run", at("p.json"), "--dir", at("counts"), ...SIZES, "--shard", "7");
  await bdpde("ensemble", "run", at("p.json"), "--dir", at("kept"), ...SIZES, "--particles");
  whole = await judged(at("all.npz"));
});

/** The same evidence, whose sums may round otherwise: p-values and distances to some digits. */
function expectSame(found: Comparison): void {
  expect([found.verdict, found.replicas, found.n]).toEqual([whole.verdict, REPLICAS, 200]);
  found.means.forEach((mean, i) => {
    expect(mean.particles).toBeCloseTo(whole.means[i].particles, 12);
    expect(mean.pValue).toBeCloseTo(whole.means[i].pValue, 8);
  });
  found.distances?.forEach((distance, s) => {
    expect(distance.distance).toBeCloseTo(whole.distances?.[s].distance ?? Number.NaN, 12);
  });
  found.divergences?.forEach(({ mmdSquared: mmd, kl }, s) => {
    const expected = whole.divergences?.[s];
    expect(kl?.value).toBeCloseTo(expected?.kl?.value ?? Number.NaN, 12);
    expect(kl?.cells).toBe(expected?.kl?.cells);
    // Of counts of groups of replicas it is another estimate of the same.
    expect(Math.abs((mmd?.withoutNoise ?? Number.NaN) - (expected?.mmdSquared?.withoutNoise ?? Number.NaN))).toBeLessThan(
      4 * expected!.mmdSquared!.withoutNoiseError,
    );
    expect(mmd?.independentDraws).toBeCloseTo(expected?.mmdSquared?.independentDraws ?? Number.NaN, 12);
  });
  expect(found.divergences?.length).toBe(2);
  expect(found.gaps?.length).toBe(2);
  found.gaps?.forEach(({ reference, particles, replicas }, s) => {
    const expected = whole.gaps![s];
    expect(reference).toBe(expected.reference);
    // An ensemble has the gap of every replica, a file those of the first 16.
    expect(Math.abs(particles! - expected.particles!)).toBeLessThan(4 * expected.standardError);
    expect([16, REPLICAS]).toContain(replicas);
  });
}

describe("compare of an ensemble's folder", () => {
  test.each(["counts", "kept"])("says what compare says of one file: %s", async (name) => {
    const found = await judged(at(name));
    expectSame(found);
    expect(found.reasons).toEqual(whole.reasons);
    expect(found.outside.total).toBe(REPLICAS * 2 * 200);
  });

  test("says of particles with weights what compare says of their file", async () => {
    // The effect of steps of dt = 0.05 on the means would be found, of 0.0125 is a fourth of it.
    const weighted = [...SIZES, "--dt", sized("0.0125", "0.005"), "--scheme", "weighted", "--resample-below", "0.98"];
    await bdpde("particles", at("p.json"), ...weighted, "--out", at("weighted.npz"));
    await bdpde("ensemble", "run", at("p.json"), "--dir", at("weighted"), ...weighted, "--shard", "7");
    await bdpde("ensemble", "run", at("p.json"), "--dir", at("weighted kept"), ...weighted, "--particles");
    const merged = await bdpde("ensemble", "merge", at("weighted kept"), "--out", at("merged.npz"));
    expect(merged.code, merged.stderr).toBe(0);
    expect(merged.stdout).toContain("eff. n");
    expect(readFileSync(at("merged.npz"))).toEqual(readFileSync(at("weighted.npz")));
    const [file, counts] = [await judged(at("weighted.npz")), await judged(at("weighted"))];
    expect(file.verdict).toBe("consistent");
    expect([counts.verdict, counts.replicas, counts.n]).toEqual([file.verdict, REPLICAS, 200]);
    counts.means.forEach((mean, i) => {
      expect(mean.particles).toBeCloseTo(file.means[i].particles, 12);
      expect(mean.pValue).toBeCloseTo(file.means[i].pValue, 8);
    });
    // Profiles are of 2^-27.
    counts.distances?.forEach((distance, s) => {
      expect(distance.distance).toBeCloseTo(file.distances?.[s].distance ?? Number.NaN, 7);
    });
    counts.effectiveSizes?.forEach(({ least }, s) => {
      expect(least).toBeCloseTo(file.effectiveSizes?.[s].least ?? Number.NaN, 6);
    });
    expect(counts.effectiveSizes?.length).toBe(2);
  });

  test("takes what is there, and warns of what is missing or damaged", async () => {
    await bdpde("ensemble", "run", at("p.json"), "--dir", at("hurt"), ...SIZES, "--shard", "16");
    const [first, second] = readdirSync(at("hurt/shards")).sort();
    rmSync(join(at("hurt/shards"), second));
    const partial = await compare(at("hurt"), "--summary", "-");
    expect(partial.stderr).toMatch(/warning: 16 of 40 replicas are missing: 16-31/);
    expect(JSON.parse(partial.stdout).replicas).toBe(24);
    const path = join(at("hurt/shards"), first);
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1] ^= 1;
    writeFileSync(path, bytes);
    const { code, stderr } = await compare(at("hurt"));
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`error: .*shards/${first} is damaged in (rows|profiles); bdpde ensemble status`));
  });

  largeTest("needs particles for observables and grids that the ensemble does not have", async () => {
    const others = [
      ["grid", { variables: { x: { min: -4, max: 4, cells: 96 } } }],
      ["third", { observables: { mean: "x", third: "x^3" } }],
    ] as const;
    for (const [name, changes] of others.slice(0, sized(1, 2))) {
      writeFileSync(at(`${name}.json`), JSON.stringify({ ...DEFINITION, ...changes }));
      await bdpde("reference", at(`${name}.json`), "--out", at(`${name}.nc`));
      const without = await bdpde("compare", at(`${name}.nc`), at("counts"));
      expect(without.code, name).toBe(2);
      expect(without.stderr).toMatch(/no particles; run the ensemble with --particles/);
      const [kept, file] = [at("kept"), at("all.npz")].map((path) =>
        bdpde.bind(null, "compare", at(`${name}.nc`), path, "--summary", "-"),
      );
      const [found, expected] = [JSON.parse((await kept()).stdout), JSON.parse((await file()).stdout)] as [Comparison, Comparison];
      expect([found.verdict, found.means.map(({ observable }) => observable)]).toEqual([
        expected.verdict,
        expected.means.map(({ observable }) => observable),
      ]);
      for (const [i, mean] of found.means.entries()) expect(mean.particles).toBeCloseTo(expected.means[i].particles, 12);
    }
  });
});

describe("compare of a folder of files", () => {
  /** Files of `sizes` replicas each, those of all.npz in order but for `order`. */
  async function split(name: string, sizes: readonly number[], dtOfOthers = 0.05): Promise<string> {
    const all = await readParticles(at("all.npz"), { variables: ["x"], referenceTimes: [0, 0.5] });
    mkdirSync(at(name), { recursive: true });
    let from = 0;
    sizes.forEach((replicas, k) => {
      const each = 2 * 200;
      const records = Array.from({ length: replicas }, (_, replica) => {
        const positions = all.theta.slice((from + replica) * each, (from + replica + 1) * each);
        return { replica, table: new Float64Array(0), positions, profile: null };
      });
      const particles = { scheme: "algorithm-1", n: 200, dt: k > 0 ? dtOfOthers : 0.05, seed: 3, replicas, records } as const;
      writeFileSync(join(at(name), `part-${k + 1}.npz`), encodeNpz(problem, particles));
      from += replicas;
    });
    return at(name);
  }

  test("of one or more replicas each says what compare says of one file", async () => {
    const found = await judged(await split("parts", [1, 5, 3, 2, 9, 4, 6, 1, 1, 1, 7]));
    expectSame(found);
    expect(found.reasons).toEqual(whole.reasons);
    expect(found.notes.join()).toMatch(/11 files, in the order of the numbers/);
  });

  test("refuses copies in different files, of other sizes, folders within and nothing", async () => {
    const copies = await split("copies", [10, 10, 20]);
    copyFileSync(join(copies, "part-2.npz"), join(copies, "part-4.npz"));
    const { code, stderr } = await compare(copies);
    expect(code).toBe(2);
    expect(stderr).toMatch(/copies of each other: part-2.npz, part-4.npz/);
    const other = await split("other", [10, 10], 0.1);
    expect((await compare(other)).stderr).toMatch(/part-2.npz: its dt is 0.1, and that of part-1.npz 0.05/);
    const mixed = await split("mixed", [10]);
    for (const [name, args, message] of [
      ["size", ["--n", "100"], /part-size.npz: its n is 100, and that of part-1.npz 200/],
      ["times", ["--n", "200", "--end", "0.25"], /part-times.npz: /],
    ] as const) {
      const path = join(mixed, `part-${name}.npz`);
      const options = ["--dt", "0.05", "--replicas", "9", "--seed", "8", "--workers", "1", "--out", path];
      await bdpde("particles", at("p.json"), ...args, ...options);
      expect(await compare(mixed), name).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
      rmSync(path);
    }
    writeFileSync(join(mixed, "part-2.parquet"), "");
    expect(await compare(mixed)).toMatchObject({ code: 2, stderr: expect.stringMatching(/part-2.parquet: is empty/) });
    mkdirSync(join(other, "more"));
    expect((await compare(other)).stderr).toMatch(/holds a folder, more, which would not be read/);
    mkdirSync(at("empty"));
    expect(await compare(at("empty"))).toMatchObject({ code: 2, stderr: expect.stringContaining("holds no files") });
    const broken = await split("broken", [10, 10]);
    writeFileSync(join(broken, "part-2.npz"), readFileSync(join(broken, "part-2.npz")).subarray(0, 500));
    expect(await compare(broken)).toMatchObject({ code: 2, stderr: expect.stringMatching(/part-2.npz/) });
  });
});
