import { THEMES, type ThemeName } from "../../figures/theme.ts";
import { INKS } from "./inks.ts";

/**
 * Colours of heat maps as tables of 256 entries 0xAABBGGRR, the order of bytes of an ImageData on little-endian machines.
 */

export type Rgb = readonly [red: number, green: number, blue: number];
export type Palette = Uint32Array;

/** How the share of a value in its range becomes a place in the palette. */
export type ColourScale = "linear" | "square root";

const ENTRIES = 256;

export function parseColour(hex: string): Rgb {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;
}

export function packColour([red, green, blue]: Rgb, opacity = 1): number {
  return ((Math.round(255 * opacity) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

export function unpackColour(packed: number): Rgb {
  return [packed & 255, (packed >> 8) & 255, (packed >> 16) & 255];
}

export function cssColour([red, green, blue]: Rgb): string {
  return `rgb(${red}, ${green}, ${blue})`;
}

function tabulate(colour: (t: number) => Rgb): Palette {
  return Uint32Array.from({ length: ENTRIES }, (_, i) => packColour(colour(i / (ENTRIES - 1))));
}

/** A polynomial from its highest coefficient down, rounded into a byte. */
function channel(t: number, ...coefficients: number[]): number {
  const value = coefficients.reduce((sum, coefficient) => sum * t + coefficient, 0);
  return Math.max(0, Math.min(255, Math.round(value)));
}

/**
 * Cividis, even in lightness and nearly the same for readers with and without colour blindness: Nuñez, Anderton & Renslow, "Optimizing
 * colormaps with consideration for color vision deficiency", PLoS ONE 13 (2018). The polynomials are those of d3-scale-chromatic.
 */
export const CIVIDIS: Palette = tabulate((t) => [
  channel(t, -2710.57, 7024.72, -6402.7, 2381.73, -35.34, -4.54),
  channel(t, -67.37, 176.58, -131.46, 52.82, 170.73, 32.49),
  channel(t, 2475.67, -6614.94, 6167.24, -2482.43, 442.36, 81.24),
]);

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  return from.map((value, i) => Math.round(value + share * (to[i] - value))) as unknown as Rgb;
}

/** From births through the ground of the page, where nothing happens, to deaths. Blue and orange differ to every kind of colour vision. */
function diverging(theme: ThemeName): Palette {
  const ground = parseColour(THEMES[theme].back);
  const [births, deaths] = [INKS[theme].births, INKS[theme].deaths].map(parseColour);
  return tabulate((t) => (t < 0.5 ? mix(ground, births, 1 - 2 * t) : mix(ground, deaths, 2 * t - 1)));
}

export const DIVERGING: Readonly<Record<ThemeName, Palette>> = {
  light: diverging("light"),
  dark: diverging("dark"),
};

function luminanceOf(colour: Rgb): number {
  const [red, green, blue] = colour.map((value) => {
    const c = value / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG contrast of two colours, 1 to 21. */
export function contrast(one: Rgb, other: Rgb): number {
  const [less, more] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => a - b);
  return (more + 0.05) / (less + 0.05);
}

/** CIE lightness L* of a colour, 0 to 100. */
export function lightness(colour: Rgb): number {
  const luminance = luminanceOf(colour);
  return luminance > 0.008856 ? 116 * Math.cbrt(luminance) - 16 : 903.3 * luminance;
}

/** A palette as plotly takes it: pairs of a share and a colour. */
export function colourScale(palette: Palette, scale: ColourScale): [number, string][] {
  const share = (place: number) => (scale === "linear" ? place : place ** 2);
  return Array.from({ length: 17 }, (_, i) => [
    share(i / 16),
    cssColour(unpackColour(palette[Math.round((i / 16) * (ENTRIES - 1))])),
  ]);
}
