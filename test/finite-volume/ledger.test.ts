import { expect, test } from "vitest";
import { createLedger, type Ledger } from "../../src/finite-volume/ledger.ts";
import { createStepper } from "../../src/finite-volume/stepper.ts";
import { describeMovingCell } from "../../src/grid/moving-grid.ts";
import { errorOf, problemOf } from "../fixtures.ts";

test("the largest rise of the energy over a step is the largest, and 0 where it falls", async () => {
  const problem = await problemOf({});
  const { grid } = problem;
  const stepper = createStepper(problem, grid, { flux: "muscl", splitting: "strang", freezePotential: false });
  stepper.start(problem.initial.cellAverages(grid).density);
  const ledger = createLedger(problem, grid, stepper);
  /** Energies of all mass in one cell: V = F = x^2 / 2 at its centre. */
  const energies = [40, 44, 42, 52, 50].map((cell) => {
    stepper.mu.fill(0);
    stepper.mu[cell] = 1 / grid.cellVolume;
    ledger.close(0, 0.01, 0);
    return { energy: 0.5 * (-4 + (cell + 0.5) / 8) ** 2, rise: ledger.largestRise() };
  });
  const [first, second, third, fourth] = energies.map(({ energy }) => energy);
  // From the Gaussian, with E = (0.6^2 + 0.5^2) / 2 = 0.305, to 0.5645.
  expect(energies[0].rise).toBeGreaterThan(0.25);
  expect(energies[1].rise).toBeCloseTo(Math.max(energies[0].rise, second - first), 12);
  expect(energies[2].rise).toBe(energies[1].rise);
  expect(energies[3].rise).toBeCloseTo(fourth - third, 12);
  expect(energies[4].rise).toBe(energies[3].rise);
});

test("errors name what the entries are and where: densities on the grid, masses in moving cells", async () => {
  const problem = await problemOf({});
  const { grid } = problem;
  const stepper = createStepper(problem, grid, { flux: "muscl", splitting: "strang", freezePotential: false });
  stepper.start(problem.initial.cellAverages(grid).density);
  const [{ cells }] = grid.axes;
  const edges = [Float64Array.from({ length: cells + 1 }, (_, i) => 4 * (i / cells) ** 2)];
  const entry = { what: "mass" as const, place: (i: number) => describeMovingCell({ domain: grid, edges }, i) };
  const messageOf = (ledger: Ledger, value: number) => {
    const kept = stepper.mu.slice();
    stepper.mu[1] = value;
    const { message } = errorOf(() => ledger.close(0, 0.01, 0)) as Error;
    stepper.mu.set(kept);
    return message;
  };
  const onGrid = createLedger(problem, grid, stepper);
  const moving = createLedger(problem, grid, { ...stepper, entry });
  expect(messageOf(onGrid, Number.NaN)).toMatch(/density NaN in the cell at x = -3\.8/);
  expect(messageOf(moving, Number.NaN)).toMatch(/mass NaN in the cell at x from 0\.0009\d* to 0\.003/);
  expect(messageOf(onGrid, -1e-12)).toMatch(/density -1e-12 in the cell at x = -3\.8/);
  expect(messageOf(moving, -1e-12)).toMatch(/mass -1e-12 in the cell at x from 0\.0009/);
});
