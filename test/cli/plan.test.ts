import { join } from "node:path";
import { expect, test } from "vitest";
import { bdpde } from "./run.ts";

const WELL = join(import.meta.dirname, "../../grids/double-well.json");

test("plan prints sizes, power and the commands that follow, and its summary holds the same", async () => {
  const given = ["plan", WELL, "--detect", "alpha=20%", "--dt", "0.05", "--n", "400"];
  const { code, stdout } = await bdpde(...given);
  expect(code).toBe(0);
  expect(stdout).toMatch(/to find an alpha wrong by 20% with probability 0.9/);
  expect(stdout).toMatch(/n = 400, replicas = \d+, dt = 0.05 \(20 steps\), algorithm-1: about .* of CPU/);
  const next = stdout.split("\n").filter((line) => line.startsWith("  bdpde "));
  expect(next.map((line) => line.split(" ")[3])).toEqual(["reference", "particles", "compare"]);
  const { stdout: text } = await bdpde(...given, "--summary", "-");
  const { replicas, power, method, cpuSeconds } = JSON.parse(text);
  expect(method).toBe("plan");
  expect(stdout).toContain(`replicas = ${replicas},`);
  expect(power).toBeGreaterThan(0.88);
  expect(cpuSeconds).toBeGreaterThan(0);
});

test.each([
  [[], /--detect/],
  [["--detect", "beta=5%"], /--detect.*alpha=5%/],
  [["--detect", "alpha=x"], /--detect/],
  [["--detect", "alpha=5%", "--dt", "0.07"], /--dt.*nearest step/],
  [["--detect", "sd=0.001", "--n", "30", "--dt", "0.05"], /no number of replicas is enough/],
  [["--detect", "alpha=5%", "--reference", "nowhere.nc"], /nowhere.nc/],
])("plan %j is bad input with one line", async (args, message) => {
  const { code, stdout, stderr } = await bdpde("plan", WELL, ...args);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/\n\s+at /);
});
