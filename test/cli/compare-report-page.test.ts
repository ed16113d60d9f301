import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, devices } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInBrowser, launchBrowser } from "../browser.ts";
import { root } from "../sources.ts";
import { bdpde, emptyFolder } from "./run.ts";

const AXE = readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8");
const path = join(emptyFolder(), "verdict.html");

describeInBrowser("the report of a comparison", () => {
  let browser: Browser;
  beforeAll(async () => {
    const [reference, particles] = ["ref.nc", "mine.npz"].map((name) => join(path, "..", name));
    await bdpde("reference", "double-well", "--end", "0.5", "--out", reference);
    await bdpde("particles", "double-well", "--end", "0.5", "--n", "100", "--dt", "0.05", "--replicas", "16", "--out", particles);
    await bdpde("compare", reference, particles, "--report", path);
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  test.each<[string, BrowserContextOptions]>([
    ["on a desktop", { viewport: { width: 1280, height: 900 } }],
    ["in the dark", { viewport: { width: 1280, height: 900 }, colorScheme: "dark" }],
    ["on a phone", devices["iPhone 13"]],
  ])("can be read by everyone %s, offline and without a word on the console", async (_, options) => {
    const context = await browser.newContext({ ...options, offline: true, bypassCSP: true });
    const page = await context.newPage();
    const said: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(error.message));
    page.on("request", (request) => request.url().startsWith("file:") || said.push(request.url()));
    await page.goto(pathToFileURL(path).href);
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
    expect(await page.locator(".still svg:visible").count()).toBeGreaterThan(9);
    await page.evaluate(AXE);
    const { violations } = await page.evaluate<{ violations: { id: string }[] }>("axe.run()");
    expect(violations.map(({ id }) => id)).toEqual([]);
    expect(said).toEqual([]);
    await context.close();
  });

  test("on paper no picture is wider than its column", async () => {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(path).href);
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: 680, height: 900 });
    const wide = await page.evaluate(
      "[...document.querySelectorAll('.still svg')].filter((of) => of.getBoundingClientRect().right > of.closest('figure').getBoundingClientRect().right + 1).length",
    );
    expect(wide).toBe(0);
    await page.close();
  });
});
