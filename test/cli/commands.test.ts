import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bdpde, contents, emptyFolder, grids } from "./run.ts";

const wells = join(grids, "double-well.json");

describe("the commands", () => {
  test("solve writes the summary of the contract, and the same numbers on the screen", async () => {
    const folder = emptyFolder();
    const { code, stdout, stderr } = await bdpde(
      "solve",
      wells,
      "--cells",
      "x=256",
      "--end",
      "0.5",
      "--summary",
      join(folder, "s.json"),
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const summary = JSON.parse(readFileSync(join(folder, "s.json"), "utf8"));
    expect(summary).toMatchObject({
      problem: "double-well",
      method: "finite-volume",
      scheme: { flux: "muscl", splitting: "strang" },
      cells: [256],
    });
    const last = summary.snapshots.at(-1);
    const keys = "time mass energy meanPotential minPotential gap dissipated minDensity edgeMass resolved observables";
    expect(Object.keys(last)).toEqual(expect.arrayContaining(keys.split(" ")));
    expect(Object.keys(last.observables)).toEqual(["mean", "second", "wave"]);
    expect(stdout).toContain(String(Number(last.energy.toPrecision(6))));
    expect(summary.elapsedSeconds).toBeGreaterThan(0);
  });

  test("--summary - prints JSON alone", async () => {
    const { stdout } = await bdpde("solve", wells, "--cells", "64", "--end", "0.1", "--summary", "-");
    expect(JSON.parse(stdout).snapshots.at(-1).time).toBe(0.1);
  });

  test("particles writes means and n Var, the same for any number of workers", async () => {
    const folder = emptyFolder();
    for (const workers of ["1", "4"]) {
      const summary = join(folder, `${workers}.json`);
      const args = ["--n", "200", "--dt", "0.05", "--replicas", "6", "--workers", workers, "--summary", summary];
      expect((await bdpde("particles", wells, ...args)).code).toBe(0);
    }
    const [one, four] = ["1.json", "4.json"].map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")));
    expect(one).toMatchObject({ method: "particles", scheme: "algorithm-1", n: 200, dt: 0.05, replicas: 6, seed: 0 });
    expect(one.snapshots).toEqual(four.snapshots);
    for (const key of ["mean", "standardError", "nVariance", "nVarianceError"]) {
      expect(one.snapshots[1].observables.mean[key]).toBeTypeOf("number");
      expect(one.snapshots[1].energy[key]).toBeTypeOf("number");
    }
  });

  test("a domain that is too small is said, and the result still given", async () => {
    const { code, stderr } = await bdpde("solve", join(grids, "mixture-of-gaussians.json"), "--cells", "32", "--end", "0.1");
    expect(code).toBe(0);
    expect(stderr).toMatch(/warning: .*no-flux edge from t = 0; widen the domain/);
  });

  test("help and version exit 0, a missing command 2", async () => {
    const help = await bdpde("solve", "--help");
    const version = await bdpde("--version");
    const none = await bdpde("sovle");
    expect(help.code).toBe(0);
    expect(help.stdout).toContain("--cells");
    expect(version.code).toBe(0);
    expect(none.code).toBe(2);
    expect(none.stderr).toContain("sovle");
  });

  test("validate runs one study on a problem of the user, writes both reports and says what it could not tell", async () => {
    const folder = emptyFolder();
    const args = ["--study", "conservation", "--quick", "--report", join(folder, "out")];
    const { code, stdout, stderr } = await bdpde("validate", wells, ...args);
    expect(stdout).toContain("the mass stays near the exact one");
    expect(contents(join(folder, "out"))).toEqual(["report.html", "report.json"]);
    const report = JSON.parse(readFileSync(join(folder, "out/report.json"), "utf8"));
    const exitCode = { pass: 0, fail: 1, inconclusive: 3 } as const;
    expect(code, stderr).toBe(exitCode[report.verdict as keyof typeof exitCode]);
    expect(report.results[0].findings.length).toBeGreaterThan(3);
    expect(report.command).toContain("--study conservation --quick");
  });
});
