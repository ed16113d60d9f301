import { DYNAMICS } from "../../problem/dynamics.ts";
import { consequencesOf } from "../../problem/terms.ts";
import { pageNumber } from "../state/page-number.ts";
import type { TimePicture } from "./curves.ts";
import { positive } from "./ranges.ts";
import { compared, picture, type TimeKind, threeKinds } from "./time-picture.ts";
import { awaited, type RunValues } from "./values.ts";

function gapPicture(run: RunValues): TimePicture {
  const curves = threeKinds(
    run,
    (k) => positive(run.meanField[k].record.gap),
    (frame) => positive(frame.gap),
    (frame) => positive(frame.gap),
  );
  // A dynamics that does not conserve mass has no gap, while the others beside it have.
  const known = curves.filter(({ values }) => values.length === 0 || values.some((value) => value !== null));
  const label = run.setup?.thermal ? "gap \u03c4 KL(\u03bc | Gibbs)" : "gap V\u0304 \u2212 min V";
  return picture(run, label, true, known, withoutGap(run) ?? awaited(run));
}

function withoutGap({ setup, meanField }: RunValues): string | null {
  if (meanField.length === 0) return null;
  if (
    (setup !== null && !consequencesOf(DYNAMICS[setup.dynamics].reaction).conservesMass) ||
    meanField.every(({ record }) => record.gap === null)
  ) {
    return "No gap here: without conserved mass the minimum is over all measures, and V\u0304 \u2212 min V bounds nothing.";
  }
  return meanField.every(({ record }) => !(record.gap! > 0)) ? "The gap is 0, which a logarithmic axis cannot show." : null;
}

export const gap: TimeKind = {
  title: "Optimality gap",
  sees: ({ thermal }) =>
    thermal === null
      ? "The energy is at most this far above its minimum."
      : "The free energy E_\u03c4 is at most this far above its minimum.",
  picture: gapPicture,
  note: ({ time, gibbsResidual }) =>
    gibbsResidual === undefined ? "" : `At t = ${pageNumber(time)}: \u222b |\u03bc \u2212 Gibbs| = ${pageNumber(gibbsResidual)}`,
  says: (values) => compared(values, "gap"),
};
