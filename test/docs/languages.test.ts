import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bdpde, emptyFolder } from "../cli/run.ts";
import { root } from "../sources.ts";

/** The programs of docs/languages.md, by the heading above each. */
const programs = new Map(
  readFileSync(join(root, "docs/languages.md"), "utf8")
    .split(/^## /m)
    .flatMap((section) => {
      const found = /```(?:python|julia|r)\n([\s\S]*?)```/.exec(section);
      return found === null ? [] : [[section.split("\n", 1)[0], found[1]] as const];
    }),
);

/** Debian's Python, which has NumPy as a package. */
const PYTHON = "/usr/bin/python3";
const has = (library: string) => spawnSync(PYTHON, ["-c", `import ${library}`]).status === 0;

test("there is a program for each language of the title", () => {
  expect([...programs.keys()]).toEqual(["NumPy", "PyTorch", "JAX", "Julia", "R"]);
  for (const [name, program] of programs) {
    // All simulate the same, and none forgets to write it.
    expect([name, /(=|<-) 4(\.0)?[,;]/.test(program), /mine\.(npz|csv)/.test(program)]).toEqual([name, true, true]);
  }
});

test.skipIf(!has("ast")).each(["NumPy", "PyTorch", "JAX"])("the program in %s can be parsed", (name) => {
  const check = "import ast, sys; ast.parse(sys.stdin.read())";
  expect(() => execFileSync(PYTHON, ["-c", check], { input: programs.get(name) })).not.toThrow();
});

const folder = emptyFolder();
const at = (name: string) => join(folder, name);

/** The verdict on the particles that a program writes. */
async function verdictOf(program: string): Promise<string> {
  if (!existsSync(at("ref.nc"))) await bdpde("reference", "double-well", "--tolerance", "1e-3", "--out", at("ref.nc"));
  writeFileSync(at("mine.py"), program);
  execFileSync(PYTHON, ["mine.py"], { cwd: folder });
  const { stdout } = await bdpde("compare", at("ref.nc"), at("mine.npz"), "--summary", "-");
  return JSON.parse(stdout).verdict;
}

// With a sign turned it says inconsistent.
test.skipIf(!has("numpy"))("the particles of the program in NumPy are consistent", async () => {
  expect(await verdictOf(programs.get("NumPy")!)).toBe("consistent");
});

test.skipIf(!has("torch"))("the particles of the program in PyTorch are consistent", async () => {
  expect(await verdictOf(programs.get("PyTorch")!)).toBe("consistent");
});

test.skipIf(!has("jax"))("the particles of the program in JAX are consistent", async () => {
  expect(await verdictOf(programs.get("JAX")!)).toBe("consistent");
});
