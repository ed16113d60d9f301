import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { describe, expect, test } from "vitest";
import { checkTableNames, createParticlesTable } from "../../src/files/particles-table.ts";
import { readParticles } from "../../src/files/read-particles.ts";
import { createGrid } from "../../src/grid/grid.ts";
import { emptyFolder } from "../cli/run.ts";

const META = { dt: 0.125, replicas: 3, seed: 7, scheme: "algorithm-1" };
const plane = {
  grid: createGrid([
    { name: "x", min: -1, max: 1, cells: 8, boundary: "no-flux" },
    { name: "y", min: -1, max: 1, cells: 8, boundary: "periodic" },
  ]),
  snapshotTimes: [0, 0.25, 1],
};

/** Distinct numbers that tell where they belong. */
const theta = (replica: number, n: number) =>
  Float64Array.from({ length: plane.snapshotTimes.length * n * 2 }, (_, k) => Math.sin(1 + replica + 3 * k));

async function write(n: number, replicas: readonly number[]): Promise<string> {
  const path = join(emptyFolder(), "run.parquet");
  writeFileSync(path, "");
  const table = await createParticlesTable(path, plane, { ...META, n });
  for (const replica of replicas) table.addReplica(replica, theta(replica, n));
  table.finish();
  return path;
}

describe("particles as a Parquet table", () => {
  test("have a row each, with their replica, time and number", async () => {
    const bytes = readFileSync(await write(2, [0, 1, 4]));
    const file = new Uint8Array(bytes).buffer;
    const rows = await parquetReadObjects({ file, compressors });
    const expected = [0, 1, 4].flatMap((replica) => {
      const numbers = theta(replica, 2);
      return plane.snapshotTimes.flatMap((time, s) =>
        [0, 1].map((particle) => {
          const at = (s * 2 + particle) * 2;
          return { replica, time, particle, x: numbers[at], y: numbers[at + 1] };
        }),
      );
    });
    expect(rows).toEqual(expected);
    const metadata = parquetMetadata(file).key_value_metadata;
    expect(metadata).toEqual([{ key: "dt", value: "0.125" }, { key: "seed", value: "7" }, { key: "scheme", value: "algorithm-1" }]); // biome-ignore format: a table
  });

  test("are read back to the bit, over several groups of rows that do not end where replicas do", async () => {
    const n = 30_000;
    const path = await write(n, [0, 1, 2]);
    const { row_groups: groups } = parquetMetadata(new Uint8Array(readFileSync(path)).buffer);
    expect(groups.map(({ num_rows: rows }) => Number(rows))).toEqual([2 ** 17, 2 ** 17, 9 * n - 2 ** 18]);
    const found = await readParticles(path, { variables: ["x", "y"], referenceTimes: plane.snapshotTimes });
    expect(found).toMatchObject({ n, replicas: 3, times: plane.snapshotTimes, dt: 0.125, scheme: "algorithm-1", weights: null });
    for (const replica of [0, 1, 2])
      expect(Buffer.compare(Buffer.from(found.theta.slice(replica * 6 * n, (replica + 1) * 6 * n).buffer), Buffer.from(theta(replica, n).buffer))).toBe(0); // biome-ignore format: one call
    // Two coordinates and little else.
    expect(statSync(path).size).toBeLessThan(1.05 * 2 * 8 * 9 * n);
  });

  test("have their weights beside them, which are read back", async () => {
    const path = join(emptyFolder(), "run.parquet");
    writeFileSync(path, "");
    const table = await createParticlesTable(path, plane, { ...META, n: 4, weighted: true });
    const weights = (replica: number) => Float64Array.from({ length: 12 }, (_, k) => [0.1, 0.2, 0.3, 0.4][(k + replica) % 4]);
    for (const replica of [0, 1]) table.addReplica(replica, theta(replica, 4), weights(replica));
    expect(() => table.addReplica(2, theta(2, 4))).toThrow("0 weights of a replica");
    table.finish();
    const found = await readParticles(path, { variables: ["x", "y"], referenceTimes: plane.snapshotTimes });
    const kept = [...weights(0), ...weights(1)];
    expect(found.weights?.length).toBe(24);
    // They are divided by the largest, then by their sum.
    found.weights?.forEach((weight, i) => {
      expect(Math.abs(weight - kept[i])).toBeLessThan(1e-15);
    });
  });

  test("cannot have a variable with the name of another column", () => {
    const grid = createGrid([{ name: "time", min: 0, max: 1, cells: 4, boundary: "no-flux" }]);
    expect(() => checkTableNames({ ...plane, grid }, {}, "a.parquet")).toThrow(/--out = "a.parquet": .* column time/);
    expect(() => checkTableNames(plane, {}, "a.parquet")).not.toThrow();
    const heavy = createGrid([{ name: "weight", min: 0, max: 1, cells: 4, boundary: "no-flux" }]);
    expect(() => checkTableNames({ ...plane, grid: heavy }, { weighted: true }, "a.parquet")).toThrow(/has a column weight/);
    expect(() => checkTableNames({ ...plane, grid: heavy }, {}, "a.parquet")).not.toThrow();
  });
});
