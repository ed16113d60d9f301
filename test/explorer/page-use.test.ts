import axe from "axe-core";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { decodeLink, splitAddress } from "../../src/explorer/state/link.ts";
import { STORIES } from "../../src/explorer/tour/stories.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { describeInBrowser } from "../browser.ts";
import { quickLink, type ServedPage, servedPage } from "./served-page.ts";

/** How the page is used: what stands where, keys, links, and what it says. One page for all. */
describeInBrowser("on the explorer's page", () => {
  let served: ServedPage;
  let context: BrowserContext;
  let page: Page;

  const button = (name: string | RegExp) => page.getByRole("button", { name, exact: true });
  const timeline = () => page.getByRole("slider", { name: /^Time/ });
  const atTime = (t: string) => page.getByText(`Time t = ${t}`, { exact: true }).waitFor();
  const notice = (text: string | RegExp) => page.locator(".warnings li").filter({ hasText: text });
  const field = (name: string) => page.getByRole("textbox", { name });
  const place = () => splitAddress(new URL(page.url()).hash.slice(1)).place;
  const firstFrame = () => page.getByRole("caption").getByText("Numbers at t").waitFor();

  async function open(hash: string, size = { width: 1280, height: 720 }): Promise<void> {
    await page.setViewportSize(size);
    // An address that differs behind the # alone would not be loaded anew.
    await page.goto("about:blank");
    await page.goto(`${served.root}${hash}`);
    await firstFrame();
  }

  async function tell(story = "Mass teleports past a barrier"): Promise<void> {
    await page.getByRole("button", { name: story }).click();
    await page.locator(".reading").filter({ hasText: "At t = 0:" }).waitFor();
  }

  /** The lower edge of an element, in pixels from the top of the page as it first stands. */
  const bottomOf = async (selector: string) => {
    const box = await page.locator(selector).first().boundingBox();
    return box!.y + box!.height;
  };

  async function violations(): Promise<string[]> {
    if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe.source);
    const found = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  }

  beforeAll(async () => {
    served = await servedPage();
    context = await served.browser.newContext({ reducedMotion: "reduce" });
    context.setDefaultTimeout(30_000);
    page = await context.newPage();
  });

  afterAll(async () => {
    await served?.stop();
  });

  test("a phone shows a figure and Play on its first screen, and a story above them", async () => {
    await open("", { width: 390, height: 844 });
    const bar = (await page.locator(".play-bar").boundingBox())!;
    expect(await bottomOf(".panel-density canvas")).toBeLessThan(bar.y);
    expect((await button("Play").boundingBox())!.y).toBeGreaterThan(bar.y);
    expect(bar.y + bar.height).toBeLessThanOrEqual(844);
    await tell();
    expect(await bottomOf(".panel-density canvas")).toBeLessThan(bar.y);
    expect(await bottomOf(".story")).toBeLessThan((await page.locator(".panel-density").boundingBox())!.y);
    await page.getByRole("button", { name: "Leave the tour" }).click();
  });

  test("1280 x 720 shows story, both pictures and Play together", async () => {
    await open("");
    await tell("Fluctuations shrink");
    const bar = (await page.locator(".play-bar").boundingBox())!;
    for (const panel of ["density", "potential"]) expect(await bottomOf(`.panel-${panel} .panel-legend`)).toBeLessThan(bar.y);
    expect(await page.evaluate(() => scrollY)).toBe(0);
    // F, alpha and the initial distribution stand beside them.
    for (const name of [/^F of/, /^rate α/, /^mean of x of the initial/]) {
      expect((await page.getByRole("textbox", { name }).boundingBox())!.x).toBeGreaterThan(900);
    }
  });

  test("presenting, two panels fill the screen in larger type, and Esc leaves", async () => {
    const size = async () => (await page.locator(".panel-density canvas").boundingBox())!;
    const before = await size();
    await page.keyboard.press("p");
    await expect.poll(async () => (await size()).width).toBeGreaterThan(1.2 * before.width);
    expect(await page.locator(".panel canvas[role=img]:visible").count()).toBe(2);
    expect(await page.locator(".beside").isVisible()).toBe(false);
    expect(await bottomOf(".panel-potential .panel-legend")).toBeLessThan((await page.locator(".play-bar").boundingBox())!.y);
    expect(Number.parseFloat(await page.locator(".story-text").evaluate((text) => getComputedStyle(text).fontSize))).toBe(20);
    await page.keyboard.press("Escape");
    await expect.poll(async () => (await size()).width).toBe(before.width);
    expect(await page.locator(".beside").isVisible()).toBe(true);
  });

  test("keys move through the run, but not while something is typed", async () => {
    await open(quickLink());
    const key = (name: string) => page.keyboard.press(name);
    await key("ArrowRight");
    await atTime("0.01");
    await key("Shift+ArrowRight");
    await atTime("0.11");
    await key("ArrowLeft");
    await atTime("0.1");
    await key("End");
    await atTime("1");
    await key("Home");
    await atTime("0");
    await key("Space");
    await button("Pause").waitFor();
    await key("Space");
    await button("Play").waitFor();
    await key("Home");
    await key("?");
    await page.getByRole("heading", { name: "Keys" }).waitFor();
    expect(await violations()).toEqual([]);
    await key("Escape");
    await page.getByRole("heading", { name: "Keys" }).waitFor({ state: "hidden" });
    await field("F of the potential").focus();
    for (const name of ["End", "Space", "ArrowRight", "?"]) await key(name);
    expect(await timeline().inputValue()).toBe("0");
    expect(await field("F of the potential").inputValue()).toBe("0.5*x^2 ?");
  });

  test("an address keeps story, step and time, and its problem is on the page from the first moment", async () => {
    await open("");
    await tell();
    const last = STORIES[0].steps.length;
    for (let step = 2; step <= last; step++) await button("Next").click();
    // The run of the last step is on show.
    await page.getByText("nothing is born or dies").first().waitFor();
    await timeline().fill("45");
    await atTime("1.125");
    await expect.poll(place).toEqual({ time: 1.125, story: { story: 0, step: last - 1 } });
    await page.reload();
    await atTime("1.125");
    await page.getByRole("heading", { name: `(${last} of ${last})` }).waitFor();
    await page.locator(".reading").filter({ hasText: "At t = 1.125: share right" }).waitFor();
    await button("Play").waitFor();
    // Until the frame is there the address has the time of the one on show, and it follows at intervals.
    await expect.poll(place).toMatchObject({ time: 1.125 });
    const link = page.url();
    // Every name of a problem that the page has shown.
    const other = await context.newPage();
    await other.addInitScript(() => {
      const shown: string[] = [];
      Object.assign(globalThis, { shown });
      new MutationObserver(() => {
        const name = document.querySelector("#problem-name")?.textContent;
        if (name != null && shown.at(-1) !== name) shown.push(name);
      }).observe(document, { childList: true, subtree: true, characterData: true });
    });
    await other.goto(link);
    await other.getByText("Time t = 1.125", { exact: true }).waitFor();
    expect(await other.evaluate(() => (globalThis as unknown as { shown: string[] }).shown)).toEqual(["barrier"]);
    await other.close();
  });

  test("a mistake is said in the words of the page, wherever its field is", async () => {
    await open(quickLink());
    const F = field("F of the potential");
    await F.fill("");
    await notice("F is empty").waitFor();
    await F.fill("0.5*x**2");
    await notice("for powers use ^, not **").waitFor();
    await F.fill("0.5*x^2");
    await button("More of the problem").click();
    await field("n of the particles").fill("1.5");
    await page.locator(".form-message", { hasText: "n = 1.5: not a positive integer" }).waitFor();
    await button("Close").click();
    await notice("n = 1.5").getByRole("button", { name: "Show the field" }).click();
    await expect.poll(() => page.evaluate(() => (document.activeElement as HTMLInputElement).value)).toBe("1.5");
    expect(await page.locator("main").textContent()).not.toMatch(/: --\w/);
    await page.keyboard.type("1000");
    await notice("n = 1.5").waitFor({ state: "detached" });
    await page.keyboard.press("Escape");
    expect(await page.locator("#drawer").isVisible()).toBe(false);
  });

  test("a rate that is hardly meant is questioned before it runs: kept or changed", async () => {
    await open(quickLink());
    const rate = field("rate α of birth and death");
    await rate.fill("1e9");
    await notice(/α = 1e9: births and deaths are \de8 times faster than the mass moves/).waitFor();
    const alpha = () => (decodeLink(splitAddress(new URL(page.url()).hash.slice(1)).link).problem as ProblemInput).alpha;
    await button("Change it").click();
    expect(await page.evaluate(() => document.activeElement?.getAttribute("data-place"))).toBe("alpha");
    await page.keyboard.type("2");
    await notice("Is that meant?").waitFor({ state: "detached" });
    await expect.poll(alpha).toBe(2);
    await rate.fill("2e6");
    await button("Keep it").click();
    await notice("Is that meant?").waitFor({ state: "detached" });
    await expect.poll(alpha).toBe(2e6);
  });

  test("cancelling says what was cancelled", async () => {
    await open(quickLink({ name: "slow", variables: { x: { min: -4, max: 4, cells: 16_000 } } }));
    await button("Play").click();
    await page.getByText(/^Computing: mean field to/).waitFor();
    await button("Cancel the run").click();
    await page.getByText(/^Cancelled the run of “slow” at t = [\d.]+: Play computes it again$/).waitFor();
  });

  test("a long run says how long it takes, and a click takes the coarser grid that it names", async () => {
    const axis = { min: -4, max: 4, cells: 500 };
    const normal = { type: "normal", mean: 0.5, sd: 0.6 } as const;
    await open(quickLink({ name: "long", variables: { x: axis, y: axis }, potential: { F: "x^2 + y^2" }, initial: { x: normal, y: normal }, time: { end: 20, snapshots: 20 } })); // biome-ignore format: one problem
    const long = notice(/^This run is long: the mean field takes about [\d.]+ (s|min|h) more/);
    await long.waitFor();
    await notice(/With (\d+) × \1 cells the mean field would take about [\d.]+ (s|min) in all/).waitFor();
    const use = long.getByRole("button", { name: /^Use / });
    const cells = /\d+/.exec((await use.textContent())!)![0];
    await use.click();
    await long.waitFor({ state: "detached" });
    await button("More of the problem").click();
    expect(await field("cells of variable x").inputValue()).toBe(cells);
    expect([250, 125]).toContain(Number(cells));
  });

  test("a density that is narrower than its cells has a button that doubles them", async () => {
    await open(quickLink({ name: "peak", dynamics: "gradient-descent", time: { end: 6, snapshots: 100 } }));
    await page.keyboard.press("End");
    await notice("narrower than its cells").getByRole("button", { name: "Double the cells: 256" }).click();
    await button("More of the problem").click();
    await expect.poll(() => field("cells of variable x").inputValue()).toBe("256");
  });

  test.each(["light", "dark"] as const)(
    "breaks no rule of axe on a wide screen, with a story, a drawer and a presentation, in %s",
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      await open("");
      await tell();
      await page.locator(".other-stories summary").click();
      expect(await violations()).toEqual([]);
      await page.keyboard.press("p");
      expect(await violations()).toEqual([]);
      await page.keyboard.press("p");
      await button("More of the problem").click();
      expect(await violations()).toEqual([]);
    },
  );
});
