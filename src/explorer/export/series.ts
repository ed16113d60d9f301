import { csvFormatRows } from "../../files/csv.ts";
import type { MeanFieldFrame, ParticleFrame, RunSetup } from "../engine/frames.ts";
import type { Rival } from "../state/view.ts";

/**
 * The curves against time as CSV, one row a frame and all digits: the mean field as `bdpde solve --summary` has it, the particles as
 * `bdpde particles --summary` with one replica, distances with their bands, and the other dynamics. Empty where there is no number; at a temperature with its own columns.
 */
export function seriesCsv(
  setup: RunSetup,
  meanField: readonly MeanFieldFrame[],
  particles: readonly ParticleFrame[],
  rivals: readonly Rival[],
): string {
  const warm = setup.thermal !== null;
  const header = [
    ...["time", "energy", "gap", "meanPotential", "minPotential", "dissipated", "defect", "mass"],
    ...(warm ? ["temperature", "gibbsResidual", "energy without entropy"] : []),
    ...setup.observables,
    ...["particles energy", "particles gap", "particles outside"],
    ...setup.observables.map((name) => `particles ${name}`),
    ...setup.axes.flatMap(({ name }) => [`W1 ${name}`, `W1 ${name} 5%`, `W1 ${name} 50%`, `W1 ${name} 95%`]),
    ...rivals.flatMap(({ name }) => [`${name} energy`, `${name} gap`]),
  ];
  const rows = meanField.map(({ record, thermal }, k) => {
    // Between long steps of the particles there is nothing new of them.
    const own = particles[k]?.time === record.time ? particles[k] : undefined;
    return [
      ...[record.time, record.energy, record.gap, record.meanPotential, record.minPotential],
      ...[record.dissipated, record.defect, record.mass],
      ...(warm ? [setup.thermal?.temperatures[k], record.gibbsResidual, thermal?.energy] : []),
      ...setup.observables.map((name) => record.observables[name]),
      ...[own?.energy, own?.gap, own?.outside],
      ...setup.observables.map((_, o) => own?.observables[o]),
      ...setup.axes.flatMap((_, a) => {
        const distance = own?.distances?.[a];
        return [distance?.distance, ...(distance?.band ?? [null, null, null])];
      }),
      ...rivals.flatMap(({ frames }) => [frames[k]?.energy, frames[k]?.gap]),
    ].map((value) => (typeof value === "number" && !(warm && Number.isNaN(value)) ? String(value) : ""));
  });
  return `${csvFormatRows([header, ...rows])}\n`;
}
