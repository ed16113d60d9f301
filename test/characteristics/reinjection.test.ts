import { describe, expect, test } from "vitest";
import { runReinjection } from "../../src/characteristics/run-reinjection.ts";
import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import type { Snapshot } from "../../src/problem/snapshot.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { observedOrders, problemOf } from "../fixtures.ts";
import { largeTest, sized } from "../sizes.ts";

const LAWS = ["net-deficit", "every-death"] as const;
const FLOORS = { "net-deficit": -Infinity, "every-death": 0 } as const;
const prior = { x: { type: "normal" as const, mean: 0.3, sd: 0.4 } };

/** V > 0 everywhere, or of both signs; with Vbar of one sign throughout, or of both in turn. */
const FIELDS = { positive: "0.5*(x-0.2)^2 + 0.1", both: "0.5*(x+0.5)^2 - 0.4" };
const RATES: ProblemInput["alpha"][] = [3, "3*(1+sin(5*t))", { rate: 3, until: 0.3 }];

function problemFor(law: (typeof LAWS)[number], changes: Partial<ProblemInput>, cells = 256) {
  return problemOf({
    variables: { x: { min: -4, max: 4, cells } },
    alpha: 3,
    dynamics: { type: "reinjection", law, prior },
    initial: { x: { type: "normal", mean: -0.4, sd: 0.5 } },
    time: { end: 0.5, snapshots: [0.5] },
    observables: { mean: "x", second: "x^2" },
    ...changes,
  });
}

function differenceOf(a: Snapshot, b: Snapshot): number {
  const quantities = ({ energy, meanPotential, observables }: Snapshot) => [energy, meanPotential, ...Object.values(observables)];
  const other = quantities(b);
  return Math.max(...quantities(a).map((value, k) => Math.abs(value - other[k])));
}

const cases = LAWS.flatMap((law) =>
  Object.entries(FIELDS).flatMap(([sign, F]) => [...RATES.map((alpha) => ({ law, sign, F, alpha, K: "" })), { law, sign, F, alpha: 3, K: "0.5*exp(-x^2/0.72)" }]),
); // biome-ignore format: one case a line

describe("finite volumes and characteristics agree within the errors that they state:", () => {
  // Of every law and sign two, with every rate and K.
  const some = cases.filter((_, k) => (k + Math.floor(k / 4)) % 2 === 0);
  test.each(sized(some, cases))("$law with V $sign, alpha = $alpha, K = $K", async ({ law, F, alpha, K }) => {
    const changes = { alpha, potential: { F, ...(K === "" ? {} : { K: { type: "convolution" as const, expression: K } }) } };
    const problem = await problemFor(law, changes);
    const { snapshots, levels, converged } = solveCharacteristics(problem);
    const [fine] = solve(problem).snapshots;
    const [coarse] = solve(await problemFor(law, changes, 128)).snapshots;
    expect(converged).toBe(true);
    // Half the cells: four times the error.
    const error = differenceOf(fine, coarse) + levels[levels.length - 1].difference!;
    expect(differenceOf(fine, snapshots[0])).toBeLessThan(error);
    // A flipped sign of what comes back moves means by tenths.
    expect(error).toBeLessThan(3e-3);
    // Masses are integrated to a hundredth of the tolerance of 1e-4.
    expect(Math.abs(snapshots[0].mass - 1)).toBeLessThan(1e-6);
  });
});

test.each(LAWS)("%s is of order 2 in the interval, and so is the defect of its energy identity", async (law) => {
  // Here mass comes back all the time.
  const problem = await problemFor(law, { potential: { F: FIELDS.positive }, time: { end: 0.25, snapshots: [0.25] } });
  const at = (refinement: number) => {
    const plan = { family: "first" as const, nodes: [48], bulk: 7.5, integration: 1e-10, refinement };
    const { states, atStart } = runReinjection(problem, { kind: "prior", floor: FLOORS[law] }, plan, () => {});
    const [{ energy, dissipated, observables }] = states;
    return { second: observables.second, defect: Math.abs(energy - atStart.energy + dissipated) };
  };
  const runs = [2, 4, 8].map(at);
  const changes = runs.slice(1).map(({ second }, k) => Math.abs(second - runs[k].second));
  // Intervals are rounded to whole numbers and chosen anew as the rate falls: some tenths of an order, where order 1 or 3 is one away.
  for (const order of observedOrders(changes)) expect(Math.abs(order - 2)).toBeLessThan(0.4);
  for (const order of observedOrders(runs.map(({ defect }) => defect))) expect(Math.abs(order - 2)).toBeLessThan(0.4);
});

largeTest("mass that comes back on a line in the plane has as many nodes along it as in the plane", async () => {
  // The ridge at y = 0.05 draws the mass of a unit normal distribution apart along y, with a rate of 1: by e^4 until the end.
  const problem = await problemOf({
    variables: { x: { min: -4, max: 4, cells: 16 }, y: { min: -6, max: 6, cells: 16 } },
    potential: { F: "x^2/2 + (y^2-1)^2/4 - 0.05*y" },
    alpha: 2,
    dynamics: {
      type: "reinjection",
      law: "every-death",
      prior: { x: { type: "point", value: 0 }, y: { type: "normal", mean: 0, sd: 1 } },
    },
    initial: { x: { type: "normal", mean: 0, sd: 1 }, y: { type: "normal", mean: -1, sd: 0.2 } },
    time: { end: 4, snapshots: [4] },
    observables: { y: "y" },
  });
  const meanOn = (refinement: number) => {
    const plan = { family: "first" as const, nodes: [16, 16], bulk: 6, integration: 1e-4, refinement };
    return runReinjection(problem, { kind: "prior", floor: 0 }, plan, () => {}).states[0].observables.y;
  };
  // The next refinements differ by 1.5e-5. Ten nodes an interval, as along an axis of the plane, are off by 1.1e-2 at first and by 4.6e-3 on the next refinement.
  expect(Math.abs(meanOn(1) - meanOn(2))).toBeLessThan(2e-3);
});

test("where nothing comes back net-deficit is birth-death, also where a tail of the initial distribution takes over", async () => {
  const normal = { x: { type: "normal" as const, mean: 0, sd: 1 } };
  // Vbar < 0 throughout. Motion takes the mean by 1 and e^{10 x} by 10 sd^2: to 11, where the first rule has no nodes.
  const problem = { potential: { F: "-x - 20" }, alpha: 10, initial: normal, observables: { mean: "x" } };
  const variables = { x: { min: -10, max: 20, cells: 64 } };
  const dynamics = { type: "reinjection", law: "net-deficit", prior: normal } as const;
  const [kept, plain] = await Promise.all([
    problemOf({ ...problem, variables, dynamics, time: { end: 1, snapshots: 1 } }),
    problemOf({ ...problem, variables, time: { end: 1, snapshots: 1 } }),
  ]);
  const found = solveCharacteristics(kept, { tolerance: 1e-4 });
  expect(found.converged).toBe(true);
  const exact = solveCharacteristics(plain, { tolerance: 1e-6 }).snapshots[1].observables.mean;
  expect(exact).toBeCloseTo(11, 5);
  expect(Math.abs(found.snapshots[1].observables.mean - exact)).toBeLessThan(1e-4 * 11);
});
