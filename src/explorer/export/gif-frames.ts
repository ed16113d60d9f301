import type * as Gifenc from "gifenc";

/** One colour of the 256 stands for what does not change from one frame to the next, which makes films of curves far smaller. */
const COLOURS = 255;
const KEEP_BELOW = 1;

export interface Frame {
  /** RGBA, row by row. */
  pixels: Uint8ClampedArray;
  width: number;
  height: number;
  /** How long it is shown, in ms. */
  delay: number;
}

/** An animated GIF, frame by frame. @param encoder the module gifenc, which Node and a bundler load in different ways */
export function createGif({ GIFEncoder, applyPalette, quantize }: Pick<typeof Gifenc, "GIFEncoder" | "applyPalette" | "quantize">) {
  const gif = GIFEncoder();
  let before: Uint32Array | null = null;
  return {
    add({ pixels, width, height, delay }: Frame): void {
      const palette = quantize(pixels, COLOURS);
      const index = applyPalette(pixels, palette);
      const unchanged = palette.length;
      palette.push([0, 0, 0]);
      const now = new Uint32Array(pixels.buffer);
      if (before !== null) for (let i = 0; i < index.length; i++) if (now[i] === before[i]) index[i] = unchanged;
      gif.writeFrame(index, width, height, { palette, delay, transparent: true, transparentIndex: unchanged, dispose: KEEP_BELOW });
      before = now;
    },
    finish(): Uint8Array<ArrayBuffer> {
      gif.finish();
      return gif.bytes();
    },
  };
}
