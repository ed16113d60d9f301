import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { describe, test } from "vitest";

const NO_BROWSER = "no Chromium found: install one, or give its path in the environment variable CHROMIUM";

/** An installed Chromium or Chrome, if there is one. */
function browserPath(): string | null {
  const onPath = (process.env.PATH ?? "").split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const candidates = [process.env.CHROMIUM ?? "", "/usr/bin/chromium", "/usr/bin/chromium-browser", ...onPath];
  return candidates.find((path) => path !== "" && isExecutable(path)) ?? null;
}

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A headless browser that speaks to nobody on its own account. The caller closes it. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = browserPath();
  if (executablePath === null) throw new Error(NO_BROWSER);
  const quiet = [
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ];
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", ...quiet] });
}

/** Tests that need a browser: left out with a notice where there is none, but a failure under continuous integration. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (browserPath() !== null) {
    describe(name, tests);
  } else if (process.env.CI) {
    test(name, () => {
      throw new Error(NO_BROWSER);
    });
  } else {
    console.warn(`${name}: left out, ${NO_BROWSER}`);
    describe.skip(`${name} (left out: ${NO_BROWSER})`, tests);
  }
}
