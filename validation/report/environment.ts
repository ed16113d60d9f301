import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus, release } from "node:os";
import { join } from "node:path";

/** What the numbers of a report depend on besides this package. */
export interface Environment {
  /** Its V8 supplies exp, log, sin and the like. */
  node: string;
  machine: string;
  platform: string;
  /** Installed versions of the packages that compute. */
  packages: Readonly<Record<string, string>>;
}

const PACKAGES = [
  "@stdlib/math-base-special-betainc",
  "@stdlib/math-base-special-gammainc",
  "fft.js",
  "mathjs",
  "ml-matrix",
  "pure-rand",
];

export function findEnvironment(): Environment {
  return {
    node: `Node ${process.version} (V8 ${process.versions.v8})`,
    machine: `${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores`,
    platform: `${process.platform} ${release()} ${process.arch}`,
    packages: Object.fromEntries(PACKAGES.map((name) => [name, installedVersion(name)])),
  };
}

/** Read beside the package: not every one exports its package.json. */
function installedVersion(name: string): string {
  for (const folder of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    try {
      return (JSON.parse(readFileSync(join(folder, name, "package.json"), "utf8")) as { version: string }).version;
    } catch {
      // It is in a folder further up.
    }
  }
  return "unknown";
}
