import { type Flux, outflowRates } from "../src/finite-volume/flux.ts";
import { FLUXES, type FluxName } from "../src/finite-volume/fluxes.ts";
import { boundWithMass, leastOf } from "../src/finite-volume/mass-bound.ts";
import { createMidpoint } from "../src/finite-volume/midpoint.ts";
import { createReaction } from "../src/finite-volume/reaction.ts";
import { createFields, plainFields } from "../src/grid/fields.ts";
import { createGrid, evaluateAtCentres, type Grid } from "../src/grid/grid.ts";
import { measureEnergy } from "../src/potential/energy.ts";
import { createLatticeConvolution } from "../src/potential/grid-convolution.ts";
import { createPaddedConvolution } from "../src/potential/padded-convolution.ts";
import { measure, printTable, type Row } from "./measure.ts";

function cube(dimension: number, cells: number): Grid {
  return createGrid(
    ["x", "y", "z"].slice(0, dimension).map((name) => ({ name, min: -3, max: 3, cells, boundary: "no-flux" as const })),
  );
}

/** A double well in every coordinate, and a Gaussian. */
function fill(grid: Grid, V: Float64Array, mu: Float64Array): void {
  const squares = (f: (square: number) => number) =>
    evaluateAtCentres(grid, ([out], start, x, from, count) => {
      for (let i = 0; i < count; i++) {
        let total = 0;
        for (const axis of x) total += f(axis[from + i] ** 2);
        out[start + i] = total;
      }
    });
  V.set(squares((square) => 0.25 * (square - 1) ** 2));
  mu.set(squares((square) => -square).map(Math.exp));
}

/** Upwind as one would write it down: a pass for each axis over its faces. No-flux. */
function plainUpwind(grid: Grid, out: Float64Array, mu: Float64Array, V: Float64Array, dt: number): void {
  out.set(mu);
  for (let a = 0; a < grid.dimension; a++) {
    const stride = grid.strides[a];
    const cells = grid.shape[a];
    const factor = dt / grid.axes[a].width ** 2;
    for (let slab = 0; slab < grid.size; slab += stride * cells) {
      for (let i = slab; i < slab + stride * (cells - 1); i++) {
        const drop = factor * (V[i] - V[i + stride]);
        const flux = drop > 0 ? drop * mu[i] : drop * mu[i + stride];
        out[i] -= flux;
        out[i + stride] += flux;
      }
    }
  }
}

function plainReaction(out: Float64Array, mu: Float64Array, V: Float64Array, rate: number): void {
  let before = 0;
  let after = 0;
  for (let i = 0; i < mu.length; i++) {
    before += mu[i];
    out[i] = mu[i] * Math.exp(-rate * V[i]);
    after += out[i];
  }
  for (let i = 0; i < out.length; i++) out[i] *= before / after;
}

function plainCachedReaction(out: Float64Array, mu: Float64Array, factor: Float64Array): void {
  let before = 0;
  let after = 0;
  for (let i = 0; i < mu.length; i++) {
    before += mu[i];
    out[i] = mu[i] * factor[i];
    after += out[i];
  }
  for (let i = 0; i < out.length; i++) out[i] *= before / after;
}

const FLUX_NAMES = Object.keys(FLUXES) as FluxName[];
/** In two dimensions. */
const AIMS: Partial<Record<FluxName, number>> = { upwind: 2.5, muscl: 8 };

/** alpha dt */
const RATE = 0.05;

/**
 * One sweep of a flux, as code of its own: one function for all fluxes is compiled for all of them together, which costs upwind in one dimension as much again as
 * its sweep.
 */
function sweepOf(flux: Flux, out: Float64Array, mu: Float64Array, V: Float64Array, dt: number): () => void {
  const own = new Function("flux", "out", "mu", "V", "dt", "return () => flux.euler(out, mu, V, dt, mu, 1)");
  return own(flux, out, mu, V, dt) as () => void;
}

export function benchFiniteVolumes(quick: boolean): void {
  const transport: Row[] = [];
  const reaction: Row[] = [];
  for (const { dimension, cells } of [
    { dimension: 1, cells: 4096 },
    { dimension: 2, cells: 1024 },
    { dimension: 3, cells: 96 },
  ]) {
    const grid = cube(dimension, cells);
    const fields = createFields(grid, 4);
    const [V, mu, out] = Array.from({ length: 3 }, fields.create);
    fill(grid, V, mu);
    const name = `${dimension}D, ${grid.shape.join(" x ")}`;
    const dt = 1e-6;
    const sweeps = FLUX_NAMES.map((flux) => sweepOf(FLUXES[flux].create(grid, fields), out, mu, V, dt));
    const costs = measure(grid.size, [...sweeps, () => plainUpwind(grid, out, mu, V, dt)], quick);
    const plain = costs[FLUX_NAMES.length];
    FLUX_NAMES.forEach((flux, k) => {
      const aim = dimension === 2 ? AIMS[flux] : undefined;
      transport.push({ name: `${flux.padEnd(6)} ${name}`, cost: costs[k], plain, ...(aim === undefined ? {} : { aim }) });
    });

    const changing = createReaction(grid, true, fields);
    const fixed = createReaction(grid, true, fields);
    const factor = V.map((v) => Math.exp(-RATE * v));
    const [anew, cached, plainAnew, plainCached] = measure(
      grid.size,
      [
        () => changing.apply(out, mu, V, RATE, false),
        () => fixed.apply(out, mu, V, RATE, true),
        () => plainReaction(out, mu, V, RATE),
        () => plainCachedReaction(out, mu, factor),
      ],
      quick,
    );
    reaction.push({ name: `V changed   ${name}`, cost: anew, plain: plainAnew, ...(dimension === 2 ? { aim: 4 } : {}) });
    reaction.push({ name: `V unchanged ${name}`, cost: cached, plain: plainCached });
  }
  printTable("Transport: one forward Euler sweep, beside a plain upwind loop", "cell", transport);
  printTable("Reaction: one step, beside a plain loop", "cell", reaction);
}

