import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bdpde, contents, emptyFolder, grids } from "./run.ts";

const wells = JSON.parse(readFileSync(join(grids, "double-well.json"), "utf8"));

/** A problem that differs from the double well in one place. */
function altered(change: (problem: Record<string, unknown> & typeof wells) => void): string {
  const problem = structuredClone(wells);
  change(problem);
  return JSON.stringify(problem);
}

interface BadCase {
  what: string;
  text?: string;
  args?: readonly string[];
  /** What the message must name: the field, its value, the remedy. */
  names: readonly RegExp[];
}

const CASES: readonly BadCase[] = [
  { what: "broken JSON", text: '{ "name": ', names: [/problem\.json/, /not JSON/] },
  { what: "a misspelt key", text: altered((p) => { p.alhpa = 1; }), names: [/alhpa/, /unknown key/, /did you mean "alpha"/] },
  { what: "a misspelt nested key", text: altered((p) => { p.variables.x.cell = 1; }), names: [/variables\.x\.cell/, /"cells"/] },
  { what: "cells that are no integer", args: ["--cells", "12.5"], names: [/--cells/, /12\.5/, /whole number/] },
  { what: "cells that are no number", args: ["--cells", "abc"], names: [/--cells = "abc": not a positive integer; give a whole number >= 1/] },
  { what: "an empty alpha", args: ["--alpha", ""], names: [/--alpha = "": is empty; give a number, or an expression in t/] },
  { what: "a decimal comma", text: altered((p) => { p.potential.F = "x^2 + 1,25*x"; }), names: [/"1,25" at character 7 has a decimal comma; write x\^2 \+ 1\.25\*x/] },
  { what: "a decimal comma in brackets within a call", text: altered((p) => { p.potential.F = "max((0,5), x)"; }), names: [/"0,5" at character 6 has a decimal comma; write max\(\(0\.5\), x\)/] },
  { what: "a comma between no arguments", text: altered((p) => { p.potential.F = "1,2,3"; }), names: [/"," at character 2 is not between the arguments of a function/] },
  { what: "too many cells", args: ["--cells", "1e9"], names: [/1000000000/, /GB/, /--cells/] },
  { what: "cells of an unknown variable", args: ["--cells", "z=12"], names: [/--cells/, /"z"/, /use x/] },
  { what: "min >= max", text: altered((p) => { p.variables.x.min = 5; }), names: [/variables\.x/, /min must be below max/] },
  { what: "an unknown symbol", text: altered((p) => { p.potential.F = "q*x"; }), names: [/potential\.F/, /unknown symbol "q"/, /parameters/] },
  { what: "wrong arity", text: altered((p) => { p.potential.F = "exp(x, 2)"; }), names: [/potential\.F/, /takes 1 argument/] },
  { what: "an import", text: altered((p) => { p.potential.F = 'import("fs")'; }), names: [/unknown function "import"/] },
  { what: "a constructor", text: altered((p) => { p.potential.F = "x.constructor"; }), names: [/access to a property/] },
  { what: "createUnit", text: altered((p) => { p.potential.F = 'createUnit("a")'; }), names: [/unknown function "createUnit"/] },
  { what: "a nested evaluate", text: altered((p) => { p.potential.F = 'x + evaluate("1")'; }), names: [/unknown function "evaluate"/] },
  { what: "an F with a pole", text: altered((p) => { p.potential.F = "log(x)"; }), names: [/potential\.F = NaN/, /not finite at x = -3\./] },
  { what: "a K that is not symmetric", text: altered((p) => { p.potential.K = { type: "convolution", expression: "exp(-(x-1)^2)" }; }), names: [/potential\.K/, /not symmetric/, /even function/] },
  { what: "a negative K", text: altered((p) => { p.potential.K = { type: "convolution", expression: "-exp(-x^2)" }; }), names: [/potential\.K/, /not positive semi-definite/] },
  { what: "too many cells for a dense K", text: altered((p) => { p.potential.K = { type: "pairwise", expression: "exp(-(x-x_prime)^2)" }; }), args: ["--cells", "20000"], names: [/16384/, /"convolution"/, /"features"/] },
  { what: "a negative density", text: altered((p) => { p.initial = { density: "x" }; }), names: [/initial\.density/, /negative/] },
  { what: "a density without mass", text: altered((p) => { p.initial = { density: "0*x" }; }), names: [/initial\.density/, /no mass/] },
  { what: "sd = 0", text: altered((p) => { p.initial.x.sd = 0; }), names: [/initial\.x\.sd = 0/, /number > 0/] },
  { what: "a snapshot beyond the end", text: altered((p) => { p.time.snapshots = [0, 2]; }), names: [/time\.snapshots\.1 = 2/, /beyond the end 1/] },
  { what: "alpha that is neither a number nor a function of t", text: altered((p) => { p.alpha = "two"; }), names: [/alpha = "two"/, /known here: .*t/] },
  { what: "an alpha option that turns negative", args: ["--alpha", "0.1 - t"], names: [/alpha = "0.1 - t"/, /turns negative: .* at t = 0\.1/, /max\(\.\.\., 0\)/] },
  { what: "a negative alpha", args: ["--alpha", "-1"], names: [/alpha = -1/] },
  { what: "an unknown flux", args: ["--flux", "weno"], names: [/--flux/, /upwind.*large-step.*muscl/] },
  { what: "a flux for cells that move", args: ["--grid", "moving", "--flux", "muscl"], names: [/--flux = "muscl": not an option of --grid moving/, /--grid fixed/] },
  { what: "a grid for characteristics", args: ["--grid", "moving", "--method", "characteristics"], names: [/--grid: not an option of --method characteristics/] },
  { what: "a tolerance of nothing", args: ["--tolerance", "0"], names: [/tolerance = 0: not a positive number/] },
  { what: "an unknown option", args: ["--fluks", "muscl"], names: [/--fluks/] },
  { what: "a variable named twice in the cells", args: ["--cells", "x=64,x=32"], names: [/--cells/, /"x" is named twice/] },
  { what: "a reserved variable", text: altered((p) => { p.variables = { time: p.variables.x }; }), names: [/variables\.time/, /a reserved name/] },
  { what: "an F that is not periodic", text: altered((p) => { p.variables.x.boundary = "periodic"; }), names: [/potential\.F/, /not periodic in x: F\(min\) = /, /no-flux/] },
  { what: "a K that is not finite somewhere", text: altered((p) => { p.potential.K = { type: "convolution", expression: "exp(-x^2) + 1e-12/(x^2 - 5.482421875^2)^2" }; }), names: [/potential\.K/, /not finite at displacement \(5\.48242\)/] },
  { what: "a domain too wide", text: altered((p) => { p.variables.x = { min: -1.5e308, max: 1.5e308, cells: 4 }; }), names: [/variables\.x/, /not finite/] },
  { what: "a name with control characters", text: altered((p) => { p.name = "a\u001b[2J"; }), names: [/name = "a\\u\{1b\}\[2J"/, /printable/] },
  { what: "a name that no file may have", args: ["--summary", `${"n".repeat(251)}.json`], names: [/--summary/, /has a name too long/, /shorter/] },
  { what: "a summary path that cannot be written", args: ["--summary", "/no/such/folder/s.json"], names: [/--summary/, /cannot be written/, /folder/] },
]; // biome-ignore format: one case a line

