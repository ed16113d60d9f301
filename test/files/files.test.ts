import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { createDatasetFile, encodeDataset } from "../../src/files/netcdf.ts";
import { namesInFile } from "../../src/files/netcdf-names.ts";
import { encodeNpz } from "../../src/files/npz.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import { simulate } from "../../src/particles/simulate.ts";
import { createProblem } from "../../src/problem/problem.ts";
import { encodeCharacteristics, encodeSolution } from "../../src/reference/datasets.ts";
import { computeReference } from "../../src/reference/reference.ts";
import { encodeReference } from "../../src/reference/reference-dataset.ts";
import { emptyFolder } from "../cli/run.ts";
import { twoVariables } from "../fixtures.ts";

/** Debian's Python, which has the libraries as packages. */
const PYTHON = "/usr/bin/python3";
const available = spawnSync(PYTHON, ["-c", "import xarray, netCDF4, numpy"]).status === 0;
const h5pyAvailable = spawnSync(PYTHON, ["-c", "import h5py, numpy"]).status === 0;
if (!h5pyAvailable) process.stderr.write("python3-h5py is not installed: references are not opened by it\n");
if (!available) process.stderr.write("python3-xarray and python3-netcdf4 are not installed: files are not opened from Python\n");

const problem = await twoVariables({ "mean x": "x", energy: "x*angle" });

test.skipIf(!available)("xarray opens the NetCDF file with coordinates, and the numbers are ours", async () => {
  const solution = solve(problem);
  const path = join(emptyFolder(), "run.nc");
  writeFileSync(path, await encodeSolution(problem, solution));
  const script = `
import json, sys, xarray
d = xarray.open_dataset(sys.argv[1])
print(json.dumps({
  "dims": list(d.density.dims), "x": d.x.values.tolist(), "time": d.time.values.tolist(),
  "density": d.density.values.ravel().tolist(), "energy": d.energy.values.tolist(), "mean": d.observable_mean_x.values.tolist(),
  "clash": d.observable_energy.attrs["observable"], "unlimited": list(d.encoding["unlimited_dims"]),
  "name": json.loads(d.attrs["problem"])["name"], "flux": d.attrs["flux"], "conventions": d.attrs["Conventions"],
}))`;
  const found = JSON.parse(execFileSync(PYTHON, ["-c", script, path], { encoding: "utf8" }));
  expect(found.dims).toEqual(["time", "x", "angle"]);
  expect(found.unlimited).toEqual(["time"]);
  expect(found.time).toEqual([0, 0.1, 0.2]);
  expect(found.x[0]).toBeCloseTo(-2 + 1 / 6, 14);
  expect(found.density).toEqual(solution.snapshots.flatMap(({ density }) => [...density]));
  expect(found.energy).toEqual(solution.snapshots.map(({ energy }) => energy));
  expect(found.mean).toEqual(solution.snapshots.map(({ observables }) => observables["mean x"]));
  expect(found).toMatchObject({ clash: "energy", name: "two variables", flux: "muscl", conventions: "CF-1.10" });
});

test.skipIf(!available)("numpy opens the particles as [replica, snapshot, particle, variable]", async () => {
  const ensemble = await simulate(problem, { n: 5, dt: 0.05, replicas: 3, seed: 7, workers: 1, keepPositions: true });
  const path = join(emptyFolder(), "run.npz");
  writeFileSync(path, encodeNpz(problem, ensemble));
  const script = `
import json, sys, numpy
d = numpy.load(sys.argv[1])
print(json.dumps({"shape": d["theta"].shape, "theta": d["theta"].ravel().tolist(), "time": d["time"].tolist(),
  "variables": d["variables"].tolist(), "dt": float(d["dt"]), "seed": int(d["seed"]),
  "scheme": str(d["scheme"]), "scalar": d["scheme"].shape}))`;
  const found = JSON.parse(execFileSync(PYTHON, ["-c", script, path], { encoding: "utf8" }));
  expect(found.shape).toEqual([3, 3, 5, 2]);
  expect(found.theta).toEqual(ensemble.records.flatMap(({ positions }) => [...(positions ?? [])]));
  expect(found).toMatchObject({
    time: [0, 0.1, 0.2],
    variables: ["x", "angle"],
    dt: 0.05,
    seed: 7,
    scheme: "algorithm-1",
    scalar: [],
  });
});

