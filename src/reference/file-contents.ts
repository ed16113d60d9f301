import { createHash } from "node:crypto";
import type { Series } from "../files/netcdf.ts";
import { FORMAT_VERSION, namesInFile, type SERIES_NAMES, type THERMAL_NAMES } from "../files/netcdf-names.ts";
import type { Grid } from "../grid/grid.ts";
import type { Problem } from "../problem/problem.ts";
import type { GridSnapshot } from "../problem/snapshot.ts";
import { isWarm } from "../problem/thermal.ts";
import { version } from "../version.ts";

/** A snapshot whose density is in the file already. */
export type Recorded = Omit<GridSnapshot, "density">;

/** Observable -> its name in the file. */
export function observableNames({ observables, grid }: Problem): Map<string, string> {
  return namesInFile(
    observables.map(({ name }) => name),
    grid.axes.map(({ name }) => name),
  );
}

export function densitiesOf(snapshots: readonly GridSnapshot[], grid: Grid) {
  return { grid, times: snapshots.map(({ time }) => time), densities: snapshots.map(({ density }) => density) };
}

/** Everything that is common to all files: their format, what was solved, by which version. */
export function provenance(problem: Problem, kind: "solution" | "reference" = "solution"): Record<string, string> {
  const text = JSON.stringify(problem.definition);
  return {
    Conventions: "CF-1.10",
    format: `birth-death-pde ${kind}`,
    format_version: FORMAT_VERSION,
    title: problem.name,
    problem: text,
    problem_sha256: sha256(new TextEncoder().encode(text)),
    source: `birth-death-pde ${version}`,
    references: "Rotskoff, Jelassi, Bruna & Vanden-Eijnden, ICML 2019, arXiv:1902.01843",
  };
}

export const bytesOf = ({ buffer, byteOffset, byteLength }: Float64Array) => new Uint8Array(buffer, byteOffset, byteLength);

export function sha256(...parts: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

const DIAGNOSTICS: Readonly<Record<(typeof SERIES_NAMES)[number], readonly [string, (snapshot: Recorded) => number]>> = {
  energy: ["E[mu], equation (11)", (s) => s.energy],
  mass: ["int dmu", (s) => s.mass],
  mean_potential: ["Vbar = int V dmu / mass", (s) => s.meanPotential],
  min_potential: ["min V over the domain", (s) => s.minPotential],
  gap: ["Vbar - min V: upper bound of E - min E", (s) => s.gap ?? Number.NaN],
  residual_on_support: ["(int (V - Vbar)^2 dmu / mass)^(1/2), Vbar being 0 if unbalanced", (s) => s.residualOnSupport],
  residual_off_support: ["max (Vbar - V)^+ where the density is at most 1e-6 of its maximum", (s) => s.residualOffSupport],
  dissipated: ["time integral of the right-hand side of (16), as a loss", (s) => s.dissipated],
  defect: ["energy - initial energy + dissipated", (s) => s.defect],
  edge_mass: ["mass within 2% of the ends of no-flux axes", (s) => s.edgeMass],
  min_density: ["smallest cell average", (s) => s.minDensity],
  resolved: ["1 where peaks are wider than three cells", (s) => (s.resolved ? 1 : 0)],
};

/** What some of them are at a temperature above 0. */
const WARM_WORDS: Partial<Record<keyof typeof DIAGNOSTICS, string>> = {
  energy: "E[mu] + tau int mu log mu",
  gap: "tau int mu log(mu / G), G = e^{-V / tau} / int e^{-V / tau}: upper bound of energy - min energy",
  residual_on_support: "standard deviation of V + tau log mu under mu",
  residual_off_support: "0: the support is everything",
  dissipated:
    "time integral of int |grad V_tau|^2 dmu + alpha Cov_mu(V_tau, R) - tau' int mu log mu - int d_t F dmu, V_tau = V + tau log mu",
};

/** And at temperature 0 with an F that changes in time. */
const IN_TIME_WORDS: typeof WARM_WORDS = {
  dissipated: "time integral of the right-hand side of (16) and of int d_t F dmu, as a loss",
};

/** Energies, residuals and balances of snapshots, in the words that the problem gives them. */
export function diagnosticsOf(problem: Problem, snapshots: readonly Recorded[]): Series[] {
  const words = isWarm(problem) ? WARM_WORDS : (problem.potential.clock ?? null) === null ? {} : IN_TIME_WORDS;
  return Object.entries(DIAGNOSTICS).map(([name, [usual, of]]) => ({
    name,
    description: words[name as keyof typeof DIAGNOSTICS] ?? usual,
    ...(name === "resolved"
      ? { values: Int8Array.from(snapshots, of), flags: { unresolved: 0, resolved: 1 } }
      : { values: Float64Array.from(snapshots, of) }),
  }));
}

/** What is recorded at a temperature beside. */
export function thermalSeries(snapshots: readonly Recorded[]): Series[] {
  if (snapshots.every(({ gibbsResidual }) => gibbsResidual === undefined)) return [];
  const values = Float64Array.from(snapshots, ({ gibbsResidual = Number.NaN }) => gibbsResidual);
  return [{ name: "gibbs_residual" satisfies (typeof THERMAL_NAMES)[number], description: "int |mu - e^{-V / tau} / Z|", values }];
}

export function observablesOf(problem: Problem, snapshots: readonly Recorded[]): Series[] {
  const names = observableNames(problem);
  return problem.observables.map(({ name }) => ({
    name: names.get(name) as string,
    description: `int phi dmu, phi = ${problem.definition.observables?.[name]}`,
    values: Float64Array.from(snapshots, ({ observables }) => observables[name]),
    observable: name,
  }));
}