describe("solve refuses with exit 2, one message, no stack, and nothing written:", () => {
  for (const { what, text, args = [], names } of CASES) {
    test(what, async () => {
      const folder = emptyFolder();
      writeFileSync(join(folder, "problem.json"), text ?? JSON.stringify(wells));
      const outputs = args.includes("--summary") ? [] : ["--out", join(folder, "run.nc"), "--summary", join(folder, "s.json")];
      const { code, stdout, stderr } = await bdpde("solve", join(folder, "problem.json"), ...outputs, ...args);
      expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: "" });
      for (const name of names) expect(stderr).toMatch(name);
      expect(stderr.split("\n").filter((line) => line.startsWith("error:"))).toHaveLength(1);
      expect(contents(folder)).toEqual(["problem.json"]);
    });
  }
});

const PARTICLE_CASES: readonly { what: string; args: readonly string[]; change?: (problem: typeof wells) => void; names: readonly RegExp[] }[] = [
  { what: "n = 0", args: ["--n", "0"], names: [/--n = "0"/, /positive integer/] },
  { what: "dt = -1", args: ["--dt", "-1"], names: [/--dt = -1/, /positive/] },
  { what: "a dt that misses the snapshots", args: ["--dt", "0.03"], names: [/--dt = 0\.03/, /snapshot at 0\.25/, /nearest step that fits is 0\.03125/] },
  { what: "a seed that is no integer", args: ["--seed", "1.5"], names: [/--seed = 1\.5/] },
  { what: "an unknown scheme", args: ["--scheme", "algorithm-2"], names: [/--scheme/, /algorithm-1/] },
  { what: "a start outside the domain", args: ["--alpha", "1"], change: (p: typeof wells) => { p.initial.x.mean = 30; }, names: [/initial/, /has no mass|of its mass lies/] },
  { what: "a summary by the name of an archive", args: ["--out", "./a.npz", "--summary", "a.npz"], names: [/--summary/, /this is written as JSON/] },
  { what: "too many replicas", args: ["--replicas", "1e8"], names: [/--replicas = 100000000/, /at most 10000000/] },
  { what: "a folder that does not exist", args: ["--out", "/no/such/folder/run.npz"], names: [/--out/, /cannot be written/] },
]; // biome-ignore format: one case a line

describe("particles refuses with exit 2:", () => {
  for (const { what, args, change = () => {}, names } of PARTICLE_CASES) {
    test(what, async () => {
      const path = join(emptyFolder(), "problem.json");
      writeFileSync(path, altered(change));
      const { code, stdout, stderr } = await bdpde("particles", path, ...args);
      expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: "" });
      for (const name of names) expect(stderr).toMatch(name);
    });
  }
});

describe("validate refuses with exit 2 and leaves no folder:", () => {
  const cases = [
    { what: "an unknown study", args: ["--study", "order,oder"], names: [/--study = "oder"/, /did you mean order\?/] },
    {
      what: "a file for a study of its own problems",
      args: ["grids/circle.json", "--study", "order,reinjection"],
      names: [/--study = "reinjection"/, /takes no files/],
    },
    { what: "a problem that cannot be read", args: ["/no/such/problem.json"], names: [/problem\.json/, /cannot be read/] },
  ];
  for (const { what, args, names } of cases) {
    test(what, async () => {
      const folder = emptyFolder();
      const { code, stderr } = await bdpde("validate", ...args, "--report", join(folder, "new/report"));
      expect(code, stderr).toBe(2);
      for (const name of names) expect(stderr).toMatch(name);
      expect(contents(folder)).toEqual([]);
    });
  }
});
