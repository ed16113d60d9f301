import type { Figure, Series } from "../../src/figures/figure.ts";
import { draw, linear, logY } from "../shared/draw.ts";
import { fittedFunction, target } from "../shared/mixture-closed-forms.ts";
import type { PanelOutcome } from "./measure.ts";
import type { LargeRow } from "./particles.ts";
import { DYNAMICS_NAMES } from "./settings.ts";

/** Energies against time: lines by characteristics, dashes by finite volumes, many particles with their errors. */
export function energyPanel({ start, meanField, large }: PanelOutcome): Figure {
  return logY(`Figure 1, ${start.name} start: energies`, "t", "E", [
    ...meanField.map(({ dynamics, times: x, characteristics: { energies: y } }) => ({ name: `${dynamics}, mean field`, x, y })),
    ...meanField.map(({ dynamics, times, finiteVolume: { energies } }) => {
      const y = energies.filter((energy) => !Number.isNaN(energy));
      return { name: `${dynamics}, finite volumes`, x: times.slice(0, y.length), y, dashed: true };
    }),
    ...large.map(({ dynamics, rows }) => {
      const last = ({ sizes }: LargeRow) => sizes[sizes.length - 1];
      const error = (row: LargeRow) => last(row).error;
      const name = `${dynamics}, n = ${last(rows[0]).n}`;
      return draw(name, rows, "time", (row) => last(row).mean, { error, mode: "markers" });
    }),
  ]);
}

/** Energies of few particles against time: medians over the seeds, with the lower and the upper quartile as dashes. */
export function fewParticlesPanel({ start, small }: PanelOutcome): Figure {
  const traces = small.flatMap(({ dynamics, scheme, times, quartiles, last: { count } }): Series[] => {
    const name = `${dynamics}, ${scheme}, n = ${count}`;
    const rows = quartiles.map((values, s) => ({ time: times[s], ...values }));
    const bound = { mode: "lines", dashed: true } as const;
    return [
      draw(name, rows, "time", "median", { dashed: false }),
      draw(`${name}: lower`, rows, "time", "low", bound),
      draw(`${name}: upper`, rows, "time", "high", bound),
    ];
  });
  return logY(`Figure 1, ${start.name} start: energies of few particles, medians and quartiles`, "t", "E", traces);
}

const PLACES = Array.from({ length: 101 }, (_, k) => (k - 50) / 10);
const MARKED = Array.from({ length: 31 }, (_, k) => (k - 15) / 3);

/** The target, and what mean field and few particles (of the first seed) have fitted to it at the end. */
export function fittedPanel({ start, meanField, small }: PanelOutcome): Figure {
  return linear(`Figure 1, ${start.name} start: fitted functions at t = ${start.end}`, "x", "f", [
    { name: "target", x: PLACES, y: PLACES.map(target) },
    ...meanField.map(({ dynamics, characteristics: { last } }) => {
      const y = fittedFunction({ points: last.points, weights: last.weights, count: last.weights.length }, PLACES);
      return { name: `${dynamics}, mean field`, x: PLACES, y, dashed: true };
    }),
    ...small.map(({ dynamics, scheme, last }) => {
      const y = fittedFunction(last, MARKED);
      return { name: `${dynamics}, ${scheme}, n = ${last.count}`, x: MARKED, y, mode: "markers" as const };
    }),
  ]);
}

/** The particles (y, c) of the first seed at the end, by the notebook's scheme where it has births and deaths. */
export function particlePanel({ start, small }: PanelOutcome): Figure {
  const traces = DYNAMICS_NAMES.flatMap((name) => {
    const run = small.find(({ dynamics }) => dynamics === name);
    if (run === undefined) return [];
    const [c, y] = run.last.points;
    return [{ name: `${name}, ${run.scheme}`, x: [...y], y: [...c], mode: "markers" as const }];
  });
  return linear(`Figure 1, ${start.name} start: particles at t = ${start.end}`, "y", "c", traces);
}
