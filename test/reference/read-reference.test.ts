import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { InputError } from "../../src/errors.ts";
import { openHdf5 } from "../../src/files/hdf5.ts";
import { encodeDataset } from "../../src/files/netcdf.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import { encodeSolution } from "../../src/reference/datasets.ts";
import { readReference } from "../../src/reference/read-reference.ts";
import { computeReference } from "../../src/reference/reference.ts";
import type { ReferenceData } from "../../src/reference/reference-data.ts";
import { describeReference, encodeReference } from "../../src/reference/reference-dataset.ts";
import { version } from "../../src/version.ts";
import { emptyFolder } from "../cli/run.ts";
import { twoVariables } from "../fixtures.ts";
import { sized } from "../sizes.ts";

// Names that the file cannot have, or has for something else.
const problem = await twoVariables({ "mean x": "x", mean_x: "x^3", energy: "x^2", x: "cos(x)", Größe: "sin(pi*angle/3)^2" });
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
    expect(data.nodes).toEqual(snapshots.map(({ nodes }) => nodes));
    expect(data.energy).toEqual({ value: column(({ energy }) => energy), error: column(({ errors }) => errors.energy) });
    expect(data.densityL1Error).toEqual(column(({ errors }) => errors.l1));
    expect(data.densityWasserstein1Error).toEqual(column(({ errors }) => errors.wasserstein1));
    expect(data).toMatchObject({ tolerance: 0.1, source: `birth-death-pde ${version}`, outsideSince: null });
    expect((await read(await encodeReference({ ...reference, outsideSince: 0.125 }))).outsideSince).toBe(0.125);
  });

  test("gives the mean of any function from its nodes, those of its observables among them", async () => {
    const { nodes, observables, times } = await read(bytes);
    if (nodes === null) throw new Error("characteristics have nodes");
    const meanOf = (s: number, phi: (x: number, angle: number) => number) =>
      nodes[s].weights.reduce((sum, w, j) => sum + w * phi(nodes[s].points[0][j], nodes[s].points[1][j]), 0);
    times.forEach((t, s) => {
      // Sums of some 10^4 terms in another order.
      expect(meanOf(s, (x) => x ** 3)).toBeCloseTo(observables.mean_x.value[s], 11);
      expect(meanOf(s, (_, angle) => Math.sin((Math.PI * angle) / 3) ** 2)).toBeCloseTo(observables.Größe.value[s], 11);
      // Of none of the observables: F = x^2 / 2 + ... and alpha = 1 keep x normal, with 1 / variance = P, P' = 2 P + 1.
      const variance = 1 / ((1 / 0.16 + 0.5) * Math.exp(2 * t) - 0.5);
      expect(meanOf(s, (x) => x ** 4) - 3 * variance ** 2).toBeCloseTo(0, 6);
    });
    for (const { points } of nodes) for (const angle of points[1]) expect(angle >= 0 && angle < 6).toBe(true);
  });

  test("is refused where any judged number, or a letter of its problem, is another", async () => {
    const { snapshots } = reference;
    const { density, observables, errors, energy } = snapshots[1];
    for (const value of [
      density[17],
      observables["mean x"],
      errors.observables.Größe,
      errors.l1,
      errors.energy,
      energy,
      0.1,
      -2 + 1 / 6,
    ]) {
      const found = Buffer.from(bytes).indexOf(new Uint8Array(Float64Array.of(value).buffer));
      expect(found).toBeGreaterThan(0);
      expect(await refused(bytes.with(found, bytes[found] ^ 1)), `${value}`).toMatch(
        /does not have the digest content_sha256; it is truncated or was altered; make it with bdpde reference/,
      );
    }
    // The problem, what a dataset is, and a domain.
    for (const text of ['"alpha":1', "stated error of energy", "no-flux"]) {
      const letter = Buffer.from(bytes).lastIndexOf(text);
      expect(letter).toBeGreaterThan(0);
      expect(await refused(bytes.with(letter + text.length - 1, "2".charCodeAt(0))), text).toMatch(/does not have the digest/);
    }
  });

  test("with any byte changed is refused, or says the same", async () => {
    const whole = plain(await read(bytes));
    const draws = fc.sample(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })), {
      numRuns: sized(25, 60),
      seed: 13,
    });
    let refusals = 0;
    for (const [at, change] of draws) {
      const data = await read(bytes.with(at, bytes[at] ^ change)).catch((error: unknown) => error);
      if (data instanceof InputError) refusals++;
      else expect(plain(data as ReferenceData), `${at} ^ ${change}`).toEqual(whole);
    }
    // Places that hold nothing, and the modification times and free lists of HDF5, are the rest.
    expect(refusals).toBeGreaterThan(sized(3, 8));
  });

  test("that states a value that is not finite, or an error below zero, is refused by its name and time", async () => {
    const [first, ...others] = reference.snapshots;
    const altered = (change: object) =>
      encodeReference({ ...reference, snapshots: [first, { ...others[0], ...change }, others[1]] });
    const { errors, observables, density } = others[0];
    for (const [change, message] of [
      [{ observables: { ...observables, Größe: Number.NaN } }, /"observable_Gr__e" is NaN at t = 0\.1; it is truncated/],
      [{ energy: Number.POSITIVE_INFINITY }, /"energy" is Infinity at t = 0\.1/],
      [{ errors: { ...errors, observables: { ...errors.observables, x: -1e-9 } } }, /"observable_x_error" is -1e-9 at t = 0\.1/],
      [{ errors: { ...errors, energy: Number.NaN } }, /"energy_error" is NaN at t = 0\.1/],
      [
        { errors: { ...errors, wasserstein1: -1 } },
        /"density_wasserstein1_error" is -1 at t = 0\.1, where an error is never below zero/,
      ],
      [{ density: density.map((value, i) => (i === 3 ? -value : value)) }, /a density is -.* at t = 0\.1/],
      [{ time: 0.2 }, /times are not finite and increasing: 0, 0\.2, 0\.2/],
    ] as [object, RegExp][]) {
      expect(await refused(await altered(change))).toMatch(message);
    }
    // Nothing known of a value is no damage.
    const unknown = await read(await altered({ errors: { ...errors, energy: Number.POSITIVE_INFINITY } }));
    expect(unknown.energy.error[1]).toBe(Number.POSITIVE_INFINITY);
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
    const attributes = { problem: JSON.stringify(problem.definition) };
    expect(await refused(await encodeDataset({ ...dataset, series, attributes }))).toMatch(
      /no digest content_sha256.*earlier version/,
    );
    expect(await refused(await encodeDataset({ ...dataset, series, attributes, sealed: true }))).toMatch(/no observable "mean x"/);
  });
});

