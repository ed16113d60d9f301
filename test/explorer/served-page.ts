import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Browser } from "playwright-core";
import { build } from "vite";
import { servePage } from "../../src/cli/explore.ts";
import { encodeLink } from "../../src/explorer/state/link.ts";
import { withParticles } from "../../src/explorer/state/opening.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { launchBrowser } from "../browser.ts";

/** The explorer, built and served, and a browser for it. */
export interface ServedPage {
  /** Of files that tests make. */
  folder: string;
  /** The address of the page. */
  root: string;
  browser: Browser;
  stop(): Promise<void>;
}

export async function servedPage(): Promise<ServedPage> {
  const folder = mkdtempSync(join(tmpdir(), "explorer-"));
  const configFile = resolve(import.meta.dirname, "../../src/explorer/vite.config.ts");
  await build({ configFile, build: { outDir: join(folder, "page"), emptyOutDir: true }, logLevel: "error" });
  const { address: root, server } = await servePage(join(folder, "page"), 0);
  const browser = await launchBrowser();
  return {
    folder,
    root,
    browser,
    async stop() {
      await browser.close();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A run that takes well under a second. */
export const quick: ProblemInput = {
  name: "quick well",
  variables: { x: { min: -4, max: 4, cells: 128 } },
  potential: { F: "0.5*x^2" },
  alpha: 1,
  initial: { x: { type: "normal", mean: 0.5, sd: 0.6 } },
  time: { end: 1, snapshots: 100 },
  observables: { mean: "x" },
};

/** The part of an address behind the # for a changed quick problem. */
export const quickLink = (changes: Partial<ProblemInput> = {}) => `#${encodeLink(withParticles({ ...quick, ...changes }))}`;
