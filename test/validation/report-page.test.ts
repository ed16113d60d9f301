import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createProblem } from "../../src/problem/problem.ts";
import { parseProblemText } from "../../src/problem-file/problem-file.ts";
import type { Verdict } from "../../validation/claims.ts";
import { findEnvironment } from "../../validation/report/environment.ts";
import type { ReportInfo } from "../../validation/report/info.ts";
import { renderHtml } from "../../validation/report/page.ts";
import { loadScripts } from "../../validation/report/scripts.ts";
import { runStudies, type TimedResult } from "../../validation/run.ts";
import { describeInBrowser, launchBrowser } from "../browser.ts";
import { expectNoFaults } from "./referee.ts";

/** Ends scripts, attributes and elements, and sets `hacked` if any of it runs. */
const HOSTILE = `</script><img src=x onerror="hacked=1"><b>a & 'b'</b> \${1} &lt; | x`;

function madeUp(verdict: Verdict): TimedResult {
  const numbers = Array.from({ length: 30 }, (_, k) => k + 1 / 3);
  return {
    study: "order",
    name: `${verdict} ${HOSTILE}`,
    claim: HOSTILE,
    verdict,
    findings: [{ text: HOSTILE, verdict }],
    notes: [HOSTILE],
    tables: [{ title: HOSTILE, header: ["what", HOSTILE, ...numbers.map(String)], rows: [[HOSTILE, 1 / 3, ...numbers]] }],
    figures: [
      {
        title: HOSTILE,
        x: { title: HOSTILE, log: true },
        y: { title: HOSTILE },
        traces: [
          { name: HOSTILE, x: [1, 2, 4], y: [1 / 3, 0.5, 1], errors: [0.1, 0.1, 0.1], mode: "markers" },
          {
            name: "a guide to the eye with a name that is longer than the width of a phone",
            x: [1, 4],
            y: [0, 1],
            mode: "lines",
            dashed: true,
          },
        ],
      },
    ],
    settings: { seed: 7, name: HOSTILE },
    seconds: 1,
  };
}

/** A ball in space, of a hostile name. */
function inSpace(): TimedResult {
  const places = Array.from({ length: 10 }, (_, i) => (i - 4.5) / 2);
  const values = places.flatMap((x) => places.flatMap((y) => places.map((z) => Math.exp(-x * x - y * y - z * z))));
  const ball = { kind: "surfaces", name: HOSTILE, x: places, y: places, z: places, values, levels: [0.2, 0.5] } as const;
  const axes = { x: { title: "x" }, y: { title: "y" }, z: { title: HOSTILE } };
  return { ...madeUp("pass"), figures: [{ title: "A ball", ...axes, traces: [ball] }] };
}

