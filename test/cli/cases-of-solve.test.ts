import { resolve } from "node:path";
import { expect, test } from "vitest";
import { bdpde } from "./run.ts";

const caseOf = (name: string) => resolve(import.meta.dirname, `../cases/${name}.json`);

async function solved(name: string, ...options: string[]) {
  const { code, stdout, stderr } = await bdpde("solve", caseOf(name), "--summary", "-", ...options);
  expect(code).toBe(0);
  return { stderr, summary: JSON.parse(stdout) };
}

test("coarse-gap: the gap at t = 40 is at least E - E*, with E* = min F = 0", async () => {
  const { snapshots } = (await solved("coarse-gap")).summary;
  const { energy, gap } = snapshots.at(-1);
  expect(energy).toBeGreaterThan(1.24e-5);
  // Both are sums of the same 16 terms, of order 1 at most.
  expect(gap).toBeGreaterThanOrEqual(energy - 1e-15);
});

test("late: the gap at t = 20 is E - min F, 5.13e-6", async () => {
  // Least where x^3 - x + 0.15 = 0, near -1.
  let x = -1;
  for (let k = 0; k < 50; k++) x -= (x ** 3 - x + 0.15) / (3 * x * x - 1);
  const { energy, gap } = (await solved("late")).summary.snapshots.at(-1);
  const left = energy - (0.25 * (x * x - 1) ** 2 + 0.15 * x);
  expect(left).toBeGreaterThan(5e-6);
  // The mass has been rounded at each of 22 000 steps: E, which is for that mass, by its drift of 1e-13 times 0.16; Vbar is per unit of mass.
  expect(Math.abs(gap - left)).toBeLessThan(1e-13);
});

test("rough-potential and narrow-kernel: what is not resolved is named, with cells that resolve it, by both methods", async () => {
  for (const [name, field, cells] of [
    ["rough-potential", "potential.F", 512],
    ["narrow-kernel", "potential.K", 2048],
  ] as const) {
    const { stderr, summary } = await solved(name, "--end", "1e-4");
    expect(stderr).toContain(`${field} is not resolved by`);
    expect(stderr).toContain(`use --cells x=${cells}`);
    expect(summary.unresolvedInputs.map((input: { field: string }) => input.field)).toEqual([field]);
    const finer = await solved(name, "--end", "1e-4", "--cells", `${cells}`);
    expect(finer.stderr).not.toContain("is not resolved by");
    // Of Gaussians: E = 0.49 / 2 + 25 * 0.004 / (0.004^2 + 0.98)^(1/2); cells half as wide as K leave 1e-3 of it.
    if (name === "narrow-kernel") expect(Math.abs(finer.summary.snapshots[0].energy - 0.346)).toBeLessThan(1e-3);
  }
  const along = ["--method", "characteristics", "--tolerance", "1e-3", "--end", "0.01", "--summary", "-"];
  const { stderr, stdout } = await bdpde("solve", caseOf("rough-potential"), ...along);
  const summary = JSON.parse(stdout);
  expect(stderr).toContain("potential.F is not resolved by 128 cells");
  expect(summary.unresolvedInputs).toHaveLength(1);
});

test("outward-wall: says how much has been pressed against which wall, since when", async () => {
  const { stderr, summary } = await solved("outward-wall");
  expect(stderr).toContain(
    "0.29 of the mass has been pressed against the wall x = 1 since t = 0: on the whole space it would have left",
  );
  expect(summary.wallMass).toHaveLength(1);
  expect(summary.wallMass[0]).toMatchObject({ variable: "x", end: "max", place: 1, since: 0 });
});

test("kink: characteristics exit with status 1, and say where, when and what to do", async () => {
  const { code, stdout, stderr } = await bdpde("solve", caseOf("kink"), "--method", "characteristics");
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/the integration crawls at t = 0\.00\d+: .*use --method finite-volume, or smooth it/);
});

test("outward-wall: fluctuations say that mass is outside, since when", async () => {
  // On the line 0.355 of mu_t has left [-1, 1] at t = 0.5, as characteristics find it; steps of 0.05 and the mass of one of 64 nodes move it by 0.02.
  const { code, stderr } = await bdpde("fluctuations", caseOf("outward-wall"), "--dt", "0.05", "--n", "1000", "--replicas", "0");
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/outside the domain from t = 0\.1, up to 0\.3[4-7]/),
  });
});
