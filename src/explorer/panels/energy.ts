import { pageNumber } from "../state/page-number.ts";
import { curve, type TimePicture } from "./curves.ts";
import { INKS } from "./inks.ts";
import { compared, finite, line, picture, type TimeKind, threeKinds } from "./time-picture.ts";
import { awaited, type RunValues, type ViewValues } from "./values.ts";

const FREE = "E_\u03c4";

/** At a temperature the particles have an energy E and no entropy: E of the mean field is drawn beside it. */
function energyPicture(run: RunValues): TimePicture {
  const warm = (run.setup?.thermal ?? null) !== null;
  const curves = threeKinds(
    run,
    (k) => finite(run.meanField[k].record.energy),
    (frame) => finite(frame.energy),
    (frame) => finite(frame.energy),
    warm ? { own: `${FREE}, mean field`, particles: "E without entropy, particles" } : undefined,
  );
  if (warm && run.alone === null) {
    const times = (run.setup?.times ?? []).slice(0, run.meanField.length);
    const energies = run.meanField.map((_, k) => energyOf(run, k));
    curves.splice(
      1,
      0,
      curve(line("E without entropy, mean field", INKS[run.theme].meanField, [2, 3]), times, energies, { width: 1.5 }),
    );
  }
  return picture(run, warm ? `free energy ${FREE}` : "energy E", false, curves, awaited(run));
}

/** E of the mean field, without entropy. */
function energyOf({ meanField }: Pick<RunValues, "meanField">, k: number): number | null {
  const frame = meanField[k];
  return frame === undefined ? null : finite(frame.thermal?.energy ?? frame.record.energy);
}

function says(values: ViewValues): string {
  if (!values.setup?.thermal) return compared(values, "energy");
  const free = compared({ ...values, particles: [] }, "energy");
  const own = energyOf(values, values.shown);
  const particles = finite(values.particles[values.shown]?.energy ?? null);
  if (own === null || particles === null) return `${FREE} ${free}`;
  return `${FREE} ${free}; E without entropy ${pageNumber(own)} mean field, ${pageNumber(particles)} particles`;
}

export const energy: TimeKind = {
  title: "Energy",
  sees: ({ thermal }) =>
    thermal === null || thermal.descends
      ? "How fast each dynamics lowers the energy."
      : "The free energy of each dynamics; it may rise, since births and deaths do not follow V + \u03c4 log \u03bc.",
  picture: energyPicture,
  says,
};
