import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { encodeNpz } from "../../src/files/npz.ts";
import { solveMoving } from "../../src/finite-volume/moving/solve-moving.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import { simulate } from "../../src/particles/simulate.ts";
import { createProblem } from "../../src/problem/problem.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { encodeCharacteristics, encodeSolution, encodeSpectral } from "../../src/reference/datasets.ts";
import { computeReference } from "../../src/reference/reference.ts";
import { encodeReference } from "../../src/reference/reference-dataset.ts";
import { solveSpectral } from "../../src/spectral/solve.ts";
import { bdpde, emptyFolder } from "../cli/run.ts";
import { problemOf } from "../fixtures.ts";

/** Debian's Python, which has the libraries as packages. */
const PYTHON = "/usr/bin/python3";
const here = import.meta.dirname;
const page = readFileSync(resolve(here, "../../docs/files.md"), "utf8");
const available = spawnSync(PYTHON, ["-c", "import xarray, netCDF4, numpy"]).status === 0;
const unitsAvailable = spawnSync(PYTHON, ["-c", "import ctypes; ctypes.CDLL('libudunits2.so.0')"]).status === 0;
if (!available) process.stderr.write("python3-xarray and python3-netcdf4 are not installed: files are not checked by them\n");
if (!unitsAvailable) process.stderr.write("libudunits2-0 is not installed: units of files are not parsed\n");
test.runIf(process.env.CI)("what checks the files is installed where the gate runs", () => {
  expect([available, unitsAvailable]).toEqual([true, true]);
});

const python = (args: readonly string[], cwd = here) => execFileSync(PYTHON, ["-B", ...args], { encoding: "utf8", cwd });

const axis = { min: -4, max: 4, cells: 24 };
const normal = { type: "normal", mean: 0.5, sd: 0.6 } as const;
// Names of methods and attributes of xarray's datasets, and of what our files hold.
const observables = { mean: "x", sum: "x^2", std: "x^3", time: "cos(x)", energy: "x^4", attrs: "sin(x)" };
const line: Partial<ProblemInput> = { observables, variables: { x: axis }, time: { end: 1, snapshots: 2 } };
const warm: Partial<ProblemInput> = { ...line, temperature: 0.5 };
const wells = { F: "0.5*x^2", K: { type: "convolution", expression: "exp(-x^2)" } } as const;
/** As many variables, each like the first. */
const box = (names: string[]): Partial<ProblemInput> => ({
  ...line,
  variables: Object.fromEntries(names.map((name, a) => [name, { ...axis, cells: 12, boundary: a === 1 ? "periodic" : "no-flux" }])),
  potential: { F: `0.5*x^2${names.includes("y") ? " + cos(pi*y/4)" : ""}` },
  initial: Object.fromEntries(names.map((name) => [name, normal])),
  time: { end: 0.2, snapshots: [0, 0.2] },
});
/** Which sharpens below its cells. */
const sharp: Partial<ProblemInput> = {
  observables: { mean: "x" },
  dynamics: "gradient-descent",
  time: { end: 5, snapshots: [0, 5] },
};

const reference = async (changes: Partial<ProblemInput>, tolerance = 0.05) =>
  encodeReference(await computeReference(await problemOf(changes), { tolerance }));

/** A file of each kind. */
const KINDS: Readonly<Record<string, () => Promise<Uint8Array>>> = {
  "solve in one variable": async () => {
    const problem = await problemOf(line);
    return encodeSolution(problem, solve(problem));
  },
  "solve in two variables with the names of bounds": async () => {
    const problem = await problemOf(box(["x", "x_bounds"]));
    return encodeSolution(problem, solve(problem));
  },
  "solve in three variables": async () => {
    const problem = await problemOf(box(["x", "y", "z"]));
    return encodeSolution(problem, solve(problem));
  },
  "solve on a moving grid": async () => {
    const problem = await problemOf(line);
    return encodeSolution(problem, solveMoving(problem));
  },
  "solve on a moving grid in two variables": async () => {
    const problem = await problemOf(box(["x", "y"]));
    return encodeSolution(problem, solveMoving(problem));
  },
  "solve along characteristics": async () => {
    const problem = await problemOf({ ...line, dynamics: "unbalanced" });
    return encodeCharacteristics(problem, solveCharacteristics(problem, { tolerance: 1e-3 }));
  },
  "solve by modes at a temperature": async () => {
    const problem = await problemOf({ ...warm, potential: wells });
    return encodeSpectral(problem, solveSpectral(problem, { tolerance: 1e-3 }));
  },
  reference: () => reference({ ...line, potential: wells }),
  "reference in two variables": () => reference(box(["x", "y"])),
  "reference at a temperature": () => reference(warm),
  "reference too sharp for its cells": () => reference(sharp, 1e-3),
  "reference of a network with data": async () => {
    const { variables, initial, time } = await problemOf(line).then(({ definition }) => definition);
    const network = { unit: "2*tanh(x*u)", data: { file: "rows.csv", inputs: ["u"] }, target: "target" };
    const problem = await createProblem(
      { name: "data", variables, initial, time, potential: { network }, alpha: 1, observables },
      {},
      { u: Float64Array.of(-1, 0.5, 1), target: Float64Array.of(-0.5, 0.2, 0.6) },
    );
    return encodeReference(await computeReference(problem, { tolerance: 0.05 }));
  },
};

