import { expect, test } from "vitest";
import { judgeFlatness } from "../../validation/fluctuations.ts";
import { judgeSlope } from "../../validation/law-of-large-numbers.ts";
import { renderHtml, renderJson } from "../../validation/report.ts";
import type { TimedResult } from "../../validation/run.ts";
import { combine, judgeInterval, type Verdict } from "../../validation/study.ts";

const finding = (verdict: Verdict) => ({ text: "", verdict });

test("an interval inside the range passes, one apart fails, and anything between cannot be told", () => {
  expect(judgeInterval([0.95, 1.05], [0.9, 1.1])).toBe("pass");
  expect(judgeInterval([1.2, 1.3], [0.9, 1.1])).toBe("fail");
  expect(judgeInterval([0.1, 0.8], [0.9, 1.1])).toBe("fail");
  expect(judgeInterval([0.8, 1.2], [0.9, 1.1])).toBe("inconclusive");
  expect(judgeInterval([-Infinity, Infinity], [0.9, 1.1])).toBe("inconclusive");
  expect(judgeInterval([Number.NaN, Number.NaN], [0.9, 1.1])).toBe("inconclusive");
});

test("a slope of -1/2 passes only in a narrow interval, and fails only beyond chance", () => {
  const slope = (value: number, halfWidth: number) =>
    judgeSlope({ slope: value, intercept: 0, interval: [value - halfWidth, value + halfWidth] });
  expect(slope(-0.49, 0.02)).toBe("pass");
  expect(slope(-0.49, 0.08)).toBe("inconclusive");
  expect(slope(-0.47, 0.02)).toBe("inconclusive");
  expect(slope(-0.4, 0.02)).toBe("fail");
});

test("n Var is flat only if neither the scatter nor the slope says otherwise", () => {
  const flat = (interval: readonly [number, number], pValue: number) =>
    judgeFlatness({ fit: { slope: (interval[0] + interval[1]) / 2, intercept: 0, interval }, pValue }, 10);
  expect(flat([-0.1, 0.1], 0.5)).toBe("pass");
  expect(flat([-0.1, 0.1], 1e-4)).toBe("fail");
  expect(flat([0.05, 0.21], 0.5)).toBe("inconclusive");
  expect(flat([0.2, 0.4], 0.5)).toBe("fail");
});

test("one failure fails a claim, one doubt leaves it open", () => {
  expect(combine([finding("pass"), finding("pass")])).toBe("pass");
  expect(combine([finding("pass"), finding("inconclusive")])).toBe("inconclusive");
  expect(combine([finding("fail"), finding("inconclusive")])).toBe("fail");
});

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
const info = { version: "0", node: "Node", machine: "a machine", command: "bdpde validate", seconds: 1 };

test("the page is self-contained and shows text from problems as text", () => {
  const html = renderHtml([result], info);
  expect(html).not.toMatch(/<(script|link|img)[^>]+(src|href)=/);
  expect(html).toContain("order: &lt;b&gt;wells&lt;/b&gt;");
  expect(html).toContain("order 2 &amp; more");
  // A name of a trace cannot end the script element that carries the figures.
  const figures = /<script type="application\/json" id="figures">(.*?)<\/script>/s.exec(html)?.[1] ?? "";
  expect(JSON.parse(figures)[0].data[0].name).toBe("</script>");
  expect(html).toContain("1.00e-7");
});

test("the JSON carries verdicts, numbers and settings", () => {
  const report = JSON.parse(renderJson([result], info));
  expect(report).toMatchObject({ verdict: "pass", command: "bdpde validate" });
  expect(report.results[0].tables[0].rows).toEqual([[0.1, 1e-7]]);
});
