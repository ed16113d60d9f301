import { pageNumber } from "../state/page-number.ts";
import { curve, type TimePicture } from "./curves.ts";
import { INKS } from "./inks.ts";
import { finite, line, picture, type TimeKind } from "./time-picture.ts";
import { awaited, type RunValues } from "./values.ts";

/** E(0) - E(t), or that of E_tau at a temperature, and what (16) says that it is: they lie on each other where the solver keeps (16). */
function dissipationPicture(run: RunValues): TimePicture {
  const times = (run.setup?.times ?? []).slice(0, run.meanField.length);
  const start = run.meanField[0]?.record.energy ?? 0;
  const lost = run.meanField.map(({ record }) => finite(start - record.energy));
  const dissipated = run.meanField.map(({ record }) => finite(record.dissipated));
  const warm = (run.setup?.thermal ?? null) !== null;
  const name = warm ? "free energy lost, E_\u03c4(0) \u2212 E_\u03c4(t)" : "energy lost, E(0) \u2212 E(t)";
  const curves = [
    curve(line(name, INKS[run.theme].meanField), times, lost, { width: 5 }),
    curve(line("dissipated so far", INKS[run.theme].deaths, [5, 4]), times, dissipated),
  ];
  const notice = awaited({ ...run, particles: [] });
  return picture(run, warm ? "free energy" : "energy", false, curves, run.meanField.length > 0 ? null : notice);
}

export const dissipation: TimeKind = {
  title: "Dissipation",
  sees: ({ thermal }) => `The ${thermal === null ? "" : "free "}energy lost, and what the equation says it is.`,
  picture: dissipationPicture,
  note: ({ time, defect }) => `Defect at t = ${pageNumber(time)}: ${pageNumber(defect)}`,
  says({ setup, meanField, shown }) {
    const record = meanField[shown]?.record;
    if (!record) return "waiting for the mean field";
    const lost = meanField[0].record.energy - record.energy;
    return `${pageNumber(lost)} ${setup?.thermal ? "free " : ""}energy lost, ${pageNumber(record.dissipated)} dissipated, defect ${pageNumber(record.defect)}`;
  },
};
