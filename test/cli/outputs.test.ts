import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { OutputError } from "../../src/cli/failures.ts";
import type { Wanted } from "../../src/cli/output-place.ts";
import { withOutputs, writeOutput } from "../../src/cli/outputs.ts";
import { bdpde, contents, emptyFolder, grids } from "./run.ts";

/** The bytes written to one path, where the inputs are others. */
async function write(
  path: string,
  { inputs = [] as string[], force = false, format = "json" as Wanted["format"], option = "--summary" } = {},
) {
  await withOutputs([{ option, path, format }], { inputs, force }, async ([file]) => writeOutput(file, "new"));
}

/** A folder with an input under several names, and other things that are there. */
function prepared() {
  const folder = emptyFolder();
  const at = (name: string) => join(folder, name);
  writeFileSync(at("problem.json"), "problem");
  mkdirSync(at("deep"));
  symlinkSync(at("problem.json"), at("link.json"));
  symlinkSync("../link.json", at("deep/chain.json"));
  linkSync(at("problem.json"), at("hard.json"));
  symlinkSync(at("nowhere"), at("dangling.json"));
  symlinkSync(folder, at("deep/folder"));
  execFileSync("mkfifo", [at("pipe")]);
  writeFileSync(at("older.json"), "older");
  return { folder, at };
}

describe("an output is refused, with or without --force, that is", () => {
  const { folder, at } = prepared();
  const cases: readonly [what: string, path: string, message: RegExp][] = [
    ["the input", at("problem.json"), /is the file .*problem\.json, which this command reads; choose another path/],
    ["the input by a relative path", relative(process.cwd(), at("problem.json")), /which this command reads/],
    ["the input by a symbolic link", at("link.json"), /which this command reads/],
    ["the input by a chain of links", at("deep/chain.json"), /which this command reads/],
    ["the input by a hard link", at("hard.json"), /which this command reads/],
    ["the input through a linked folder", at("deep/folder/problem.json"), /which this command reads/],
    ["a device", "/dev/null", /is a device, not a file; use - for standard output/],
    ["a named pipe", at("pipe"), /is a named pipe, not a file/],
    ["a link to nothing", at("dangling.json"), /symbolic link to a file that is not there/],
    ["a folder", folder, /is a folder/],
    ["nothing", "", /is empty/],
    ["the name of a folder that is not there", at("new/"), /is the name of a folder/],
    ["in a folder that is not there", at("no/s.json"), /cannot be written \(no such file or folder\); create the folder/],
    ["in a file", at("older.json/s.json"), /cannot be written \(not a folder\)/],
    ["of another format by its ending", at("s.npz"), /ends with \.npz; this is written as JSON/],
  ];
  for (const [what, path, message] of cases) {
    test(what, async () => {
      const before = contents(folder);
      for (const force of [false, true]) {
        await expect(write(path, { inputs: [at("problem.json")], force })).rejects.toThrow(message);
      }
      expect(contents(folder)).toEqual(before);
      expect(readFileSync(at("problem.json"), "utf8")).toBe("problem");
    });
  }
});

test("what exists is replaced with --force only; its mode, a link to it and its other names' content stay", async () => {
  const { at } = prepared();
  await expect(write(at("older.json"))).rejects.toThrow(/exists already; choose another path, or add --force/);
  chmodSync(at("older.json"), 0o640);
  symlinkSync("older.json", at("to-older.json"));
  linkSync(at("older.json"), at("other-name.json"));
  await write(at("to-older.json"), { force: true });
  expect(readFileSync(at("older.json"), "utf8")).toBe("new");
  expect(statSync(at("older.json")).mode & 0o777).toBe(0o640);
  expect(lstatSync(at("to-older.json")).isSymbolicLink()).toBe(true);
  expect(readFileSync(at("other-name.json"), "utf8")).toBe("older");
});

test("two outputs of one command are two files, by whatever names", async () => {
  const { at } = prepared();
  const both = (left: string, right: string) =>
    withOutputs(
      [
        { option: "--out", path: left, format: "html" },
        { option: "--summary", path: right, format: "json" },
      ],
      { inputs: [], force: true },
      async () => {},
    );
  await expect(both(at("s"), at("deep/folder/s"))).rejects.toThrow(/--summary = .*: the same file as --out/);
  await expect(both(at("link.json"), at("hard.json"))).rejects.toThrow(/the same file as --out/);
  await both(at("a"), at("b"));
});

