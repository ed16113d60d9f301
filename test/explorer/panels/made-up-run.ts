import type { MeanFieldFrame, ParticleFrame, ThermalSetup } from "../../../src/explorer/engine/frames.ts";
import type { ViewValues } from "../../../src/explorer/panels/values.ts";
import { createGrid } from "../../../src/grid/grid.ts";
import type { DynamicsName } from "../../../src/problem/dynamics.ts";

const CELLS = 32;

/** A run of the right shapes in one to three variables: a bump that moves in a bowl, with a gap and an energy that decay. */
export function madeUpRun(dimension: number, frames = 5, changes: { dynamics?: DynamicsName } = {}): ViewValues {
  const { axes } = createGrid(
    ["x", "y", "z"].slice(0, dimension).map((name) => ({ name, min: -2, max: 2, cells: CELLS, boundary: "no-flux" as const })),
  );
  const times = Array.from({ length: 5 }, (_, k) => k / 4);
  const planes: [number, number][] = [
    [],
    [[0, 1]],
    [
      [0, 1],
      [0, 2],
      [1, 2],
    ],
  ][dimension - 1] as [number, number][];
  const count = Math.max(1, planes.length);
  const at = (i: number) => -2 + (i + 0.5) * (4 / CELLS);
  const tabulate = (f: (x: number, y: number) => number) =>
    dimension === 1
      ? Float32Array.from({ length: CELLS }, (_, i) => f(at(i), 0))
      : Float32Array.from({ length: CELLS ** 2 }, (_, k) => f(at(Math.floor(k / CELLS)), at(k % CELLS)));
  const meanField = times.slice(0, frames).map((t): MeanFieldFrame => {
    const density = tabulate((x, y) => Math.exp(-((x - 1 + t) ** 2 + y * y) * (1 + 4 * t)));
    const potential = tabulate((x, y) => x * x + 2 * y * y);
    return {
      record: {
        time: t,
        mass: 1,
        energy: 1 + Math.exp(-t),
        meanPotential: 0.5,
        minPotential: 0,
        gap: changes.dynamics === "unbalanced" ? null : Math.exp(-2 * t),
        residualOnSupport: 0,
        residualOffSupport: 0,
        dissipated: 1 - Math.exp(-t),
        defect: 0,
        observables: { mean: 1 - t },
        minDensity: 0,
        edgeMass: 0,
        resolved: true,
      },
      wallMass: [],
      sampling: axes.map(() => [0.06, 0.2, 0.4]),
      densities: Array.from({ length: count }, () => density),
      cells: null,
      levels: planes.map(() => [0.6, 0.2, 0.05]),
      volume: null,
      potentials: Array.from({ length: count }, () => potential),
      thermal: null,
    };
  });
  const particles = times.slice(0, frames).map(
    (t): ParticleFrame => ({
      time: t,
      drawn: axes.map((_, a) => Float32Array.from({ length: 40 }, (_, p) => Math.sin(p + a) + 0.1 * t)),
      histogram: dimension === 1 ? Float32Array.from({ length: 8 }, (_, i) => i / 8) : null,
      energy: 1.1 + Math.exp(-t),
      gap: 0.1,
      outside: 0,
      observables: [1 - t],
      distances: axes.map(() => ({ distance: 0.02, band: [0.01, 0.03, 0.05] as const })),
    }),
  );
  const rivals = [{ name: "gradient-descent", frames: times.map((time) => ({ time, energy: 2 - time / 4, gap: 0.5 })) }];
  return {
    n: 40,
    setup: {
      axes,
      times,
      dynamics: changes.dynamics ?? "birth-death",
      observables: ["mean"],
      planes,
      rates: times.map(() => 2),
      thermal: null,
    },
    meanField,
    particles,
    rivals,
    earlier: [{ label: "n = 10", n: 10, kind: "algorithm-1 0.25", times: times.slice(0, 3), distances: [0.2, 0.1, 0.1] }],
    noise: {
      stage: "known",
      why: null,
      times: [0, 0.5, 1],
      quantiles: [0, 1, 2].map((k) => axes.map(() => [0.07, 0.2 + 0.1 * k, 0.5 + 0.2 * k])),
      replicas: dimension === 1 ? [{ times, distances: times.map(() => 0.03) }] : [],
    },
    scheme: "algorithm-1",
    kind: "algorithm-1 0.25",
    theme: "light",
    failures: [],
    alone: changes.dynamics === "unbalanced" ? "Particles do not follow this dynamics." : null,
    shown: Math.max(0, frames - 1),
    plane: 0,
    slice: null,
  };
}