test("the same particles give the same bytes whenever they are written", async () => {
  const ensemble = await simulate(problem, { n: 5, dt: 0.05, seed: 7, workers: 1, keepPositions: true });
  const first = encodeNpz(problem, ensemble);
  vi.useFakeTimers({ now: new Date("2031-05-06T07:08:09Z") });
  const later = encodeNpz(problem, ensemble);
  vi.useRealTimers();
  expect(later).toEqual(first);
});

test("the same densities give the same NetCDF-4 bytes whenever they are written, in memory and part by part on the disk", async () => {
  const { grid, snapshots } = solve(problem);
  const densities = snapshots.map(({ density }) => density);
  const series = [{ name: "energy", description: "E", values: Float64Array.from(snapshots, ({ energy }) => energy) }];
  const description = { series, attributes: { title: "Drift über ℝ", steps: 3, absent: null } };
  const times = problem.snapshotTimes;
  const first = await encodeDataset({ grid, times, densities, ...description });
  vi.useFakeTimers({ now: new Date("2031-05-06T07:08:09Z"), toFake: ["Date"] });
  const path = join(emptyFolder(), "run.nc");
  const file = await createDatasetFile(path, grid, times);
  for (const density of densities) file.addDensity(density);
  file.finish(description);
  const later = await encodeDataset({ grid, times, densities, ...description });
  vi.useRealTimers();
  expect(later).toEqual(first);
  expect(new Uint8Array(readFileSync(path))).toEqual(first);
});

/** Runs a script on a file and parses what it prints. Python writes Infinity, which JSON has not: here the largest exponent stands for it. */
function python(script: string, path: string) {
  return JSON.parse(execFileSync(PYTHON, ["-c", script, path], { encoding: "utf8" }).replace(/\bInfinity\b/g, "1e999"));
}

