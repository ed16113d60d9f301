import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { servePage } from "../src/cli/explore.ts";
import { runCommand } from "../src/cli/run.ts";
import { packageRoot } from "../src/version.ts";
import { launchBrowser } from "../test/browser.ts";

/** The pictures of the README, of the built explorer and of a report that is made for it. Needs a Chromium, and `npm run build` before. */

/** A story above its pictures, with the problem beside them and the bar below. */
const EXPLORER = { width: 1340, height: 960 };
const REPORT = { width: 1180, height: 1150 };

async function pictureOfExplorer(browser: Browser, path: string): Promise<void> {
  const { address, server } = await servePage(join(packageRoot, "dist", "explorer"), 0);
  const page = await browser.newPage({
    viewport: EXPLORER,
    colorScheme: "light",
    reducedMotion: "reduce",
  });
  await page.goto(address);
  await page.getByRole("button", { name: "Mass teleports past a barrier" }).click();
  await page.getByRole("heading", { name: "barrier", exact: true }).waitFor();
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await page.getByText("Computed", { exact: true }).waitFor();
  await page.getByRole("slider", { name: /^Time/ }).fill("58");
  await page.waitForTimeout(500);
  await page.screenshot({ path });
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
await pictureOfExplorer(browser, join(import.meta.dirname, "explorer.png"));
await pictureOfReport(browser, join(import.meta.dirname, "report.png"));
await browser.close();
