import { formatShort } from "../../figures/numbers.ts";
import { recorded } from "../state/view.ts";
import { COLOURS, type Curve, curve, earlierColour, furtherStyle, type TimePicture } from "./curves.ts";
import { positive } from "./ranges.ts";
import { line, picture, type TimeKind } from "./time-picture.ts";
import { awaited, type RunValues } from "./values.ts";

const AXIS_DASHES: readonly (readonly number[])[] = [[], [12, 2], [3, 2]];

/** W1 along each axis, over the band of as many independent draws; the earlier runs, along the first axis, below them. */
function distancePicture(run: RunValues): TimePicture {
  const { setup, particles, n } = run;
  const axes = run.alone === null ? (setup?.axes ?? []) : [];
  const curves: Curve[] = run.earlier.map((earlier, i) => {
    const label = axes.length > 1 ? `${axes[0].name}: ${earlier.label}` : earlier.label;
    const look = line(label, earlierColour(run.earlier.length - 1 - i));
    return curve(look, earlier.times, earlier.distances.map(positive), { width: 1.25 });
  });
  const judged = recorded(particles).flatMap(({ time, distances }) => (distances ? [{ time, distances }] : []));
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

export const distance: TimeKind = {
  title: "Distance from the mean field",
  sees: () => "The particles, and as many independent draws.",
  picture: distancePicture,
  note: () => "Distances of independent draws scale like n^-1/2.",
  says(values) {
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
