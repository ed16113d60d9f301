import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import type { BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { decodeLink, encodeLink, splitAddress } from "../../src/explorer/state/link.ts";
import { STORIES } from "../../src/explorer/tour/stories.ts";
import { readParticles } from "../../src/files/read-particles.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { describeInBrowser } from "../browser.ts";
import { bdpde } from "../cli/run.ts";
import { largestDifference } from "../fixtures.ts";
import { quick, quickLink, type ServedPage, servedPage } from "./served-page.ts";

describeInBrowser("the explorer", () => {
  let served: ServedPage;
  let context: BrowserContext;
  let page: Page;
  /** What the page said that it should not have. */
  let complaints: string[];

  const address = (hash = "") => `${served.root}${hash}`;
  const computed = () => page.getByText("Computed", { exact: true }).waitFor();
  const button = (name: string): Locator => page.getByRole("button", { name, exact: true });
  const timeline = () => page.getByRole("slider", { name: /^Time/ });
  const linked = () => decodeLink(splitAddress(new URL(page.url()).hash.slice(1)).link);
  const drawer = () => button("More of the problem").click();

  beforeAll(async () => {
    served = await servedPage();
  });

  afterAll(async () => {
    await served?.stop();
  });

  beforeEach(async () => {
    complaints = [];
    // Without motion the page waits for a request, so that a test sees each state in turn.
    context = await served.browser.newContext({
      viewport: { width: 1280, height: 900 },
      reducedMotion: "reduce",
      permissions: ["clipboard-read", "clipboard-write"],
    });
    context.setDefaultTimeout(30_000);
    page = await context.newPage();
    page.on("console", (message) => {
      if (message.type() !== "log") complaints.push(`${message.type()}: ${message.text()}`);
    });
    page.on("pageerror", (error) => complaints.push(error.message));
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") console.error(await page.getByRole("region", { name: "Run" }).allInnerTexts());
    await context.close();
    // Violations of the content security policy are among them.
    expect(complaints).toEqual([]);
  });

  async function openQuick(changes: Partial<ProblemInput> = {}): Promise<void> {
    await page.goto(address(quickLink(changes)));
    await page.getByRole("heading", { name: changes.name ?? quick.name }).waitFor();
    await page.getByRole("caption").getByText("Numbers at t = 0").waitFor();
  }

  async function download(name: string): Promise<string> {
    const [file] = await Promise.all([page.waitForEvent("download"), button(name).click()]);
    const path = join(served.folder, file.suggestedFilename());
    await file.saveAs(path);
    return path;
  }

  test("loads, computes the first frame, and plays to the end", async () => {
    await page.goto(address());
    await page.getByRole("heading", { name: "double-well" }).waitFor();
    await page.getByRole("table").waitFor();
    expect(await timeline().getAttribute("aria-valuetext")).toBe("t = 0");
    await page.getByLabel("Seconds from start to end").selectOption("2");
    await button("Play").click();
    await computed();
    await button("Play").waitFor();
    expect(await timeline().getAttribute("aria-valuetext")).toBe("t = 1");
    // E(1) of `bdpde solve grids/double-well.json`, with which the stated error of its reference agrees.
    expect(await page.getByRole("row", { name: /^energy E/ }).textContent()).toMatch(/^energy E-0\.003\d+/);
    for (const canvas of await page.getByRole("img").all()) {
      // Labels follow twice a second at most.
      await expect.poll(() => canvas.getAttribute("aria-label")).toMatch(/t = 1\b/);
    }
  });

  test("runs while it is steered: pauses, steps forth and back, resets, cancels", async () => {
    await openQuick();
    await button("Step").click();
    await button("Step").click();
    await page.getByText("Time t = 0.02", { exact: true }).waitFor();
    await button("Step back").click();
    await page.getByText("Time t = 0.01", { exact: true }).waitFor();
    await button("Reset").click();
    await page.getByText("Time t = 0", { exact: true }).waitFor();
    await button("Play").click();
    await button("Pause").click();
    // A quarter of a minute at least, so that it is still computing when a busy machine looks.
    await openQuick({ name: "slow", variables: { x: { min: -4, max: 4, cells: 16_000 } } });
    await button("Play").click();
    await button("Cancel the run").click();
    await page.getByText(/^Cancelled/).waitFor();
    await timeline().fill("100");
    await page.getByText(/^Computing: mean field to/).waitFor();
    await button("Cancel the run").click();
    await page.getByText(/^Cancelled/).waitFor();
    await button("Play").click();
    await page.getByText(/^Computing: mean field to/).waitFor();
    await button("Reset").click();
    await page.getByText(/^Ready/).waitFor();
  });

  test("cells follow the mass where that is chosen: a peak far below a cell is seen by its own cells, once it is enlarged", async () => {
    await openQuick({ name: "peak", dynamics: "gradient-descent", time: { end: 12, snapshots: 100 } });
    await drawer();
    await page.getByRole("combobox", { name: "cells of the mean field" }).selectOption("moving");
    // The address follows what runs.
    await expect.poll(() => linked().grid).toBe("moving");
    await button("Close").click();
    await button("Play").click();
    await computed();
    await timeline().fill("100");
    const drawing = page.locator(".panel-density canvas").first();
    // The part of the curve that stands clear of the axis: columns of pixels in the colour of the mean field in the middle of the plot.
    const columns = () =>
      drawing.evaluate((canvas: HTMLCanvasElement) => {
        const { width, height } = canvas;
        const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true })!;
        copy.drawImage(canvas, 0, 0);
        const { data } = copy.getImageData(0, 0, width, Math.round(0.7 * height));
        const coloured = new Set<number>();
        for (let k = 0; k < data.length; k += 4) if (data[k + 2] > data[k] + 60 && data[k + 3] > 200) coloured.add((k / 4) % width);
        return coloured.size;
      });
    await expect.poll(columns).toBeLessThan(12);
    await button("Zoom to the mass").click();
    await expect.poll(columns).toBeGreaterThan(60);
    await page.locator(".panel-density .u-over").dispatchEvent("dblclick");
    await expect.poll(columns).toBeLessThan(12);
  });

  test("a field that is wrong shows the message of the command line beside it, and the last good state goes on", async () => {
    await openQuick();
    const field = page.getByRole("textbox", { name: "F of the potential" });
    const wrong = { ...quick, potential: { F: "0.5*x^2 + oops(x)" } };
    await field.fill(wrong.potential.F);
    const path = join(served.folder, "wrong.json");
    writeFileSync(path, JSON.stringify(wrong));
    const { stderr } = await bdpde("solve", path);
    // The page has names of its own for fields.
    const message = stderr.replace(/^error: potential\./, "").trim();
    const shown = page.locator(".form-message", { hasText: message });
    await shown.waitFor();
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    expect((await field.getAttribute("aria-describedby"))?.split(" ")).toContain(await shown.getAttribute("id"));
    await button("Step").click();
    await page.getByText("Time t = 0.01", { exact: true }).waitFor();
    await field.fill("0.6*x^2");
    await shown.waitFor({ state: "detached" });
    expect(await field.getAttribute("aria-invalid")).not.toBe("true");
  });

  test("sliders act at once: fewer particles, another alpha, and longer steps", async () => {
    await openQuick();
    await button("Step").click();
    await page.getByRole("slider", { name: /^n/ }).fill("0");
    await page.getByRole("row", { name: /^W1/ }).waitFor();
    await page.getByText("--n 10 ").waitFor();
    await page.getByText("Time t = 0.01", { exact: true }).waitFor();
    await page.getByRole("slider", { name: /^dt/ }).fill("200");
    await page.getByText("--dt 0.2 ").waitFor();
    // The mean field keeps its frames.
    expect(await timeline().getAttribute("max")).toBe("100");
    await page.getByRole("slider", { name: /^alpha/ }).fill("200");
    expect(await page.getByRole("textbox", { name: /^rate α/ }).inputValue()).toBe("100");
  });

  test("a temperature of the slider is drawn as Gibbs beside the density, and of 0 leaves the link as it was", async () => {
    await openQuick();
    // The address follows what runs, in which what the schema fills in is there.
    await expect.poll(() => JSON.stringify(linked())).toContain("no-flux");
    const cold = linked();
    await drawer();
    const slider = page.getByRole("slider", { name: /^temperature/ });
    await slider.fill("100");
    await page.getByRole("row", { name: /^free energy E_τ/ }).waitFor();
    expect(Number(await page.getByRole("textbox", { name: /^temperature τ/ }).inputValue())).toBeGreaterThan(0.05);
    await page.locator(".panel-density .panel-legend").getByText("Gibbs", { exact: false }).waitFor();
    // Columns of pixels in the colour of Gibbs, #b8568c.
    const drawing = page.locator(".panel-density canvas").first();
    const columns = () =>
      drawing.evaluate((canvas: HTMLCanvasElement) => {
        const { width, height } = canvas;
        const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true })!;
        copy.drawImage(canvas, 0, 0);
        const { data } = copy.getImageData(0, 0, width, height);
        const near = (k: number) => Math.abs(data[k] - 0xb8) + Math.abs(data[k + 1] - 0x56) + Math.abs(data[k + 2] - 0x8c) < 40;
        const coloured = new Set<number>();
        for (let k = 0; k < data.length; k += 4) if (data[k + 3] > 200 && near(k)) coloured.add((k / 4) % width);
        return coloured.size;
      });
    await expect.poll(columns).toBeGreaterThan(60);
    // Births and deaths by log mu have no particles, and the page says what helps.
    await page.locator(".warnings").getByText("Give the reaction a bandwidth").waitFor();
    await button("Play").click();
    await computed();
    await page.getByRole("combobox", { name: "reaction at a temperature" }).selectOption("smoothed");
    await page.locator(".warnings").getByText("Give the reaction a bandwidth").waitFor({ state: "detached" });
    await page.getByRole("combobox", { name: "scheme of the particles" }).selectOption("weighted");
    await page.getByText("--scheme weighted").waitFor();
    await page.getByRole("row", { name: /^W1/ }).waitFor();
    await page.getByRole("combobox", { name: "scheme of the particles" }).selectOption("algorithm-1");
    await slider.fill("0");
    await page.getByRole("row", { name: /^energy E/ }).waitFor();
    await expect.poll(linked).toEqual(cold);
    await expect.poll(columns).toBe(0);
  });

  test("particles that change while a run is computed lose nothing, and a slider is followed while it is dragged", async () => {
    await openQuick({ variables: { x: { min: -4, max: 4, cells: 1000 } }, time: { end: 1, snapshots: 100 } });
    await button("Play").click();
    const n = page.getByRole("slider", { name: /^n/ });
    await n.focus();
    // The hand does not stop before 1000 particles are no longer those that run.
    const keysUntilFollowed = async () => {
      for (let k = 0; k < 300; k++) {
        await page.keyboard.press(k < 16 || k % 2 === 0 ? "ArrowRight" : "ArrowLeft");
        await page.waitForTimeout(40);
        if (k >= 16 && (await page.getByText("--n 1000 ").count()) === 0) return k;
      }
      return Infinity;
    };
    expect(await keysUntilFollowed()).toBeLessThan(300);
    await computed();
    await timeline().fill("100");
    await page.getByText("Time t = 1", { exact: true }).waitFor();
    const series = readFileSync(await download("Curves (CSV)"), "utf8")
      .trim()
      .split("\n");
    expect(series.slice(1).map((row) => Number(row.split(",")[0]))).toEqual(Array.from({ length: 101 }, (_, k) => k / 100));
  });

  test("the time on show stays where there are other frames", async () => {
    await openQuick();
    await timeline().fill("50");
    await page.getByText("Time t = 0.5", { exact: true }).waitFor();
    await page.getByRole("slider", { name: /^dt/ }).fill("190");
    await page.getByText("Time t = 0.4952", { exact: true }).waitFor();
  });

  test("a run that fails says why beside its status", async () => {
    await openQuick({
      name: "escape",
      potential: { F: "0.25*x^4" },
      dynamics: "gradient-descent",
      time: { end: 20, snapshots: 8 },
    });
    await drawer();
    await page.getByRole("textbox", { name: "dt of the particles" }).fill("2.5");
    await page.getByText("--dt 2.5 ").waitFor();
    await button("Play").click();
    await page.getByRole("listitem").filter({ hasText: /^particles: particles escape to infinity .* reduce dt = 2.5$/ }).waitFor(); // biome-ignore format: one line
    await computed();
  });

  test("a broken link at the start is told, and does not keep the page from starting", async () => {
    await page.goto(address("#1.broken"));
    await page.getByText("broken, or cut off").first().waitFor();
    await page.getByRole("heading", { name: "double-well" }).waitFor();
    await page.getByRole("table").waitFor();
    await page.getByText("broken, or cut off").first().waitFor();
  });

  test("nothing on the page or in its workers can turn text into code", async () => {
    await openQuick();
    expect(page.workers().length).toBeGreaterThanOrEqual(3);
    // Within a task of its own: what a debugger evaluates directly is exempt from the policy.
    const attempt =
      "new Promise((done) => setTimeout(() => { try { done(new Function('return 1')()); } catch (error) { done(error.name); } }))";
    expect(await page.evaluate(attempt)).toBe("EvalError");
    for (const worker of page.workers()) expect(await worker.evaluate(attempt)).toBe("EvalError");
    // The browser tells of each attempt.
    complaints.length = 0;
  });

  test("a link restores the whole configuration in another page", async () => {
    await openQuick();
    await page.getByRole("textbox", { name: "F of the potential" }).fill("0.7*x^2");
    await drawer();
    await page.getByRole("textbox", { name: "seed of the particles" }).fill("42");
    await page.getByText("--seed 42").waitFor();
    await button("Copy link").click();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    const other = await context.newPage();
    await other.goto(link);
    await other.getByText("--seed 42").waitFor();
    expect(await other.getByRole("textbox", { name: "F of the potential" }).inputValue()).toBe("0.7*x^2");
  });

  test("broken and hostile links and files leave the page as it was, with a message", async () => {
    await openQuick();
    const hostile = encodeLink({ problem: { name: "<img src=x onerror=alert(1)>" }, particles: {} } as never);
    for (const [hash, message] of [["1.abc", "broken, or cut off"], ["9.abc", "version 9"], ["%00<script>", "not a link"], [hostile, "variables: missing"]]) {
      await page.evaluate((text) => { location.hash = text; }, hash);
      await page.getByText(message).first().waitFor();
      await page.getByRole("heading", { name: quick.name }).waitFor();
    } // biome-ignore format: one list
    const input = page.locator('input[type="file"]');
    await input.setInputFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("no problem at all") });
    await page.getByText(/notes\.txt: not JSON/).waitFor();
    await input.setInputFiles({ name: "list.json", mimeType: "application/json", buffer: Buffer.from("[1, 2, 3]") });
    await page
      .getByText(/expected object|give an object/)
      .first()
      .waitFor();
    await page.getByRole("heading", { name: quick.name }).waitFor();
    await button("Step").click();
    await page.getByText("Time t = 0.01", { exact: true }).waitFor();
    await input.setInputFiles({ name: "well.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify({ ...quick, name: "from a file" })) }); // biome-ignore format: one call
    await page.getByRole("heading", { name: "from a file" }).waitFor();
  });

  test("a downloaded problem runs in the command line, and gives the same numbers", async () => {
    await openQuick();
    await button("Play").click();
    await computed();
    const problem = await download("Problem (JSON)");
    const series = readFileSync(await download("Curves (CSV)"), "utf8").trim().split("\n").map((line) => line.split(",")); // biome-ignore format: one line
    const summary = join(served.folder, "summary.json");
    expect((await bdpde("solve", problem, "--summary", summary)).code).toBe(0);
    const { snapshots } = JSON.parse(readFileSync(summary, "utf8"));
    const column = (name: string) => series.slice(1).map((row) => Number(row[series[0].indexOf(name)]));
    // The engines of a browser and of Node round exp and log differently: 1e-12 is that over the run, and no birth or death more.
    for (const name of ["time", "energy", "gap", "dissipated"]) {
      const expected = snapshots.map((snapshot: Record<string, number>) => snapshot[name]);
      expect(largestDifference(column(name), expected), name).toBeLessThanOrEqual(1e-12);
    }
    expect(column("time")).toHaveLength(101);
    const particles = await download("Particles (.npz)");
    const own = join(served.folder, "own.npz");
    expect(
      (await bdpde("particles", problem, "--dt", "0.01", "--n", "1000", "--seed", "0", "--workers", "1", "--out", own)).code,
    ).toBe(0);
    const read = (path: string) => readParticles(path, { variables: ["x"], referenceTimes: column("time") });
    const [expected, found] = [await read(own), await read(particles)];
    expect(found.times).toEqual(expected.times);
    expect(largestDifference(found.theta, expected.theta)).toBeLessThanOrEqual(1e-12);
    const densities = readFileSync(await download("Densities (.npz)"));
    expect(densities.subarray(0, 2).toString()).toBe("PK");
  });

  test("pictures and films are made under the content security policy", async () => {
    await openQuick();
    await button("Play").click();
    await computed();
    const svg = readFileSync(await download("SVG"), "utf8");
    expect(svg).toMatch(/^<svg.*density.*<\/svg>$/s);
    expect(
      readFileSync(await download("PNG"))
        .subarray(1, 4)
        .toString(),
    ).toBe("PNG");
    const film = readFileSync(await download("Film (GIF)"));
    expect(film.subarray(0, 6).toString()).toBe("GIF89a");
    // Each frame begins with a graphic control extension, closed by a zero, and an image.
    const begins = (i: number) =>
      [0x21, 0xf9, 4].every((byte, k) => film[i + k] === byte) && film[i + 7] === 0 && film[i + 8] === 0x2c;
    let frames = 0;
    for (let i = film.indexOf(0x21); i >= 0; i = film.indexOf(0x21, i + 1)) if (begins(i)) frames++;
    expect(frames).toBe(101);
  });

  test.each(STORIES.map(({ title, steps }) => ({ title, steps })))("the story runs: $title", async ({ title, steps }) => {
    await page.goto(address());
    await page.getByRole("button", { name: title }).click();
    for (const [k, { problem }] of steps.entries()) {
      await page.getByRole("heading", { name: problem.name, exact: true }).waitFor();
      await page.getByRole("heading", { name: `(${k + 1} of ${steps.length})` }).waitFor();
      await page.locator(".reading").filter({ hasText: "At t = 0:" }).waitFor();
      await button("Step").click();
      await page.locator(".reading").filter({ hasText: /At t = 0\.\d/ }).waitFor(); // biome-ignore format: one line
      if (k + 1 < steps.length) await button("Next").click();
    }
  });

  test.each(["light", "dark"] as const)(
    "is accessible by the rules of axe, legible and within a phone, in %s",
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: 360, height: 740 });
      await openQuick();
      await button("Step").click();
      await page.getByText("Time t = 0.01", { exact: true }).waitFor();
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    },
  );

  test("can be steered by keys alone", async () => {
    await openQuick();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("run");
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
    while ((await focused()) !== "Step") await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await page.getByText("Time t = 0.01", { exact: true }).waitFor();
    await timeline().focus();
    await page.keyboard.press("End");
    await page.getByText("Time t = 1", { exact: true }).waitFor();
  });
});
