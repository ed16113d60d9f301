import { pageNumber } from "../state/page-number.ts";
import type { TimePicture } from "./curves.ts";
import { curvesOfAxes, curvesOnLine } from "./distance-curves.ts";
import { insetOf } from "./distance-inset.ts";
import { picture, type TimeKind } from "./time-picture.ts";
import { awaited, type RunValues } from "./values.ts";

/** W1 along each axis, over what chance makes of it: as many independent draws, and the noise of the scheme. */
function distancePicture(run: RunValues): TimePicture {
  const axes = run.alone === null ? (run.setup?.axes ?? []) : [];
  const curves = axes.length === 0 ? [] : axes.length === 1 ? curvesOnLine(run) : curvesOfAxes(run);
  const judged = run.particles.some(({ distances }) => distances !== null);
  const waiting = awaited(run) ?? (judged ? null : "Waiting for the mean field of these times.");
  const label = axes.length > 1 ? "W\u2081 / median of the draws" : `W\u2081 (units of ${axes[0]?.name ?? "\u03b8"})`;
  return { ...picture(run, label, true, curves, waiting), inset: axes.length === 1 ? insetOf(run) : null, remark: remarkOf(run) };
}

/** Of the prediction: that it is on its way, or why there is none. */
function remarkOf({ noise, scheme, alone }: RunValues): string {
  if (alone !== null) return "";
  if (noise.stage === "predicting") return `Predicting the noise of ${scheme}.`;
  if (noise.stage === "absent") return `The noise of ${scheme} is not predicted here: ${noise.why}.`;
  return "";
}

export const distance: TimeKind = {
  title: "Distance from the mean field",
  sees: () => "The particles, against what chance makes of them.",
  picture: distancePicture,
  says(values) {
    const { setup, particles, n, shown } = values;
    const distances = particles[shown]?.distances;
    if (!distances) return awaited(values) ?? "waiting for the mean field and the particles of this time";
    return distances
      .map(({ distance, band: [low, , high] }, a) => {
        const name = setup!.axes[a].name;
        return `W1 along ${name} ${pageNumber(distance)}; of ${n} independent draws ${pageNumber(low)} to ${pageNumber(high)}`;
      })
      .join("; ");
  },
};
