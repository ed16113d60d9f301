import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bdpde, contents, emptyFolder, grids } from "./run.ts";

const wells = join(grids, "double-well.json");

/** The double well with changes, as a file in a folder of its own. */
function fileOf(change: (problem: Record<string, unknown>) => void): { folder: string; path: string } {
  const folder = emptyFolder();
  const problem = JSON.parse(readFileSync(wells, "utf8"));
  change(problem);
  const path = join(folder, "problem.json");
  writeFileSync(path, JSON.stringify(problem));
  return { folder, path };
}

const readJson = (path: string) => JSON.parse(readFileSync(path, "utf8"));

describe("solve --method characteristics", () => {
  test("says its refinements and writes energy, certificates and observables to the tolerance", async () => {
    const folder = emptyFolder();
    const summary = join(folder, "s.json");
    const { code, stdout, stderr } = await bdpde("solve", wells, "--method", "characteristics", "--summary", summary);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/refinement +nodes +steps +differs by/);
    const { method, converged, levels, snapshots, elapsedSeconds } = readJson(summary);
    expect({ method, converged }).toEqual({ method: "characteristics", converged: true });
    expect(elapsedSeconds).toBeGreaterThan(0);
    expect(levels.at(-1).difference).toBeLessThan(1e-8);
    const last = snapshots.at(-1);
    const keys =
      "time mass energy meanPotential minPotential gap residualOnSupport residualOffSupport dissipated defect observables";
    expect(Object.keys(last)).toEqual(expect.arrayContaining(keys.split(" ")));
    expect(last).not.toHaveProperty("points");
    // Found by an independent program and checked against particles when the problem was chosen; eight digits were kept.
    expect(Math.abs(last.observables.mean + 0.36071075)).toBeLessThan(1e-8);
    expect(Math.abs(last.observables.second - 0.71380974)).toBeLessThan(1e-8);
    expect(Math.abs(last.observables.wave + 0.05665245)).toBeLessThan(1e-8);
  });

  test("exits with status 1 and says by how much the refinements differ where it cannot reach the tolerance; the result is still given", async () => {
    // A jump in rho_0 that the rule does not know of: the error falls like 1/nodes.
    const { path } = fileOf((problem) => {
      problem.observables = { kink: "abs(x - 0.3)" };
      problem.time = { end: 0.1, snapshots: 1 };
    });
    const { code, stdout, stderr } = await bdpde(
      "solve",
      path,
      "--method",
      "characteristics",
      "--tolerance",
      "1e-9",
      "--end",
      "0.1",
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/tolerance 1e-9 not reached: refinements differ by .* at t = .*; accept a larger --tolerance/);
    expect(stdout).toContain("energy");
  });

  test("characteristics that run away end with 1 and one message", async () => {
    const { folder, path } = fileOf((problem) => {
      problem.potential = { F: "-x^4" };
    });
    const { code, stdout, stderr } = await bdpde("solve", path, "--method", "characteristics", "--out", join(folder, "run.nc"));
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr.split("\n").filter((line) => line.startsWith("error:"))).toHaveLength(1);
    expect(contents(folder)).toEqual(["problem.json"]);
  });
});

const REFUSED: readonly { args: readonly string[]; names: readonly RegExp[] }[] = [
  { args: ["solve", "--method", "characteristics", "--tolerance", "0"], names: [/--tolerance = 0/, /positive/] },
  { args: ["solve", "--method", "characteristics", "--tolerance", "-1e-8"], names: [/--tolerance = -1e-8/, /positive/] },
  { args: ["solve", "--method", "characteristics", "--tolerance", "1e-15"], names: [/1e-15/, /double precision/, /at least 1e-12/] },
  { args: ["solve", "--method", "characteristics", "--tolerance", "small"], names: [/--tolerance = "small"/, /not a number/] },
  { args: ["solve", "--method", "characteristics", "--nodes", "1e9"], names: [/--nodes/, /too many for memory/] },
  { args: ["solve", "--method", "characteristics", "--nodes", "y=64"], names: [/--nodes = "y"/, /use x/] },
  { args: ["solve", "--method", "characteristics", "--flux", "upwind"], names: [/--flux/, /--method finite-volume/] },
  { args: ["solve", "--nodes", "32"], names: [/--nodes/, /--method characteristics/] },
  { args: ["solve", "--tolerance", "-1e-3"], names: [/tolerance = -0.001/, /positive/] },
  { args: ["solve", "--method", "elements"], names: [/--method = "elements"/, /finite-volume or characteristics or spectral/] },
  { args: ["solve", "--dynamics", "death"], names: [/--dynamics = "death"/, /pure-birth-death/] },
  { args: ["reference", "--tolerance", "0"], names: [/--tolerance = 0/, /positive/] },
  { args: ["reference", "--tolerance", "1e-11"], names: [/1e-11/, /double precision/, /at least 1e-10/] },
  { args: ["reference", "--cells", "1"], names: [/variables\.x\.cells = 1/, /at least 4/] },
]; // biome-ignore format: one case a line

