import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { commandsOf } from "./pages.ts";

/**
 * `npm run gallery` makes the pictures of docs/gallery.md by the commands that stand under them, in order and in one folder that holds the problem files of
 * docs/gallery/; `-- --check` says which are not what their command makes, byte for byte. Needs `npm run build` before.
 */
const root = resolve(import.meta.dirname, "../..");
const gallery = join(root, "docs", "gallery");
const main = join(root, "dist", "command", "main.js");
if (!existsSync(main)) throw new Error("the command is not built: npm run build");

const check = process.argv.includes("--check");
const folder = mkdtempSync(join(tmpdir(), "gallery-"));
for (const file of readdirSync(gallery).filter((name) => name.endsWith(".json")))
  copyFileSync(join(gallery, file), join(folder, file));

const differ: string[] = [];
const drawn = new Set<string>();
for (const { args } of commandsOf(readFileSync(join(root, "docs", "gallery.md"), "utf8"))) {
  const { status, stderr } = spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: "utf8" });
  // 1 and 3 are verdicts, which the gallery shows.
  if (![0, 1, 3].includes(status ?? -1)) throw new Error(`bdpde ${args.join(" ")} ends with ${status}: ${stderr}`);
  const picture = args.includes("--plot") ? args[args.indexOf("--plot") + 1] : undefined;
  if (picture === undefined) continue;
  drawn.add(picture);
  const [made, kept] = [join(folder, picture), join(gallery, picture)];
  if (existsSync(kept) && readFileSync(kept).equals(readFileSync(made))) continue;
  differ.push(picture);
  if (!check) writeFileSync(kept, readFileSync(made));
}
rmSync(folder, { recursive: true });
const stale = readdirSync(gallery).filter((file) => file.endsWith(".svg") && !drawn.has(file));
if (!check) for (const file of stale) rmSync(join(gallery, file));
if (check && differ.length + stale.length > 0) {
  process.stderr.write(
    `pictures of the gallery are not what their commands make: ${[...differ, ...stale].join(", ")}; npm run gallery\n`,
  );
  process.exitCode = 1;
}
