import { applyPalette, GIFEncoder, quantize } from "gifenc";

/** A frame of a film, or null after the last one. */
export type FilmRequest = { pixels: Uint8ClampedArray; width: number; height: number; delay: number } | null;
/** `next` asks for the next frame. */
export type FilmEvent = { type: "next" } | { type: "film"; bytes: Uint8Array<ArrayBuffer> };

/** One colour of the 256 stands for what does not change from one frame to the next, which makes films of curves far smaller. */
const COLOURS = 255;
const KEEP_BELOW = 1;

const gif = GIFEncoder();
let before: Uint32Array | null = null;

addEventListener("message", ({ data }: MessageEvent<FilmRequest>) => {
  if (data === null) {
    gif.finish();
    postMessage({ type: "film", bytes: gif.bytes() } satisfies FilmEvent);
    return;
  }
  const { pixels, width, height, delay } = data;
  const palette = quantize(pixels, COLOURS);
  const index = applyPalette(pixels, palette);
  const unchanged = palette.length;
  palette.push([0, 0, 0]);
  const now = new Uint32Array(pixels.buffer);
  if (before !== null) for (let i = 0; i < index.length; i++) if (now[i] === before[i]) index[i] = unchanged;
  gif.writeFrame(index, width, height, { palette, delay, transparent: true, transparentIndex: unchanged, dispose: KEEP_BELOW });
  before = now;
  postMessage({ type: "next" } satisfies FilmEvent);
});
