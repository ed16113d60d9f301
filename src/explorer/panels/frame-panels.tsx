import { useComputed } from "@preact/signals";
import type { Theme } from "../../figures/theme.ts";
import type { Axis } from "../../grid/grid.ts";
import type { View } from "../state/view.ts";
import type { Drawing } from "./chart.ts";
import type { LegendEntry } from "./curves.ts";
import { deathThresholdOf } from "./death-threshold.ts";
import { createDensityLine } from "./density-line.ts";
import { densityLegend, densityLine, densityPlane } from "./density-picture.ts";
import { shownPlane } from "./frame-content.ts";
import { Panel } from "./panel.tsx";
import { FRAME_PANELS, type FrameName, spoken } from "./panels.ts";
import { createPlaneMap } from "./plane-map.ts";
import { createPotentialLine } from "./potential-line.ts";
import { potentialLegend, potentialLine, potentialPlane } from "./potential-picture.ts";
import { SliceChoice } from "./slice-choice.tsx";
import { awaited, broken, subjectOf, type ViewValues, viewValues } from "./values.ts";

/** The axis of a panel that has nothing to draw yet. */
const NO_AXIS: Axis = { name: "\u03b8", min: 0, max: 1, cells: 4, periodic: false, width: 0.25 };

/** How a panel is drawn. */
interface Drawn {
  onLine: (host: HTMLElement, look: Theme, axis: Axis) => Drawing;
  onPlane: (host: HTMLElement, look: Theme, axes: [Axis, Axis]) => Drawing;
  legend: (values: ViewValues) => LegendEntry[];
  note: (values: ViewValues) => string | null;
}

/** A panel of the frame on show, in one dimension or on a plane. */
function FramePanel({ view, name }: { view: View; name: FrameName }) {
  const { onLine, onPlane, legend, note } = DRAWN[name](view);
  const axes = useComputed(() => {
    const setup = view.setup.value;
    return shownPlane({ setup, plane: view.plane.value }) ?? ([setup?.axes[0] ?? NO_AXIS] as const);
  });
  // As text: a run of the same axes goes on in the drawings of the one before.
  const structure = useComputed(() => JSON.stringify(axes.value));
  const subject = useComputed(() => subjectOf(view));
  const ready = useComputed(() => view.meanField.value.length > 0);
  const meanField = useComputed(() => view.meanField.value[view.shown.value]);
  const particles = useComputed(() => view.particles.value[view.shown.value]);
  // Legends change seldom: as text they are compared by value, and the list on the page is left alone.
  const legendText = useComputed(() => JSON.stringify(legend(viewValues(view))));
  const entries = useComputed<LegendEntry[]>(() => JSON.parse(legendText.value));
  const notes = useComputed(() => note(viewValues(view)) ?? "");
  return (
    <Panel
      name={name}
      subject={subject}
      structure={structure}
      ready={ready}
      legend={entries}
      note={notes}
      zooms={name === "density"}
      choice={name === "density" ? <SliceChoice view={view} /> : null}
      watch={() => [meanField.value, particles.value, view.plane.value, view.slice.value]}
      words={() => spoken(name, viewValues(view))}
      create={(host, look) => {
        const [x, y] = axes.value;
        return y ? onPlane(host, look, [x, y]) : onLine(host, look, x);
      }}
    />
  );
}

const DRAWN: Readonly<Record<FrameName, (view: View) => Drawn>> = {
  density: (view) => ({
    onLine: (host, look, axis) => createDensityLine(host, look, axis, () => densityLine(viewValues(view))),
    onPlane: (host, look, [x, y]) => createPlaneMap(host, look, x, y, () => densityPlane(viewValues(view))),
    legend: densityLegend,
    note: (values) => broken(values) ?? awaited(values),
  }),
  potential: (view) => ({
    onLine: (host, look, axis) =>
      createPotentialLine(host, look, axis, deathThresholdOf(subjectOf(view), 0).axis, () => potentialLine(viewValues(view))),
    onPlane: (host, look, [x, y]) => createPlaneMap(host, look, x, y, () => potentialPlane(viewValues(view))),
    legend: (values) => potentialLegend(values),
    note: (values) => broken(values) ?? awaited(values) ?? noteOn(values),
  }),
};

/** Of the potential. */
function noteOn({ setup }: ViewValues): string {
  const { note } = deathThresholdOf(setup!, 0);
  return [
    ...(setup!.axes.length > 1 ? ["Colours are faint where there is little mass."] : []),
    ...(note === null ? [] : [note]),
  ].join(" ");
}

const NAMES = Object.keys(FRAME_PANELS) as FrameName[];

/** All that is drawn of the frame on show. */
export function FramePanels({ view }: { view: View }) {
  return NAMES.map((name) => <FramePanel key={name} view={view} name={name} />);
}
