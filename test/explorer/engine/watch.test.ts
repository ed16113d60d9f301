import { expect, test } from "vitest";
import type { Configuration } from "../../../src/explorer/engine/configuration.ts";
import { withFrames } from "../../../src/explorer/engine/frame-times.ts";
import type { WatchEvent, WatchRequest } from "../../../src/explorer/engine/messages.ts";
import { createWatch } from "../../../src/explorer/engine/watch.ts";
import { solveMoving } from "../../../src/finite-volume/moving/solve-moving.ts";
import { solve } from "../../../src/finite-volume/solve.ts";
import { runReplica } from "../../../src/particles/replica.ts";
import { createProblem } from "../../../src/problem/problem.ts";
import type { ProblemDefinition, ProblemInput } from "../../../src/problem-file/problem-file.ts";

const well: ProblemInput = {
  name: "well",
  variables: { x: { min: -4, max: 4, cells: 64 } },
  potential: { F: "0.5*x^2", K: { type: "convolution", expression: "0.3*cos(x)" } },
  alpha: 2,
  initial: { x: { type: "normal", mean: 0.5, sd: 0.6 } },
  time: { end: 1, snapshots: 4 },
  observables: { mean: "x" },
};

async function configurationOf(changes: Partial<ProblemInput> = {}): Promise<Configuration> {
  const { definition } = await createProblem({ ...well, ...changes });
  return { problem: definition, particles: { scheme: "algorithm-1", n: 200, dt: 0.05, seed: 7 } };
}

type Frames<T extends WatchEvent["type"]> = Extract<WatchEvent, { type: T }>[];

/** A watcher whose events are collected, and can be waited for. */
function startWatch() {
  const events: WatchEvent[] = [];
  let look = () => {};
  const watch = createWatch((event) => {
    events.push(event);
    look();
  });
  const of = <T extends WatchEvent["type"]>(type: T) => events.filter((event) => event.type === type) as Frames<T>;
  return {
    of,
    send: (request: WatchRequest) => watch(request),
    until: (condition: () => boolean) =>
      new Promise<void>((resolve) => {
        look = () => condition() && resolve();
        look();
      }),
  };
}

/** Frames of a mean field, and those at which particles with steps of 0.05 are recorded. */
const FIELDS = 101;
const STEPS = 21;

test("the mean field is that of solve, and the particles are replica 0 of simulate, to the bit", async () => {
  const configuration = await configurationOf();
  const problem = await createProblem(configuration.problem);
  const framed = await createProblem(withFrames(configuration.problem));
  const { of, send, until } = startWatch();
  await send({ type: "run", run: 1, holds: 0, configuration });
  await until(() => of("finished").length > 0);
  const expected = solve(framed).snapshots.map(({ density: _, ...record }) => record);
  expect(of("mean-field").map(({ frame }) => frame.record)).toEqual(expected);
  const { table } = runReplica(problem, { ...configuration.particles, keepPositions: false }, 0);
  const recorded = of("particles").filter(({ frame }) => problem.snapshotTimes.includes(frame.time));
  const rows = recorded.map(({ frame }) => [...frame.observables, frame.energy, frame.gap]);
  expect(rows).toEqual(rows.map((_, s) => [...table.slice(5 * s, 5 * s + 3)]));
  expect(rows).toHaveLength(5);
  expect(of("particles")).toHaveLength(STEPS);
});

test("steps of dt = 0.2 leave the mean field its 101 frames: they are those beside small steps, which do not compute them again", async () => {
  const small = await configurationOf({ time: { end: 1, snapshots: 100 } });
  const large = { problem: { ...small.problem, time: { end: 1, snapshots: 5 } }, particles: { ...small.particles, dt: 0.2 } };
  const { of, send, until } = startWatch();
  await send({ type: "run", run: 1, holds: 0, configuration: large });
  await until(() => of("finished").length > 0);
  const steps = of("particles").map(({ frame, until }) => [frame.time, until]);
  expect(steps).toEqual([[0, 20], [0.2, 40], [0.4, 60], [0.6, 80], [0.8, 100], [1, 101]]); // biome-ignore format: a table
  await send({ type: "run", run: 2, holds: 1, configuration: { ...small, particles: { ...small.particles, dt: 0.01 } } });
  await until(() => of("finished").length > 1);
  expect(of("setup").map(({ origin }) => origin)).toEqual([1, 1]);
  expect(of("mean-field")).toHaveLength(FIELDS);
  const energies = of("mean-field").map(({ frame }) => frame.record.energy);
  const alone = solve(await createProblem(small.problem)).snapshots.map(({ energy }) => energy);
  expect(energies).toEqual(alone);
});

const withParticles = (configuration: Configuration, n: number) => ({
  ...configuration,
  particles: { ...configuration.particles, n },
});

test("where only the particles change, the mean field is kept and its frames are not sent again", async () => {
  const configuration = await configurationOf();
  const { of, send, until } = startWatch();
  await send({ type: "run", run: 1, holds: 0, configuration });
  await until(() => of("finished").length > 0);
  await send({ type: "run", run: 2, holds: 1, configuration: withParticles(configuration, 50) });
  await until(() => of("finished").length > 1);
  expect(of("setup").map(({ origin }) => origin)).toEqual([1, 1]);
  expect(of("mean-field")).toHaveLength(FIELDS);
  const second = of("particles").filter(({ run }) => run === 2);
  expect(second.map(({ frame }) => frame.drawn[0].length)).toEqual(Array(STEPS).fill(50));
  expect(second.every(({ frame }) => frame.distances !== null)).toBe(true);
});

