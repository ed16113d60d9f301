import { recorded } from "../state/view.ts";
import { type Curve, curve, furtherStyle } from "./curves.ts";
import { INKS } from "./inks.ts";
import { positive } from "./ranges.ts";
import { smooth } from "./smooth.ts";
import { line } from "./time-picture.ts";
import type { RunValues } from "./values.ts";

/** W1 and its bands, at the frames of the mean field: quantiles of sqrt(n) W1 over sqrt(n). */

/** Of a band, from its upper end to its lower. */
interface Band {
  label: string;
  times: readonly number[];
  high: readonly (number | null)[];
  low: readonly (number | null)[];
}

function bandCurves({ label, times, high, low }: Band, colour: string, at: number): Curve[] {
  return [
    curve(line(`${label}, 95%`, colour), times, high, { width: 0.75, band: { to: at + 1, label: `${label}, 5% to 95%` } }),
    curve(line(`${label}, 5%`, colour), times, low, { width: 0.75 }),
  ];
}

const framesOf = ({ setup, meanField }: RunValues) => (setup?.times ?? []).slice(0, meanField.length);

/** At each frame a quantile of W1 of independent draws along an axis. @param q 0, 1 or 2: of 5%, 50% or 95%. */
function ofDraws({ meanField, n }: RunValues, a: number, q: number): (number | null)[] {
  return meanField.map(({ sampling }) => positive(sampling[a][q] / Math.sqrt(n)));
}

/** The same of the scheme, as far as it is predicted. */
function ofScheme(run: RunValues, a: number, q: number): (number | null)[] {
  const { noise, n } = run;
  const values = noise.quantiles.map((axes) => axes[a][q] / Math.sqrt(n));
  return values.every((value) => value > 0) ? smooth(noise.times, values, framesOf(run)) : framesOf(run).map(() => null);
}

const namesOf = ({ n, scheme }: RunValues) => ({ draws: `${n} independent draws`, scheme: `noise of ${scheme}, predicted` });

/** With one variable: both bands, earlier runs and replicas under the particles. */
export function curvesOnLine(run: RunValues): Curve[] {
  const ink = INKS[run.theme];
  const names = namesOf(run);
  const times = framesOf(run);
  const curves = bandCurves({ label: names.draws, times, high: ofDraws(run, 0, 2), low: ofDraws(run, 0, 0) }, ink.guide, 0);
  if (run.noise.times.length > 0)
    curves.push(...bandCurves({ label: names.scheme, times, high: ofScheme(run, 0, 2), low: ofScheme(run, 0, 0) }, ink.particles, curves.length)); // biome-ignore format: one call
  const { replicas } = run.noise;
  const label = `${replicas.length === 1 ? "another run" : `${replicas.length} other runs`} of ${run.scheme}`;
  for (const replica of replicas) {
    curves.push(curve(line(label, `${ink.particles}90`), replica.times, replica.distances.map(positive), { width: 1 }));
  }
  run.earlier.forEach((earlier, i) => {
    const colour = ink.earlier[(run.earlier.length - 1 - i) % ink.earlier.length];
    curves.push(curve(line(earlier.label, colour), earlier.times, earlier.distances.map(positive), { width: 1.5 }));
  });
  const own = recorded(run.particles).filter(({ distances }) => distances !== null);
  curves.push(
    curve(
      line("particles", ink.particles),
      own.map(({ time }) => time),
      own.map(({ distances }) => positive(distances?.[0].distance)),
    ),
  );
  return curves;
}

/**
 * With several variables W1 along each axis over the median of as many independent draws along it: one scale for all, and one band, which holds those of all axes.
 */
export function curvesOfAxes(run: RunValues): Curve[] {
  const ink = INKS[run.theme];
  const names = namesOf(run);
  const times = framesOf(run);
  const axes = run.setup?.axes ?? [];
  const medians = axes.map((_, a) => ofDraws(run, a, 1));
  const shared = (of: typeof ofDraws, q: number, choose: (...values: number[]) => number) => {
    const ratios = axes.map((_, a) => of(run, a, q).map((value, k) => ratio(value, medians[a][k])));
    return times.map((_, k) => {
      const all = ratios.map((values) => values[k]);
      return all.every((value) => value !== null) ? choose(...(all as number[])) : null;
    });
  };
  const band = (label: string, of: typeof ofDraws): Band => {
    return { label, times, high: shared(of, 2, Math.max), low: shared(of, 0, Math.min) };
  };
  const curves = bandCurves(band(names.draws, ofDraws), ink.guide, 0);
  if (run.noise.times.length > 0) curves.push(...bandCurves(band(names.scheme, ofScheme), ink.particles, curves.length));
  const frames = recorded(run.particles).filter(({ distances }) => distances !== null);
  axes.forEach(({ name }, a) => {
    const style = a === 0 ? { colour: ink.particles, dash: [] } : furtherStyle(a - 1, ink);
    curves.push(
      curve(
        line(`particles, along ${name}`, style.colour, style.dash),
        frames.map(({ time }) => time),
        frames.map(({ distances }) => ratio(positive(distances?.[a].distance), distances?.[a].band[1] ?? null)),
      ),
    );
  });
  return curves;
}

function ratio(value: number | null, median: number | null): number | null {
  return value === null || median === null ? null : positive(value / median);
}
