import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

/**
 * `npm run site`: the documentation site with API and explorer, in site/ (or `-- --out FOLDER`), which any web server can serve. `SITE_BASE=/docs/ npm run site` where
 * it is not served from the root of its host. Needs `npm run build` and `npm ci --prefix docs` before.
 */
const root = resolve(import.meta.dirname, "../..");
const docs = join(root, "docs");
const explorer = join(root, "dist", "explorer");
const vitepress = join(docs, "node_modules", "vitepress", "bin", "vitepress.js");
const site = resolve(parseArgs({ options: { out: { type: "string", default: join(root, "site") } } }).values.out);

if (!existsSync(explorer)) throw new Error("the explorer is not built: npm run build");
if (!existsSync(vitepress)) throw new Error("VitePress is not installed: npm ci --prefix docs");
await import("./generate.ts");
const { status } = spawnSync(process.execPath, [vitepress, "build", docs, "--outDir", site], { stdio: "inherit" });
if (status !== 0) throw new Error("VitePress could not build the site");
cpSync(explorer, join(site, "explorer"), { recursive: true });
for (const [from, to] of [
  [join(root, "grids"), join(site, "grids")],
  [join(docs, "gallery"), join(site, "gallery")],
]) {
  for (const file of readdirSync(from).filter((name) => name.endsWith(".json"))) cpSync(join(from, file), join(to, file));
}
