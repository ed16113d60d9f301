import type { Figure, Series, Trace } from "../../src/figures/figure.ts";
import type { SchemeName } from "../../src/schemes/schemes.ts";
import { AXES } from "../shared/axes.ts";
import { COLOURS, NEUTRAL } from "../shared/colours.ts";
import { draw, drawBand, drawKey, linear, logY } from "../shared/draw.ts";
import { fittedFunction, target } from "../shared/mixture-closed-forms.ts";
import type { PanelOutcome } from "./measure.ts";
import type { LargeRow } from "./particles.ts";
import { DYNAMICS_NAMES, type DynamicsName } from "./settings.ts";

/** Lines and markers of a dynamics: where two coincide, the one that is drawn later is dashed and smaller. */
const LOOKS = {
  "gradient-descent": { dash: [], size: 9, symbol: "circle" },
  "birth-death": { dash: [], size: 10, symbol: "circle" },
  "reinjection net-deficit": { dash: [8, 6], size: 6, symbol: "circle" },
} as const satisfies Record<DynamicsName, object>;

const lookOf = (dynamics: DynamicsName) => ({ colour: COLOURS[dynamics], ...LOOKS[dynamics] });

/** Energies against time: lines by characteristics, crosses by finite volumes, many particles with their errors. */
export function energyPanel({ start, meanField, large }: PanelOutcome): Figure {
  const last = ({ sizes }: LargeRow) => sizes[sizes.length - 1];
  return logY(`Figure 1, ${start.name} start: energies`, AXES.time, AXES.energy, [
    drawKey("mean field by characteristics", { mode: "lines" }),
    drawKey("by finite volumes", { mode: "markers", symbol: "x", size: 9 }),
    drawKey(`${last(large[0].rows[0]).n} particles, +- 1 standard error`, { mode: "markers", symbol: "circle", size: 9 }),
    ...meanField.map(({ dynamics, characteristics: { curve } }) =>
      draw(`${dynamics}, mean field`, curve, "time", "energy", { mode: "lines", label: dynamics, ...lookOf(dynamics) }),
    ),
    ...meanField.map(({ dynamics, times, finiteVolume: { energies } }): Series => {
      const y = energies.filter((energy) => !Number.isNaN(energy));
      const look = { ...lookOf(dynamics), symbol: "x", mode: "markers" as const, unnamed: true };
      return { name: `${dynamics}, finite volumes`, x: times.slice(0, y.length), y, ...look };
    }),
    ...large.map(({ dynamics, rows }) => {
      const error = (row: LargeRow) => last(row).error;
      const name = `${dynamics}, n = ${last(rows[0]).n}`;
      return draw(name, rows, "time", (row) => last(row).mean, { error, mode: "markers", unnamed: true, ...lookOf(dynamics) });
    }),
  ]);
}

const NOTEBOOK: SchemeName = "authors-notebook";
const NOTEBOOK_DASH = [3, 3];

/** Energies of few particles against time: medians over the seeds, in bands of their quartiles. */
export function fewParticlesPanel({ start, small }: PanelOutcome): Figure {
  const traces = small.flatMap(({ dynamics, scheme, times, quartiles, last: { count } }): Trace[] => {
    const name = `${dynamics}, ${scheme}, n = ${count}`;
    const rows = quartiles.map((values, s) => ({ time: times[s], ...values }));
    const colour = COLOURS[dynamics];
    const own = scheme !== NOTEBOOK;
    return [
      drawBand(`${name}: quartiles`, rows, "time", ["low", "high"], { colour, unnamed: true, opacity: 0.2 }),
      draw(name, rows, "time", "median", { mode: "lines", colour, dash: own ? [] : NOTEBOOK_DASH, unnamed: !own, ...(own ? { label: dynamics } : {}) }), // biome-ignore format: one call
    ];
  });
  return logY(`Figure 1, ${start.name} start: energies of ${small[0].last.count} particles`, AXES.time, AXES.energy, [
    { kind: "area", name: "quartiles over the seeds", x: [], low: [], high: [], colour: NEUTRAL, opacity: 0.3 },
    drawKey("median, the paper's scheme", { mode: "lines" }),
    drawKey(`median, ${NOTEBOOK}`, { mode: "lines", dash: NOTEBOOK_DASH }),
    ...traces,
  ]);
}

const PLACES = Array.from({ length: 121 }, (_, k) => (k - 60) / 12);
const MARKED = Array.from({ length: 31 }, (_, k) => (k - 15) / 3);

/** The target, and what mean field and few particles (of the first seed) have fitted to it at the end. */
export function fittedPanel({ start, meanField, small }: PanelOutcome): Figure {
  const own = small.filter(({ scheme }) => scheme !== NOTEBOOK);
  return linear(
    `Figure 1, ${start.name} start: fitted functions at t = ${start.end}`,
    INPUT,
    { title: "function", symbol: "f(x)" },
    [
      { name: "target", x: PLACES, y: PLACES.map(target), mode: "lines", colour: NEUTRAL, width: 5, opacity: 0.6 },
      ...meanField.map(({ dynamics, characteristics: { last } }): Series => {
        const y = fittedFunction({ points: last.points, weights: last.weights, count: last.weights.length }, PLACES);
        return { name: `${dynamics}, mean field`, x: PLACES, y, mode: "lines", ...lookOf(dynamics) };
      }),
      ...own.map(({ dynamics, last }): Series => {
        const y = fittedFunction(last, MARKED);
        return { name: `${dynamics}, n = ${last.count}`, x: MARKED, y, mode: "markers", ...lookOf(dynamics) };
      }),
    ],
  );
}

const INPUT = { title: "input", symbol: "x" };

/** The particles (y, c) of the first seed at the end, by the notebook's scheme where it has births and deaths. */
export function particlePanel({ start, small }: PanelOutcome): Figure {
  const traces = DYNAMICS_NAMES.flatMap((name): Series[] => {
    const run = small.find(({ dynamics }) => dynamics === name);
    if (run === undefined) return [];
    const [c, y] = run.last.points;
    return [
      { name: `${name}, ${run.scheme}`, x: [...y], y: [...c], mode: "markers", ...lookOf(name), size: 7, symbol: SYMBOLS[name] },
    ];
  });
  const title = `Figure 1, ${start.name} start: particles at t = ${start.end}`;
  return linear(title, { title: "centre", symbol: "y" }, { title: "amplitude", symbol: "c" }, traces);
}

const SYMBOLS: Readonly<Record<DynamicsName, string>> = {
  "gradient-descent": "circle",
  "birth-death": "square",
  "reinjection net-deficit": "triangle-up",
};
