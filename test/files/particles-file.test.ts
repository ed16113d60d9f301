import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, ftruncateSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { combinerOf } from "../../src/files/combine-crc.ts";
import { encodeNpz } from "../../src/files/npz.ts";
import { createParticlesFile } from "../../src/files/particles-file.ts";
import { centralDirectory, localHeader } from "../../src/files/stored-zip.ts";
import { unzip } from "../../src/files/unzip.ts";
import { simulate } from "../../src/particles/simulate.ts";
import { createProblem } from "../../src/problem/problem.ts";
import { emptyFolder } from "../cli/run.ts";

/** Debian's Python, which has the libraries as packages. */
const PYTHON = "/usr/bin/python3";
const available = spawnSync(PYTHON, ["-c", "import numpy"]).status === 0;
if (!available) process.stderr.write("python3-numpy is not installed: its reading of archives is not tried\n");

const problem = await createProblem({
  name: "plane",
  variables: { x: { min: -2, max: 2, cells: 12 }, y: { min: -2, max: 2, cells: 12 } },
  potential: { F: "x^2/2 + y^2" },
  alpha: 1,
  initial: { x: { type: "normal", mean: 0, sd: 0.4 }, y: { type: "normal", mean: 0, sd: 0.4 } },
  time: { end: 0.2, snapshots: 2 },
});
const meta = { n: 7, dt: 0.05, replicas: 4, seed: 3, scheme: "algorithm-1" } as const;
const kept = await simulate(problem, { ...meta, workers: 1, keepPositions: true });

/** The file with its replicas in some order. */
function written(order: readonly number[]): Uint8Array {
  const path = join(emptyFolder(), "run.npz");
  writeFileSync(path, "");
  const file = createParticlesFile(path, problem, meta);
  for (const r of order) file.addReplica(r, kept.records[r].positions as Float64Array);
  file.finish();
  return new Uint8Array(readFileSync(path));
}

test("an archive written replica by replica, in any order, has the bytes of one order and the arrays of the archive in memory", () => {
  const bytes = written([0, 1, 2, 3]);
  expect(written([2, 0, 3, 1])).toEqual(bytes);
  // Here every CRC-32 is checked as well.
  expect(unzip(bytes, "file")).toEqual(unzip(encodeNpz(problem, kept), "memory"));
});

test("the same of particles with weights", async () => {
  const weighted = { ...meta, scheme: "weighted" } as const;
  const ensemble = await simulate(problem, { ...weighted, workers: 1, keepPositions: true });
  const path = join(emptyFolder(), "run.npz");
  writeFileSync(path, "");
  const file = createParticlesFile(path, problem, { ...weighted, weighted: true });
  for (const r of [1, 3, 0, 2]) file.addReplica(r, ensemble.records[r].positions as Float64Array, ensemble.records[r].weights);
  expect(() => file.addReplica(0, ensemble.records[0].positions as Float64Array)).toThrow("0 bytes of a replica of 168");
  file.finish();
  const members = unzip(new Uint8Array(readFileSync(path)), "file");
  expect(members).toEqual(unzip(encodeNpz(problem, ensemble), "memory"));
  expect([...members].map(([name]) => name).slice(0, 3)).toEqual(["theta.npy", "weights.npy", "time.npy"]);
});

test("an archive without one of its replicas is not finished", () => {
  expect(() => written([0, 1, 3])).toThrow("replica 2 is missing");
});

test("positions that are handed over are those that would be kept, and are not kept", async () => {
  const handed: Float64Array[] = [];
  const { records, snapshots } = await simulate(problem, {
    ...meta,
    workers: 2,
    onPositions: (replica, positions) => {
      handed[replica] = positions;
    },
  });
  expect(handed).toEqual(kept.records.map(({ positions }) => positions));
  expect(records.map(({ positions }) => positions)).toEqual([null, null, null, null]);
  expect(snapshots).toEqual(kept.snapshots);
});

test("the CRC-32 of two strings of bytes follows from those of each", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (left, right) => {
      const whole = crc32(Buffer.concat([left, right]));
      expect(combinerOf(right.length)(crc32(left), crc32(right))).toBe(whole);
    }),
  );
});

test.skipIf(!available)("Python finds a member of more than 4 GB, and what stands behind it", () => {
  const path = join(emptyFolder(), "large.zip");
  const file = openSync(path, "w");
  // A hole: the file takes no room on the disk.
  const large = { name: "theta.npy", size: 2 ** 32 + 12345, crc: 0, offset: 0 };
  const start = localHeader(large).length;
  const small = { name: "dt.npy", size: 3, crc: crc32("abc"), offset: start + large.size };
  writeSync(file, localHeader(large), 0, start, 0);
  ftruncateSync(file, small.offset);
  const end = Buffer.concat([localHeader(small), Buffer.from("abc"), centralDirectory([large, small])]);
  writeSync(file, end, 0, end.length, small.offset);
  closeSync(file);
  const script = `
import sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
print([(i.filename, i.file_size, i.header_offset, i.extract_version) for i in z.infolist()], z.read("dt.npy"), len(z.open("theta.npy").read(1000)))`;
  expect(execFileSync(PYTHON, ["-c", script, path], { encoding: "utf8" }).trim()).toBe(
    // 4.5 is the version of ZIP64.
    `[('theta.npy', 4294979641, 0, 45), ('dt.npy', 3, ${start + 4294979641}, 45)] b'abc' 1000`,
  );
});
