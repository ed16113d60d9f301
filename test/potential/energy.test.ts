import { describe, expect, it } from "vitest";
import { type AxisDefinition, createGrid, fillCentres, type Grid } from "../../src/grid/grid.ts";
import { type EnergyState, measureEnergy } from "../../src/potential/energy.ts";
import type { GridPotential } from "../../src/potential/potential.ts";

type Point = readonly number[];

const axis = (name: string, cells: number, min: number, max: number, boundary: AxisDefinition["boundary"] = "no-flux") => ({
  name,
  min,
  max,
  cells,
  boundary,
});

function tabulate(grid: Grid, f: (x: Point) => number): Float64Array {
  const coordinates = grid.axes.map(() => new Float64Array(grid.size));
  fillCentres(grid, 0, grid.size, coordinates);
  return Float64Array.from({ length: grid.size }, (_, i) => f(coordinates.map((x) => x[i])));
}

/** Measures mu with V = F, no kernel. */
function measure(grid: Grid, F: (x: Point) => number, mu: (x: Point) => number, constant = 0): EnergyState {
  const external = tabulate(grid, F);
  const potential: GridPotential = { external, interacting: false, constant, evaluate: (V) => V.set(external) };
  return measureEnergy(grid, potential, tabulate(grid, mu), external);
}

const gaussian = (mean: number, sd: number) => (x: number) =>
  Math.exp(-0.5 * ((x - mean) / sd) ** 2) / (sd * Math.sqrt(2 * Math.PI));