/** The judged numbers, as plain data. */
const plain = ({ problem, ...data }: ReferenceData) => ({ definition: problem.definition, ...data });

test("what is no reference is refused in one sentence", async () => {
  mkdirSync(join(folder, "folder"));
  await expect(readReference(join(folder, "none"))).rejects.toThrow(
    /cannot be read \(no such file.*; make it with bdpde reference/,
  );
  await expect(readReference(join(folder, "folder"))).rejects.toThrow(/\(is a folder\)/);
  expect(await refused(new Uint8Array(0))).toMatch(/is empty/);
  expect(await refused(new TextEncoder().encode("x,y\n1,2\n"))).toMatch(/is not a NetCDF-4 file/);
});

describe("the format of a reference", () => {
  test("is 2.0, and one that 0.1.0 wrote is read as well: its observables have other names there", async () => {
    // F = x^2 / 2 + 0.1 x with births and deaths at rate 1, from N(0.5, 0.6^2): "mean", "time" (x^2) and "x error" (sin x) at t = 0.5.
    const old = gunzipSync(readFileSync(join(import.meta.dirname, "reference-of-0.1.0.nc.gz")));
    const names = await openHdf5(old, (_, datasets) => [...datasets.keys()]);
    expect(names).toEqual(expect.arrayContaining(["mean", "mean_error", "observable_time", "observable_time_error", "x_error"]));
    const { observables, problem: found, times, energy, nodes, source } = await read(old);
    expect({ source, times }).toEqual({ source: "birth-death-pde 0.1.0", times: [0.5] });
    const again = await computeReference(found, { tolerance: 0.5 });
    const [{ observables: means, errors, energy: E }] = again.snapshots;
    expect(Object.keys(observables)).toEqual(["mean", "time", "x error"]);
    for (const [name, { value, error }] of Object.entries(observables)) {
      expect(error[0], name).toBeLessThan(1e-8);
      expect(Math.abs(value[0] - means[name]), name).toBeLessThan(error[0] + errors.observables[name]);
    }
    expect(Math.abs(energy.value[0] - E)).toBeLessThan(energy.error[0] + errors.energy);
    expect(nodes).not.toBeNull();
    expect(await openHdf5(bytes, (file) => file.attrs.format_version.value)).toBe("2.0");
  });

  test.each(["3.0", "10.4"])("%s is newer than ours, and the message says so", async (format) => {
    const grid = problem.grid;
    const densities = [reference.snapshots[0].density];
    const attributes = { format_version: format, source: "birth-death-pde 9.9.9" };
    expect(await refused(await encodeDataset({ grid, times: [0], densities, series: [], attributes }))).toMatch(
      new RegExp(
        `is of format ${format}, by birth-death-pde 9.9.9, and this bdpde ${version} reads formats up to 2.0; use a newer bdpde, or`,
      ),
    );
  });

  test("of a newer minor version is read", async () => {
    const { attributes, ...rest } = describeReference(reference);
    const densities = reference.snapshots.map(({ density }) => density);
    const newer = { ...rest, attributes: { ...attributes, format_version: "2.7" } };
    expect((await read(await encodeDataset({ grid: problem.grid, times: [0, 0.1, 0.2], densities, ...newer }))).times).toEqual([
      0, 0.1, 0.2,
    ]);
  });
});
