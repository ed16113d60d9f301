import { expect, test } from "vitest";
import { createProblem } from "../../src/problem/problem.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { computeReference, largest } from "../../src/reference/reference.ts";

const well: ProblemInput = {
  name: "well",
  variables: { x: { min: -3, max: 3, cells: 64 } },
  potential: { F: "0.5*x^2" },
  alpha: 1,
  initial: { x: { type: "normal", mean: 0, sd: 0.5 } },
  time: { end: 0.3, snapshots: [0, 0.3] },
};

test("an observable between the nodes has its integral in its stated error, at all times", async () => {
  const width = 5e-4;
  const observables = { mean: "x", spike: `exp(-((x-0.3217)/${width})^2)` };
  const { snapshots, unseen } = await computeReference(await createProblem({ ...well, observables }), { tolerance: 1e-3 });
  for (const { time, observables: found, errors } of snapshots) {
    // mu_t = N(0, s^2), 1/s^2 = 4 e^{2t} + alpha (e^{2t} - 1) / 2: labels have 4 + alpha (1 - e^{-2t}) / 2, and shrink by e^{-t}.
    const s = Math.exp(-time) / Math.sqrt(4 + (1 - Math.exp(-2 * time)) / 2);
    const exact = width * Math.sqrt(Math.PI) * (Math.exp(-((0.3217 / s) ** 2) / 2) / (s * Math.sqrt(2 * Math.PI)));
    const wrong = Math.abs(found.spike - exact);
    expect(wrong).toBeGreaterThan(0.5 * exact);
    expect(errors.observables.spike).toBeGreaterThan(wrong);
    expect(errors.observables.spike).toBeLessThan(2 * exact);
    expect(errors.observables.mean).toBeLessThan(1e-6);
  }
  expect(unseen?.what).toBe('observable "spike"');
});

test("where F has features between the nodes, or between the cells, nothing is known", async () => {
  const problem = await createProblem({
    ...well,
    potential: { F: "0.5*x^2 - exp(-((x-0.3217)/1e-7)^2)" },
    observables: { mean: "x" },
  });
  const { snapshots, reached } = await computeReference(problem, { tolerance: 1e-2 });
  expect(reached).toBe(false);
  for (const { errors } of snapshots) expect(largest(errors)).toBe(Infinity);
});

test("no stated error is NaN where one refinement alone was run", async () => {
  // The comb is too fine for the boxes of the cubature: there is no second refinement.
  const initial = { density: "(1+cos(2e5*x))*exp(-x^2)" };
  const problem = await createProblem({ ...well, initial, observables: { mean: "x" } });
  const { snapshots, reached, levels } = await computeReference(problem, { tolerance: 1e-2 });
  expect(levels.length).toBe(1);
  expect(reached).toBe(false);
  for (const { errors } of snapshots) {
    for (const error of [errors.l1, errors.wasserstein1, errors.energy, errors.observables.mean]) expect(error).not.toBeNaN();
  }
});