describe("the file of a reference", async () => {
  // Names that the file uses itself, that differ only in what a name may not hold, and that clash with an error; text beyond ASCII.
  const observables = {
    energy: "x^2",
    "mean x": "x",
    mean_x: "x^3",
    x: "cos(x)",
    x_error: "sin(x)",
    square: "x^2",
    square_error: "x^4",
    judged: "1 + 0*x",
    "2nd": "x^2",
    Größe: "sin(pi*angle/3)^2",
  };
  const definition = { ...problem.definition, name: "Drift über ℝ × S¹", description: "∂ₜμ = ∇·(μ∇V) – αṼμ", observables };
  const drift = await createProblem(definition);
  const reference = await computeReference(drift, { tolerance: 0.1 });
  const path = join(emptyFolder(), "ref.nc");
  writeFileSync(path, await encodeReference(reference));
  const names = namesInFile(Object.keys(observables), ["x", "angle"]);

  const ATTRIBUTES = `
  "attributes": {k: (v if isinstance(v, str) else float(v)) for k, v in attrs.items()},
  "problem_sha256": hashlib.sha256(attrs["problem"].encode("utf8")).hexdigest(),
  "density_sha256": hashlib.sha256(numpy.ascontiguousarray(density, dtype="<f8").tobytes()).hexdigest(),`;

  function expectProvenance(found: {
    attributes: Record<string, string | number>;
    problem_sha256: string;
    density_sha256: string;
  }): void {
    const { attributes } = found;
    expect(JSON.parse(attributes.problem as string)).toEqual(drift.definition);
    expect(attributes.title).toBe("Drift über ℝ × S¹");
    expect(attributes.problem_sha256).toBe(found.problem_sha256);
    expect(attributes.density_sha256).toBe(found.density_sha256);
    expect(JSON.parse(attributes.levels as string)).toEqual(JSON.parse(JSON.stringify(reference.levels)));
    expect(JSON.parse(attributes.judge as string)).toEqual(reference.judges);
    expect(attributes.tolerance).toBe(0.1);
    expect(attributes.reached).toBe(reference.reached ? "yes" : "no");
    expect(attributes.level_tolerance).toBe(reference.levelTolerance);
    expect(attributes.density_tolerance).toBe(reference.densityTolerance);
    expect(attributes.method).toBe("characteristics, judged by finite volumes");
    // Attributes that say nothing are left out.
    expect("unresolved_since" in attributes).toBe(reference.unresolvedSince !== null);
  }

  test("names observables apart from the file, from variables, from each other and from their errors", () => {
    const taken = ["time", "density", "energy", "energy_error", "judged", "x", "angle", "density_l1_error", "min_density"];
    const all = [...taken, ...[...names.values()].flatMap((name) => [name, `${name}_error`])];
    expect(new Set(all).size).toBe(all.length);
    for (const name of names.values()) expect(name).toMatch(/^[A-Za-z][A-Za-z0-9_]*$/);
    expect([...names.values()].slice(0, 3)).toEqual(["observable_energy", "observable_mean_x", "observable_mean_x_2"]);
  });

  test("has distinct names in whatever order the clashes come", () => {
    for (const list of [["a", "a_error"], ["a_error", "a"], ["a b", "a_b", "a-b"], ["observable_x", "x"], ["bounds", "a_bounds", "a", "a_2"], ["", "_", "é", "ü"], ["a_error_error", "a_error", "a"]]) {
      const found = namesInFile(list, ["x", "observable_a"]);
      const all = [...found.values()].flatMap((name) => [name, `${name}_error`]);
      expect(all).toHaveLength(2 * list.length);
      expect(new Set([...all, "x", "observable_a", "observable_a_bounds"]).size).toBe(all.length + 3);
    } // biome-ignore format: a list of lists
  });

  test.skipIf(!available)(
    "is opened by xarray: coordinates, densities, values with their errors, and where they come from",
    async () => {
      const found = python(
        `
import hashlib, json, sys, numpy, xarray
d = xarray.open_dataset(sys.argv[1])
attrs = d.attrs
density = d.density.values
print(json.dumps({${ATTRIBUTES}
  "dims": list(d.density.dims), "coordinates": sorted(d.coords), "time": d.time.values.tolist(),
  "x": d.x.values.tolist(), "angle": d.angle.values.tolist(), "methods": d.density.attrs["cell_methods"],
  "density": density.ravel().tolist(), "kinds": {k: str(v.dtype) for k, v in d.data_vars.items()},
  "series": {k: v.values.tolist() for k, v in d.data_vars.items() if list(v.dims) == ["time"]},
  "names": {k: v.attrs["observable"] for k, v in d.data_vars.items() if "observable" in v.attrs},
  "nodes": [list(d.node_theta.dims), list(d.node_weight.dims), (d.node_weight * d.node_theta.sel(variable="x") ** 2).sum("node").values.tolist()],
}))`,
        path,
      );
      expectProvenance(found);
      expect(found.dims).toEqual(["time", "x", "angle"]);
      expect(found.coordinates).toEqual(["angle", "node", "time", "variable", "x"]);
      expect(found.nodes.slice(0, 2)).toEqual([
        ["time", "node", "variable"],
        ["time", "node"],
      ]);
      reference.snapshots.forEach(({ observables: { square } }, s) => {
        expect(found.nodes[2][s]).toBeCloseTo(square, 12);
      });
      expect(found.time).toEqual([0, 0.1, 0.2]);
      expect(found.x[11]).toBeCloseTo(2 - 1 / 6, 14);
      expect(found.angle[0]).toBeCloseTo(0.375, 14);
      expect(found.methods).toBe("time: point x: mean angle: mean");
      expect(found.density).toEqual(reference.snapshots.flatMap(({ density }) => [...density]));
      const { series, kinds } = found;
      expect(Object.fromEntries(Object.entries(found.names).map(([name, observable]) => [observable, name]))).toEqual(
        Object.fromEntries(names),
      );
      reference.snapshots.forEach(({ energy, gap, errors, judgedBy, resolved, observables: values }, s) => {
        expect(series.energy[s]).toBe(energy);
        expect(series.gap[s]).toBe(gap);
        expect(series.energy_error[s]).toBe(errors.energy);
        expect(series.density_l1_error[s]).toBe(errors.l1);
        expect(series.density_wasserstein1_error[s]).toBe(errors.wasserstein1);
        // There are too few cells for a judge whose cells move.
        expect(series.node_wasserstein1_error[s]).toBe(Infinity);
        expect([series.judged[s], series.resolved[s]]).toEqual([Number(judgedBy === "finite volumes"), Number(resolved)]);
        for (const [observable, name] of names) {
          expect(series[name][s]).toBe(values[observable]);
          expect(series[`${name}_error`][s]).toBe(errors.observables[observable]);
        }
      });
      expect([kinds.energy, kinds.judged, kinds.resolved, kinds.density]).toEqual(["float64", "int8", "int8", "float64"]);
      // The text of the problem is a problem, and the same.
      const again = await createProblem(JSON.parse(found.attributes.problem));
      expect(again.definition).toEqual(drift.definition);
    },
  );

  test.skipIf(!h5pyAvailable)("is opened by h5py as well, with scales on its dimensions", () => {
    const found = python(
      `
import hashlib, json, sys, h5py, numpy
d = h5py.File(sys.argv[1])
attrs = {k: (v.decode() if isinstance(v, bytes) else v if isinstance(v, str) else float(numpy.asarray(v).ravel()[0])) for k, v in d.attrs.items()}
density = d["density"][()]
print(json.dumps({${ATTRIBUTES}
  "shape": density.shape, "maxshape": d["density"].maxshape, "scales": [list(dim.keys()) for dim in d["density"].dims],
  "names": sorted(d.keys()), "domain": d["angle"].attrs["domain"].tolist(),
  "error": d["observable_square_error"][()].tolist(), "along": [list(dim.keys()) for dim in d["observable_square_error"].dims],
}))`,
      path,
    );
    expectProvenance(found);
    expect(found.shape).toEqual([3, 12, 8]);
    expect(found.maxshape).toEqual([null, 12, 8]);
    expect(found.scales).toEqual([["time"], ["x"], ["angle"]]);
    expect(found.domain).toEqual([0, 6]);
    expect(found.error).toEqual(reference.snapshots.map(({ errors }) => errors.observables.square));
    expect(found.along).toEqual([["time"]]);
    expect(found.names).toEqual(expect.arrayContaining([...names.values()].flatMap((name) => [name, `${name}_error`])));
  });
});

