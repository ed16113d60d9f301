import { expect, test } from "vitest";
import { escapeHtml } from "../../src/figures/html.ts";
import { DYNAMICS } from "../../src/problem/dynamics.ts";
import { SCHEMES } from "../../src/schemes/schemes.ts";
import { DOUBT, FALSE_ALARM } from "../../validation/claims.ts";
import { renderMethods, sizesOf } from "../../validation/report/methods.ts";
import { STUDIES, type TimedResult } from "../../validation/run.ts";

const info = {
  ...{ version: "1.2.3", node: "Node v99", machine: "a machine", platform: "a platform", packages: { mathjs: "9.8.7" } },
  ...{ command: "bdpde validate --quick", given: { problems: [], size: "quick" as const }, seconds: 1, unfinished: [] },
};

const results = STUDIES.map(({ name, claim }, k): TimedResult => {
  const settings = { problem: { name: `problem-${k}`, variables: {} }, n: 1000 + k, seed: 7000 + k };
  const shown = { findings: [], notes: [], tables: [], figures: [] };
  return { study: name, name: `claim of ${name}`, claim, verdict: "pass", ...shown, settings, seconds: 1 };
});

test("the page of methods has each study with its sizes, its seed and the command that repeats it, and the versions", () => {
  const html = renderMethods(results, info, "3.2.1");
  for (const [k, { name, title }] of STUDIES.entries()) {
    expect(html).toContain(`<h4>${escapeHtml(title)} (${name})</h4>`);
    expect(html).toContain(`claim of ${name}</a>: problem problem-${k}; n ${1000 + k}; seed ${7000 + k}.`);
    expect(html).toContain(`<code>bdpde validate --study ${name} --quick</code>`);
  }
  for (const text of ["1.2.3", "Node v99", "a machine", "a platform", "9.8.7", "3.2.1"]) expect(html).toContain(text);
  const [first] = STUDIES;
  expect(renderMethods(results.slice(1), info, "")).not.toContain(`(${first.name})`);
});

test("it states every dynamics, scheme and rate of false alarms that the code has", () => {
  const html = renderMethods([], info, "").replaceAll("&lt;", "<").replaceAll("&#39;", "'");
  for (const { equation } of Object.values(DYNAMICS)) expect(html).toContain(equation);
  for (const { description } of Object.values(SCHEMES)) expect(html).toContain(description);
  expect(html).toContain(
    `fails if p < ${FALSE_ALARM} / tests, passes if p >= ${DOUBT} / (tests of this kind)`.replace(">", "&gt;"),
  );
});

test("sizes are numbers by their names: those of lists together, of long ones the ends, workers and seeds left out", () => {
  const sizes = [
    { n: 10, replicas: 4 },
    { n: 100, replicas: 2 },
  ];
  const settings = { sizes, seed: 3, workers: 2, small: { dt: 0.5, seed: 4 }, times: Array.from({ length: 20 }, (_, k) => k) };
  expect(sizesOf(settings)).toEqual(["sizes n 10, 100", "sizes replicas 4, 2", "small dt 0.5", "times 0, ..., 19 (20 values)"]);
});