describe.skipIf(!available)("a NetCDF file of each kind", () => {
  const folder = emptyFolder();
  const paths = Object.keys(KINDS).map((kind) => join(folder, `${kind.replaceAll(" ", "-")}.nc`));
  beforeAll(async () => {
    for (const [k, make] of Object.values(KINDS).entries()) writeFileSync(paths[k], await make());
  });

  test("follows the rules of CF", () => {
    const { wrong, units_parsed } = JSON.parse(python(["cf_check.py", ...paths]));
    expect(units_parsed).toBe(unitsAvailable);
    expect(wrong).toEqual(Object.fromEntries(paths.map((path) => [path, []])));
  });

  test("with a mistake does not, for each rule", () => {
    const { none, ...found } = JSON.parse(python(["cf_mutants.py", paths[Object.keys(KINDS).indexOf("reference")], folder]));
    expect(none).toEqual([]);
    expect(Object.keys(found).length).toBe(unitsAvailable ? 24 : 23);
    for (const [mistake, wrong] of Object.entries<string[]>(found)) {
      const rule = mistake.split(" ")[0];
      expect(wrong.some((text) => text.startsWith(`${rule} `)), mistake).toBe(true); // biome-ignore format: one line
    }
  });

  test("has every variable as an attribute in xarray, whatever an observable is called, and only those that docs/files.md has, along the same dimensions", () => {
    const script = `
import json, sys, xarray
found = {}
for path in sys.argv[1:]:
    d = xarray.open_dataset(path)
    assert all(isinstance(getattr(d, name), xarray.DataArray) for name in d.variables), [name for name in d.variables if not isinstance(getattr(d, name), xarray.DataArray)]
    found[path] = {"axes": [n for n, v in d.variables.items() if "domain" in v.attrs], "attributes": sorted(d.attrs),
      "variables": {n: [list(v.dims), v.attrs.get("observable")] for n, v in d.variables.items()}}
print(json.dumps(found))`;
    interface Found {
      axes: string[];
      attributes: string[];
      variables: Record<string, [dims: string[], observable: string | null]>;
    }
    const files: Record<string, Found> = JSON.parse(python(["-c", script, ...paths]));
    const rows = new Map(
      ["all", "moving", "references"]
        .flatMap((kind) => tableAfter(`variables of NetCDF, ${kind}`))
        .map(([name, dims]) => [name, dims]),
    );
    const seen = new Set<string>();
    for (const [path, { axes, variables }] of Object.entries(files)) {
      for (const [name, [dims, observable]] of Object.entries(variables)) {
        const general = generalName(name, axes);
        seen.add(general);
        const wanted = [...new Set(dims.map((dim) => generalName(dim, axes)))].join(", ");
        expect(rows.get(general), `${path}: ${name}`).toBe(wanted);
        if (observable !== null) expect(variables[`${name}_error`] !== undefined).toBe(path.includes("reference"));
      }
    }
    expect([...rows.keys()].filter((name) => !seen.has(name))).toEqual([]);
    const attributes = new Set(
      page
        .slice(page.indexOf("### Attributes"), page.indexOf("### From format 1"))
        .match(/`\w+`/g)
        ?.map((text) => text.slice(1, -1)),
    );
    for (const name of ["Conventions", "format", "format_version", "method", "source", "title", "problem"]) {
      expect(attributes).toContain(name);
      for (const file of Object.values(files)) expect(file.attributes).toContain(name);
    }
  });
});

/** The rows of the table after a comment of the page, each cell without its backquotes. */
function tableAfter(comment: string): string[][] {
  const lines = page
    .slice(page.indexOf(`<!-- ${comment} -->`))
    .split("\n")
    .slice(2);
  const rows = lines.slice(0, lines.indexOf("")).slice(2);
  return rows.map((row) => row.slice(1, -1).split("|").map((cell) => cell.replaceAll("`", "").trim())); // biome-ignore format: one line
}

