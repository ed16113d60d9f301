import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { servePage } from "../src/cli/explore.ts";
import { encodeLink } from "../src/explorer/state/link.ts";
import { withParticles } from "../src/explorer/state/opening.ts";
import type { ProblemInput } from "../src/problem-file/problem-file.ts";
import { packageRoot } from "../src/version.ts";
import { launchBrowser } from "../test/browser.ts";

/**
 * Frames for each second of the explorer, and what held its main thread for 50 ms or more, while a run is computed and while it is played
 * again. The aim is 60 frames for each second on an ordinary laptop with a graphics card; here all drawing is done by the processor.
 */

const SIZES = { n: 10_000, cells: 256 };
const SECONDS = 4;

const plane: ProblemInput = {
  name: "bench",
  variables: { x: { min: -3, max: 3, cells: SIZES.cells }, y: { min: -3, max: 3, cells: SIZES.cells } },
  potential: { F: "0.25*(x^2-1)^2 + 0.5*y^2 + 0.4*x*y" },
  alpha: 2,
  initial: { x: { type: "normal", mean: 0.2, sd: 0.5 }, y: { type: "normal", mean: 0.1, sd: 0.5 } },
  time: { end: 0.5, snapshots: 240 },
};
const line: ProblemInput = {
  ...plane,
  variables: { x: { min: -3.5, max: 3.5, cells: 512 } },
  potential: { F: "0.25*(x^2-1)^2 + 0.15*x" },
  initial: { x: { type: "normal", mean: 0.1, sd: 0.6 } },
};

/** Drags a slider to and fro by the pointer. */
async function drag(page: Page, name: RegExp, seconds: number): Promise<void> {
  const box = await page.getByRole("slider", { name }).boundingBox();
  if (box === null) throw new Error("there is no such slider on the page");
  const y = box.y + box.height / 2;
  const at = (k: number) => box.x + box.width * (0.3 + 0.2 * Math.sin(k / 20));
  await page.mouse.move(at(0), y);
  await page.mouse.down();
  for (let k = 0, end = performance.now() + 1000 * seconds; performance.now() < end; k++) {
    await page.mouse.move(at(k), y);
    await page.waitForTimeout(30);
  }
  await page.mouse.up();
}

/** Between two frames of the screen, in ms, and the long tasks of the same time. Sent to the page as text. */
const watch = `(seconds) => new Promise((done) => {
  const gaps = [];
  const tasks = [];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ type: "longtask" });
  let last = performance.now();
  const end = last + 1000 * seconds;
  const tick = (now) => {
    gaps.push(now - last);
    last = now;
    if (now < end) requestAnimationFrame(tick);
    else { observer.disconnect(); done({ gaps: gaps.slice(1), tasks }); }
  };
  requestAnimationFrame(tick);
})`;

const { address, server } = await servePage(join(packageRoot, "dist", "explorer"), 0);
const browser = await launchBrowser();
console.log(
  `${cpus()[0].model}, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)}; headless Chromium ${browser.version()}, no graphics card\n`,
);
try {
  for (const [name, problem] of Object.entries({ "1D, 512 cells": line, [`2D, ${SIZES.cells} x ${SIZES.cells} cells`]: plane })) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const configuration = withParticles(problem);
    configuration.particles.n = SIZES.n;
    await page.goto(`${address}#${encodeLink(configuration)}`);
    await page.getByRole("heading", { name: "bench" }).waitFor();
    await page.getByLabel("Seconds from start to end").selectOption(String(SECONDS));
    report(`${name}, n = ${SIZES.n}, while it is computed`, await page.evaluate(`(${watch})(${SECONDS})`));
    await page.getByText("Computed", { exact: true }).waitFor({ timeout: 300_000 });
    await page.getByRole("button", { name: "Reset" }).click();
    await page.getByRole("button", { name: "Play", exact: true }).click();
    report(
      `${name}, n = ${SIZES.n}, played again, 60 new frames for each second`,
      await page.evaluate(`(${watch})(${SECONDS - 0.5})`),
    );
    await page.getByRole("button", { name: "Play", exact: true }).click();
    const measured = page.evaluate(`(${watch})(${SECONDS})`);
    await drag(page, /^alpha/, SECONDS);
    report(`${name}, n = ${SIZES.n}, played while alpha is dragged; load ${loadavg()[0].toFixed(1)}`, await measured);
    await page.close();
  }
} finally {
  await browser.close();
  server.close();
  server.closeAllConnections();
}

function report(what: string, measured: unknown): void {
  const { gaps, tasks } = measured as { gaps: number[]; tasks: number[] };
  const sorted = gaps.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))].toFixed(1);
  const rate = (1000 * gaps.length) / gaps.reduce((total, gap) => total + gap, 0);
  const longest = tasks.length === 0 ? "" : `, the longest ${Math.max(...tasks).toFixed(0)} ms`;
  console.log(what);
  console.log(`  ${rate.toFixed(1)} frames/s; between frames ${at(0.5)} ms median, ${at(0.95)} ms at 95%, ${at(1)} ms at most`);
  console.log(`  long tasks of the main thread (50 ms or more): ${tasks.length}${longest}\n`);
}
