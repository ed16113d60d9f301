import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { InputError } from "../../src/errors.ts";
import { STUDIES } from "../../validation/run.ts";
import { bdpde, contents, emptyFolder, grids, spawnBdpde } from "./run.ts";

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
    expect(stdout).toContain("mass stays within");
    expect(contents(join(folder, "out"))).toEqual(["report.html", "report.json"]);
    const report = JSON.parse(readFileSync(join(folder, "out/report.json"), "utf8"));
    const exitCode = { pass: 0, fail: 1, inconclusive: 3 } as const;
    expect(code, stderr).toBe(exitCode[report.verdict as keyof typeof exitCode]);
    expect(report.results[0].findings.length).toBeGreaterThan(3);
    expect(report.command).toContain("--study conservation --quick");
  });

  test("a report that breaks off keeps what was there, and says what was to come", async () => {
    const folder = emptyFolder();
    const later = STUDIES.find(({ name }) => name === "proximal")!;
    vi.spyOn(later, "run").mockRejectedValue(new InputError("alpha", 1, "no", "stop"));
    const args = ["--study", "proximal,conservation", "--quick", "--report", folder];
    const { code, stderr } = await bdpde("validate", ...args);
    vi.restoreAllMocks();
    expect(code).toBe(2);
    expect(stderr).toMatch(/report\.html holds what was there before this:\nerror: alpha = 1: no; stop\n$/);
    const report = JSON.parse(readFileSync(join(folder, "report.json"), "utf8"));
    expect(report.unfinished).toEqual([later.title]);
    expect(report.results.map(({ study }: { study: string }) => study)).toEqual(["conservation"]);
  });

  test("as a process, an error shows no stack and sets the exit code", async () => {
    const { code, stderr } = await spawnBdpde(["solve", wells, "--cells", "0"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: --cells = "0": not a positive integer; give a whole number >= 1\n$/);
  });

  test("an interrupted run leaves nothing behind", async () => {
    const folder = emptyFolder();
    // It would run for hours, so that the time at which it is interrupted decides nothing.
    const args = ["solve", wells, "--cells", "65536", "--out", join(folder, "run.nc"), "--summary", join(folder, "s.json")];
    const { code } = await spawnBdpde(args, (kill) => setTimeout(() => kill("SIGINT"), 4000));
    expect(code).not.toBe(0);
    expect(contents(folder)).toEqual([]);
  });
});
