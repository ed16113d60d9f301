/// <reference path="../src/explorer/modules.d.ts" />
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import type * as Gifenc from "gifenc";
import type { Page } from "playwright-core";
import { createGif } from "../src/explorer/export/gif-frames.ts";

/** Development: a moving picture of a page, frame by frame, so that it does not depend on how fast the machine is. */

/** Node finds no names in its CommonJS. */
const gifenc = createRequire(import.meta.url)("gifenc") as typeof Gifenc;

/** @param advance brings the page to frame k; @param delay of a frame, in ms */
export async function recordGif(
  page: Page,
  path: string,
  { frames, delay, advance }: { frames: number; delay: number; advance(k: number): Promise<void> },
): Promise<void> {
  const gif = createGif(gifenc);
  for (let k = 0; k < frames; k++) {
    await advance(k);
    gif.add({ ...(await pixelsOf(page, await page.screenshot())), delay });
  }
  writeFileSync(path, gif.finish());
}

/** A PNG is decoded by the browser that made it: its script is a text, since its names are those of a page. */
const DECODE = `async (source) => {
  const image = new Image();
  image.src = "data:image/png;base64," + source;
  await image.decode();
  const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const pixels = context.getImageData(0, 0, image.width, image.height).data;
  let binary = "";
  for (let i = 0; i < pixels.length; i += 4096) binary += String.fromCharCode(...pixels.subarray(i, i + 4096));
  return { width: image.width, height: image.height, text: btoa(binary) };
}`;

async function pixelsOf(page: Page, png: Buffer) {
  const decoded = await page.evaluate(`(${DECODE})("${png.toString("base64")}")`);
  const { width, height, text } = decoded as { width: number; height: number; text: string };
  // A copy has a buffer of its own, from its first byte.
  return { width, height, pixels: new Uint8ClampedArray(Buffer.from(text, "base64")) };
}
