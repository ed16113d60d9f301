import { expect, test } from "vitest";
import { createCheck } from "../../../src/explorer/engine/check.ts";
import type { Configuration, GridKind } from "../../../src/explorer/engine/configuration.ts";
import type { CheckEvent } from "../../../src/explorer/engine/messages.ts";
import { measurePace } from "../../../src/explorer/engine/pace.ts";
import { watchSteps } from "../../../src/explorer/engine/watched-steps.ts";
import { createProblem } from "../../../src/problem/problem.ts";
import type { ProblemInput } from "../../../src/problem-file/problem-file.ts";

const well: ProblemInput = {
  name: "well",
  variables: { x: { min: -4, max: 4, cells: 64 } },
  potential: { F: "0.5*x^2" },
  alpha: 2,
  initial: { x: { type: "normal", mean: 0.5, sd: 0.6 } },
  time: { end: 1, snapshots: 4 },
};
const particles = { scheme: "algorithm-1", n: 200, dt: 0.05, seed: 7 } as const;

/** The answer to one check. */
function answerTo(changes: Partial<ProblemInput>, settings: object = {}, grid: GridKind = "fixed"): Promise<CheckEvent> {
  return new Promise((resolve) => {
    const ask = createCheck(resolve);
    ask({ type: "check", id: 1, problem: { ...well, ...changes }, particles: { ...particles, ...settings }, grid });
  });
}

test("a good draft comes back as a configuration with what the schema fills in", async () => {
  const answer = await answerTo({});
  expect(answer).toMatchObject({ type: "good", configuration: { problem: { dynamics: "birth-death" }, particles } });
});

test("cells that follow the mass are kept in the configuration, and checked by their own solver", async () => {
  expect(await answerTo({}, {}, "moving")).toMatchObject({ type: "good", configuration: { grid: "moving" } });
  expect((await answerTo({})) as object).not.toHaveProperty("configuration.grid");
  const few = await answerTo({ variables: { x: { min: -4, max: 4, cells: 4 } } }, {}, "moving");
  expect(few).toMatchObject({ type: "refused", error: { fields: { field: "variables.x.cells" } } });
});

test("at a temperature births and deaths by log mu are checked without particles, which cannot follow them", async () => {
  expect(await answerTo({ temperature: 0.1 }, { dt: 0.3 })).toMatchObject({ type: "good" });
  const smoothed: Partial<ProblemInput> = { temperature: 0.1, reaction: { type: "free-energy", bandwidth: 0.2 } };
  expect(await answerTo(smoothed, { scheme: "weighted" })).toMatchObject({ type: "good" });
  expect(await answerTo(smoothed, { dt: 0.3 })).toMatchObject({ type: "refused", error: { fields: { field: "--dt" } } });
  // Cells that were chosen to move stay while there is a temperature.
  expect(await answerTo(smoothed, {}, "moving")).toMatchObject({ type: "good", configuration: { grid: "moving" } });
});

test.each([
  ["an expression that does not parse", { potential: { F: "0.5*x^" } }, {}, "potential.F"],
  ["F that is not finite at a cell centre, which only a step shows", { potential: { F: "1/(x - 0.0625)" } }, {}, "potential.F"],
  ["an observable that is not finite on the grid", { observables: { bad: "1/(x - 0.0625)" } }, {}, "observables.bad"],
  ["a step that misses the snapshots", {}, { dt: 0.3 }, "--dt"],
  ["text for a number of particles", {}, { n: "many" }, "--n"],
  ["a scheme of another dynamics", { dynamics: "gradient-descent" as const }, {}, "--scheme"],
  ["more particles than a pairwise kernel takes", { potential: { F: "0.5*x^2", K: { type: "pairwise" as const, expression: "x*x_prime" } } }, { n: 100_000 }, ""],
  ["more frames than a page can keep", { time: { end: 1, snapshots: 100_000 } }, { dt: 1e-5, n: 1000 }, "time.snapshots"],
] as const)("%s is refused at its field", async (_, changes, settings, field) => {
  const answer = await answerTo(changes as Partial<ProblemInput>, settings);
  expect(answer).toMatchObject({ type: "refused", error: { kind: "InputError" } });
  if (field !== "" && answer.type === "refused") expect(answer.error.fields.field).toBe(field);
}); // biome-ignore format: one table

test("of checks that wait only the newest is answered", async () => {
  const answers: CheckEvent[] = [];
  await new Promise<void>((resolve) => {
    const ask = createCheck((event) => {
      answers.push(event);
      if (event.id === 5) resolve();
    });
    for (let id = 1; id <= 5; id++)
      ask({ type: "check", id, problem: well, particles: { ...particles, n: 10 * id }, grid: "fixed" });
  });
  expect(answers.map(({ id }) => id)).toEqual([1, 5]);
});

test("sizes that no page holds are refused by arithmetic, with the place of the number", async () => {
  // A thousand times over what a check could allocate: it would not come back.
  expect(await answerTo({}, { n: 1e12 })).toMatchObject({ type: "refused", error: { fields: { field: "--n" } } });
  expect(await answerTo({ variables: { x: { min: -4, max: 4, cells: 1e12 } } })).toMatchObject({
    type: "refused",
    error: { message: expect.stringContaining("for a page"), fields: { field: "variables.x.cells" } },
  });
  const wide = { min: -4, max: 4, cells: 1e5 };
  expect(await answerTo({ variables: { x: wide, y: wide }, potential: { F: "x^2 + y^2" } })).toMatchObject({
    type: "refused",
    error: { fields: { field: "variables" } },
  });
});

test("a rate and an end far beyond what the density can tell are questioned, others are not", async () => {
  const asked = async (changes: Partial<ProblemInput>, settings = {}) => {
    const answer = await answerTo(changes, settings);
    return answer.type === "good" ? answer.questions.map(({ field, value }) => [field, value]) : answer;
  };
  expect(await asked({})).toEqual([]);
  expect(await asked({ alpha: 1e9 })).toEqual([["alpha", 1e9]]);
  expect(await asked({ alpha: { rate: 1e9, until: 0.5 } })).toEqual([["alpha.rate", 1e9]]);
  expect(await asked({ alpha: 900 })).toEqual([]);
  expect(await asked({ time: { end: 1e6, snapshots: 10 } }, { dt: 1e4 })).toEqual([["time.end", 1e6]]);
  expect(await asked({ time: { end: 1e4, snapshots: 10 } }, { dt: 100 })).toEqual([]);
});

test("the time of a run is measured from its first steps: it is about that of the run", async () => {
  const { definition } = await createProblem({ ...well, variables: { x: { min: -4, max: 4, cells: 2000 } }, time: { end: 1, snapshots: 10 } }); // biome-ignore format: one line
  const seconds = await measurePace({ problem: definition, particles } as Configuration);
  const steps = watchSteps(await createProblem(definition), "fixed");
  const before = performance.now();
  while (!steps.next().done);
  const whole = (performance.now() - before) / 1000;
  // A machine that others use may be several times slower in one of the two.
  expect(seconds / whole).toBeGreaterThan(0.15);
  expect(seconds / whole).toBeLessThan(7);
});
