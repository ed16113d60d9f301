import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Locator, Page } from "playwright-core";
import { servePage } from "../src/cli/explore.ts";
import { runCommand } from "../src/cli/run.ts";
import { packageRoot } from "../src/version.ts";
import { launchBrowser } from "../test/browser.ts";
import { recordGif } from "./gif.ts";

/** The pictures of the README and the site, of the built explorer and of a report that is made for it. Needs a Chromium, and `npm run build` before. */

/** A story above its pictures, with the problem beside them and the bar below. */
const EXPLORER = { width: 1340, height: 960 };
/** Small enough to be read in a page of text. */
const FILM = { width: 1120, height: 720 };
const FRAMES_APART = 3;
const REPORT = { width: 1180, height: 1150 };

/** A story at its first step, computed; what `take` does with it. */
async function withStory(browser: Browser, viewport: typeof EXPLORER, take: (page: Page, time: Locator) => Promise<void>) {
  const { address, server } = await servePage(join(packageRoot, "dist", "explorer"), 0);
  // Frames are read back by a script, which the page's own policy forbids.
  const page = await browser.newPage({ viewport, colorScheme: "light", reducedMotion: "reduce", bypassCSP: true });
  await page.goto(address);
  await page.getByRole("button", { name: "Mass teleports past a barrier" }).click();
  await page.getByRole("heading", { name: "barrier", exact: true }).waitFor();
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await page.getByText("Computed", { exact: true }).waitFor();
  await take(page, page.getByRole("slider", { name: /^Time/ }));
  server.close();
  server.closeAllConnections();
}

async function pictureOfReport(browser: Browser, path: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "report-"));
  // Into report/ of a folder of its own: the page shows no path that way.
  process.chdir(folder);
  await runCommand(["validate", "--quick", "--study", "order,conservation,lln,rates"]);
  const page = await browser.newPage({ viewport: REPORT, colorScheme: "light" });
  await page.goto(pathToFileURL(join(folder, "report", "report.html")).href);
  await page.locator(".js-plotly-plot").first().waitFor();
  await page.waitForTimeout(500);
  await page.screenshot({ path });
  process.chdir(packageRoot);
  rmSync(folder, { recursive: true });
}

const browser = await launchBrowser();
await withStory(browser, EXPLORER, async (page, time) => {
  await time.fill("58");
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(import.meta.dirname, "explorer.png") });
});
await withStory(browser, FILM, async (page, time) => {
  const advance = async (k: number) => {
    await time.fill(String(k * FRAMES_APART));
    await page.waitForTimeout(150);
  };
  const frames = 1 + Math.floor(Number(await time.getAttribute("max")) / FRAMES_APART);
  await recordGif(page, join(import.meta.dirname, "pictures", "explorer.gif"), { frames, delay: 120, advance });
});
await pictureOfReport(browser, join(import.meta.dirname, "report.png"));
await browser.close();
