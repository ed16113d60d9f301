import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { solveMoving } from "../../src/finite-volume/moving/solve-moving.ts";
import { createProblem } from "../../src/problem/problem.ts";
import { encodeSolution } from "../../src/reference/datasets.ts";
import { readHdf5 } from "./read-hdf5.ts";
import { bdpde, contents, emptyFolder, grids } from "./run.ts";

const wells = join(grids, "double-well.json");

describe("solve --grid moving", () => {
  test("writes edges and masses of its cells beside the densities, all of one mass", async () => {
    const folder = emptyFolder();
    const out = join(folder, "run.nc");
    const args = ["--grid", "moving", "--cells", "64", "--end", "0.5", "--out", out, "--summary", join(folder, "s.json")];
    expect(await bdpde("solve", wells, ...args)).toMatchObject({ code: 0, stderr: "" });
    const summary = JSON.parse(readFileSync(join(folder, "s.json"), "utf8"));
    expect(summary).toMatchObject({ grid: "moving", scheme: { flux: "large-step", splitting: "strang" }, cells: [64] });
    expect(summary.snapshots[0].edges).toBeUndefined();
    const { shape, values, attributes } = await readHdf5(out);
    expect(shape("x_edges")).toEqual([3, 65]);
    expect(shape("x_centre_bounds")).toEqual([3, 64, 2]);
    expect(shape("cell_mass")).toEqual([3, 64]);
    expect(attributes("x_centre").bounds).toBe("x_centre_bounds");
    const edges = values("x_edges").slice(2 * 65);
    expect([edges[0], edges[64]]).toEqual([-3.5, 3.5]);
    expect(edges.every((x, i) => i === 0 || x > edges[i - 1])).toBe(true);
    expect(values("x_centre_bounds").slice(2 * 128, 2 * 128 + 4)).toEqual(Float64Array.of(edges[0], edges[1], edges[1], edges[2]));
    for (const [name, size] of [
      ["cell_mass", 1],
      ["density", 7 / 64],
    ] as const) {
      const total = values(name)
        .slice(2 * 64)
        .reduce((sum, m) => sum + m, 0);
      expect(total * size).toBeCloseTo(1, 12);
    }
  });

  test("is the same file by the library, moving cells included", async () => {
    const folder = emptyFolder();
    const problem = await createProblem({ ...JSON.parse(readFileSync(wells, "utf8")), time: { end: 0.5, snapshots: [0.25, 0.5] } });
    const solution = solveMoving(problem);
    const path = join(folder, "run.nc");
    writeFileSync(path, await encodeSolution(problem, solution));
    const { shape, values } = await readHdf5(path);
    expect([shape("x_edges"), shape("cell_mass")]).toEqual([
      [2, 513],
      [2, 512],
    ]);
    expect(values("x_edges").slice(513)).toEqual(solution.snapshots[1].edges[0]);
    expect(values("cell_mass").slice(512)).toEqual(solution.snapshots[1].masses);
  });

  test("a run that fails says where and when, and writes the snapshots before", async () => {
    const folder = emptyFolder();
    const steep = JSON.parse(readFileSync(wells, "utf8"));
    steep.potential.F = "1e14*(x^2-1)^2";
    writeFileSync(join(folder, "steep.json"), JSON.stringify(steep));
    const args = ["--grid", "moving", "--cells", "64", "--out", join(folder, "run.nc"), "--summary", join(folder, "s.json")];
    const { code, stderr } = await bdpde("solve", join(folder, "steep.json"), ...args);
    expect(code).toBe(1);
    expect(stderr).toMatch(/steps vanish at t = 0, .*; what was recorded before is written/);
    expect(contents(folder)).toEqual(["run.nc", "s.json", "steep.json"]);
    const { shape, values } = await readHdf5(join(folder, "run.nc"));
    expect([shape("density"), shape("x_edges"), shape("energy")]).toEqual([[1, 64], [1, 65], [1]]);
    expect(values("time")).toEqual(Float64Array.of(0));
    const again = await bdpde("solve", join(folder, "steep.json"), "--grid", "moving", "--cells", "64", "--tolerance", "1e-4");
    expect(again).toMatchObject({ code: 1, stderr: expect.stringMatching(/steps vanish at t = 0/) });
  });
});

test("solve --tolerance exits with 1 where the error of the steps stays above it, and says what it is", async () => {
  const circle = join(grids, "circle.json");
  const reached = await bdpde("solve", circle, "--cells", "48", "--end", "0.25", "--tolerance", "1e-5", "--summary", "-");
  expect(reached.code).toBe(0);
  expect(JSON.parse(reached.stdout).stepError).toMatchObject({ tolerance: 1e-5, reached: true });
  const missed = await bdpde("solve", circle, "--cells", "48", "--end", "0.25", "--tolerance", "1e-14");
  expect(missed.code).toBe(1);
  expect(missed.stderr).toMatch(/tolerance 1e-14 not reached: with \d+ steps their error is about \S+ \(.* at t = 0\.\d+\)/);
});