/** The same at a temperature; by default births and deaths follow V + tau log mu. */
export function warmRun(dimension: number, changes: Partial<ThermalSetup> = {}): ViewValues {
  const run = madeUpRun(dimension);
  const thermal: ThermalSetup = {
    temperatures: run.setup!.times.map(() => TAU),
    logTerm: "density",
    descends: true,
    reacts: true,
    ...changes,
  };
  const byV = thermal.reacts && thermal.logTerm === "none";
  return {
    ...run,
    setup: { ...run.setup!, thermal },
    particles: run.particles.map((frame) => ({ ...frame, gap: NaN })),
    meanField: run.meanField.map((frame) => ({
      ...frame,
      thermal: {
        gibbs: frame.potentials.map((V) => V.map((value) => Math.exp(-value / TAU))),
        levels: dimension === 1 ? [] : frame.potentials.map(() => [0.3, 0.7]),
        energy: frame.record.energy + 0.2,
        driving: byV
          ? null
          : {
              values: frame.potentials.map((V, k) => V.map((value, i) => value + TAU * Math.log(frame.densities[k][i]))),
              mean: 0.3,
            },
      },
    })),
  };
}

/** Of a warm run. */
const TAU = 0.5;

const NO_NOISE: ViewValues["noise"] = { stage: "none", why: null, times: [], quantiles: [], replicas: [] };

/** The states in which something is missing or broken. */
export function brokenRuns(): [name: string, values: ViewValues][] {
  const line = madeUpRun(1);
  const plane = madeUpRun(2);
  const spoil = (values: ViewValues, density: number, potential: number): ViewValues => ({
    ...values,
    meanField: values.meanField.map((frame) => ({
      record: { ...frame.record, energy: density, meanPotential: potential, gap: density, dissipated: density, defect: density },
      densities: frame.densities.map((values) => new Float32Array(values.length).fill(density)),
      wallMass: [],
      sampling: frame.sampling,
      levels: frame.levels,
      volume: null,
      cells: null,
      thermal: null,
      potentials: frame.potentials.map((values) => new Float32Array(values.length).fill(potential)),
    })),
  });
  const nothing: ViewValues = {
    ...line,
    setup: null,
    meanField: [],
    particles: [],
    rivals: [],
    earlier: [],
    shown: 0,
    noise: NO_NOISE,
  };
  return [
    ["no setup", nothing],
    ["a setup alone", { ...nothing, setup: line.setup }],
    ["a setup alone on a plane", { ...nothing, setup: plane.setup }],
    ["old frames without a setup", { ...line, setup: null }],
    ["no particles", { ...line, particles: [] }],
    ["no particles on a plane", { ...plane, particles: [] }],
    ["no mean field", { ...line, meanField: [] }],
    ["no distances", { ...line, particles: line.particles.map((frame) => ({ ...frame, distances: null })) }],
    ["a single frame", madeUpRun(1, 1)],
    ["a single time", { ...madeUpRun(1, 1), setup: { ...line.setup!, times: [0], rates: [2] } }],
    ["a frame beyond the last", { ...line, shown: 9 }],
    ["no gap", { ...madeUpRun(1, 5, { dynamics: "unbalanced" }), particles: [] }],
    ["no gap on a plane", { ...madeUpRun(2, 5, { dynamics: "unbalanced" }), particles: [] }],
    [
      "noise that is predicted",
      { ...line, noise: { ...NO_NOISE, stage: "predicting", times: [0], quantiles: [[[0.1, 0.2, 0.3]]] } },
    ],
    ["noise that is not predicted", { ...plane, noise: { ...NO_NOISE, stage: "absent", why: "there is no theory of it" } }],
    ["failed at the start", { ...nothing, failures: [{ part: "mean field", message: "a potential that is not a number" }] }],
    [
      "failed particles",
      { ...line, particles: line.particles.slice(0, 2), failures: [{ part: "particles", message: "a step that is too long" }] },
    ],
    ["a failed rival", { ...nothing, failures: [{ part: "other dynamics", message: "a step that is too long" }] }],
    ["particles that cannot follow", { ...warmRun(1), particles: [], alone: "No particles." }],
    ["a temperature that has ended", { ...warmRun(1), meanField: line.meanField }],
    ["a temperature that has ended on a plane", { ...warmRun(2), meanField: plane.meanField }],
    ["not a number", spoil(line, NaN, NaN)],
    ["not a number on a plane", spoil(plane, NaN, NaN)],
    ["zeros and a constant potential", spoil(line, 0, 0.3)],
    ["zeros and a constant potential on a plane", spoil(plane, 0, 0.3)],
  ];
}
