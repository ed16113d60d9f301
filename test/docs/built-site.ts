import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import sirv from "sirv";
import { root } from "../sources.ts";

/** Not that of the root, so that an address without it is found. */
const BASE = "/some/where/";

/** What is missing for a build of the site, if anything. */
export function missingForSite(): string | null {
  if (!existsSync(join(root, "dist", "explorer"))) return "npm run build";
  return existsSync(join(root, "docs", "node_modules", "vitepress")) ? null : "npm ci --prefix docs";
}

export interface BuiltSite {
  folder: string;
  /** Paths of the pages in the folder, without those of the explorer. */
  pages: readonly string[];
  /** Address of the folder. */
  address: string;
  stop(): void;
}

/** The site, built and served under BASE. */
export async function builtSite(): Promise<BuiltSite> {
  const folder = mkdtempSync(join(tmpdir(), "site-"));
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", "docs/site/build.ts", "--out", folder], {
    cwd: root,
    env: { ...process.env, SITE_BASE: BASE },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the site cannot be built: ${stdout}${stderr}`);
  const serve = sirv(folder, { dev: true });
  const server: Server = createServer((request, response) => {
    // No page of the site may ask for anything else of its host.
    if (!request.url!.startsWith(BASE)) return void response.writeHead(404).end();
    request.url = request.url!.slice(BASE.length - 1);
    serve(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    folder,
    pages: readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
      (path) => path.endsWith(".html") && !path.startsWith("explorer/"),
    ),
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}${BASE}`,
    stop() {
      server.close();
      server.closeAllConnections();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Links and sources of built pages that lead to nothing: to no file, or to a place that its page does not have. */
export function deadLinks({ folder, pages }: Pick<BuiltSite, "folder" | "pages">): string[] {
  const texts = new Map(pages.map((page) => [page, readFileSync(join(folder, page), "utf8")]));
  const dead: string[] = [];
  for (const [page, text] of texts) {
    for (const [, address] of text.matchAll(/<[^>]*\s(?:href|src)="([^"]*)"/g)) {
      if (/^(https?:|data:)/.test(address)) continue;
      const [path, place] = decodeURI(address).split("#");
      const inFolder = path.startsWith("/")
        ? path.startsWith(BASE)
          ? path.slice(BASE.length)
          : null
        : posix.join(dirname(page), path);
      const target = path === "" ? page : (inFolder?.replace(/(^|\/)$/, "$1index.html") ?? null);
      const there = target !== null && existsSync(join(folder, target));
      if (!there || (place && texts.get(target)?.includes(`id="${place}"`) === false)) dead.push(`${page}: ${address}`);
    }
  }
  return dead;
}

/** What built pages load from elsewhere: links to follow are not among them. */
export function foreignLoads({ folder }: Pick<BuiltSite, "folder">): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(html|css)$/.test(path))
    .flatMap((path) =>
      [
        ...readFileSync(join(folder, path), "utf8").matchAll(
          /(?:\ssrc="|<link[^>]*\shref="|@import\s*"?|url\(["']?)((?:https?:)?\/\/[^"') ]*)/g,
        ),
      ].map(([, address]) => `${path}: ${address}`),
    );
}
