import type { Solution } from "../finite-volume/solve.ts";
import { centres } from "../grid/grid.ts";
import { FILE_NAMES, SERIES_NAMES } from "../problem/file-names.ts";
import type { Problem } from "../problem/problem.ts";
import { version } from "../version.ts";

const DESCRIPTIONS: Readonly<Record<(typeof SERIES_NAMES)[number], string>> = {
  energy: "E[mu], equation (11)",
  mass: "int dmu",
  mean_potential: "Vbar = int V dmu / mass",
  min_potential: "min V over the cells",
  gap: "Vbar - min V: upper bound of E - min E",
  dissipated: "time integral of the right-hand side of (16), as a loss",
  defect: "energy - initial energy + dissipated",
  edge_mass: "mass within 2% of the ends of no-flux axes",
  min_density: "smallest cell average",
};

/**
 * A solution as the bytes of a NetCDF-4 file: `density(time, ...)` as cell averages on the cell centres of each variable, one series
 * over the unlimited `time` for each diagnostic and observable, and the problem, scheme and version as attributes. Opened by
 * `xarray.open_dataset`.
 */
export async function encodeNetcdf(problem: Problem, solution: Solution): Promise<Uint8Array> {
  // A megabyte of WebAssembly, so it is loaded only to write.
  const { File, ready } = await import("h5wasm");
  const { FS } = await ready;
  if (FS === null) throw new Error("h5wasm has no file system");
  const name = "solution.nc";
  const file = new File(name, "w");
  const { grid, snapshots } = solution;
  const times = snapshots.length;

  const createSeries = (variable: string, data: Float64Array | Int8Array, description: string) => {
    const dataset = file.create_dataset({ name: variable, data, shape: [times], maxshape: [null], chunks: [Math.max(1, times)] });
    dataset.create_attribute("long_name", description);
    return dataset;
  };
  createSeries(
    "time",
    Float64Array.from(snapshots, ({ time }) => time),
    "time",
  ).make_scale("time");
  for (const axis of grid.axes) {
    const dataset = file.create_dataset({ name: axis.name, data: centres(axis), shape: [axis.cells] });
    dataset.create_attribute("long_name", `cell centres of ${axis.name}`);
    dataset.create_attribute("boundary", axis.periodic ? "periodic" : "no-flux");
    dataset.create_attribute("domain", Float64Array.of(axis.min, axis.max));
    dataset.make_scale(axis.name);
  }
  const density = file.create_dataset({
    name: "density",
    data: concatenate(snapshots.map((snapshot) => snapshot.density)),
    shape: [times, ...grid.shape],
    maxshape: [null, ...grid.shape],
    chunks: [1, ...grid.shape],
  });
  density.create_attribute("long_name", "cell averages of the density of mu");
  density.create_attribute("cell_methods", grid.axes.map((axis) => `${axis.name}: mean`).join(" "));
  density.attach_scale(0, "/time");
  grid.axes.forEach((axis, a) => {
    density.attach_scale(a + 1, `/${axis.name}`);
  });

  const series = new Map<string, Float64Array>([
    ["energy", Float64Array.from(snapshots, (s) => s.energy)],
    ["mass", Float64Array.from(snapshots, (s) => s.mass)],
    ["mean_potential", Float64Array.from(snapshots, (s) => s.meanPotential)],
    ["min_potential", Float64Array.from(snapshots, (s) => s.minPotential)],
    ["gap", Float64Array.from(snapshots, (s) => s.gap ?? Number.NaN)],
    ["dissipated", Float64Array.from(snapshots, (s) => s.dissipated)],
    ["defect", Float64Array.from(snapshots, (s) => s.defect)],
    ["edge_mass", Float64Array.from(snapshots, (s) => s.edgeMass)],
    ["min_density", Float64Array.from(snapshots, (s) => s.minDensity)],
  ]);
  for (const variable of SERIES_NAMES) {
    createSeries(variable, series.get(variable) as Float64Array, DESCRIPTIONS[variable]).attach_scale(0, "/time");
  }
  const resolved = createSeries(
    "resolved",
    Int8Array.from(snapshots, (s) => (s.resolved ? 1 : 0)),
    "1 where peaks are wider than three cells",
  );
  resolved.attach_scale(0, "/time");
  const taken = new Set([...FILE_NAMES, ...grid.axes.map((axis) => axis.name)]);
  for (const observable of problem.observables) {
    const variable = freeName(observable.name, taken);
    const values = Float64Array.from(snapshots, (s) => s.observables[observable.name]);
    const dataset = createSeries(variable, values, `int phi dmu, phi = ${problem.definition.observables?.[observable.name]}`);
    dataset.create_attribute("observable", observable.name);
    dataset.attach_scale(0, "/time");
  }

  const attributes: Record<string, string> = {
    Conventions: "CF-1.10",
    title: problem.name,
    problem: JSON.stringify(problem.definition),
    method: "finite-volume",
    flux: solution.scheme.flux,
    splitting: solution.scheme.splitting,
    source: `birth-death-pde ${version}`,
    references: "Rotskoff, Jelassi, Bruna & Vanden-Eijnden, ICML 2019, arXiv:1902.01843",
  };
  for (const [key, value] of Object.entries(attributes)) file.create_attribute(key, value);
  file.create_attribute("steps", Int32Array.of(solution.steps));
  file.create_attribute("outside_initially", Float64Array.of(solution.outsideInitially));
  if (solution.edgeMassSince !== null) file.create_attribute("edge_mass_since", Float64Array.of(solution.edgeMassSince));
  if (solution.unresolvedSince !== null) file.create_attribute("unresolved_since", Float64Array.of(solution.unresolvedSince));
  file.flush();
  file.close();
  const bytes = FS.readFile(name) as Uint8Array;
  FS.unlink(name);
  return bytes;
}

/** An observable's name as a variable name: letters, digits and _, and none that is taken. */
function freeName(observable: string, taken: Set<string>): string {
  let name = observable.replaceAll(/[^A-Za-z0-9_]/g, "_");
  if (!/^[A-Za-z]/.test(name)) name = `observable_${name}`;
  while (taken.has(name)) name = `observable_${name}`;
  taken.add(name);
  return name;
}

function concatenate(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
