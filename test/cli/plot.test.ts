import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { bdpde, emptyFolder, grids } from "./run.ts";

const folder = emptyFolder();
const at = (name: string) => join(folder, name);
const well = join(grids, "double-well.json");
const short = ["--end", "0.25"];
const small = ["--n", "50", "--dt", "0.05", "--replicas", "8"];

beforeAll(async () => {
  await bdpde("reference", well, ...short, "--tolerance", "1e-2", "--out", at("reference.nc"), "--plot", at("reference.svg"));
  await bdpde("particles", well, ...short, ...small, "--out", at("particles.npz"), "--plot", at("particles.svg"));
});

test.each([
  ["reference", null, ["Density", "Stated errors", "Observables", "tolerance"]],
  ["particles", null, ["mean", "second", "wave", "energy E[mu^n]", "one replica, +- 2 standard deviations"]],
  ["solve", [well, "--cells", "64"], ["Density over time", "Density</text>", "t = 1", "Energy identity (16)", "gap Vbar - min V"]],
  ["solve", [join(grids, "coupled-well.json"), "--end", "0.1", "--cells", "16"], ["Density at t = 0", "Density at t = 0.1"]],
  ["solve", [well, ...short, "--grid", "moving", "--cells", "32"], ["Density", "t = 0.25"]],
  ["fluctuations", [well, ...short, ...small], ["n Var of mean", "its part events", "8 replicas of n = 50"]],
  ["compare", [at("reference.nc"), at("particles.npz")], ["tests, each at", "W1, t = 0.25", "threshold", "Density at t = 0.25"]],
  ["plan", [well, ...short, "--detect", "sd=0.5"], ["Power at n = ", "required", "Shift of the means"]],
])("%s --plot draws what was found", async (command, args, texts) => {
  const path = at(`${command}.svg`);
  if (args !== null) await bdpde(command, ...args, "--plot", path, "--force");
  const svg = readFileSync(path, "utf8");
  expect(texts.filter((text) => !svg.includes(text))).toEqual([]);
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
});

test("the ending chooses a page, SVG or PNG; another one is refused, and so is the file of another option", async () => {
  const plot = (...args: string[]) => bdpde("solve", well, ...short, "--cells", "32", ...args);
  expect((await plot("--plot", at("page.html"))).code).toBe(0);
  expect(readFileSync(at("page.html"), "utf8")).toMatch(/^<!doctype html>/);
  expect((await plot("--plot", at("picture.png"))).code).toBe(0);
  expect(readFileSync(at("picture.png")).subarray(1, 4).toString()).toBe("PNG");
  expect(await plot("--plot", at("picture.jpg"))).toMatchObject({ code: 2, stderr: expect.stringContaining(".png") });
  expect(await plot("--plot", at("same.svg"), "--summary", at("same.svg"))).toMatchObject({ code: 2 });
  writeFileSync(at("mine.svg"), "mine");
  expect(await plot("--plot", at("mine.svg"))).toMatchObject({ code: 2, stderr: expect.stringContaining("--force") });
  expect(readFileSync(at("mine.svg"), "utf8")).toBe("mine");
  expect(existsSync(at("picture.jpg"))).toBe(false);
});

test("a run that keeps its state draws no frames, which it has not after an interruption", async () => {
  const args = ["solve", well, ...short, "--cells", "64", "--force", "--plot", at("kept.svg"), "--checkpoint", at("kept")];
  expect((await bdpde(...args)).code).toBe(0);
  expect(readFileSync(at("kept.svg"), "utf8")).not.toContain("Density over time");
});

test("what a command warns of stands in the picture", async () => {
  const { stderr } = await bdpde("solve", well, "--cells", "16", "--end", "1", "--plot", at("warned.svg"));
  const [warning] = /(?<=warning: ).{30}/.exec(stderr) ?? [];
  expect(warning).toBeDefined();
  expect(readFileSync(at("warned.svg"), "utf8")).toContain(warning);
});
