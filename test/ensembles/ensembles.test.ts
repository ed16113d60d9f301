import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { type ComputeOptions, computeShards, removeLeftOvers } from "../../src/ensembles/compute.ts";
import { openFolder, readFolder, shardsOf, workOf } from "../../src/ensembles/folder.ts";
import { mergeShards } from "../../src/ensembles/merge.ts";
import { createPlan, digestOfPlan, type PlanOptions, type Range, shardName } from "../../src/ensembles/plan.ts";
import { groupStarts, type OpenEnsemble, readShard } from "../../src/ensembles/shard-file.ts";
import { cutIntoShards, setAside, survey } from "../../src/ensembles/survey.ts";
import { takePlace } from "../../src/files/part-file.ts";
import { readParticles } from "../../src/files/read-particles.ts";
import { addPoints, cumulate, profileLength, projectionsOf } from "../../src/measures/distance-profile.ts";
import { createStream } from "../../src/numerics/random.ts";
import { simulate } from "../../src/particles/simulate.ts";
import { createProblem } from "../../src/problem/problem.ts";
import { problemOf } from "../fixtures.ts";

const REPLICAS = 100;
const SMALL = { scheme: "algorithm-1", n: 20, dt: 0.05, seed: 5, particles: false, replicas: REPLICAS } as const;

const problem = await problemOf({
  potential: { F: "0.25*(x^2-1)^2 + 0.1*x" },
  alpha: 4,
  time: { end: 0.1, snapshots: 2 },
  observables: { mean: "x", second: "x^2" },
});

const emptyFolder = () => join(mkdtempSync(join(tmpdir(), "bdpde-ensemble-")), "folder");

function open(folder: string, changes: Partial<PlanOptions> = {}): OpenEnsemble {
  return openFolder(folder, createPlan(problem, { ...SMALL, ...changes }), problem);
}

/** Computes what is missing. @returns the shards that were computed */
async function complete(ensemble: OpenEnsemble, options: Partial<ComputeOptions> = {}): Promise<Range[]> {
  const computed: Range[] = [];
  await computeShards(ensemble, {
    shards: cutIntoShards(survey(ensemble, { check: true }).missing, ensemble.plan.shard),
    workers: 1,
    clock: () => 0,
    pause: () => Promise.resolve(),
    ...options,
    onShard(shard) {
      computed.push(shard);
      options.onShard?.(shard);
    },
  });
  return computed;
}

function merged(ensemble: OpenEnsemble): string {
  const summary = mergeShards(ensemble, survey(ensemble, { check: true }));
  return JSON.stringify([summary.snapshots(), summary.covariances()]);
}

function changePlan(folder: string, change: (plan: object) => void): void {
  const path = join(folder, "ensemble.json");
  const plan = JSON.parse(readFileSync(path, "utf8"));
  change(plan);
  writeFileSync(path, JSON.stringify(plan));
}

const shardsIn = ({ folder }: OpenEnsemble) => readdirSync(shardsOf(folder)).sort();
const first = (ensemble: OpenEnsemble) => shardName(ensemble.digest, { from: 0, to: 16 });

