import { expect, test } from "vitest";
import { createHiddenCheck } from "../../src/characteristics/hidden.ts";
import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { createProblem } from "../../src/problem/problem.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";

const PLACE = 0.3217;
const spike = (width: number) => `exp(-((x-${PLACE})/${width})^2)`;
const well: ProblemInput = {
  name: "well",
  variables: { x: { min: -3, max: 3, cells: 64 } },
  potential: { F: "0.25*(x^2-1)^2" },
  alpha: 1,
  initial: { x: { type: "normal", mean: 0, sd: 0.5 } },
  time: { end: 0.3, snapshots: [0, 0.3] },
};

/** Trapezoidal nodes for N(0, 0.5^2). */
function nodes(count: number) {
  const x = Float64Array.from({ length: count }, (_, k) => -3.75 + (7.5 * (k + 0.5)) / count);
  const weights = x.map((each) => (Math.exp(-2 * each * each) / (0.5 * Math.sqrt(2 * Math.PI))) * (7.5 / count));
  return { points: [x], weights };
}

async function hiddenAmount(observable: string, count = 64, enough = 1e-10) {
  const problem = await createProblem({ ...well, observables: { phi: observable } });
  const { F, observables } = createHiddenCheck(problem)(nodes(count), { F: enough, observables: { phi: enough } });
  return { F, phi: observables.phi };
}

test("a spike between the nodes is found however narrow it is, with what it may add to the integral", async () => {
  for (const width of [1e-2, 5e-4, 1e-7]) {
    const { phi } = await hiddenAmount(spike(width));
    // int phi dmu = width sqrt(pi) rho(0.3217). Boxes bound from above; the heavier of two neighbours is at most 1.2 times the density at the spike.
    const exact = width * Math.sqrt(Math.PI) * (Math.exp(-2 * PLACE ** 2) / (0.5 * Math.sqrt(2 * Math.PI)));
    expect(phi.amount).toBeGreaterThan(exact);
    expect(phi.amount).toBeLessThan(1.3 * exact);
    expect(Math.abs((phi.place?.[0] ?? 0) - PLACE)).toBeLessThan(4 * width);
  }
});

test("on a background it is found where it is larger than what varies around it, downwards as well", async () => {
  expect((await hiddenAmount(`10 + x - 3*${spike(1e-4)}`)).phi.amount).toBeGreaterThan(3.45e-4);
});

test("smooth functions, kinks and what the nodes resolve hide nothing", async () => {
  for (const phi of ["x", "x^2 - 2*x + 1", "x^3 - 3*x", "cos(3*x)", "abs(x-0.1)", "tanh(20*x)", "exp(-(x/0.3)^2)", "1/(x^2+0.1)"]) {
    const found = await hiddenAmount(phi);
    expect(found.phi.amount, phi).toBeLessThan(1e-8);
    expect(found.F.amount, "F").toBeLessThan(1e-8);
  }
  // Eight nodes a width.
  expect((await hiddenAmount(spike(0.01), 6000)).phi.amount).toBeLessThan(1e-8);
});

test("a needle in the plane is found between the nodes", async () => {
  const problem = await createProblem({
    ...well,
    variables: { x: { min: -3, max: 3, cells: 16 }, y: { min: -3, max: 3, cells: 16 } },
    potential: { F: "0.5*(x^2+y^2)" },
    initial: { x: { type: "normal", mean: 0, sd: 0.5 }, y: { type: "normal", mean: 0, sd: 0.5 } },
    observables: { phi: "exp(-((x-0.3217)^2+(y-0.1234)^2)/0.002^2)", smooth: "x*y" },
  });
  const { points, weights } = problem.initial.quadrature({ counts: [32, 32], bulk: 7.5 });
  const { observables } = createHiddenCheck(problem)({ points, weights }, { F: 1e-9, observables: { phi: 1e-9, smooth: 1e-9 } });
  const exact = Math.PI * 0.002 ** 2 * (Math.exp(-2 * (PLACE ** 2 + 0.1234 ** 2)) / (Math.PI / 2));
  expect(observables.phi.amount).toBeGreaterThan(exact);
  // The heaviest node of a group of 32 stands for all.
  expect(observables.phi.amount).toBeLessThan(5 * exact);
  expect(observables.smooth.amount).toBeLessThan(1e-7);
});

test("characteristics do not converge where the nodes do not see an observable or F", async () => {
  const seen = solveCharacteristics(await createProblem({ ...well, observables: { mean: "x" } }), { tolerance: 1e-6 });
  expect(seen.converged).toBe(true);
  expect(seen.unseen).toBeNull();
  const blind = solveCharacteristics(await createProblem({ ...well, observables: { spike: spike(1e-5) } }), { tolerance: 1e-6 });
  expect(blind.converged).toBe(false);
  expect(blind.unseen?.what).toBe('observable "spike"');
  expect(blind.snapshots.map(({ lost }) => lost)).toEqual([false, false]);
  const lost = solveCharacteristics(await createProblem({ ...well, potential: { F: `0.5*x^2 - ${spike(1e-7)}` } }), {
    tolerance: 1e-3,
  });
  expect(lost.converged).toBe(false);
  expect(lost.snapshots.map((snapshot) => snapshot.lost)).toEqual([true, true]);
});
