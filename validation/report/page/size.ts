/** Sizes of figures in pixels. The legend stands below the axes, and a figure grows with it. */

/** On a page as narrow as this names are broken into lines. */
const NARROW = 500;

/** A name as lines, as plotly reads it. */
export function brokenName(name: string, width: number): string {
  return width > NARROW ? name : name.replace(/(.{1,34})(?:\s+|$)/g, "$1<br>").replace(/<br>$/, "");
}

export function legendHeight(names: readonly string[], width: number): number {
  const broken = names.map((name) => brokenName(name, width).split("<br>"));
  if (width <= NARROW) return 10 + 5 * broken.length + 15 * broken.flat().length;
  const entry = 50 + 6.4 * Math.max(...broken.map(([name]) => name.length));
  return 20 * Math.ceil(broken.length / Math.max(1, Math.floor((width - 75) / entry)));
}

export function figureHeight(names: readonly string[], width: number): number {
  return 400 + legendHeight(names, width);
}