/** What a step does beside flux and reaction, by fields in WebAssembly and by plain ones. */
export function benchPasses(quick: boolean): void {
  const grid = cube(2, 512);
  const passes = [createFields(grid, 12), plainFields(grid.size)].map((fields) => {
    const { simd } = fields;
    const [mu, V, rates] = Array.from({ length: 3 }, fields.create);
    fill(grid, V, mu);
    const external = fields.create();
    external.set(V);
    const potential = { external, interacting: true, constant: 0, evaluate() {} };
    const midpoint = createMidpoint(grid.size, fields);
    midpoint.start(mu, V, (_, middle) => middle.set(V));
    midpoint.finish(V, 0.1);
    midpoint.extrapolate(V, 0.1);
    return {
      "energy and dissipation": () => measureEnergy(grid, potential, mu, V, simd),
      "outflow rates": () => outflowRates(rates, grid, V, simd),
      "bound where there is mass": () => boundWithMass(V, leastOf(V, simd), mu, 1e-13, simd),
      "V in the middle of a step": () => midpoint.extrapolate(V, 0.1),
      "how far it was from it": () => midpoint.deviation(V, mu),
    };
  });
  const names = Object.keys(passes[0]) as (keyof (typeof passes)[0])[];
  const rows = names.map((name): Row => {
    const [cost, plain] = measure(
      grid.size,
      passes.map((each) => each[name]),
      quick,
    );
    return { name, cost, plain };
  });
  printTable(`Between the sweeps, ${grid.shape.join(" x ")}, beside the plain loops`, "cell", rows);
}

type Displacements = readonly Float64Array[];

/** exp of minus a form in the displacement: x^2 + y^2 + z^2, and with the product x y, which is even in both coordinates at once alone. */
const FORMS: Record<string, (x: Displacements, i: number) => number> = {
  "exp(-|x|^2)": (x, i) => x.reduce((total, axis) => total + axis[i] * axis[i], 0),
  "exp(-|x|^2 - x y)": (x, i) => x.reduce((total, axis) => total + axis[i] * axis[i], x[0][i] * x[1][i]),
  "exp(-|x|)": (x, i) => Math.sqrt(x.reduce((total, axis) => total + axis[i] * axis[i], 0)),
};

/** Aims are shares of the padded transforms, which are timed beside each row. */
export function benchConvolution(quick: boolean): void {
  const rows = [
    { dimension: 1, cells: 512, form: "exp(-|x|^2)" },
    { dimension: 1, cells: 4096, form: "exp(-|x|^2)" },
    { dimension: 2, cells: 128, form: "exp(-|x|^2)" },
    { dimension: 2, cells: 128, form: "exp(-|x|^2 - x y)" },
    { dimension: 2, cells: 512, form: "exp(-|x|^2)" },
    { dimension: 2, cells: 512, form: "exp(-|x|^2 - x y)" },
    { dimension: 3, cells: 32, form: "exp(-|x|^2)" },
    { dimension: 2, cells: 128, form: "exp(-|x|)" },
  ].map(({ dimension, cells, form }): Row => {
    const grid = cube(dimension, cells);
    const exponent = FORMS[form];
    const kernel = ([out]: Displacements, start: number, x: Displacements, from: number, count: number) => {
      for (let i = 0; i < count; i++) out[start + i] = Math.exp(-exponent(x, from + i));
    };
    const lattice = { extent: grid.shape, spacing: grid.axes.map(({ width }) => width), periods: grid.axes.map(() => 0) };
    const chosen = createLatticeConvolution(lattice, kernel, ["even"]);
    const padded = createPaddedConvolution(lattice, kernel, ["even"]);
    const [V, mu] = [new Float64Array(grid.size), new Float64Array(grid.size)];
    fill(grid, V, mu);
    const out = [new Float64Array(grid.size)];
    const [cost, plain] = measure(grid.size, [() => chosen.apply(out, mu), () => padded.apply(out, mu)], quick);
    const aim = form === "exp(-|x|)" ? {} : { aimRatio: 1 / 3 };
    return { name: `${form.padEnd(17)} ${dimension}D, ${grid.shape.join(" x ")}`, cost, plain, ...aim };
  });
  printTable("int K dmu on a grid, beside zero-padded transforms in place of the plain loop", "cell", rows);
}