describe("merged results", () => {
  test("have the same bytes for every number of workers and size of shards, and are those of simulate", async () => {
    const { snapshots } = await simulate(problem, { ...SMALL, workers: 1 });
    const results = new Set<string>();
    for (const [workers, shard] of [[1, 16], [2, 32], [3, 48], [1, 7], [1, 1000]]) {
      const ensemble = open(emptyFolder(), { shard });
      const computed = await complete(ensemble, { workers });
      expect(computed.length).toBe(Math.ceil(REPLICAS / shard));
      results.add(merged(ensemble));
    } // biome-ignore format: a table
    expect(results.size).toBe(1);
    expect(JSON.parse([...results][0])[0]).toEqual(JSON.parse(JSON.stringify(snapshots)));
  });

  test("do not depend on shards of several sizes that overlap", async () => {
    const ensemble = open(emptyFolder(), { shard: 16 });
    await complete(ensemble);
    const expected = merged(ensemble);
    rmSync(join(shardsOf(ensemble.folder), shardName(ensemble.digest, { from: 32, to: 48 })));
    const larger = open(ensemble.folder, { shard: 48 });
    await complete(larger, { shards: [{ from: 0, to: 48 }] });
    expect(shardsIn(ensemble).length).toBe(7);
    expect(merged(larger)).toBe(expected);
  });

  test("of fewer replicas are those of the replicas that are there", async () => {
    const ensemble = open(emptyFolder());
    await complete(ensemble, { shards: [{ from: 0, to: 16 }, { from: 16, to: 32 }] }); // biome-ignore format: one call
    const found = survey(ensemble, { check: true });
    expect(found.missing).toEqual([{ from: 32, to: REPLICAS }]);
    const { snapshots } = await simulate(problem, { ...SMALL, replicas: 32, workers: 1 });
    expect(mergeShards(ensemble, found).snapshots()).toEqual(snapshots);
  });
});

describe("a shard", () => {
  test("has the particles, rows and profiles of its replicas, and is read as particles", async () => {
    const ensemble = open(emptyFolder(), { particles: true, replicas: 20 });
    await complete(ensemble);
    const { records } = await simulate(problem, { ...SMALL, replicas: 20, workers: 1, keepPositions: true });
    const range = { from: 16, to: 20 };
    const path = join(shardsOf(ensemble.folder), shardName(ensemble.digest, range));
    const positions: Float64Array[] = [];
    const { rows, profiles } = readShard(path, ensemble, range, (_, theta) => positions.push(theta.slice()));
    expect(positions).toEqual(records.slice(16).map((record) => record.positions));
    expect([...rows]).toEqual(records.slice(16).flatMap(({ table }) => [...table]));
    const projections = projectionsOf(problem.grid);
    const faces = profileLength(projections);
    const last = new Float64Array(faces);
    addPoints(last, problem.grid, [records[19].positions!.slice(-20)], null, 20, projections, 1);
    cumulate(last, projections);
    expect([...profiles.subarray(-faces)]).toEqual([...last]);
    const particles = await readParticles(path, { variables: ["x"], referenceTimes: problem.snapshotTimes });
    expect(particles.replicas).toBe(4);
    expect([...particles.theta]).toEqual(positions.flatMap((theta) => [...theta]));
  });

  test("has the weights of its particles, and a profile of them", async () => {
    const changes = { scheme: "weighted", particles: true, replicas: 20, resampleBelow: 0.999 } as const;
    const ensemble = open(emptyFolder(), changes);
    await complete(ensemble, { workers: 2 });
    const { records, snapshots } = await simulate(problem, { ...SMALL, ...changes, workers: 1, keepPositions: true });
    expect(JSON.parse(merged(ensemble))[0]).toEqual(JSON.parse(JSON.stringify(snapshots)));
    expect(snapshots[0].effectiveSize).toBeCloseTo(20, 9);
    expect(snapshots[2].effectiveSize).toBeLessThan(20);
    const range = { from: 16, to: 20 };
    const path = join(shardsOf(ensemble.folder), shardName(ensemble.digest, range));
    const kept: [Float64Array, Float64Array | null][] = [];
    const { rows, profiles } = readShard(path, ensemble, range, (_, theta, weights) => kept.push([theta, weights]));
    expect(kept).toEqual(records.slice(16).map((record) => [record.positions, record.weights]));
    expect([...rows]).toEqual(records.slice(16).flatMap(({ table }) => [...table]));
    const projections = projectionsOf(problem.grid);
    const last = new Float64Array(profileLength(projections));
    const [theta, weights] = [records[19].positions?.slice(-20), records[19].weights?.slice(-20)];
    addPoints(last, problem.grid, [theta as Float64Array], weights as Float64Array, 20, projections, 1);
    cumulate(last, projections);
    // In units of 2^-27, rounded.
    last.forEach((mass, g) => {
      expect(Math.abs(profiles[profiles.length - last.length + g] / 2 ** 27 - mass)).toBeLessThan(2 ** -28 + 1e-15);
    });
    const particles = await readParticles(path, { variables: ["x"], referenceTimes: problem.snapshotTimes });
    expect(particles.weights?.length).toBe(4 * 3 * 20);
    expect(digestOfPlan(ensemble.plan)).not.toBe(digestOfPlan(open(emptyFolder(), { ...changes, resampleBelow: 0.5 }).plan));
  });

  test("keeps profiles of single replicas below 256, and of leaves from there", () => {
    expect(groupStarts({ from: 250, to: 290 })).toEqual([250, 251, 252, 253, 254, 255, 256, 272, 288]);
    expect(groupStarts({ from: 260, to: 273 })).toEqual([260, 272]);
  });

  test("with any bit flipped, cut short or made longer is not whole", async () => {
    const ensemble = open(emptyFolder(), { particles: true, replicas: 16 });
    await complete(ensemble);
    const path = join(shardsOf(ensemble.folder), first(ensemble));
    const bytes = readFileSync(path);
    const stream = createStream(1);
    const damaged = () => survey(ensemble, { check: true }).damaged.map(({ name }) => name);
    expect(damaged()).toEqual([]);
    const places = [0, 1, 10, 14, 18, bytes.length - 1, ...Array.from({ length: 60 }, () => stream.below(bytes.length))];
    for (const place of places) {
      const copy = Buffer.from(bytes);
      copy[place] ^= 2 ** stream.below(8);
      writeFileSync(path, copy);
      expect([place, damaged()]).toEqual([place, [first(ensemble)]]);
    }
    for (const length of [0, 1, 100, bytes.length - 1, bytes.length + 1]) {
      writeFileSync(path, bytes);
      truncateSync(path, length);
      expect(damaged()).toEqual([first(ensemble)]);
    }
  });

  test("that holds other replicas than its name says is not whole", async () => {
    const ensemble = open(emptyFolder());
    await complete(ensemble);
    const other = shardName(ensemble.digest, { from: 16, to: 32 });
    copyFileSync(join(shardsOf(ensemble.folder), other), join(shardsOf(ensemble.folder), first(ensemble)));
    const { damaged } = survey(ensemble, { check: true });
    expect(damaged).toEqual([{ name: first(ensemble), problem: "holds other replicas than its name says" }]);
  });

  test("of another ensemble in the folder is not used", async () => {
    const [one, other] = [open(emptyFolder()), open(emptyFolder(), { seed: 6 })];
    await complete(one);
    await complete(other);
    renameSync(join(shardsOf(other.folder), first(other)), join(shardsOf(one.folder), first(other)));
    expect(survey(one, { check: true }).foreign).toEqual([first(other)]);
    expect(first(other)).not.toBe(first(one));
  });
});