describeInBrowser("the page of the report", () => {
  let browser: Browser;
  let address: string;
  let space: string;

  beforeAll(async () => {
    const path = join(import.meta.dirname, "../../grids/double-well.json");
    const problem = await createProblem(parseProblemText(readFileSync(path, "utf8"), path), { cells: 64, end: 0.25 });
    const run = { size: "quick" as const, workers: 1, problems: [problem], onProgress() {}, onResult() {} };
    const real = await runStudies({ ...run, studies: ["conservation"] });
    expectNoFaults(real.flatMap(({ figures }) => figures));
    const given = { problems: [`a ${HOSTILE}.json`], size: "quick" as const };
    const info: ReportInfo = { version: "0", ...findEnvironment(), command: `bdpde ${HOSTILE}`, given, seconds: 1, unfinished: [] };
    const file = join(mkdtempSync(join(tmpdir(), "bdpde-report-")), "a report.html");
    const scripts = await loadScripts();
    writeFileSync(file, renderHtml([madeUp("fail"), madeUp("pass"), ...real], info, scripts));
    address = pathToFileURL(file).href;
    const another = join(dirname(file), "space.html");
    writeFileSync(another, renderHtml([inSpace()], info, scripts));
    space = pathToFileURL(another).href;
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  /** Opens the report and runs the test; anything the browser complained of fails it. */
  async function onPage(options: BrowserContextOptions, look: (page: Page) => Promise<void>, at = address): Promise<void> {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    // Drawn without a graphics card, what is in space makes the browser speak of its speed.
    page.on("console", (message) => /GPU stall|willReadFrequently/.test(message.text()) || complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(at);
    // Figures are drawn when they come near.
    await page.locator(".plot").first().scrollIntoViewIfNeeded();
    await page.waitForSelector(".plot .main-svg");
    await look(page);
    await context.close();
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => url !== at && !/^(data|blob):/.test(url))).toEqual([]);
  }

  const desktop = { viewport: { width: 1280, height: 900 } };
  const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

  test("every figure is drawn with a name, and nothing of a hostile text is taken for more than text", () =>
    onPage(desktop, async (page) => {
      expect(await page.evaluate("typeof hacked")).toBe("undefined");
      expect(await page.locator("main img, main b b, svg a").count()).toBe(0);
      const plots = page.locator("figure .plot");
      expect(await plots.count()).toBe(3);
      for (const plot of await plots.all()) {
        await plot.scrollIntoViewIfNeeded();
        await plot.locator(".main-svg").first().waitFor();
        // One for each flux or dynamics, and its guide.
        expect(await plot.locator(".scatterlayer .trace").count()).toBeGreaterThanOrEqual(2);
        expect(await plot.getAttribute("aria-label")).toMatch(/Traces: /);
      }
      expect(await plots.first().locator(".legendtext").first().textContent()).toBe(HOSTILE);
      expect(await page.locator("figcaption").first().textContent()).toBe(`Figure 1.1. ${HOSTILE}`);
      expect(await page.locator(".command code").first().textContent()).toBe(`bdpde ${HOSTILE}`);
    }));

  test("no button of a figure sends it anywhere", () =>
    onPage(desktop, async (page) => {
      const titles = await page
        .locator(".modebar-btn")
        .evaluateAll((buttons) => buttons.map((of) => of.getAttribute("data-title")));
      expect([...new Set(titles)]).toEqual(["Zoom", "Pan", "Zoom in", "Zoom out", "Reset axes"]);
    }));

  test("a table is copied whole, with all digits of its numbers", () =>
    onPage({ ...desktop, permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
      await page.locator(".rest > summary").first().click();
      const box = page.locator(".rest > .table").first();
      await box.getByRole("button", { name: /Copy table/ }).click();
      await page.getByRole("status").filter({ hasText: "Copied the table as tab-separated text, 1 row" }).waitFor();
      const [header, row] = (await clipboard(page)).split("\n").map((line) => line.split("\t"));
      expect(header.slice(0, 2)).toEqual(["what", HOSTILE]);
      expect(row.slice(0, 3)).toEqual([HOSTILE, String(1 / 3), String(1 / 3)]);
      expect(row).toHaveLength(32);
      await box.getByRole("button", { name: /Copy as Markdown/ }).click();
      await page.getByRole("status").filter({ hasText: "Markdown" }).waitFor();
      const [head, rule, body] = (await clipboard(page)).split("\n");
      expect(head).toContain("\\| x |");
      expect(rule.match(/---/g)).toHaveLength(32);
      expect(body).toContain(` ${1 / 3} |`);
    }));

  test("a command is copied as it is shown, also where a page may not write to the clipboard", () =>
    onPage({ ...desktop, permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
      await page.locator(".rest > summary").first().click();
      const shown = await page.locator("section .command code").first().textContent();
      await page.evaluate("Object.defineProperty(navigator.clipboard, 'writeText', { value: undefined })");
      await page
        .getByRole("button", { name: /Copy the command/ })
        .nth(1)
        .click();
      await page.getByRole("status").filter({ hasText: "Copied" }).waitFor();
      expect(await clipboard(page)).toBe(shown);
      await page.evaluate("document.execCommand = () => false");
      await page
        .getByRole("button", { name: /Copy the command/ })
        .nth(1)
        .click();
      await page.getByRole("status").filter({ hasText: "press Ctrl+C" }).waitFor();
      expect(await page.evaluate("getSelection().toString()")).toBe(shown);
    }));

  test("the filter works by the keyboard, and a link to a claim brings all of them back", () =>
    onPage(desktop, async (page) => {
      const rows = page.locator(".summary tbody tr:visible");
      expect(await rows.count()).toBe(3);
      await page.getByRole("radio", { name: /^all/ }).focus();
      await page.keyboard.press("ArrowRight");
      expect(await rows.count()).toBe(1);
      expect(await rows.first().textContent()).toContain("1. fail");
      expect(await page.locator("section[data-verdict]:visible").count()).toBe(1);
      expect(await page.getByRole("status").textContent()).toBe("1 of 3 claims are shown.");
      await page.evaluate("location.hash = '#result-1'");
      await page.locator("#result-1").waitFor();
      expect(await rows.count()).toBe(3);
    }));

  test("a figure opens in a dialog over the whole window and closes by Escape", () =>
    onPage(desktop, async (page) => {
      await page
        .getByRole("button", { name: /^Enlarge/ })
        .first()
        .click();
      const svg = page.locator("dialog .main-svg").first();
      await svg.waitFor();
      expect((await svg.boundingBox())?.width).toBeGreaterThan(1200);
      await page.keyboard.press("Escape");
      await svg.waitFor({ state: "detached" });
    }));

  test("a figure is downloaded as SVG with its title", () =>
    onPage(desktop, async (page) => {
      const started = page.waitForEvent("download");
      await page
        .getByRole("button", { name: /^Download as SVG/ })
        .last()
        .click();
      const download = await started;
      expect(download.suggestedFilename()).toBe("conservation-defect-of-the-energy-identity-against-h-double-well.svg");
      const svg = readFileSync(await download.path(), "utf8");
      expect(svg).toMatch(/^<svg/);
      expect(svg).toContain("Defect of the energy identity");
    }));

  test("a figure in space is drawn and downloaded, by buttons of its own that send it nowhere", () =>
    onPage(
      desktop,
      async (page) => {
        await page.locator(".plot canvas").first().waitFor();
        expect(await page.evaluate("typeof hacked")).toBe("undefined");
        const titles = await page
          .locator(".modebar-btn")
          .evaluateAll((buttons) => buttons.map((of) => of.getAttribute("data-title")));
        expect(titles).toEqual(["Orbital rotation", "Zoom", "Pan", "Reset camera to default"]);
        const started = page.waitForEvent("download");
        await page.getByRole("button", { name: /^Download as SVG/ }).click();
        const svg = readFileSync(await (await started).path(), "utf8");
        // The picture of the surfaces is not of one colour.
        const [, png] = /href="data:image\/png;base64,([^"]+)"/.exec(svg) ?? [];
        expect(png.length).toBeGreaterThan(20_000);
        expect(await page.locator("figure details td").first().textContent()).toBe(HOSTILE);
      },
      space,
    ));

  test("on a phone the page does not scroll sideways, and figures fit it", () =>
    onPage(phone, async (page) => {
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
      expect(
        await page.evaluate("Math.max(...[...document.querySelectorAll('.plot')].map((plot) => plot.scrollWidth))"),
      ).toBeLessThan(360);
      const name = await page.locator(".legendtext").nth(1).boundingBox();
      expect((name?.x ?? 0) + (name?.width ?? Infinity)).toBeLessThan(360);
      expect(await page.locator(".hint:visible").first().textContent()).toContain("Enlarge");
    }));

  test("on paper there are no buttons, light colours, and still pictures no wider than A4 or letter, whatever was drawn", () =>
    onPage({ ...desktop, colorScheme: "dark" }, async (page) => {
      await page.emulateMedia({ media: "print", colorScheme: "dark" });
      await page.evaluate("dispatchEvent(new Event('beforeprint'))");
      expect(
        await page.locator("button:visible, .filter:visible, .modebar:visible, .hint:visible, details:not(.rest):visible").count(),
      ).toBe(0);
      expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
      expect(await page.locator(".still svg:visible").count()).toBe(3);
      expect(await page.locator(".plot:visible").count()).toBe(0);
      const wide = (await page.evaluate(
        "Math.max(...[...document.querySelectorAll('.still svg')].map((of) => of.clientWidth))",
      )) as number;
      // 210 mm less two margins of 15 mm, at 96 pixels an inch.
      expect(wide).toBeLessThanOrEqual((180 / 25.4) * 96);
      await page.emulateMedia({ media: "screen", colorScheme: "dark" });
      await page.evaluate("dispatchEvent(new Event('afterprint'))");
      expect(await page.locator(".still svg:visible").count()).toBe(0);
    }));

  test("on paper tables are an appendix after the claims and the methods, and go back to their claims", () =>
    onPage(desktop, async (page) => {
      const places = () =>
        page.locator("main section:has(.rest > .table, h3 ~ .table)").evaluateAll((of) => of.map(({ id }) => id));
      const before = await places();
      expect(before).toEqual(["result-0", "result-1", "result-2", "methods"]);
      await page.emulateMedia({ media: "print" });
      await page.evaluate("dispatchEvent(new Event('beforeprint'))");
      expect(await places()).toEqual(["methods", "tables"]);
      expect(await page.locator("#tables .table").count()).toBe(4);
      await page.evaluate("dispatchEvent(new Event('afterprint'))");
      expect(await places()).toEqual(before);
    }));

  test("at once, and without a script, every figure is there as a picture", async () => {
    const context = await browser.newContext({ ...desktop, javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(address);
    expect(await page.locator(".still svg:visible").count()).toBe(3);
    await context.close();
  });

  test("a claim is its verdict, what decides it and one figure; the rest opens, and on paper all of it is there", () =>
    onPage({ viewport: { width: 1400, height: 1000 } }, async (page) => {
      // The summary, three claims and the methods.
      expect(await page.locator(".contents a").count()).toBe(5);
      const shown = page.locator("section .findings:visible .badge");
      // The claims fail, pass and pass: the failed finding, and the first of each other.
      expect(await shown.allTextContents()).toEqual(["fail", "pass", "pass"]);
      expect(await page.locator(".rest[open]").count()).toBe(0);
      // Figures beyond the window are drawn as well, once there is time.
      await expect.poll(() => page.locator(".plot .main-svg:visible").count()).toBeGreaterThanOrEqual(3);
      const folded = await page.evaluate("document.documentElement.scrollHeight");
      await page.evaluate("dispatchEvent(new Event('beforeprint'))");
      expect(await page.locator(".rest:not([open])").count()).toBe(0);
      expect(await page.evaluate("document.documentElement.scrollHeight")).toBeGreaterThan(folded as number);
      await page.evaluate("dispatchEvent(new Event('afterprint'))");
      expect(await page.locator(".rest[open]").count()).toBe(0);
    }));

  for (const colorScheme of ["light", "dark"] as const) {
    test(`every text has a contrast of 4.5 or more in the ${colorScheme} theme`, () =>
      onPage({ ...desktop, colorScheme }, async (page) => {
        expect(await page.evaluate("getComputedStyle(document.documentElement).colorScheme")).toBe(colorScheme);
        const contrasts = (await page.evaluate(CONTRASTS)) as { text: string; contrast: number }[];
        expect(contrasts.length).toBeGreaterThan(100);
        expect(contrasts.filter(({ contrast }) => contrast < 4.5)).toEqual([]);
      }));
  }

  test("headings go down one level at a time, and the first stop of the keyboard skips to the summary", () =>
    onPage(desktop, async (page) => {
      const levels = await page
        .locator("main :is(h1, h2, h3)")
        .evaluateAll((headings) => headings.map((of) => Number(of.tagName[1])));
      expect(levels[0]).toBe(1);
      for (const [k, level] of levels.entries()) if (k > 0) expect(level).toBeLessThanOrEqual(levels[k - 1] + 1);
      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the summary");
    }));

  test("without JavaScript the claims and the numbers are there as tables, and no control that does nothing", async () => {
    const context = await browser.newContext({ ...desktop, javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(address);
    expect(await page.locator(".summary tbody tr:visible").count()).toBe(3);
    expect(await page.locator("button:visible, .filter:visible").count()).toBe(0);
    expect(await page.locator("figure table tbody tr").count()).toBeGreaterThan(10);
    await context.close();
  });
});

function clipboard(page: Page): Promise<string> {
  return page.evaluate("navigator.clipboard.readText()");
}

/** WCAG 2 contrast of each element that has text of its own with the nearest background behind it; the texts of figures included. */
const CONTRASTS = `
(() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => {
    const linear = (c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  };
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = channels(getComputedStyle(e).backgroundColor);
      if (colour[3] !== 0) return colour;
    }
    return channels(getComputedStyle(document.body).backgroundColor);
  };
  const found = [];
  for (const element of document.querySelectorAll("main *")) {
    const text = [...element.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data.trim()).join("");
    if (text === "" || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const colour = channels(element.closest("svg") ? style.fill : style.color);
    const [a, b] = [luminance(colour), luminance(behind(element))];
    found.push({ text, contrast: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) });
  }
  return found;
})()`;
