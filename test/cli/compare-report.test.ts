import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { formatNumber } from "../../src/figures/numbers.ts";
import { bdpde, emptyFolder, grids, type Outcome } from "./run.ts";

const folder = emptyFolder();
const at = (name: string) => join(folder, name);
const well = join(grids, "double-well.json");
const compare = (...args: string[]) => bdpde("compare", at("ref.nc"), ...args);

let right: Outcome;
let summary: Record<string, unknown>;
beforeAll(async () => {
  await bdpde("reference", well, "--end", "0.5", "--tolerance", "1e-3", "--out", at("ref.nc"));
  const particles = ["particles", well, "--end", "0.5", "--n", "200", "--dt", "0.05", "--replicas", "16"];
  await bdpde(...particles, "--out", at("right.npz"));
  await bdpde(...particles, "--alpha", "6", "--replicas", "40", "--out", at("wrong.npz"));
  right = await compare(at("right.npz"), "--summary", at("s.json"), "--report", at("right.html"));
  summary = JSON.parse(readFileSync(at("s.json"), "utf8"));
});

/** Every number and text in it. */
function leaves(value: unknown): (number | string)[] {
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(leaves);
  return typeof value === "number" || typeof value === "string" ? [value] : [];
}

describe("the summary", () => {
  test("holds every number that is printed, and every sentence", () => {
    const all = leaves(summary);
    const means = summary.means as { referenceError: number; dtBias: number; finiteSizeBias: number }[];
    // Its parts are there.
    const allowed = means.map((m) => m.referenceError + m.dtBias + m.finiteSizeBias);
    const numbers = new Set(
      [...all.filter((value) => typeof value === "number"), ...allowed].flatMap((value) =>
        [3, 4, 5].map((d) => formatNumber(value, d)),
      ),
    );
    const texts = all.filter((value) => typeof value === "string");
    const lines = right.stdout.split("\n");
    const [rows, others] = [/^ *[\d.]+ {2}/, /./].map((form) => lines.filter((line) => form.test(line)));
    const lost = rows
      .flatMap((row) => row.trim().split(/ {2,}/))
      .filter((cell) => cell !== "-" && !numbers.has(cell) && !texts.includes(cell));
    expect(rows.length).toBeGreaterThan(25);
    expect(lost).toEqual([]);
    const sentences = others.filter(
      (line) => /^ {2}- | {2}\S.* \S/.test(line) && !rows.includes(line) && !/^time|^ *time/.test(line),
    );
    expect(sentences.length).toBeGreaterThan(3);
    const missing = sentences.map((line) => line.replace(/^ *(- |bdpde )?/, "")).filter((line) => !texts.includes(line));
    expect(missing).toEqual([]);
    expect(right.stdout).toContain((summary.stepBias as { reason: string }).reason);
  });

  test("holds the tests, what was allowed for and would have been found, W1 of noise, MMD, KL, the gap and what is next", () => {
    expect(summary).toMatchObject({
      verdict: "consistent",
      significance: (summary.falseAlarm as number) / (summary.tests as number),
      power: 0.25,
      scheme: "algorithm-1",
      stepBias: { dtBias: "map", subtracted: true, chosen: "by default" },
      version: expect.any(String),
      likelyCauses: null,
      noise: { fits: expect.any(Array) },
      detectableErrors: [{ of: "alpha" }, { of: "drift" }],
      next: [{ command: null }, { command: expect.stringMatching(/^plan P.json --detect alpha=/) }],
    });
    const [distances, noise] = [summary.distances, summary.distanceNull] as [{ expected: number }[], { values: number[] }[]];
    noise.forEach(({ values: [low, middle, high] }, s) => {
      // Quantiles of the distribution of which `expected` is the mean, of 400 draws and of some.
      expect(low).toBeLessThan(middle);
      expect(middle).toBeLessThan(high);
      expect(distances[s].expected).toBeGreaterThan(low);
      expect(distances[s].expected).toBeLessThan(high);
    });
    const [divergences, gaps] = [summary.divergences, summary.gaps] as Record<string, Record<string, number>>[][];
    for (const { mmdSquared: mmd, kl } of divergences) {
      expect(Math.abs(mmd.withoutNoise)).toBeLessThan(4 * mmd.withoutNoiseError);
      expect(Math.abs(kl.withoutNoise)).toBeLessThan(4 * kl.standardError);
    }
    for (const { reference, particles, standardError } of gaps as unknown as Record<string, number>[]) {
      // The bias of finite n is a few hundredths of it.
      expect(Math.abs(particles - reference)).toBeLessThan(4 * standardError + 0.03 * reference);
    }
  });
});