describe("the ending names the format:", () => {
  for (const [command, args, names] of [
    ["solve", [], /ends with \.csv; this is written as NetCDF-4: use a name that ends with \.nc/],
    ["reference", [], /written as NetCDF-4: use a name that ends with \.nc/],
    ["particles", ["--dt", "0.05"], /written as \.npz: use a name that ends with \.npz/],
  ] as const) {
    test(command, async () => {
      const path = join(emptyFolder(), "x.csv");
      const { code, stdout, stderr } = await bdpde(command, join(grids, "double-well.json"), ...args, "--out", path);
      expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(names);
    });
  }
});

describe("a place that is taken", () => {
  const run = (path: string, work: () => Promise<void>) =>
    withOutputs([{ option: "--out", path, format: "json" }], { inputs: [], force: true }, async ([file]) => {
      await work();
      writeOutput(file, "whole");
    });

  test.skipIf(process.platform !== "linux")("by a run that lives is refused to a second one", async () => {
    const folder = emptyFolder();
    const path = join(folder, "s.json");
    const other = spawn("sleep", ["60"], { stdio: "ignore" });
    await once(other, "spawn");
    const sleeper = other.pid;
    try {
      // The part file of this process, under the number of another that lives.
      await run(path, async () => {
        const [own] = readdirSync(folder);
        const start = readFileSync(`/proc/${sleeper}/stat`, "latin1").split(") ").pop()?.split(" ")[19];
        writeFileSync(join(folder, own.replace(/-\d+-\d+\.part$/, `-${sleeper}-${start}.part`)), "");
      });
      await expect(run(path, async () => {})).rejects.toThrow(
        new RegExp(`is being written by another run \\(process ${sleeper}\\)`),
      );
    } finally {
      other.kill();
    }
  });

  test("by a run that was killed is free, and what it left is removed: ours, of this place, and no other", async () => {
    const folder = emptyFolder();
    const path = join(folder, "s.json");
    let own = "";
    await run(path, async () => {
      [own] = readdirSync(folder);
    });
    const dead = own.replace(/-\d+-\d+\.part$/, "-99999999-5.part");
    const again = own.replace(/-\d+\.part$/, "-1.part");
    const others = [
      dead.replace(".s.json.", ".other.json."),
      dead.replace(/\.[0-9a-f]{8}-/, ".00000000-"),
      ".s.json.part",
      "s.json.99999999.part",
    ];
    for (const name of [dead, again, ...others]) writeFileSync(join(folder, name), "half");
    await run(path, async () => {});
    expect(contents(folder)).toEqual([...others, "s.json"].sort());
  });

  test("nothing but the whole file is left, or nothing where the command fails", async () => {
    const folder = emptyFolder();
    const path = join(folder, "s.json");
    await expect(run(path, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(contents(folder)).toEqual([]);
    await run(path, async () => {});
    expect(contents(folder)).toEqual(["s.json"]);
  });
});

test("what another program has written meanwhile stays, and the result lies beside it", async () => {
  const folder = emptyFolder();
  const path = join(folder, "s.json");
  const written = withOutputs([{ option: "--out", path, format: "json" }], { inputs: [], force: false }, async ([file]) => {
    writeFileSync(path, "theirs");
    writeOutput(file, "ours");
  });
  await expect(written).rejects.toThrow(OutputError);
  await expect(written).rejects.toThrow(/was written by another program meanwhile; what was computed is in .*s\.json\.\d+/);
  expect(readFileSync(path, "utf8")).toBe("theirs");
  expect(readFileSync(`${path}.${process.pid}`, "utf8")).toBe("ours");
});

test("an output larger than what is free on the disk is refused before the work", async () => {
  const path = join(emptyFolder(), "x");
  const wanted = { option: "--out", path, format: "json", bytes: 1e18 } as const;
  let begun = false;
  const outcome = withOutputs([wanted], { inputs: [], force: false }, async () => {
    begun = true;
  });
  await expect(outcome).rejects.toThrow(/needs 1000000 TB, and .* are free on the disk/);
  expect(begun).toBe(false);
  expect(existsSync(path)).toBe(false);
});
