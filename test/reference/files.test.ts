import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { solve } from "../../src/finite-volume/solve.ts";
import { simulate } from "../../src/particles/simulate.ts";
import { createProblem } from "../../src/problem/problem.ts";
import { encodeSolution } from "../../src/reference/datasets.ts";
import { encodeNpz } from "../../src/reference/npz.ts";
import { emptyFolder } from "../cli/run.ts";

/** Debian's Python, which has the libraries as packages. */
const PYTHON = "/usr/bin/python3";
const available = spawnSync(PYTHON, ["-c", "import xarray, netCDF4, numpy"]).status === 0;
if (!available) process.stderr.write("python3-xarray and python3-netcdf4 are not installed: files are not opened from Python\n");

const problem = await createProblem({
  name: "two variables",
  variables: { x: { min: -2, max: 2, cells: 12 }, angle: { min: 0, max: 6, cells: 8, boundary: "periodic" } },
  potential: { F: "x^2/2 + cos(angle*pi/3)" },
  alpha: 1,
  initial: { x: { type: "normal", mean: 0, sd: 0.4 }, angle: { type: "von-mises", mean: 3, concentration: 1 } },
  time: { end: 0.2, snapshots: [0, 0.1, 0.2] },
  observables: { "mean x": "x", energy: "x*angle" },
});

test.skipIf(!available)("xarray opens the NetCDF file with coordinates, and the numbers are ours", async () => {
  const solution = solve(problem);
  const path = join(emptyFolder(), "run.nc");
  writeFileSync(path, await encodeSolution(problem, solution));
  const script = `
import json, sys, xarray
d = xarray.open_dataset(sys.argv[1])
print(json.dumps({
  "dims": list(d.density.dims), "x": d.x.values.tolist(), "time": d.time.values.tolist(),
  "density": d.density.values.ravel().tolist(), "energy": d.energy.values.tolist(), "mean": d.mean_x.values.tolist(),
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
  "variables": d["variables"].tolist(), "dt": float(d["dt"]), "seed": int(d["seed"])}))`;
  const found = JSON.parse(execFileSync(PYTHON, ["-c", script, path], { encoding: "utf8" }));
  expect(found.shape).toEqual([3, 3, 5, 2]);
  expect(found.theta).toEqual(ensemble.records.flatMap(({ positions }) => [...(positions ?? [])]));
  expect(found).toMatchObject({ time: [0, 0.1, 0.2], variables: ["x", "angle"], dt: 0.05, seed: 7 });
});
