import type { TimePicture } from "./curves.ts";
import { compared, finite, picture, type TimeKind, threeKinds } from "./time-picture.ts";
import { awaited, type RunValues } from "./values.ts";

function energyPicture(run: RunValues): TimePicture {
  const curves = threeKinds(
    run,
    (k) => finite(run.meanField[k].record.energy),
    (k) => finite(run.particles[k].energy),
    (frame) => finite(frame.energy),
  );
  return picture(run, "energy E", false, curves, awaited(run));
}

export const energy: TimeKind = {
  title: "Energy",
  sees: () => "How fast each dynamics lowers the energy.",
  picture: energyPicture,
  says: (values) => compared(values, "energy"),
};
