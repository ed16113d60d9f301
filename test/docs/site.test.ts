import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeInBrowser, launchBrowser } from "../browser.ts";
import { type BuiltSite, builtSite, deadLinks, foreignLoads, missingForSite } from "./built-site.ts";
import { run, type Snippets, typeErrors, writeSnippets } from "./snippets.ts";

const missing = missingForSite();
if (missing !== null && process.env.CI) throw new Error(`the documentation site needs ${missing}`);
if (missing !== null) console.warn(`the documentation site: left out, ${missing} first`);

/** One page of every kind. */
const KINDS = [
  "index.html",
  "first-steps.html",
  "gallery.html",
  "accuracy.html",
  "theory/map.html",
  "commands/solve.html",
  "api/finite-volume.html",
  "404.html",
];
const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1340, height: 900 } };

describe.skipIf(missing !== null)("the TypeScript of the pages", () => {
  let snippets: Snippets;
  beforeAll(() => {
    snippets = writeSnippets();
  });
  afterAll(() => snippets?.remove());

  test("has the types of the package", () => {
    expect(snippets.pages).toContain("first-steps.md");
    expect(snippets.pages).toContain("../README.md");
    expect(typeErrors(snippets)).toBe("");
  });

  test("of the first steps prints the same mean from three methods", () => {
    const [exact, grid, particles] = run(snippets, "first-steps.md").trim().split(" ").map(Number);
    // 256 cells: second order in h = 1/32; 16 replicas of 10000 with a standard deviation below 1: four standard errors are 0.01, and dt = 0.01 shifts by less than that.
    expect(Math.abs(grid - exact)).toBeLessThan(1e-3);
    expect(Math.abs(particles - exact)).toBeLessThan(0.02);
  });
});

if (missing === null)
  describeInBrowser("the documentation site", () => {
    let site: BuiltSite;
    let browser: Browser;
    beforeAll(async () => {
      site = await builtSite();
      browser = await launchBrowser();
    });
    afterAll(async () => {
      await browser?.close();
      site?.stop();
    });

    /** A page that collects what it should not say or ask for. */
    async function newPage(options: Parameters<Browser["newPage"]>[0] = {}): Promise<{ page: Page; complaints: string[] }> {
      const page = await browser.newPage({ reducedMotion: "reduce", ...options });
      const complaints: string[] = [];
      page.on("console", (message) => {
        if (message.type() !== "log") complaints.push(`${page.url()}: ${message.type()}: ${message.text()}`);
      });
      page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
      page.on("request", (request) => {
        if (!request.url().startsWith(site.address) && !/^(data|blob):/.test(request.url()))
          complaints.push(`${page.url()} asks for ${request.url()}`);
      });
      return { page, complaints };
    }

    /** Opens a page, until its script has taken over. */
    async function open(page: Page, path: string): Promise<void> {
      await page.goto(`${site.address}${path}`);
      await page.waitForFunction("document.querySelector('#app')?.__vue_app__ !== undefined");
    }

    test("has no link that leads to nothing, and loads nothing from elsewhere", () => {
      expect(site.pages.length).toBeGreaterThan(40);
      expect(deadLinks(site)).toEqual([]);
      expect(foreignLoads(site)).toEqual([]);
    });

    test("opens every page without an error or a request beyond its folder, and none is wider than a phone", async () => {
      const { page, complaints } = await newPage({ viewport: SIZES.phone });
      const wide: string[] = [];
      for (const path of site.pages.filter((name) => name !== "404.html")) {
        await open(page, path);
        if (await page.evaluate("document.documentElement.scrollWidth > innerWidth")) wide.push(path);
      }
      expect(complaints).toEqual([]);
      expect(wide).toEqual([]);
    });

    test.each(
      Object.entries(SIZES).flatMap(([size, viewport]) =>
        (["light", "dark"] as const).map((scheme) => ({ size, viewport, scheme })),
      ),
    )("is accessible by the rules of axe on every kind of page and in the search: $size, $scheme", async ({ viewport, scheme }) => {
      const { page, complaints } = await newPage({ viewport, colorScheme: scheme });
      const broken: string[] = [];
      async function judge(what: string): Promise<void> {
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
        broken.push(...violations.map(({ id, nodes }) => `${what}: ${id}: ${nodes[0].html}`));
      }
      for (const path of KINDS) {
        await open(page, path);
        await judge(path);
      }
      await open(page, "first-steps.html");
      await page.getByRole("button", { name: "Search" }).first().click();
      await page.getByRole("searchbox").fill("optimality gap");
      await page.locator(".VPLocalSearchBox .result").first().waitFor();
      await judge("search");
      expect(broken).toEqual([]);
      expect(complaints).toEqual([]);
    });

    test("opens the explorer from its navigation, and it solves", async () => {
      const { page, complaints } = await newPage({ viewport: SIZES.desktop });
      await open(page, "first-steps.html");
      await page.getByRole("link", { name: "Explorer", exact: true }).click();
      await page.getByRole("heading", { name: "double-well" }).waitFor();
      expect(page.url()).toBe(`${site.address}explorer/`);
      await page.getByLabel("Seconds from start to end").selectOption("2");
      await page.getByRole("button", { name: "Play", exact: true }).click();
      await page.getByText("Computed", { exact: true }).waitFor();
      expect(complaints).toEqual([]);
    });
  });
