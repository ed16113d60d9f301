import { DYNAMICS } from "../../problem/dynamics.ts";
import {
  COLOURS,
  type Curve,
  curve,
  earlierColour,
  furtherStyle,
  type LegendEntry,
  legendEntry,
  type TimePicture,
} from "./curves.ts";
import { extent, logRange, padded, positive, type Range } from "./ranges.ts";
import { awaited, followed, type RunValues } from "./values.ts";

/** What is drawn against time: energy, dissipation, optimality gap and distance. */

type LineEntry = LegendEntry & { mark: "line" | "dots" };

function line(label: string, colour: string, dash: readonly number[] = []): LineEntry {
  return { ...legendEntry(label, colour, "line", dash), mark: "line" };
}

function dots(label: string, colour: string): LineEntry {
  return { ...legendEntry(label, colour, "dots"), mark: "dots" };
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

/** From the first time of a run to its last. */
function timeRange(run: Pick<RunValues, "setup">): Range {
  const times = run.setup?.times ?? [];
  if (times.length === 0) return [0, 1];
  const [start, end] = [times[0], times[times.length - 1]];
  return end > start ? [start, end] : [start, start + 1];
}

/** More dots would hide the line that they follow. */
const MOST_DOTS = 25;

/** Curves of the same quantity for the mean field, its particles and the rivals. */
function threeKinds(
  run: RunValues,
  own: (k: number) => number | null,
  ofParticles: (k: number) => number | null,
  ofRival: (frame: { energy: number; gap: number | null }) => number | null,
): Curve[] {
  const times = run.setup?.times ?? [];
  const rivals = run.rivals.map((rival, i) => {
    const { colour, dash } = furtherStyle(i);
    return curve(
      line(rival.name, colour, dash),
      rival.frames.map((frame) => frame.time),
      rival.frames.map(ofRival),
    );
  });
  return [
    curve(
      line("mean field", COLOURS.meanField),
      times.slice(0, run.meanField.length),
      run.meanField.map((_, k) => own(k)),
    ),
    ...(followed(run.setup)
      ? [
          curve(
            dots("particles", COLOURS.particles),
            times.slice(0, run.particles.length),
            run.particles.map((_, k) => ofParticles(k)),
            { stride: Math.max(1, Math.round(times.length / MOST_DOTS)) },
          ),
        ]
      : []),
    ...rivals,
  ];
}

function picture(run: RunValues, yLabel: string, logarithmic: boolean, curves: Curve[], notice: string | null): TimePicture {
  const values = curves.map((each) => each.values);
  const yRange = logarithmic ? logRange(values) : padded(extent(values));
  return { yLabel, logarithmic, xRange: timeRange(run), yRange, curves, notice };
}

export function energyPicture(run: RunValues): TimePicture {
  const curves = threeKinds(
    run,
    (k) => finite(run.meanField[k].record.energy),
    (k) => finite(run.particles[k].energy),
    (frame) => finite(frame.energy),
  );
  return picture(run, "energy E", false, curves, awaited(run));
}

/** E(0) - E(t) and what (16) says that it is: they lie on each other where the solver keeps (16). */
export function dissipationPicture(run: RunValues): TimePicture {
  const times = (run.setup?.times ?? []).slice(0, run.meanField.length);
  const start = run.meanField[0]?.record.energy ?? 0;
  const lost = run.meanField.map(({ record }) => finite(start - record.energy));
  const dissipated = run.meanField.map(({ record }) => finite(record.dissipated));
  const curves = [
    curve(line("energy lost, E(0) \u2212 E(t)", COLOURS.meanField), times, lost, { width: 5 }),
    curve(line("dissipated so far", COLOURS.deaths, [5, 4]), times, dissipated),
  ];
  const notice = awaited({ ...run, particles: [] });
  return picture(run, "energy", false, curves, run.meanField.length > 0 ? null : notice);
}

export function gapPicture(run: RunValues): TimePicture {
  const curves = threeKinds(
    run,
    (k) => positive(run.meanField[k].record.gap),
    (k) => positive(run.particles[k].gap),
    (frame) => positive(frame.gap),
  );
  // A dynamics that does not conserve mass has no gap, while the others beside it have.
  const known = curves.filter(({ values }) => values.length === 0 || values.some((value) => value !== null));
  return picture(run, "gap V\u0304 \u2212 min V", true, known, withoutGap(run) ?? awaited(run));
}

function withoutGap({ setup, meanField }: RunValues): string | null {
  if (meanField.length === 0) return null;
  if ((setup !== null && !DYNAMICS[setup.dynamics].gapIsBound) || meanField.every(({ record }) => record.gap === null)) {
    return "No gap here: without conserved mass the minimum is over all measures, and V\u0304 \u2212 min V bounds nothing.";
  }
  return meanField.every(({ record }) => !(record.gap! > 0)) ? "The gap is 0, which a logarithmic axis cannot show." : null;
}

const AXIS_DASHES: readonly (readonly number[])[] = [[], [12, 2], [3, 2]];

/** W1 along each axis, over the band of as many independent draws; the earlier runs, along the first axis, below them. */
export function distancePicture(run: RunValues): TimePicture {
  const { setup, particles, n } = run;
  const axes = followed(setup) ? (setup?.axes ?? []) : [];
  const curves: Curve[] = run.earlier.map((earlier, i) => {
    const label = axes.length > 1 ? `${axes[0].name}: ${earlier.label}` : earlier.label;
    const look = line(label, earlierColour(run.earlier.length - 1 - i));
    return curve(look, earlier.times, earlier.distances.map(positive), { width: 1.25 });
  });
  const judged = (setup?.times ?? []).flatMap((time, k) => {
    const distances = particles[k]?.distances;
    return distances ? [{ time, distances }] : [];
  });
  const times = judged.map(({ time }) => time);
  axes.forEach((axis, a) => {
    const single = axes.length === 1;
    const colour = a === 0 ? COLOURS.particles : furtherStyle(a - 1).colour;
    const guide = single ? COLOURS.guide : colour;
    const along = single ? "" : `${axis.name}: `;
    const quantile = (q: number) => judged.map(({ distances }) => positive(distances[a]?.band[q]));
    const distances = judged.map(({ distances }) => positive(distances[a]?.distance));
    const draws = `${along}${n} independent draws`;
    const band = { to: curves.length + 1, label: `${draws}, 5% to 95%` };
    curves.push(
      curve(line(`${draws}, 95%`, guide, [1, 3]), times, quantile(2), { width: 1, band }),
      curve(line(`${draws}, 5%`, guide, [1, 3]), times, quantile(0), { width: 1 }),
      curve(line(`${along}median of the draws`, guide, [5, 4]), times, quantile(1), { width: 1.5 }),
      curve(line(`${along}particles`, colour, AXIS_DASHES[a]), times, distances),
    );
  });
  const waiting = awaited(run) ?? (judged.length === 0 ? "Waiting for the mean field of these times." : null);
  return picture(run, axes.length === 1 ? `W\u2081 (units of ${axes[0].name})` : "W\u2081", true, curves, waiting);
}
