import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { packBytes } from "../../src/figures/packed.ts";
import { packageRoot } from "../../src/version.ts";

/** What runs in the page. */
export interface PageScripts {
  page: string;
  plotly: {
    /** Compressed, as text. */
    packed: string;
    version: string;
    /** Of what it is when it is unpacked. */
    digest: string;
  };
}

/** Built with the package; made now where it runs from its sources. */
export async function loadScripts(): Promise<PageScripts> {
  scripts ??= (import.meta.url.endsWith(".ts") ? buildNow() : Promise.resolve(readBuilt())).then(({ page, plotly }) => {
    const text = inflateRawSync(plotly).toString();
    const version = /plotly\.js v([\d.]+)/.exec(text)?.[1] ?? "unknown";
    return { page, plotly: { packed: packBytes(plotly), version, digest: digestOf(text) } };
  });
  return scripts;
}

let scripts: Promise<PageScripts> | undefined;

interface Built {
  page: string;
  /** Compressed by deflate. */
  plotly: Uint8Array;
}

function readBuilt(): Built {
  const read = (name: string) => readFileSync(join(packageRoot, "dist/validation/report", name));
  return { page: read("page-script.js").toString(), plotly: read("plotly.js.deflate") };
}

async function buildNow(): Promise<Built> {
  const { build } = await import("vite");
  const configFile = join(import.meta.dirname, "page/vite.config.ts");
  const [{ output }] = (await build({ configFile, build: { write: false, minify: false } })) as { output: Output[] }[];
  const find = (name: string) => output.find(({ fileName }) => fileName === name)!;
  return { page: find("page-script.js").code!, plotly: find("plotly.js.deflate").source! };
}

interface Output {
  fileName: string;
  code?: string;
  source?: Uint8Array;
}

/** As a content security policy names a script. */
export function digestOf(script: string): string {
  return `'sha256-${createHash("sha256").update(script).digest("base64")}'`;
}
