import { expect } from "vitest";
import { type Axis, type Figure, isNamed, isSeries, type Series, seriesOf } from "../../src/figures/figure.ts";
import { DYNAMICS_NAMES } from "../../src/problem/dynamics.ts";
import { COLOURS, NEUTRAL, shadesOf } from "../../validation/shared/colours.ts";

/** What a referee would find wrong with a figure of the report. */

const FEWEST_POINTS = 100;

/** The colours of all dynamics, with up to twenty shades of each. */
const PALETTE = new Set([
  NEUTRAL,
  ...Object.values(COLOURS),
  ...DYNAMICS_NAMES.flatMap((name) =>
    Array.from({ length: 20 }, (_, k) => shadesOf(name, k + 1).map(({ colour }) => colour)).flat(),
  ),
  ...Array.from({ length: 20 }, (_, k) => shadesOf(null, k + 1).map(({ colour }) => colour)).flat(),
]);

function faultsOfAxis({ title, symbol, ticks }: Axis): string[] {
  if (ticks !== undefined) return [];
  return symbol === undefined || !/[a-z]{4}|time|step/.test(title)
    ? [`the axis "${title}" is not named in words with its symbol`]
    : [];
}

function faultsOfSeries(series: Series): string[] {
  const { name, x, mode = "lines", dashed, colour } = series;
  const isCurve = mode === "lines" && dashed !== true && x.length > 0 && new Set(Array.from(x)).size > 1;
  return [
    ...(isCurve && x.length < FEWEST_POINTS ? [`the curve "${name}" has ${x.length} points`] : []),
    ...(dashed === true || PALETTE.has(String(colour)) ? [] : [`"${name}" has a colour of its own, ${colour}`]),
  ];
}

export function faultsOf({ title, x, y, z, traces }: Figure): string[] {
  const series = seriesOf(traces);
  const looks = series.filter((trace) => isNamed(trace, false) && trace.dashed !== true);
  const alike = looks.filter(({ colour, dash, symbol, mode = "lines", name }, k) =>
    looks
      .slice(0, k)
      .some(
        (other) =>
          other.name !== name &&
          other.colour === colour &&
          String(other.dash) === String(dash) &&
          other.symbol === symbol &&
          (other.mode ?? "lines") === mode,
      ),
  );
  const faults = [
    ...[x, y, ...(z === undefined ? [] : [z])].flatMap(faultsOfAxis),
    ...series.flatMap(faultsOfSeries),
    ...traces.flatMap((trace) =>
      isSeries(trace) || !("colour" in trace) || PALETTE.has(String(trace.colour))
        ? []
        : [`"${trace.name}" has a colour of its own`],
    ),
    ...alike.map(({ name }) => `"${name}" looks like another`),
  ];
  return faults.map((fault) => `${title}: ${fault}`);
}

export function expectNoFaults(figures: readonly Figure[]): void {
  expect(figures.length).toBeGreaterThan(0);
  expect(figures.flatMap(faultsOf)).toEqual([]);
}