describe("--report", () => {
  /** Elements that are opened and not closed, or closed and not opened. */
  function unbalanced(html: string): string[] {
    const left: string[] = [];
    const wrong: string[] = [];
    for (const [, close, name, empty] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)\b(?:"[^"]*"|'[^']*'|[^>"'])*?(\/?)>/gi)) {
      if (["meta", "br", "tr", "td", "th"].includes(name) || empty === "/") continue;
      if (close === "") left.push(name);
      else if (left.pop() !== name) wrong.push(name);
    }
    return [...left, ...wrong];
  }

  test("is one well-formed page without scripts that asks for nothing", () => {
    const html = readFileSync(at("right.html"), "utf8");
    expect(html).toMatch(/^<!doctype html>/);
    expect(unbalanced(html)).toEqual([]);
    expect(html).not.toMatch(/<script|<button|<link|<img|@import|url\((?!#)|(?:src|href)="(?!#)|NaN|undefined|Infinity/);
    const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of html.matchAll(/url\(#([^)]*)\)/g)) expect(ids).toContain(id);
  });

  test("says the verdict first, then what to do next, and holds figures, tables, settings, versions and the command", () => {
    const html = readFileSync(at("right.html"), "utf8");
    const places = ["consistent</span>", "no test fails", "What to do next", "bdpde plan", "20 tests, each at", "Density at t = 0.5", "mean: the particles on the mean field", "10% to 90% of noise", "MMD^2 of the particles", "Optimality gap", "n Var of wave", "means over replicas", "KL(particles", "How to make it again", "<code>bdpde compare", "--report", "--false-alarm", "--seed", "Node v"]; // biome-ignore format: one list
    const found = places.map((text) => html.indexOf(text.replace("20 tests", `${(summary as { tests: number }).tests} tests`)));
    expect(places.filter((_, k) => found[k] < 0)).toEqual([]);
    expect(found).toEqual([...found].sort((a, b) => a - b));
  });

  test("of wrong particles names the term that explains them, and of hostile names shows them as text", async () => {
    writeFileSync(at("<b>&.html"), "is replaced");
    const named = ["--variables", "x=x"];
    const { code, stdout } = await compare(
      at("wrong.npz"),
      ...named,
      "--report",
      at("<b>&.html"),
      "--summary",
      at("w.json"),
      "--force",
    );
    expect(code).toBe(1);
    const [cause] = JSON.parse(readFileSync(at("w.json"), "utf8")).likelyCauses;
    // alpha is 6 in place of 4, which is beyond first order by some tenths.
    expect(cause.of).toBe("alpha");
    expect(cause.size).toBeGreaterThan(0.3);
    expect(cause.size).toBeLessThan(0.7);
    expect(stdout).toMatch(/next\n {2}- first seen at t = 0\.25 .*: an alpha of/);
    const html = readFileSync(at("<b>&.html"), "utf8");
    expect(html).toContain("inconsistent</span>");
    expect(html).toContain("<tr><td>--variables<td>x=x");
    expect(html).toContain("&lt;b&gt;&amp;.html");
    expect(html).not.toContain("<b>&");
    expect(unbalanced(html)).toEqual([]);
  });

  test("keeps the rules of outputs", async () => {
    writeFileSync(at("mine.html"), "mine");
    for (const [args, message] of [
      [["--report", at("mine.html")], /--report.*exists already.*--force/],
      [["--report", at("mine.txt")], /--report.*\.html/],
      [["--report", "-"], /--report/],
      [["--report", at("same.html"), "--plot", at("same.html")], /same file/],
      [["--report", at("ref.nc"), "--force"], /--report/],
    ] as const) {
      expect(await compare(at("right.npz"), ...args)).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
    }
    expect(readFileSync(at("mine.html"), "utf8")).toBe("mine");
    expect(existsSync(at("same.html"))).toBe(false);
  });
});