/** `x` in place of the name of a variable of the problem, NAME in that of an observable or a column. */
function generalName(name: string, axes: readonly string[]): string {
  const observable = /^(observable|data)_.*?(_error)?$/.exec(name);
  if (observable !== null) return `${observable[1]}_NAME${observable[2] ?? ""}`;
  if (name === "x_bounds_") return "x_bounds";
  const own = [...axes].sort((a, b) => b.length - a.length).find((each) => name === each || name.startsWith(`${each}_`));
  return own === undefined ? name : `x${name.slice(own.length)}`;
}

describe("docs/files.md", () => {
  const folder = emptyFolder();
  const grid = ["--cells", "64", "--end", "1"];
  beforeAll(async () => {
    const solved = ["solve", "double-well", ...grid];
    const commands = [
      ["reference", "double-well", ...grid, "--tolerance", "0.05", "--out", "ref.nc", "--summary", "reference.json"],
      [...solved, "--grid", "moving", "--out", "moving.nc", "--summary", "summary.json"],
      [...solved, "--summary", "fixed.json"],
      ["particles", "double-well", "--n", "20", "--replicas", "3", "--out", "run.npz", "--summary", "particles.json"],
    ];
    for (const args of commands) {
      const inFolder = args.map((arg) => (/\.(nc|npz|json)$/.test(arg) ? join(folder, arg) : arg));
      expect(await bdpde(...inFolder)).toMatchObject({ code: 0 });
    }
    writeFileSync(join(folder, "format-1.nc"), gunzipSync(readFileSync(resolve(here, "../reference/reference-of-0.1.0.nc.gz"))));
  });

  test.skipIf(!available)("has Python that runs", () => {
    const snippets = [...page.matchAll(/```python\n([\s\S]*?)```/g)].map(([, text]) => text);
    expect(snippets.length).toBeGreaterThan(5);
    // Each with names of its own, in one process: xarray takes a second to start.
    const script = `import json, sys\nfor text in json.loads(sys.argv[1]):\n    print("snippet")\n    exec(text, {})`;
    const printed = python(["-c", script, JSON.stringify(snippets)], folder)
      .split("snippet\n")
      .slice(1);
    expect(printed.map((text) => /\d/.test(text))).toEqual(snippets.map(() => true));
  });

  test("names every key of the summaries of solve and particles, and every one it names is there", () => {
    const named = new Map(
      tableAfter("keys of summaries").flatMap(([keys, commands]) =>
        keys.split(", ").map((key): [string, string] => [key, commands]),
      ),
    );
    const summaries = { solve: ["summary.json", "fixed.json"], particles: ["particles.json"], reference: ["reference.json"] };
    for (const [command, files] of Object.entries(summaries)) {
      for (const file of files) {
        const summary = JSON.parse(readFileSync(join(folder, file), "utf8"));
        const keys = [...Object.keys(summary), ...Object.keys(summary.snapshots[0]).map((key) => `snapshots[].${key}`)];
        // A reference tells details of its refinements, which are not promised.
        if (command !== "reference")
          for (const key of keys) if (!["snapshots", "grid"].includes(key)) expect([...named.keys()]).toContain(key);
        const promised = [...named].filter(([, commands]) => commands === "all" || commands.split(", ").includes(command));
        for (const [key] of promised) expect(keys, `${file}: ${key}`).toContain(key);
      }
    }
  });

  test.skipIf(!available)("names every array of an npz of particles, with its shape", async () => {
    const problem = await problemOf(line);
    const options = { n: 4, dt: 0.5, replicas: 2, seed: 1, workers: 1, keepPositions: true };
    const ensemble = await simulate(problem, { ...options, scheme: "weighted", resampleBelow: 0.5 });
    const path = join(folder, "weighted.npz");
    writeFileSync(path, encodeNpz(problem, ensemble));
    const sizes: Record<string, number> = { replica: 2, snapshot: problem.snapshotTimes.length, particle: 4, variable: 1 };
    const rows = tableAfter("arrays of particles");
    const wanted = Object.fromEntries(rows.map(([name, , shape]) => [name, shape.split(", ").filter((word) => word !== "").map((word) => sizes[word])])); // biome-ignore format: one line
    const script = "import json, sys, numpy; print(json.dumps({k: list(v.shape) for k, v in numpy.load(sys.argv[1]).items()}))";
    expect(JSON.parse(python(["-c", script, path]))).toEqual(wanted);
  });
});
