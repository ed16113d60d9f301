import { copyFileSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readProblem } from "../../src/cli/files.ts";
import { readReference } from "../../src/reference/read-reference.ts";
import { measureConservation } from "../../validation/conservation/measure.ts";
import { sized } from "../sizes.ts";
import { bdpde, emptyFolder } from "./run.ts";

const cases = join(import.meta.dirname, "../cases");

describe("a network whose inputs are rows of a file", () => {
  it("is solved by both methods, simulated on threads, and compared from the reference alone", async () => {
    const folder = emptyFolder();
    for (const name of ["network-data.json", "rows.csv"]) copyFileSync(join(cases, name), join(folder, name));
    const at = (name: string) => join(folder, name);
    const solved = await bdpde("solve", at("network-data.json"), "--summary", "-");
    const made = await bdpde(
      "reference",
      at("network-data.json"),
      "--tolerance",
      sized("1e-2", "1e-3"),
      "--out",
      at("ref.nc"),
      "--summary",
      "-",
    );
    expect(made.code, made.stderr).toBe(0);
    const energies = [solved, made].map(({ stdout }) =>
      JSON.parse(stdout).snapshots.map(({ energy }: { energy: number }) => energy),
    );
    // By 256 cells and by characteristics, whose stated error is the difference.
    energies[0].forEach((energy: number, s: number) => {
      expect(Math.abs(energy - energies[1][s])).toBeLessThan(2e-5);
    });
    const run = ["--n", "200", "--dt", sized("0.05", "0.02"), "--replicas", "16"];
    const workers = ["1", "2"].map((count) => ["--workers", count, "--out", at(`particles-${count}.npz`)]);
    for (const each of workers) expect((await bdpde("particles", at("network-data.json"), ...run, ...each)).code).toBe(0);
    expect(readFileSync(at("particles-1.npz")).equals(readFileSync(at("particles-2.npz")))).toBe(true);
    // The problem and its rows are gone: the reference has them.
    unlinkSync(at("network-data.json"));
    const text = readFileSync(at("rows.csv"), "utf8").trim().split("\n").slice(1);
    unlinkSync(at("rows.csv"));
    const { problem } = await readReference(at("ref.nc"));
    const [inputs, target] = [0, 1].map((k) => text.map((line) => Number(line.split(",")[k])));
    expect(problem.compiled.kernel).toMatchObject({ inputs: [Float64Array.from(inputs)] });
    expect(problem.compiled.target).toEqual(Float64Array.from(target));
    const compared = await bdpde("compare", at("ref.nc"), at("particles-1.npz"), "--dt-bias", "map", "--power", "1");
    expect(compared.code, compared.stdout + compared.stderr).toBe(0);
  });

  it("is refused from a reference whose rows were altered", async () => {
    const path = join(emptyFolder(), "ref.nc");
    const made = await bdpde("reference", join(cases, "network-data.json"), "--tolerance", "1e-1", "--cells", "64", "--out", path);
    expect(made.code, made.stderr).toBe(0);
    const bytes = readFileSync(path);
    const first = Number(readFileSync(join(cases, "rows.csv"), "utf8").split("\n")[1].split(",")[1]);
    const where = bytes.indexOf(Buffer.from(Float64Array.of(first).buffer));
    expect(where).toBeGreaterThan(0);
    bytes[where] ^= 1;
    writeFileSync(path, bytes);
    await expect(readReference(path)).rejects.toThrow(/its content does not have the digest content_sha256/);
  });

  it("keeps its rows when a study changes the problem", async () => {
    const problem = await readProblem(join(cases, "network-data.json"), { cells: 32, end: 0.1 });
    const { massDrift } = await measureConservation(problem, "gradient-descent");
    expect(massDrift).toBeLessThan(1e-12);
  });
});
