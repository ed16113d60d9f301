import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as api from "../src/index.ts";
import { problemJsonSchema } from "../src/problem-file/problem-file.ts";
import { apiReport } from "./api-report.ts";
import { dynamicsFor, problemOf } from "./fixtures.ts";
import { root } from "./sources.ts";

const readJson = (path: string) => JSON.parse(readFileSync(join(root, path), "utf8"));

const CHANGED = `the public API is another than test/public-api.txt says. If that is meant, write it down by

    npx vitest run --project library test/public-api.test.ts -u

and in CHANGELOG.md: a minor version where something was added, a major one where something was removed, renamed or asked for in addition (docs/versions.md).
`;

test("the public API is that of test/public-api.txt, names and signatures; changing it is a decision", async () => {
  const report = apiReport();
  await expect(report, CHANGED).toMatchFileSnapshot("public-api.txt");
  const open = report.slice(0, report.indexOf("// Named by these"));
  const values = [...open.matchAll(/^(?:const|function|class) (\w+)/gm)].map(([, name]) => name);
  expect([...new Set(values)].sort()).toEqual(Object.keys(api).sort());
});

test("the version is the same in package.json, in the lock files and on top of CHANGELOG.md", () => {
  const { version } = readJson("package.json");
  const [lock, notebooks] = [readJson("package-lock.json"), readJson("notebooks/package-lock.json")];
  expect([lock.version, lock.packages[""].version, notebooks.packages[".."].version]).toEqual([version, version, version]);
  expect(/^## \[?([\w.]+)/m.exec(readFileSync(join(root, "CHANGELOG.md"), "utf8"))?.[1]).toMatch(
    new RegExp(`^(${version}|Unreleased)$`),
  );
});

test("grids/problem.schema.json is what `npm run schema` writes from the code", () => {
  const published = readJson("grids/problem.schema.json");
  expect(published).toEqual(JSON.parse(JSON.stringify(problemJsonSchema())));
});

test("energy, gap and observables of a snapshot are numbers in every result", async () => {
  const observables = { mean: "x" };
  const problem = await problemOf({ observables, time: { end: 0.25, snapshots: [0.25] } });
  const warm = await problemOf({ ...problem.definition, temperature: 0.2 });
  // What all of them have is in the type.
  const results: Record<string, { snapshots: readonly Pick<api.Snapshot, "time" | "energy" | "observables">[] }> = {
    solve: api.solve(problem),
    solveMoving: api.solveMoving(problem),
    solveCharacteristics: api.solveCharacteristics(problem),
    solveSpectral: api.solveSpectral(warm),
    computeReference: await api.computeReference(problem, { tolerance: 0.1 }),
    iterateMeanFieldMap: { snapshots: api.iterateMeanFieldMap(problem, 0.25) },
    simulate: await api.simulate(problem, { n: 10, dt: 0.25, replicas: 2, workers: 1 }),
  };
  for (const [name, { snapshots }] of Object.entries(results)) {
    for (const snapshot of snapshots) {
      expect([snapshot.time, snapshot.energy, snapshot.observables.mean].map((value) => typeof value), name).toEqual(["number", "number", "number"]);
      if ("gap" in snapshot) expect([snapshot.gap === null ? "number" : typeof snapshot.gap], name).toEqual(["number"]);
    }
  }
}); // biome-ignore format: long lines

test.each(Object.keys(api.SCHEMES) as api.SchemeName[])("%s can be stepped alone, and does what a replica does", async (scheme) => {
  const { SCHEMES, createStepper, createStream, simulate } = api;
  const [n, dt, seed] = [50, 0.1, 3];
  const problem = await problemOf({
    dynamics: dynamicsFor(SCHEMES[scheme].follows[0]),
    alpha: 3,
    time: { end: dt, snapshots: [0, dt] },
  });
  const { records } = await simulate(problem, { scheme, n, dt, seed, workers: 1, keepPositions: true });
  const stream = createStream(seed, 0);
  const points = [new Float64Array(n)];
  problem.initial.sample(points, n, stream);
  const start = points[0].slice();
  createStepper(SCHEMES[scheme], problem, n).step(points, 0, dt, stream);
  expect(points[0]).not.toEqual(start);
  expect([...start, ...points[0]]).toEqual([...records[0].positions!]);
});
