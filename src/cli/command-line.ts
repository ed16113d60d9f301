import { fileURLToPath } from "node:url";

/** The program and first arguments of a bdpde command like this one, from the build or from the sources. */
export function commandLine(): string[] {
  const fromSources = import.meta.url.endsWith(".ts");
  const main = fileURLToPath(new URL(fromSources ? "main.ts" : "main.js", import.meta.url));
  return [process.execPath, ...(fromSources ? ["--import", import.meta.resolve("tsx/esm")] : []), main];
}