describe("measureEnergy", () => {
  it("has the energy, mean and variances of the double sums over cells", () => {
    for (const boundary of ["no-flux", "periodic"] as const) {
      const grid = createGrid([axis("x", 6, -1, 2, boundary), axis("y", 5, 0, 2), axis("z", 4, -2, 1, boundary)]);
      const F = tabulate(grid, ([x, y, z]) => x * y - Math.sin(z) + 3);
      const mu = tabulate(grid, ([x, y, z]) => 1 + 0.5 * Math.sin(5 * x + 3 * y - 7 * z));
      const places = [0, 1, 2].map((a) => tabulate(grid, (x) => x[a]));
      const K = (i: number, j: number) => Math.exp(-places.reduce((total, x) => total + (x[i] - x[j]) ** 2, 0));
      const w = grid.cellVolume;
      const V = F.map((f, i) => f + mu.reduce((total, m, j) => total + w * K(i, j) * m, 0));
      const state = measureEnergy(grid, { external: F, interacting: true, constant: 0.7, evaluate: () => {} }, mu, V);

      let [mass, ofF, ofK, first, square] = [0, 0, 0, 0, 0];
      for (let i = 0; i < grid.size; i++) {
        mass += w * mu[i];
        ofF += w * mu[i] * F[i];
        first += w * mu[i] * V[i];
        square += w * mu[i] * V[i] ** 2;
        for (let j = 0; j < grid.size; j++) ofK += w * w * mu[i] * mu[j] * K(i, j);
      }
      // Sums of 120 (or 120^2) terms in another order.
      const close = (found: number, expected: number) =>
        expect(Math.abs(found / expected - 1)).toBeLessThan(120 * 120 * Number.EPSILON);
      close(state.mass, mass);
      close(state.energy, ofF + 0.5 * ofK + 0.7);
      close(state.meanPotential, first / mass);
      close(state.potentialSquare, square);
      close(state.potentialVariance, square - first ** 2 / mass);
      expect(state.minDensity).toBe(Math.min(...mu));

      let dissipation = 0;
      const ahead = (i: number, a: number): number => {
        const { cells, periodic } = grid.axes[a];
        const k = Math.floor(i / grid.strides[a]) % cells;
        return k < cells - 1 ? i + grid.strides[a] : periodic ? i - (cells - 1) * grid.strides[a] : i;
      };
      for (let i = 0; i < grid.size; i++) {
        for (let a = 0; a < 3; a++) {
          const j = ahead(i, a);
          dissipation += (w * ((V[j] - V[i]) / grid.axes[a].width) ** 2 * (mu[i] + mu[j])) / 2;
        }
      }
      close(state.transportDissipation, dissipation);
    }
  });

  it("approaches int |grad V|^2 dmu at second order, for a potential that is not quadratic too", () => {
    // V = x^4 / 4 and N(m, s^2): int x^6 = m^6 + 15 m^4 s^2 + 45 m^2 s^4 + 15 s^6.
    const [m, s] = [0.3, 0.5];
    const exact = m ** 6 + 15 * m ** 4 * s ** 2 + 45 * m ** 2 * s ** 4 + 15 * s ** 6;
    const errors = [64, 128, 256].map((cells) => {
      const grid = createGrid([axis("x", cells, -5, 5)]);
      return (
        measure(
          grid,
          ([x]) => x ** 4 / 4,
          ([x]) => gaussian(m, s)(x),
        ).transportDissipation - exact
      );
    });
    for (const k of [0, 1]) {
      const order = Math.log2(errors[k] / errors[k + 1]);
      // The next term is of relative size (h / s)^2 / 10 or so: 0.01 at the coarser pair.
      expect(Math.abs(order - 2)).toBeLessThan(0.1);
    }
    expect(Math.abs(errors[2] / exact)).toBeLessThan(0.01);
  });

  it("has the dissipation of a Gaussian in a quadratic well and (h V'' / 2)^2 for each axis, in three dimensions", () => {
    const well = ([x, y, z]: Point) => 0.5 * (x * x + 2 * y * y + 3 * z * z) + 0.4 * x * y;
    const [m, s] = [
      [0.2, -0.1, 0.3],
      [0.6, 0.5, 0.7],
    ];
    const density = (x: Point) => x.reduce((product, value, a) => product * gaussian(m[a], s[a])(value), 1);
    const E = (i: number, j: number) => m[i] * m[j] + (i === j ? s[i] ** 2 : 0);
    const exact = E(0, 0) + 0.8 * E(0, 1) + 0.16 * E(1, 1) + 4 * E(1, 1) + 1.6 * E(0, 1) + 0.16 * E(0, 0) + 9 * E(2, 2);
    for (const cells of [
      [30, 32, 36],
      [60, 64, 36],
    ]) {
      const grid = createGrid(cells.map((n, a) => axis("xyz"[a], n, -5, 5)));
      // V' at the two faces of a cell against V' in its middle: the mean square is larger by (h V'' / 2)^2, summed over the axes.
      const excess = grid.axes.reduce((total, { width }, a) => total + ((a + 1) * width) ** 2 / 4, 0);
      // What the domain cuts off: 1e-11 beyond 6.7 standard deviations, times |grad V|^2 = 300 and a few axes and ends.
      expect(Math.abs(measure(grid, well, density).transportDissipation - exact - excess)).toBeLessThan(5e-8);
    }
  });

  it("has the potential variance of a Gaussian in a quadratic well", () => {
    // Var(x^2 / 2) = m^2 s^2 + s^4 / 2; sums over a Gaussian on a fine grid are exact to rounding.
    const [m, s] = [0.4, 0.5];
    const state = measure(
      createGrid([axis("x", 200, -6, 6)]),
      ([x]) => 0.5 * x * x + 1e6,
      ([x]) => gaussian(m, s)(x),
      2,
    );
    // V carries eps 1e6 whatever its mean; the variance is taken about a value near it, so it keeps ten digits.
    expect(Math.abs(state.potentialVariance - (m ** 2 * s ** 2 + s ** 4 / 2))).toBeLessThan(1e-8);
    expect(state.mass).toBeCloseTo(1, 12);
    expect(Math.abs(state.energy - (1e6 + 0.5 * (m ** 2 + s ** 2) + 2))).toBeLessThan(1e-8);
  });

  it("closes the energy balance: moving mass down a small step of the gradient loses step times the dissipation", () => {
    // d/dt int V dmu for d_t mu = d_x(mu V') with the face fluxes (mu_i + mu_j) / 2 (V_j - V_i) / h is minus the measured number.
    const grid = createGrid([axis("x", 32, -2, 2, "periodic"), axis("y", 24, -1, 1)]);
    const F = tabulate(grid, ([x, y]) => Math.cos((Math.PI * x) / 2) + y ** 3);
    const mu = tabulate(grid, ([x, y]) => 1 + 0.3 * Math.sin((Math.PI * x) / 2 + y));
    const rate = new Float64Array(grid.size);
    const exchange = (i: number, j: number, h: number) => {
      const flow = ((mu[i] + mu[j]) / 2) * ((F[j] - F[i]) / h ** 2);
      rate[i] += flow;
      rate[j] -= flow;
    };
    for (let i = 0; i < 32; i++) {
      for (let j = 0; j < 24; j++) {
        exchange(i * 24 + j, ((i + 1) % 32) * 24 + j, grid.axes[0].width);
        if (j < 23) exchange(i * 24 + j, i * 24 + j + 1, grid.axes[1].width);
      }
    }
    const change = grid.cellVolume * rate.reduce((total, r, i) => total + r * F[i], 0);
    const { transportDissipation } = measureEnergy(
      grid,
      { external: F, interacting: false, constant: 0, evaluate: () => {} },
      mu,
      F,
    );
    expect(Math.abs(change / transportDissipation + 1)).toBeLessThan(1e-11);
  });
});
