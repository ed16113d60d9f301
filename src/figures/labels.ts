import { endsOfAxis, shareAlong } from "./extents.ts";
import { type Figure, isSeries, type Look } from "./figure.ts";

/** Names at the right ends of lines, in place of a legend. */

export interface EndLabel {
  text: string;
  colour: string;
  /** The last point of the line. */
  x: number;
  y: number;
  /** Pixels by which it stands lower than that point, so that it covers no other. */
  lower: number;
}

/** Of a line of text, in pixels. */
const ROW = 15;
/** Of a letter, at most. */
const LETTER = 7;
/** A figure that is narrower has no room for them. */
const NARROW = 500;
const LONGEST_SHARE = 0.32;
/** Lines that end within this share of the right edge have their names beside the frame. */
const EDGE = 0.06;

type Ended = EndLabel & { share: number };

/** @param height of the frame in pixels. @returns none where the figure has no room for them: then the legend names the lines. */
export function endLabelsOf(
  { x, y, traces }: Figure,
  looks: readonly (Look & { colour: string })[],
  { width, height }: { width: number; height: number },
): EndLabel[] {
  const [xEnds, yEnds] = [endsOfAxis("x", x, traces), endsOfAxis("y", y, traces)];
  const found = traces.flatMap((trace, k): Ended[] => {
    if (!isSeries(trace) || trace.label === undefined) return [];
    const [along, up] = [x, y].map(
      ({ log = false }, a) =>
        (v: number) =>
          shareAlong([xEnds, yEnds][a], log, v),
    );
    for (let i = trace.x.length - 1; i >= 0; i--) {
      const [at, value] = [trace.x[i], trace.y[i]];
      if (at === null || value === null || !Number.isFinite(along(at)) || !Number.isFinite(up(value))) continue;
      return [{ text: trace.label, colour: looks[k].colour, x: at, y: value, share: along(at), lower: height * (1 - up(value)) }];
    }
    return [];
  });
  if (width < NARROW || roomFor(found) > LONGEST_SHARE * width || ROW * found.length > 0.9 * height) return [];
  const beside = found.filter(({ share }) => share > 1 - EDGE);
  const places = spread(beside.map(({ lower }) => lower), ROW, height); // biome-ignore format: one call
  return found.map(({ share, ...label }) => {
    const k = beside.findIndex((other) => other.text === label.text && other.lower === label.lower);
    return { ...label, lower: k < 0 || share <= 1 - EDGE ? 0 : places[k] - label.lower };
  });
}

/** Pixels that labels take beside the frame. */
export function roomFor(labels: readonly Pick<EndLabel, "text">[]): number {
  return labels.length === 0 ? 0 : 12 + LETTER * Math.max(...labels.map(({ text }) => text.length));
}

/**
 * The nearest places p_i, in least squares, to places y_i such that neighbours are at least `gap` apart: with y_i in order, p_i - i gap is the
 * isotonic regression of y_i - i gap, by pooling adjacent violators (Barlow et al. 1972). All of them are then moved into [0, most], as far as they fit.
 */
export function spread(wanted: readonly number[], gap: number, most: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b]);
  const pools: { sum: number; count: number }[] = [];
  order.forEach((i, rank) => {
    let pool = { sum: wanted[i] - rank * gap, count: 1 };
    for (let last = pools.at(-1); last && last.sum / last.count >= pool.sum / pool.count; last = pools.at(-1)) {
      pool = { sum: last.sum + pool.sum, count: last.count + pool.count };
      pools.pop();
    }
    pools.push(pool);
  });
  const shifted = pools.flatMap(({ sum, count }) => Array.from({ length: count }, () => sum / count));
  const highest = Math.max(0, most - (order.length - 1) * gap);
  const places = new Array<number>(wanted.length).fill(0);
  order.forEach((i, rank) => {
    places[i] = Math.min(Math.max(shifted[rank], 0), highest) + rank * gap;
  });
  return places;
}
