import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { FONT } from "./svg.ts";
import type { Picture } from "./svg-figure.ts";

const { resolve } = createRequire(import.meta.url);
let started: Promise<Uint8Array[]> | null = null;

/**
 * A picture as PNG, with fonts of its own: none of the machine is used, so the same picture has the same bytes everywhere.
 *
 * @param scale pixels of the file for one of the picture
 */
export async function renderPng({ svg, width }: Picture, scale = 2): Promise<Uint8Array> {
  started ??= start();
  const fontBuffers = await started;
  const image = new Resvg(svg, {
    fitTo: { mode: "width", value: scale * width },
    font: { fontBuffers, defaultFontFamily: FONT, sansSerifFamily: FONT },
  });
  return image.render().asPng();
}

async function start(): Promise<Uint8Array[]> {
  await initWasm(await readFile(resolve("@resvg/resvg-wasm/index_bg.wasm")));
  const names = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"];
  return Promise.all(names.map((name) => readFile(resolve(`dejavu-fonts-ttf/ttf/${name}`))));
}
