declare module "virtual:theme.css";

declare module "gifenc" {
  type Palette = number[][];
  interface GifFrame {
    palette: Palette;
    /** Milliseconds. */
    delay: number;
    transparent: boolean;
    transparentIndex: number;
    /** 1 leaves the frame in place under the next. */
    dispose: number;
  }
  export function GIFEncoder(): {
    writeFrame(index: Uint8Array, width: number, height: number, options: GifFrame): void;
    finish(): void;
    bytes(): Uint8Array<ArrayBuffer>;
  };
  export function quantize(rgba: Uint8ClampedArray, maxColors: number): Palette;
  export function applyPalette(rgba: Uint8ClampedArray, palette: Palette): Uint8Array;
}

declare module "plotly.js-cartesian-dist-min" {
  const Plotly: {
    toImage(
      figure: { data: readonly object[]; layout: object },
      options: { format: "svg" | "png"; width: number; height: number; scale?: number },
    ): Promise<string>;
  };
  export default Plotly;
}
