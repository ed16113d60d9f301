import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { withReport } from "../../src/cli/report-files.ts";
import { InputError } from "../../src/errors.ts";
import { STUDIES } from "../../validation/run.ts";
import { bdpde, contents, emptyFolder } from "./run.ts";

afterEach(() => vi.restoreAllMocks());

/** A folder with an older report in it, and a file of somebody. */
function withOlder(): string {
  const folder = emptyFolder();
  for (const name of ["report.html", "report.json", "notes.txt"]) writeFileSync(join(folder, name), "older");
  return folder;
}

const textOf = (folder: string) => ["report.html", "report.json"].map((name) => readFileSync(join(folder, name), "utf8"));

describe("a report", () => {
  test("takes the place of an older one with --force only, both files at its end, with their modes", async () => {
    const folder = withOlder();
    chmodSync(join(folder, "report.json"), 0o600);
    await expect(withReport(folder, { inputs: [], force: false }, async () => {})).rejects.toThrow(/report\.html": exists already/);
    await withReport(folder, { inputs: [], force: true }, async ({ keep, finish }) => {
      keep(["half", "half of the json"]);
      expect(textOf(folder)).toEqual(["older", "older"]);
      expect(textOf(join(folder, "unfinished"))).toEqual(["half", "half of the json"]);
      finish(["whole", "whole json"]);
    });
    expect(textOf(folder)).toEqual(["whole", "whole json"]);
    expect(statSync(join(folder, "report.json")).mode & 0o777).toBe(0o600);
    expect(contents(folder)).toEqual(["notes.txt", "report.html", "report.json"]);
  });

  test("that breaks off leaves the older one, and what was there in a folder of its own, which the next run removes", async () => {
    const folder = withOlder();
    const broken = withReport(folder, { inputs: [], force: true }, async ({ keep }) => {
      keep(["one", "one"]);
      keep(["two", "two"]);
      throw new Error("broken");
    });
    await expect(broken).rejects.toThrow("broken");
    expect(textOf(folder)).toEqual(["older", "older"]);
    expect(textOf(join(folder, "unfinished"))).toEqual(["two", "two"]);
    await withReport(folder, { inputs: [], force: true }, async ({ finish }) => finish(["whole", "whole"]));
    expect(contents(folder)).toEqual(["notes.txt", "report.html", "report.json"]);
  });

  test("of which one file cannot be replaced is not half of two: the whole one is in the folder of its own", async () => {
    const folder = withOlder();
    const broken = withReport(folder, { inputs: [], force: true }, async ({ finish }) => {
      rmSync(join(folder, "report.html"));
      mkdirSync(join(folder, "report.html/in-the-way"), { recursive: true });
      finish(["whole", "whole"]);
    });
    await expect(broken).rejects.toThrow(/--report = .*report\.html": could not be written/);
    expect(contents(folder)).toEqual(["notes.txt", "report.html", "report.json", "unfinished"]);
    expect(readFileSync(join(folder, "report.json"), "utf8")).toBe("older");
    expect(textOf(join(folder, "unfinished"))).toEqual(["whole", "whole"]);
  });

  test("that cannot be kept on the way is said, and the run goes on", async () => {
    const folder = emptyFolder();
    const said: string[] = [];
    vi.spyOn(process.stderr, "write").mockImplementation((text) => said.push(String(text)) > 0);
    await withReport(folder, { inputs: [], force: false }, async ({ keep, finish }) => {
      mkdirSync(join(folder, "unfinished/report.html/in-the-way"), { recursive: true });
      keep(["half", "half"]);
      finish(["whole", "whole"]);
    });
    expect(said.join("")).toMatch(/^warning: .*unfinished cannot be written/);
    expect(textOf(folder)).toEqual(["whole", "whole"]);
  });
});

test("a study that breaks off: validate keeps what was there, and says what was to come", async () => {
  const folder = emptyFolder();
  const later = STUDIES.find(({ name }) => name === "proximal")!;
  vi.spyOn(later, "run").mockRejectedValue(new InputError("alpha", 1, "no", "stop"));
  const result = { name: "mass", verdict: "pass", findings: [], notes: [], tables: [], figures: [], settings: {} } as const;
  vi.spyOn(STUDIES.find(({ name }) => name === "conservation")!, "run").mockResolvedValue([result]);
  const args = ["--study", "proximal,conservation", "--quick", "--report", folder];
  const { code, stderr } = await bdpde("validate", ...args);
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /unfinished\/report\.html holds the studies that were finished before this error:\nerror: alpha = 1: no; stop\n$/,
  );
  expect(contents(folder)).toEqual(["unfinished"]);
  const report = JSON.parse(readFileSync(join(folder, "unfinished/report.json"), "utf8"));
  expect(report.unfinished).toEqual([later.title]);
  expect(report.results.map(({ study }: { study: string }) => study)).toEqual(["conservation"]);
});

test("an error that nobody foresaw is one line and 70, with its place where BDPDE_DEBUG is 1", async () => {
  const study = STUDIES.find(({ name }) => name === "proximal")!;
  vi.spyOn(study, "run").mockRejectedValue(new TypeError("cannot read x\nof y"));
  const args = ["validate", "--study", "proximal", "--quick", "--report", join(emptyFolder(), "new")];
  const { code, stderr } = await bdpde(...args);
  expect(code).toBe(70);
  expect(stderr.replace(/^studies?.*\n/gm, "").replace(/^1 of 1.*\n/gm, "")).toBe(
    "error: unexpected: TypeError: cannot read x (this is a fault of bdpde; BDPDE_DEBUG=1 shows where it is)\n",
  );
  vi.stubEnv("BDPDE_DEBUG", "1");
  expect((await bdpde(...args)).stderr).toMatch(/\n +at .*report-files\.test\.ts/);
  vi.unstubAllEnvs();
});
