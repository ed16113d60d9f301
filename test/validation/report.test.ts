import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { drawingOf, heightOf } from "../../src/figures/drawing.ts";
import { renderTable } from "../../src/figures/html.ts";
import { packBytes, unpackBytes, unpackText } from "../../src/figures/packed.ts";
import { toMarkdown, toTabs } from "../../src/figures/table.ts";
import type { Verdict } from "../../validation/claims.ts";
import { seedsOf, validateCommand } from "../../validation/report/command.ts";
import { renderHtml as render, renderJson } from "../../validation/report/page.ts";
import { loadScripts } from "../../validation/report/scripts.ts";
import { worstFirst } from "../../validation/report/summary.ts";
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
  given: { problems: ["my wells.json"], size: "quick" as const, workers: 2 },
  seconds: 1,
  unfinished: [] as string[],
};

const scripts = await loadScripts();
const renderHtml = (results: readonly TimedResult[], about: typeof info) => render(results, about, scripts);

test("the page is self-contained and shows text from problems as text", async () => {
  const html = renderHtml([result], info);
  expect(html).not.toMatch(/<(script|link|img)[^>]+(src|href)=/);
  expect(html).toContain("order: &lt;b&gt;wells&lt;/b&gt;");
  expect(html).toContain("order 2 &amp; more");
  // A name of a trace cannot end the script element that carries the figures.
  const figures = /<script type="text\/plain" id="figures">(.*?)<\/script>/s.exec(html)?.[1] ?? "";
  expect(JSON.parse(await unpackText(figures))).toEqual([{ ...result.figures[0], id: "figure-0-0", file: "order-e.svg" }]);
  expect(html).toContain("1.000e-7");
});

test("the page allows no source but itself, and no script but its own and plotly, whose copy unpacks to what is allowed", async () => {
  const html = renderHtml([result], info);
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? "";
  const own = [...html.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script]) => script);
  expect(own).toHaveLength(1);
  const plotly = await unpackText(/<script type="text\/plain" id="plotly">(.*?)<\/script>/s.exec(html)?.[1] ?? "");
  const digests = [...own, plotly].map((script) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`);
  expect(policy.split("; ")).toEqual([
    "default-src 'none'",
    `script-src ${digests.join(" ")}`,
    "style-src 'unsafe-inline'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ]);
  expect(renderHtml([{ ...result, figures: [] }], info)).not.toContain('id="plotly"');
});

test("packed bytes come back whatever they are and how many, in characters that a page keeps", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const packed = packBytes(bytes);
      expect([...unpackBytes(packed)]).toEqual([...bytes]);
      expect(packed).not.toMatch(/[\0\r<]/);
    }),
  );
  const all = Uint8Array.from({ length: 100_000 }, (_, k) => (k * k) >> 3);
  expect(Buffer.from(unpackBytes(packBytes(all))).equals(Buffer.from(all))).toBe(true);
});

test("a table is copied as rows of tabs, or as Markdown that keeps its cells apart", () => {
  const rows = [
    ["a|b", "c"],
    ["1", "2"],
  ];
  expect(toTabs(rows)).toBe("a|b\tc\n1\t2\n");
  expect(toMarkdown(rows)).toBe("| a\\|b | c |\n| --- | --- |\n| 1 | 2 |\n");
});

test("a figure grows with its legend, whose long names are broken on a narrow page", () => {
  const [figure] = result.figures;
  const name = "a guide to the eye with a name that is longer than the width of a phone";
  const many = { ...figure, traces: Array.from({ length: 12 }, () => ({ ...figure.traces[0], name })) };
  expect(heightOf(many, 900)).toBeGreaterThan(heightOf(figure, 900));
  const names = (width: number) => drawingOf(many, { width, theme: "light" }).data.map((trace) => String(trace.name));
  expect(names(900)[0]).toBe(name);
  expect(names(340)[0]).toBe("a guide to the eye with a name<br>that is longer than the width of a<br>phone");
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
  const [html] = renderHtml([result], info).split('<section id="methods">');
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
  const command = validateCommand({ problems: paths, size: "main" }, ["lln"]);
  const words = execFileSync("sh", ["-c", `bdpde() { printf '%s\\0' "$@"; }; ${command}`], { encoding: "utf8" }).split("\0");
  expect(words).toEqual(["validate", ...paths, "--study", "lln", ""]);
});

test("a path that begins with a dash is not taken for an option", () => {
  expect(validateCommand({ problems: ["-x.json"], size: "main" })).toBe("bdpde validate ./-x.json");
});

test("a folder of its own is part of the command, and what was still to come is told", () => {
  expect(validateCommand({ problems: [], size: "main", report: "my reports" })).toBe("bdpde validate --report 'my reports'");
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
  expect(html).toContain("<td data-value=0.123456789>0.1235<");
  expect(html).toContain("<td class=number>0.25<");
  expect(html).toContain("<td class=number>NaN<");
});