describe("exit 2, one message that names the remedy, and nothing written:", () => {
  for (const {
    args: [command, ...rest],
    names,
  } of REFUSED) {
    test(`${command} ${rest.join(" ")}`, async () => {
      const folder = emptyFolder();
      const out = ["--out", join(folder, "run.nc"), "--summary", join(folder, "s.json")];
      const { code, stdout, stderr } = await bdpde(command, wells, ...rest, ...out);
      expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: "" });
      for (const name of names) expect(stderr).toMatch(name);
      expect(stderr.trim().split("\n").filter((line) => line.startsWith("error:"))).toHaveLength(1); // biome-ignore format: one line
      expect(contents(folder)).toEqual([]);
    });
  }

  test("a joint density without mass", async () => {
    const { folder, path } = fileOf((problem) => {
      problem.initial = { density: "max(0, -1e-4 - abs(x - 0.33333))" };
    });
    const { code, stderr } = await bdpde("solve", path, "--method", "characteristics", "--out", join(folder, "run.nc"));
    expect(code).toBe(2);
    expect(stderr).toMatch(/initial\.density: has no mass in the domain/);
    expect(contents(folder)).toEqual(["problem.json"]);
  });

  for (const command of ["solve", "reference", "particles"]) {
    test(`${command} keeps a file that exists, unless --force`, async () => {
      const folder = emptyFolder();
      const out = join(folder, command === "particles" ? "kept.npz" : "kept.nc");
      writeFileSync(out, "mine");
      const args = [
        command,
        wells,
        "--end",
        "0.01",
        "--out",
        out,
        ...(command === "particles" ? ["--n", "10"] : ["--cells", "64"]),
      ];
      const { code, stderr } = await bdpde(...args);
      expect(code).toBe(2);
      expect(stderr).toMatch(/--out = .*exists already; choose another path, or add --force/);
      expect(readFileSync(out, "utf8")).toBe("mine");
      expect((await bdpde(...args, "--force")).code).toBe(0);
      expect(readFileSync(out).length).toBeGreaterThan(100);
    });
  }
});

describe("reference", () => {
  test("writes values and stated errors below the tolerance, and says how they came about", async () => {
    const folder = emptyFolder();
    const { code, stdout, stderr } = await bdpde(
      "reference", join(grids, "circle.json"), "--tolerance", "1e-2", "--cells", "64", "--end", "0.5",
      "--out", join(folder, "ref.nc"), "--summary", join(folder, "s.json"),
    ); // biome-ignore format: a command line
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(contents(folder)).toEqual(["ref.nc", "s.json"]);
    expect(stdout).toMatch(/stated errors/);
    const { reached, judges, levels, snapshots } = readJson(join(folder, "s.json"));
    expect(reached).toBe(true);
    expect(judges[0].cells).toEqual([64]);
    expect(levels.length).toBeGreaterThan(1);
    for (const { errors } of snapshots) {
      for (const error of [errors.l1, errors.wasserstein1, errors.energy, ...Object.values<number>(errors.observables)]) {
        expect(error).toBeGreaterThan(0);
        expect(error).toBeLessThan(1e-2);
      }
    }
  });

  test("where the density becomes too sharp it says from when, still gives the observables", async () => {
    // The width falls to 0.6 e^-30 = 6e-14 in a domain of 8: narrower than moving cells can be, 2^-39 of it.
    const { path } = fileOf((problem) => {
      problem.potential = { F: "0.5*(x-0.003)^2" };
      problem.dynamics = "gradient-descent";
      problem.variables = { x: { min: -4, max: 4, cells: 64 } };
      problem.initial = { x: { type: "normal", mean: 0.5, sd: 0.6 } };
      problem.time = { end: 30, snapshots: [0.5, 30] };
    });
    const summary = join(emptyFolder(), "s.json");
    const { code, stderr } = await bdpde("reference", path, "--summary", summary);
    expect(code).toBe(0);
    expect(stderr).toMatch(/too sharp for every grid that was tried from t = 30/);
    const { unresolvedSince, snapshots } = readJson(summary);
    expect(unresolvedSince).toBe(30);
    expect(snapshots[0].judgedBy).toBe("moving finite volumes");
    expect(snapshots[1].judgedBy).toBe("nodes");
    expect(Math.abs(snapshots[1].observables.mean - 0.003 - 0.497 * Math.exp(-30))).toBeLessThan(1e-8);
    expect(snapshots[1].errors.observables.mean).toBeLessThan(1e-8);
  });
});
