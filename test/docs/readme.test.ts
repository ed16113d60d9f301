import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { blocksOf } from "../../docs/site/pages.ts";
import { bdpde, emptyFolder } from "../cli/run.ts";
import { root } from "../sources.ts";

const PYTHON = "/usr/bin/python3";
const available = spawnSync(PYTHON, ["-c", "import xarray, netCDF4, numpy"]).status === 0;
test.runIf(process.env.CI)("what runs the Python of the README is installed where the gate runs", () => {
  expect(available).toBe(true);
});

const text = readFileSync(join(root, "README.md"), "utf8");
const programs = blocksOf(text, "python").map((block) => block.text);

test("the README is a page, and cites as the version that is installed", () => {
  expect(text.split("\n").length).toBeLessThan(150);
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  expect(readFileSync(join(root, "CITATION.cff"), "utf8")).toContain(`\nversion: ${version}\n`);
});

test.skipIf(!available)(
  "the README's reference is read by its lines of Python, and agrees with what it prints of particles",
  async () => {
    const folder = emptyFolder();
    const reference = join(folder, "ref.nc");
    expect((await bdpde("reference", "double-well", "--tolerance", "1e-3", "--out", reference)).code).toBe(0);
    const [particles, reading] = programs;
    execFileSync(PYTHON, ["-c", particles], { cwd: folder });
    const fourth = "print((numpy.load('mine.npz')['theta'] ** 4).mean((0, 2, 3)))";
    // The plot draws on a screen.
    const program = `import numpy\n${reading.replace("ds.density.sel(time=1).plot()", "ds.density.sel(time=1)")}\n${fourth}`;
    const lists = execFileSync(PYTHON, ["-c", program], { cwd: folder, encoding: "utf8" }).match(/\[[^\]]*\]/g) ?? [];
    const [l1, means, errors, moments, ofParticles] = lists.map((list) => list.slice(1, -1).trim().split(/\s+/).map(Number));
    expect(means).toHaveLength(4);
    // The start has mean 0.1 and E[x^4] = m^4 + 6 m^2 s^2 + 3 s^4 with s = 0.6.
    expect(Math.abs(means[0] - 0.1)).toBeLessThanOrEqual(errors[0]);
    expect(moments[0]).toBeCloseTo(0.1 ** 4 + 6 * 0.1 ** 2 * 0.6 ** 2 + 3 * 0.6 ** 4, 5);
    for (const error of [...l1, ...errors]) expect(error).toBeLessThan(1e-3);
    // 64 replicas of 1000 particles: four standard errors of a mean with E[x^8] below 8, and the bias of dt, below 0.01.
    for (const [k, moment] of moments.entries())
      expect(Math.abs(moment - ofParticles[k])).toBeLessThan(4 * Math.sqrt(8 / 64000) + 0.01);
    expect((await bdpde("compare", reference, join(folder, "mine.npz"))).stdout).toMatch(/^consistent/);
  },
);
