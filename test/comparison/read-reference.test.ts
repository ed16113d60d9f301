import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { readReference } from "../../src/comparison/read-reference.ts";
import { InputError } from "../../src/errors.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import { createProblem } from "../../src/problem/problem.ts";
import { encodeReference, encodeSolution } from "../../src/reference/datasets.ts";
import { encodeDataset } from "../../src/reference/netcdf.ts";
import { computeReference } from "../../src/reference/reference.ts";
import { version } from "../../src/version.ts";
import { emptyFolder } from "../cli/run.ts";

const problem = await createProblem({
  name: "two variables",
  variables: { x: { min: -2, max: 2, cells: 12 }, angle: { min: 0, max: 6, cells: 8, boundary: "periodic" } },
  potential: { F: "x^2/2 + cos(angle*pi/3)" },
  alpha: 1,
  initial: { x: { type: "normal", mean: 0, sd: 0.4 }, angle: { type: "von-mises", mean: 3, concentration: 1 } },
  time: { end: 0.2, snapshots: [0, 0.1, 0.2] },
  // Names that the file cannot have, or has for something else.
  observables: { "mean x": "x", mean_x: "x^3", energy: "x^2", x: "cos(x)", Größe: "sin(pi*angle/3)^2" },
});
const reference = await computeReference(problem, { tolerance: 0.1 });
const bytes = await encodeReference(reference);
const folder = emptyFolder();
let files = 0;

function read(content: Uint8Array) {
  const path = join(folder, `reference-${files++}`);
  writeFileSync(path, content);
  return readReference(path);
}

/** The message of the refusal. Nothing is printed: HDF5 would print a trace of its own. */
async function refused(content: Uint8Array): Promise<string> {
  const printed = (["stdout", "stderr"] as const).map((name) => vi.spyOn(process[name], "write"));
  const logged = (["log", "warn", "error"] as const).map((name) => vi.spyOn(console, name));
  try {
    const error = await read(content).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(InputError);
    for (const spy of [...printed, ...logged]) expect(spy).not.toHaveBeenCalled();
    return (error as InputError).message;
  } finally {
    for (const spy of [...printed, ...logged]) spy.mockRestore();
  }
}

describe("the file of a reference", () => {
  test("comes back as what was written, number by number, under the names of the problem", async () => {
    const data = await read(bytes);
    const { snapshots } = reference;
    const column = (of: (snapshot: (typeof snapshots)[number]) => number) => Float64Array.from(snapshots, of);
    expect(data.problem.definition).toEqual(problem.definition);
    expect(data.times).toEqual([0, 0.1, 0.2]);
    expect(data.densities).toEqual(snapshots.map(({ density }) => density));
    expect(Object.keys(data.observables)).toEqual(Object.keys(problem.definition.observables ?? {}));
    for (const [name, { value, error }] of Object.entries(data.observables)) {
      expect(value, name).toEqual(column(({ observables }) => observables[name]));
      expect(error, name).toEqual(column(({ errors }) => errors.observables[name]));
    }
    expect(data.energy).toEqual({ value: column(({ energy }) => energy), error: column(({ errors }) => errors.energy) });
    expect(data.densityL1Error).toEqual(column(({ errors }) => errors.l1));
    expect(data.densityWasserstein1Error).toEqual(column(({ errors }) => errors.wasserstein1));
    expect(data).toMatchObject({ tolerance: 0.1, source: `birth-death-pde ${version}` });
  });

  test("is refused where one bit of a density or a letter of its problem is another", async () => {
    const first = new Uint8Array(reference.snapshots[1].density.buffer.slice(0, 8));
    const at = Buffer.from(bytes).indexOf(first);
    expect(at).toBeGreaterThan(0);
    expect(await refused(bytes.with(at, bytes[at] ^ 1))).toMatch(
      /density_sha256; it is truncated or was altered; make it with bdpde reference/,
    );
    const letter = Buffer.from(bytes).indexOf('"alpha":1');
    expect(letter).toBeGreaterThan(0);
    expect(await refused(bytes.with(letter + 8, "2".charCodeAt(0)))).toMatch(/problem is not the one it was made for/);
  });

  test("is refused wherever it is cut, and read again after that", async () => {
    for (const part of [0.02, 0.3, 0.7, 0.999]) {
      expect(await refused(bytes.subarray(0, Math.floor(part * bytes.length)))).toMatch(
        /cannot be read as NetCDF-4; it is truncated/,
      );
    }
    expect((await read(bytes)).times).toEqual([0, 0.1, 0.2]);
  });

  test("is told from a solution, which states no errors", async () => {
    expect(await refused(await encodeSolution(problem, solve(problem)))).toMatch(
      /states no errors.*; make it with bdpde reference P.json --out ref.nc/,
    );
  });

  test("is told from other files of NetCDF", async () => {
    const { grid } = problem;
    const densities = reference.snapshots.map(({ density }) => density);
    const dataset = { grid, times: [0, 0.1, 0.2], densities, series: [], attributes: {} };
    expect(await refused(await encodeDataset(dataset))).toMatch(/no attribute "problem"; make it with/);
    const series = ["density_l1_error", "density_wasserstein1_error", "energy", "energy_error"].map((name) => ({
      name,
      description: name,
      values: new Float64Array(3),
    }));
    const hash = (content: string | Uint8Array) => createHash("sha256").update(content).digest("hex");
    const text = JSON.stringify(problem.definition);
    const attributes = {
      problem: text,
      problem_sha256: hash(text),
      density_sha256: hash(Buffer.concat(densities.map((d) => Buffer.from(d.buffer)))),
    };
    expect(await refused(await encodeDataset({ ...dataset, series, attributes }))).toMatch(/no observable "mean x"/);
  });
});

test("what is no reference is refused in one sentence", async () => {
  mkdirSync(join(folder, "folder"));
  await expect(readReference(join(folder, "none"))).rejects.toThrow(
    /cannot be read \(no such file.*; make it with bdpde reference/,
  );
  await expect(readReference(join(folder, "folder"))).rejects.toThrow(/\(is a folder\)/);
  expect(await refused(new Uint8Array(0))).toMatch(/is empty/);
  expect(await refused(new TextEncoder().encode("x,y\n1,2\n"))).toMatch(/is not a NetCDF-4 file/);
});
