import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";

/**
 * `npm run site`: the documentation site with API and explorer, in site/, which any web server can serve. `SITE_BASE=/docs/ npm run site` where it is not served
 * from the root of its host. Needs `npm run build` and `npm ci --prefix docs` before.
 */
const root = resolve(import.meta.dirname, "../..");
const docs = join(root, "docs");
const site = join(root, "site");
const explorer = join(root, "dist", "explorer");
const vitepress = join(docs, "node_modules", "vitepress", "bin", "vitepress.js");

if (!existsSync(explorer)) throw new Error("the explorer is not built: npm run build");
if (!existsSync(vitepress)) throw new Error("VitePress is not installed: npm ci --prefix docs");
await import("./generate.ts");
const { status } = spawnSync(process.execPath, [vitepress, "build", docs], { stdio: "inherit" });
if (status !== 0) throw new Error("VitePress could not build the site");
cpSync(explorer, join(site, "explorer"), { recursive: true });
const grids = readdirSync(join(root, "grids")).filter((file) => file.endsWith(".json"));
for (const file of grids) cpSync(join(root, "grids", file), join(site, "grids", file));
