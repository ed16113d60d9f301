import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { gaussianAt } from "../../validation/shared/gaussian-closed-form.ts";
import { readHdf5 } from "./read-hdf5.ts";
import { bdpde, emptyFolder } from "./run.ts";

const PROBLEM = {
  name: "quadratic",
  variables: { x: { min: -6, max: 6, cells: 96 } },
  potential: { F: "0.5*(x-0.3)^2" },
  alpha: 2,
  temperature: 0.5,
  initial: { x: { type: "normal", mean: -0.7, sd: 0.6 } },
  time: { end: 0.5, snapshots: [0.25, 0.5] },
  observables: { mean: "x" },
};

function fileIn(folder: string, changes: object = {}): string {
  const path = join(folder, "problem.json");
  writeFileSync(path, JSON.stringify({ ...PROBLEM, ...changes }));
  return path;
}

const withoutTimes = (path: string) => JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), elapsedSeconds: null });

test("solve --method spectral says its refinements, and writes snapshots that agree with the closed form and densities of mass 1", async () => {
  const folder = emptyFolder();
  const [out, summary] = [join(folder, "run.nc"), join(folder, "s.json")];
  const { code, stdout, stderr } = await bdpde("solve", fileIn(folder), "--method", "spectral", "--out", out, "--summary", summary);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/refinement +nodes +steps +highest modes +differs by/);
  const { method, converged, floorDifference, levels, snapshots } = JSON.parse(readFileSync(summary, "utf8"));
  expect({ method, converged }).toEqual({ method: "spectral", converged: true });
  expect(levels.at(-1).difference).toBeLessThan(1e-8);
  expect(floorDifference).toBeLessThan(1e-8);
  const exact = gaussianAt(0.5, { k: 1, c: 0.3, temperature: 0.5, alpha: 2, reaction: "free-energy", mean: -0.7, sd: 0.6 });
  expect(Math.abs(snapshots[1].observables.mean - exact.mean)).toBeLessThan(1e-9);
  expect(snapshots[1]).not.toHaveProperty("density");
  const { shape, values } = await readHdf5(out);
  expect([shape("density"), values("time")]).toEqual([[2, 96], Float64Array.of(0.25, 0.5)]);
  expect(values("energy")[1]).toBe(snapshots[1].energy);
  const mass = values("density")
    .slice(96)
    .reduce((total, m) => total + m / 8, 0);
  expect(Math.abs(mass - 1)).toBeLessThan(1e-12);
});

test("--checkpoint keeps each refinement: the same bytes from them as without", async () => {
  const folder = emptyFolder();
  const at = (name: string) => join(folder, name);
  const file = fileIn(folder);
  const solve = (name: string, ...more: string[]) =>
    bdpde("solve", file, "--method", "spectral", "--out", at(`${name}.nc`), "--summary", at(`${name}.json`), ...more);
  const checkpoint = ["--checkpoint", at("kept"), "--checkpoint-every", "1e-9"];
  const [plain, first, second] = [await solve("plain"), await solve("first", ...checkpoint), await solve("second", ...checkpoint)];
  expect([plain.code, first.code, second.code]).toEqual([0, 0, 0]);
  expect(first.stderr).not.toMatch(/goes on/);
  expect(second.stderr).toMatch(/goes on from .*modes-64/);
  for (const name of ["first", "second"]) {
    expect(readFileSync(at(`${name}.nc`)).equals(readFileSync(at("plain.nc")))).toBe(true);
    expect(withoutTimes(at(`${name}.json`))).toBe(withoutTimes(at("plain.json")));
  }
});

test("a density that touches an end exits with status 1 and the remedy", async () => {
  const folder = emptyFolder();
  const file = fileIn(folder, { variables: { x: { min: -2, max: 2, cells: 32 } } });
  const { code, stderr } = await bdpde("solve", file, "--method", "spectral");
  expect(code).toBe(1);
  expect(stderr).toMatch(/the density at an end of a no-flux axis comes to .*widen the domain, or use --method finite-volume/);
});
