import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bdpde } from "./run.ts";

const CASE = join(import.meta.dirname, "../cases/strong-events.json");
const AT = ["--n", "30", "--dt", "0.02", "--nodes", "100"];

describe("fluctuations", () => {
  test("never lets the limit n -> infinity stand alone where it is far off", async () => {
    const { code, stdout } = await bdpde("fluctuations", CASE, ...AT, "--replicas", "400");
    expect(code).toBe(0);
    expect(stdout).toMatch(/at n = 30/);
    expect(stdout).toMatch(/finite n: NOT AT THE LIMIT. By 400 replicas/);
    const { stdout: text } = await bdpde("fluctuations", CASE, ...AT, "--replicas", "400", "--summary", "-");
    const { finiteN, quadratureError, snapshots } = JSON.parse(text);
    expect(finiteN).toMatchObject({ near: false, replicas: 400 });
    expect(quadratureError).toBeLessThan(1e-2);
    expect(Object.keys(snapshots[3].observables.sq.atN)).toEqual(["nVariance", "error"]);
  });

  test("simulates a scheme without a theory, and says so", async () => {
    const { code, stdout } = await bdpde("fluctuations", CASE, ...AT, "--scheme", "resampling-systematic", "--replicas", "20");
    expect(code).toBe(0);
    expect(stdout).toMatch(/no theory of its noise, n Var is that of 20 replicas/);
  });

  test.each([["0", "resampling-systematic"], ["-1", "algorithm-1"], ["2.5", "algorithm-1"], ["", "algorithm-1"]])(
    "refuses --replicas %j of %s",
    async (replicas, scheme) => {
      const { code, stderr } = await bdpde("fluctuations", CASE, ...AT, "--scheme", scheme, `--replicas=${replicas}`);
      expect(code).toBe(2);
      expect(stderr).toMatch(/--replicas/);
    },
  ); // biome-ignore format: a table
});
