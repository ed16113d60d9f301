import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of package.json, from the sources or from the build. */
export const packageRoot = findRoot(dirname(fileURLToPath(import.meta.url)));

/** Version of this package, recorded in every file it writes. */
export const version = (JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { version: string }).version;

function findRoot(folder: string): string {
  try {
    readFileSync(join(folder, "package.json"));
    return folder;
  } catch {
    return findRoot(dirname(folder));
  }
}
