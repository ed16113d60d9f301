import type { MeanFieldFrame, ParticleFrame } from "../engine/frames.ts";
import { pageNumber } from "../state/page-number.ts";
import { recorded } from "../state/view.ts";
import { type Curve, curve, furtherStyle, type LegendEntry, legendEntry, type TimePicture } from "./curves.ts";
import { INKS } from "./inks.ts";
import { extent, logRange, padded, type Range } from "./ranges.ts";
import type { RunValues, Subject, ViewValues } from "./values.ts";

/** A panel of something against time: a row of TIME_PANELS. */
export interface TimeKind {
  title: string;
  /** What it shows, in a line. */
  sees: (subject: Subject) => string;
  /** The picture. */
  picture: (run: RunValues) => TimePicture;
  /** Beside it, of the frame on show. */
  note?: (record: MeanFieldFrame["record"]) => string;
  /** The frame on show in words, for those who do not see it. */
  says: (values: ViewValues) => string;
}

type LineEntry = LegendEntry & { mark: "line" | "dots" };

export function line(label: string, colour: string, dash: readonly number[] = []): LineEntry {
  return { ...legendEntry(label, colour, "line", dash), mark: "line" };
}

function dots(label: string, colour: string): LineEntry {
  return { ...legendEntry(label, colour, "dots"), mark: "dots" };
}

export function finite(value: number | null): number | null {
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

/** Of dots so that about MOST_DOTS of them are drawn in all: every one where particles take long steps. */
function strideOf({ setup, particles }: RunValues): number {
  const frames = setup?.times.length ?? 1;
  const held = particles.findIndex((frame) => frame !== particles[0]);
  return Math.max(1, Math.round(frames / Math.max(1, held) / MOST_DOTS));
}

/** Curves of the same quantity for the mean field, its particles and the rivals. */
export function threeKinds(
  run: RunValues,
  own: (k: number) => number | null,
  ofParticles: (frame: ParticleFrame) => number | null,
  ofRival: (frame: { energy: number; gap: number | null }) => number | null,
  names = { own: "mean field", particles: "particles" },
): Curve[] {
  const times = run.setup?.times ?? [];
  const steps = recorded(run.particles);
  const rivals = run.rivals.map((rival, i) => {
    const { colour, dash } = furtherStyle(i, INKS[run.theme]);
    return curve(
      line(rival.name, colour, dash),
      rival.frames.map((frame) => frame.time),
      rival.frames.map(ofRival),
    );
  });
  return [
    curve(
      line(names.own, INKS[run.theme].meanField),
      times.slice(0, run.meanField.length),
      run.meanField.map((_, k) => own(k)),
    ),
    ...(run.alone === null
      ? [
          curve(
            dots(names.particles, INKS[run.theme].particles),
            steps.map(({ time }) => time),
            steps.map(ofParticles),
            { stride: strideOf(run) },
          ),
        ]
      : []),
    ...rivals,
  ];
}

export function picture(run: RunValues, yLabel: string, logarithmic: boolean, curves: Curve[], notice: string | null): TimePicture {
  const values = curves.map((each) => each.values);
  const yRange = logarithmic ? logRange(values) : padded(extent(values));
  return { yLabel, logarithmic, xRange: timeRange(run), yRange, curves, notice, remark: "", inset: null };
}

/** Energies or gaps of the mean field, its particles and the rivals at one time. */
export function compared({ meanField, particles, rivals, shown, setup }: ViewValues, kind: "energy" | "gap"): string {
  const parts = [
    named(meanField[shown]?.record[kind], "mean field"),
    named(finite(particles[shown]?.[kind] ?? null), "particles"),
    ...rivals.map((rival) => named(rival.frames.find((frame) => frame.time === setup!.times[shown])?.[kind], rival.name)),
  ];
  const known = parts.filter((part) => part !== null);
  return known.length > 0 ? known.join(", ") : "not defined here";
}

function named(value: number | null | undefined, name: string): string | null {
  return value === null || value === undefined ? null : `${pageNumber(value)} ${name}`;
}