describe("an ensemble that is begun again", () => {
  test("computes what is missing and nothing else", async () => {
    const ensemble = open(emptyFolder());
    let written = 0;
    const before = await complete(ensemble, { stopped: () => written === 3, onShard: () => written++ });
    expect(written).toBe(3);
    const kept = shardsIn(ensemble).map((name) => [name, statSync(join(shardsOf(ensemble.folder), name)).ino]);
    const after = await complete(ensemble);
    expect([...before, ...after].map(({ from }) => from)).toEqual([0, 16, 32, 48, 64, 80, 96]);
    for (const [name, inode] of kept) expect(statSync(join(shardsOf(ensemble.folder), String(name))).ino).toBe(inode);
    expect(await complete(ensemble)).toEqual([]);
    expect(readdirSync(workOf(ensemble.folder))).toEqual([]);
  });

  test("leaves alone what another process has computed since it looked", async () => {
    const ensemble = open(emptyFolder());
    await complete(ensemble);
    expect(await complete(ensemble, { shards: [{ from: 0, to: 16 }, { from: 16, to: 32 }] })).toEqual([]); // biome-ignore format: one call
  });

  test("leaves a shard to the process that computes it, and takes it when that has ended", async () => {
    const ensemble = open(emptyFolder(), { replicas: 48 });
    const work = workOf(ensemble.folder);
    const taken = takePlace(join(shardsOf(ensemble.folder), first(ensemble)), { folder: work });
    if (!("part" in taken)) throw new Error("busy");
    const [, label, host] = /^(.*)\.([0-9a-f]{8})-\d+-\d+\.part$/.exec(basename(taken.part))!;
    rmSync(taken.part);
    // The parent of this process lives; start 0 stands for one that is not known. Of a process of another machine only changes of the file tell.
    const owners = [`${label}.${host}-${process.ppid}-0.part`, `${label}.00000000-1-1.part`];
    for (const owner of owners) {
      const path = join(work, owner);
      writeFileSync(path, "");
      const computed = await complete(ensemble, {
        pause: async () => {
          if (owner === owners[0]) rmSync(path);
          else utimesSync(path, 0, 0);
        },
      });
      expect(computed.map(({ from }) => from)).toEqual([16, 32, 0]);
      rmSync(path, { force: true });
      for (const name of shardsIn(ensemble)) rmSync(join(shardsOf(ensemble.folder), name));
    }
  });

  test("computes a damaged shard again, and keeps it beside", async () => {
    const ensemble = open(emptyFolder());
    await complete(ensemble);
    const expected = merged(ensemble);
    const path = join(shardsOf(ensemble.folder), first(ensemble));
    truncateSync(path, 1000);
    expect(survey(ensemble, { check: false }).damaged.map(({ name }) => name)).toEqual([first(ensemble)]);
    setAside(ensemble, first(ensemble));
    expect(await complete(ensemble)).toEqual([{ from: 0, to: 16 }]);
    expect(statSync(`${path}.damaged`).size).toBe(1000);
    expect(merged(ensemble)).toBe(expected);
  });

  test("may have more replicas", async () => {
    const ensemble = open(emptyFolder(), { replicas: 24 });
    await complete(ensemble);
    expect(await complete(open(ensemble.folder, { replicas: 40 }))).toEqual([
      { from: 24, to: 32 },
      { from: 32, to: 40 },
    ]);
    expect((await readFolder(ensemble.folder)).plan.replicas).toBe(40);
  });

  test("is not mixed with another: the message names the first field that differs", async () => {
    const { folder } = open(emptyFolder());
    const cases: [string, () => unknown][] = [
      ["n is 20, and this one's 30", () => open(folder, { n: 30 })],
      ["seed", () => open(folder, { seed: 1 })],
      ["particles", () => open(folder, { particles: true })],
    ];
    for (const [message, work] of cases) expect(work).toThrow(message);
    const other = await problemOf({ potential: { F: "0.5*x^2" }, alpha: 4, time: { end: 0.1, snapshots: 2 } });
    expect(() => openFolder(folder, createPlan(other, SMALL), other)).toThrow(
      /problem\.potential\.F is "0\.25.*choose another folder/,
    );
    const path = join(folder, "ensemble.json");
    const plan = JSON.parse(readFileSync(path, "utf8"));
    writeFileSync(path, JSON.stringify({ ...plan, version: "0.0.1" }));
    expect(() => open(folder)).toThrow(/version is "0\.0\.1".*finish it with that version/);
    writeFileSync(path, JSON.stringify({ ...plan, format: 99 }));
    expect(() => open(folder)).toThrow(/format 99/);
    writeFileSync(path, "{");
    expect(() => open(folder)).toThrow(/damaged ensemble\.json/);
  });

  test("of another version or platform is read, and not gone on with", async () => {
    for (const changes of [{ version: "0.0.1" }, { platform: "pdp11" }]) {
      const { folder } = open(emptyFolder());
      changePlan(folder, (plan) => Object.assign(plan, changes));
      const found = await readFolder(folder);
      expect(survey(found, { check: true }).missing).toEqual([{ from: 0, to: REPLICAS }]);
      await expect(complete(found)).rejects.toThrow(/is "(0\.0\.1|pdp11)".*finish it with that/);
      expect(shardsIn(found)).toEqual([]);
    }
  });

  test("without its empty folders, which tools that copy may leave out, is gone on with", async () => {
    const { folder } = open(emptyFolder(), { replicas: 16 });
    for (const path of [shardsOf(folder), workOf(folder)]) rmSync(path, { recursive: true });
    const copy = await readFolder(folder);
    expect(removeLeftOvers(copy)).toBe(0);
    expect(await complete(copy)).toEqual([{ from: 0, to: 16 }]);
  });

  test("with other data than it was begun with is refused", async () => {
    const fitTo = (y: number[]) => {
      const network = { unit: "c*z*x", data: { file: "rows.csv", inputs: ["x"] }, target: "y" };
      const variable = { min: -1, max: 1, cells: 8 };
      const normal = { type: "normal", mean: 0, sd: 0.3 } as const;
      const changes = {
        variables: { c: variable, z: variable },
        initial: { c: normal, z: normal },
        time: { end: 0.1, snapshots: 1 },
      };
      return createProblem(
        { name: "fit", potential: { network }, alpha: 1, ...changes },
        {},
        { x: Float64Array.of(0, 1), y: Float64Array.from(y) },
      );
    };
    const fit = await fitTo([1, 2]);
    const { plan, data } = createPlan(fit, SMALL);
    const { folder } = openFolder(emptyFolder(), { plan, data }, fit);
    expect((await readFolder(folder)).digest).toBe(digestOfPlan(plan));
    const other = createPlan(await fitTo([1, 3]), SMALL);
    writeFileSync(join(folder, data!.name), other.data!.bytes);
    await expect(readFolder(folder)).rejects.toThrow(/holds other data in data-.*put the first ones back/);
  });

  test("with a plan that cannot be computed says that it is damaged", async () => {
    for (const changes of [
      { scheme: "foo" },
      { seed: 1.5 },
      { seed: null },
      { dt: "x" },
      { dt: 0.07 },
      { particles: "yes" },
      { replicas: 1e15 },
      { problem: {} },
    ]) {
      const { folder } = open(emptyFolder());
      changePlan(folder, (plan) => Object.assign(plan, changes));
      await expect(readFolder(folder), JSON.stringify(changes)).rejects.toThrow(/has a damaged ensemble\.json/);
    }
  });

  test("sets a folder in the place of a shard aside, where another damaged one was before", () => {
    const ensemble = open(emptyFolder());
    const path = join(shardsOf(ensemble.folder), first(ensemble));
    writeFileSync(`${path}.damaged`, "");
    mkdirSync(path);
    setAside(ensemble, first(ensemble));
    expect(shardsIn(ensemble)).toEqual([`${first(ensemble)}.damaged`]);
    // Another process was faster.
    setAside(ensemble, first(ensemble));
  });

  test("does not take a folder of other files", () => {
    const folder = mkdtempSync(join(tmpdir(), "bdpde-ensemble-"));
    writeFileSync(join(folder, "thesis.tex"), "");
    expect(() => open(folder)).toThrow(/holds other files/);
  });
});

test("what an observable or the temperature of a file's text changes, the description does not", async () => {
  const named = (changes: object) => problemOf({ potential: { F: "0.5*x^2" }, parameters: { a: 1, b: 2 }, ...changes });
  const digest = async (changes: object) => {
    const other = await named(changes);
    return openFolder(emptyFolder(), createPlan(other, SMALL), other).digest;
  };
  const same = await digest({});
  expect(await digest({ description: "another" })).toBe(same);
  expect(await digest({ parameters: { b: 2, a: 1 } })).toBe(same);
  for (const changes of [{ parameters: { a: 1, b: 3 } }, { alpha: 3 }, { observables: { mean: "2*x" } }]) {
    expect(await digest(changes)).not.toBe(same);
  }
});