test.skipIf(!available)("xarray opens what was solved along characteristics, a missing gap as nothing", async () => {
  const unbalanced = await createProblem({ ...problem.definition, dynamics: "unbalanced" });
  const solution = solveCharacteristics(unbalanced, { tolerance: 1e-4 });
  const path = join(emptyFolder(), "run.nc");
  writeFileSync(path, await encodeCharacteristics(unbalanced, solution));
  const found = python(
    `
import json, sys, xarray
d = xarray.open_dataset(sys.argv[1])
print(json.dumps({"method": d.attrs["method"], "converged": d.attrs["converged"], "levels": json.loads(d.attrs["levels"]),
  "mass": d.mass.values.tolist(), "total": d.density.sum(dim=["x", "angle"]).values.tolist(), "gap": d.gap.isnull().values.tolist(),
  "dynamics": json.loads(d.attrs["problem"])["dynamics"]}))`,
    path,
  );
  expect(found).toMatchObject({ method: "characteristics", converged: "yes", dynamics: "unbalanced", gap: [true, true, true] });
  expect(found.levels).toEqual(solution.levels);
  expect(found.mass).toEqual(solution.snapshots.map(({ mass }) => mass));
  found.total.forEach((total: number, s: number) => {
    // Two Gauss points on cells of 1/3 of a deviation of 0.4 e^{-0.2}: (h / sd)^4 / 1440 in all.
    expect(Math.abs(total * unbalanced.grid.cellVolume - found.mass[s])).toBeLessThan(2e-3);
  });
});
