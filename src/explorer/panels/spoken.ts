import { formatShort } from "../../figures/numbers.ts";
import { levelOf } from "./level.ts";
import { PANELS, type PanelName } from "./names.ts";
import { awaited, type ViewValues } from "./values.ts";
import { listed } from "./words.ts";

/** What the panels show at the frame on show, in words, for those who do not see them. */

export function spoken(name: PanelName, values: ViewValues): string {
  const { setup, meanField, particles, shown } = values;
  const title = PANELS[name].title;
  const time = setup?.times[shown];
  if (setup === null || time === undefined || (meanField[shown] === undefined && particles[shown] === undefined)) {
    return `${title}: ${awaited(values) ?? "Waiting for this frame."}`;
  }
  return `${title} at t = ${formatShort(time)}: ${SENTENCES[name](values)}`;
}

/** Energies or gaps of the mean field, its particles and the rivals at one time. */
function compared({ meanField, particles, rivals, shown, setup }: ViewValues, kind: "energy" | "gap"): string {
  const parts = [
    named(meanField[shown]?.record[kind], "mean field"),
    named(particles[shown]?.[kind], "particles"),
    ...rivals.map((rival) => named(rival.frames.find((frame) => frame.time === setup!.times[shown])?.[kind], rival.name)),
  ];
  const known = parts.filter((part) => part !== null);
  return known.length > 0 ? known.join(", ") : "not defined here";
}

function named(value: number | null | undefined, name: string): string | null {
  return value === null || value === undefined ? null : `${formatShort(value)} ${name}`;
}

const SENTENCES: Readonly<Record<PanelName, (values: ViewValues) => string>> = {
  density({ setup, meanField, particles, plane, n, shown }) {
    const axes = setup!.axes.length === 1 ? [setup!.axes[0]] : (setup!.planes[plane] ?? []).map((a) => setup!.axes[a]);
    const record = meanField[shown]?.record;
    const means = record && Object.entries(record.observables).map(([name, mean]) => `${name} ${formatShort(mean)}`);
    const parts = [
      `along ${listed(axes.map((axis) => axis.name))}`,
      ...(record ? [`mass ${formatShort(record.mass)}`] : []),
      ...(means && means.length > 0 ? [`means ${listed(means)}`] : []),
      ...(particles[shown]
        ? [`${n} particles, ${formatShort(100 * particles[shown].outside)}% of them outside of the domain`]
        : []),
    ];
    return parts.join("; ");
  },
  potential({ setup, meanField, shown }) {
    const record = meanField[shown]?.record;
    if (!record) return "waiting for the mean field";
    const level = levelOf(setup!.dynamics, record.meanPotential);
    const rate = level.deaths ? `; alpha ${formatShort(setup!.rates[shown] ?? NaN)}` : "; nothing is born or dies";
    return `${level.label} = ${formatShort(level.value)}, minimum ${formatShort(record.minPotential)}${rate}`;
  },
  energy: (values) => compared(values, "energy"),
  dissipation({ meanField, shown }) {
    const record = meanField[shown]?.record;
    if (!record) return "waiting for the mean field";
    const lost = meanField[0].record.energy - record.energy;
    return `${formatShort(lost)} energy lost, ${formatShort(record.dissipated)} dissipated, defect ${formatShort(record.defect)}`;
  },
  gap: (values) => compared(values, "gap"),
  distance(values) {
    const { setup, particles, n, shown } = values;
    const distances = particles[shown]?.distances;
    if (!distances) return awaited(values) ?? "waiting for the mean field and the particles of this time";
    return distances
      .map(({ distance, band: [low, , high] }, a) => {
        const name = setup!.axes[a].name;
        return `W1 along ${name} ${formatShort(distance)}; of ${n} independent draws ${formatShort(low)} to ${formatShort(high)}`;
      })
      .join("; ");
  },
};
