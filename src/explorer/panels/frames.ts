import { pageNumber } from "../state/page-number.ts";
import { deathThresholdOf, drivingOf } from "./death-threshold.ts";
import { gibbsLook, sliceWords } from "./frame-content.ts";
import type { Subject, ViewValues } from "./values.ts";

/** A panel of the frame on show: a row of FRAME_PANELS. It is drawn by frame-panels.tsx, and as a figure by figure-data.ts. */
export interface FrameKind {
  title: string;
  /** What it shows of a dynamics, in a line. */
  sees: (subject: Subject) => string;
  /** The frame in words, for those who do not see it. */
  says: (values: ViewValues) => string;
}

export const density: FrameKind = {
  title: "Density",
  sees: ({ alone }) =>
    alone === null ? "Where the mass is: the mean field, and the particles." : "Where the mass of the mean field is.",
  says(values) {
    const { setup, meanField, particles, plane, n, shown } = values;
    const axes = setup!.axes.length === 1 ? [setup!.axes[0]] : (setup!.planes[plane] ?? []).map((a) => setup!.axes[a]);
    const record = meanField[shown]?.record;
    const means = record && Object.entries(record.observables).map(([name, mean]) => `${name} ${pageNumber(mean)}`);
    const parts = [
      `along ${listed(axes.map((axis) => axis.name))}${sliceWords(values)}`,
      ...(record ? [`mass ${pageNumber(record.mass)}`] : []),
      ...(means && means.length > 0 ? [`means ${listed(means)}`] : []),
      ...(meanField[shown]?.thermal ? [`with ${gibbsLook(values)?.label}`] : []),
      ...(particles[shown] ? [`${n} particles, ${pageNumber(100 * particles[shown].outside)}% of them outside of the domain`] : []),
    ];
    return parts.join("; ");
  },
};

export const potential: FrameKind = {
  title: "Potential",
  sees: (subject) => deathThresholdOf(subject, 0).sees,
  says({ setup, meanField, shown }) {
    const frame = meanField[shown];
    if (!frame) return "waiting for the mean field";
    const { record } = frame;
    const threshold = deathThresholdOf(setup!, drivingOf(frame, 0).mean);
    const rate = threshold.deaths ? `; alpha ${pageNumber(setup!.rates[shown] ?? NaN)}` : "; nothing is born or dies";
    return `${threshold.label} = ${pageNumber(threshold.value)}, minimum${frame.thermal?.driving ? " of V" : ""} ${pageNumber(record.minPotential)}${rate}`;
  },
};

/** `a, b and c`. */
function listed(parts: readonly string[]): string {
  return parts.length < 2 ? (parts[0] ?? "") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
