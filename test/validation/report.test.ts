import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { Verdict } from "../../validation/claims.ts";
import { seedsOf, validateCommand } from "../../validation/report/command.ts";
import { toPlotly } from "../../validation/report/figures.ts";
import { renderHtml, renderJson } from "../../validation/report/page.ts";
import { worstFirst } from "../../validation/report/summary.ts";
import { renderTable } from "../../validation/report/tables.ts";
import type { TimedResult } from "../../validation/run.ts";

const result: TimedResult = {
  study: "order",
  name: "order: <b>wells</b>",
  claim: "It converges.",
  verdict: "pass",
  findings: [{ text: "order 2 & more", verdict: "pass" }],
  notes: [],
  tables: [{ title: "Errors", header: ["h", "error"], rows: [[0.1, 1e-7]] }],
  figures: [
    {
      title: "E",
      x: { title: "h", log: true },
      y: { title: "error" },
      traces: [{ name: "</script>", x: [1], y: [2], mode: "lines" }],
    },
  ],
  settings: { seed: 1 },
  seconds: 1,
};
const info = {
  version: "0",
  node: "Node",
  machine: "a machine",
  platform: "a platform",
  packages: { mathjs: "1" },
  command: "bdpde validate",
  given: { problems: ["my wells.json"], quick: true, workers: 2 },
  seconds: 1,
  unfinished: [],
};

test("the page is self-contained and shows text from problems as text", () => {
  const html = renderHtml([result], info);
  expect(html).not.toMatch(/<(script|link|img)[^>]+(src|href)=/);
  expect(html).toContain("order: &lt;b&gt;wells&lt;/b&gt;");
  expect(html).toContain("order 2 &amp; more");
  // A name of a trace cannot end the script element that carries the figures.
  const figures = /<script type="application\/json" id="figures">(.*?)<\/script>/s.exec(html)?.[1] ?? "";
  // Plotly reads tags in names, so that it is given entities.
  expect(JSON.parse(figures)[0].data[0].name).toBe("&lt;/script&gt;");
  expect(html).toContain("1.000e-7");
});

test("the page allows no source but itself, and no script but its own", () => {
  const html = renderHtml([result], info);
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? "";
  const scripts = [...html.matchAll(/<script>(.*?)<\/script>/gs)].map(
    ([, script]) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`,
  );
  expect(scripts).toHaveLength(3);
  expect(policy.split("; ")).toEqual([
    "default-src 'none'",
    `script-src ${scripts.join(" ")}`,
    "style-src 'unsafe-inline'",
    "base-uri 'none'",
    "form-action 'none'",
  ]);
});

test("the JSON carries the digest of its page, verdicts, numbers and settings", () => {
  const html = renderHtml([result], info);
  const report = JSON.parse(renderJson([result], info, html));
  expect(report.page.sha256).toBe(createHash("sha256").update(html).digest("hex"));
  expect(report).toMatchObject({ verdict: "pass", command: "bdpde validate" });
  expect(report.results[0].tables[0].rows).toEqual([[0.1, 1e-7]]);
  expect(report.results[0].command).toBe("bdpde validate 'my wells.json' --study order --quick --workers 2");
});

test("each result shows the command that repeats its study, with what was given, and its seeds", () => {
  const html = renderHtml([result], info);
  const commands = [...html.matchAll(/<p class="command"><code>(.*?)<\/code>/g)].map(([, code]) =>
    code.replaceAll(/<\/?span>/g, ""),
  );
  expect(commands).toEqual(["bdpde validate", "bdpde validate &#39;my wells.json&#39; --study order --quick --workers 2"]);
  expect(html).toContain("Random numbers: seed 1.");
  expect(renderHtml([{ ...result, settings: { cells: [16] } }], info)).toContain("Random numbers: none.");
});

test("seeds are found wherever the settings hold them", () => {
  expect(seedsOf({ small: { seed: 81 }, seeds: [1, 2], cells: [{ seed: 3 }], nothing: null })).toEqual([
    "small.seed 81",
    "seeds 1, 2",
    "cells.0.seed 3",
  ]);
});

test("a shell reads every path of a command as one word, as it was", () => {
  const paths = ["grids/circle.json", "my wells.json", "it's $HOME `x`.json", 'a"b\\c\n.json', "~.json", "", "*?.json", "é.json"];
  const command = validateCommand({ problems: paths, quick: false }, ["lln"]);
  const words = execFileSync("sh", ["-c", `bdpde() { printf '%s\\0' "$@"; }; ${command}`], { encoding: "utf8" }).split("\0");
  expect(words).toEqual(["validate", ...paths, "--study", "lln", ""]);
});

test("a path that begins with a dash is not taken for an option", () => {
  expect(validateCommand({ problems: ["-x.json"], quick: false })).toBe("bdpde validate ./-x.json");
});

test("a folder of its own is part of the command, and what was still to come is told", () => {
  expect(validateCommand({ problems: [], quick: false, report: "my reports" })).toBe("bdpde validate --report 'my reports'");
  expect(renderHtml([result], info)).not.toContain("Not finished");
  expect(renderHtml([result], { ...info, unfinished: ["Rates <all>"] })).toContain("Still to come: Rates &lt;all&gt;.");
});

test("the findings that decide a claim come first", () => {
  const verdicts: Verdict[] = ["pass", "inconclusive", "fail", "pass", "fail"];
  const findings = verdicts.map((verdict, k) => ({ text: String(k), verdict }));
  expect(worstFirst(findings).map(({ text }) => text)).toEqual(["2", "4", "1", "0", "3"]);
});

test("a number is shown rounded and copied whole", () => {
  const html = renderTable({ title: "t", header: ["h"], rows: [[0.123456789], [0.25], [NaN]] });
  expect(html).toContain('<td class="number" data-value="0.123456789">0.1235</td>');
  expect(html).toContain('<td class="number">0.25</td>');
  expect(html).toContain('<td class="number">NaN</td>');
});

test("no two traces of a figure look alike without colour, guides included", () => {
  const trace = (mode: "lines" | "markers", dashed: boolean) => ({ name: "t", x: [1], y: [1], mode, dashed });
  const figure = (count: number, mode: "lines" | "markers", dashed: boolean) => ({
    title: "t",
    x: { title: "x" },
    y: { title: "y" },
    traces: Array.from({ length: count }, () => trace(mode, dashed)),
  });
  const drawn = (count: number, mode: "lines" | "markers", dashed = false) =>
    (toPlotly(figure(count, mode, dashed)).data as { line: { dash: string }; marker: { symbol: string } }[]).map(
      ({ line, marker }) => (mode === "lines" ? line.dash : marker.symbol),
    );
  for (const dashes of [drawn(5, "lines"), drawn(3, "lines", true), drawn(7, "markers")]) {
    expect(new Set(dashes).size).toBe(dashes.length);
  }
});