test("particles that change while the mean field is computed lose none of its frames", async () => {
  const configuration = await configurationOf();
  const { of, send, until } = startWatch();
  await send({ type: "run", run: 1, holds: 0, configuration });
  await until(() => of("mean-field").length === 2);
  await send({ type: "run", run: 2, holds: 1, configuration: withParticles(configuration, 50) });
  await until(() => of("finished").length > 0);
  expect(of("mean-field").map(({ origin, frame }) => [origin, frame.record.time])).toEqual(
    Array.from({ length: FIELDS }, (_, k) => [1, k / 100]),
  );
  expect(of("particles").filter(({ run }) => run === 2)).toHaveLength(STEPS);
});

test("a mean field that the page does not hold is computed anew, though the worker has it", async () => {
  const configuration = await configurationOf();
  const { of, send, until } = startWatch();
  await send({ type: "run", run: 1, holds: 0, configuration });
  await send({ type: "run", run: 2, holds: 0, configuration: withParticles(configuration, 50) });
  await until(() => of("finished").length > 0);
  expect(of("setup").map(({ origin }) => origin)).toEqual([1, 2]);
  expect(of("mean-field").filter(({ origin }) => origin === 2)).toHaveLength(FIELDS);
});

test("no more frames are computed than are allowed, and the rest when they are", async () => {
  const configuration = await configurationOf();
  const { of, send, until } = startWatch();
  await send({ type: "allow", frames: 6 });
  await send({ type: "run", run: 1, holds: 0, configuration });
  await until(() => of("particles").length === 2);
  // Whatever might still come has come by then: the next request is answered after it.
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([of("mean-field").length, of("particles").length]).toEqual([6, 2]);
  await send({ type: "allow", frames: FIELDS });
  await until(() => of("finished").length > 0);
  expect([of("mean-field").length, of("particles").length]).toEqual([FIELDS, STEPS]);
});

test("a newer request replaces a run that is being prepared", async () => {
  const configuration = await configurationOf();
  const other = await configurationOf({ alpha: 3 });
  const { of, send, until } = startWatch();
  void send({ type: "run", run: 1, holds: 0, configuration });
  await send({ type: "run", run: 2, holds: 0, configuration: other });
  await until(() => of("finished").length > 0);
  expect(of("setup").map(({ run }) => run)).toEqual([2]);
  expect(of("mean-field").map(({ origin }) => origin)).toEqual(Array(FIELDS).fill(2));
});

test("particles that escape are reported, and the mean field goes on without them", async () => {
  const configuration = await configurationOf({
    potential: { F: "0.25*x^4" },
    dynamics: "gradient-descent",
    time: { end: 20, snapshots: 4 },
  });
  const particles = { ...configuration.particles, scheme: "gradient-descent" as const, dt: 2.5 };
  const { of, send, until } = startWatch();
  await send({ type: "run", run: 1, holds: 0, configuration: { ...configuration, particles } });
  await until(() => of("finished").length > 0);
  expect(of("failed").map(({ part, error }) => [part, error.kind])).toEqual([["particles", "InvariantError"]]);
  expect(of("failed")[0].error.message).toMatch(/reduce dt = 2.5$/);
  expect(of("mean-field")).toHaveLength(FIELDS);
});

test("a problem that cannot be solved on its grid is reported as the command line reports it", async () => {
  const configuration = await configurationOf();
  const problem = { ...configuration.problem, potential: { F: "1/(x - 0.0625)" } } as ProblemDefinition;
  const { of, send, until } = startWatch();
  await send({ type: "run", run: 1, holds: 0, configuration: { ...configuration, problem } });
  await until(() => of("failed").length > 0);
  expect(of("failed")[0]).toMatchObject({ part: "mean field", error: { kind: "InputError", fields: { field: "potential.F" } } });
});

test("cells that follow the mass are those of solveMoving, and come with each frame; another choice of cells is another mean field", async () => {
  const configuration: Configuration = { ...(await configurationOf()), grid: "moving" };
  const problem = await createProblem(withFrames(configuration.problem));
  const { of, send, until } = startWatch();
  await send({ type: "run", run: 1, holds: 0, configuration });
  await until(() => of("finished").length > 0);
  const { snapshots } = solveMoving(problem);
  expect(of("failed")).toEqual([]);
  of("mean-field").forEach(({ frame }, s) => {
    const { edges, masses, density: _, ...record } = snapshots[s];
    expect(frame.record).toEqual(record);
    expect(frame.cells?.edges).toEqual(edges);
    const total = frame.cells?.densities[0].reduce((sum, value, i) => sum + value * (edges[0][i + 1] - edges[0][i]), 0);
    // 64 numbers of single precision.
    expect(total).toBeCloseTo(
      masses.reduce((sum, mass) => sum + mass, 0),
      6,
    );
  });
  expect(of("particles").every(({ frame }) => frame.distances !== null)).toBe(true);
  await send({ type: "run", run: 2, holds: 1, configuration: await configurationOf() });
  await until(() => of("finished").length > 1);
  expect(of("setup").map(({ origin }) => origin)).toEqual([1, 2]);
  expect(of("mean-field").slice(FIELDS).every(({ frame }) => frame.cells === null)).toBe(true); // biome-ignore format: one call
});
