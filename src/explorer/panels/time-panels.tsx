import type { ReadonlySignal } from "@preact/signals";
import { useComputed } from "@preact/signals";
import { formatShort } from "../../figures/numbers.ts";
import type { View } from "../state/view.ts";
import { legendOf, type TimePicture } from "./curves.ts";
import type { PanelName } from "./names.ts";
import { Panel } from "./panel.tsx";
import { nearestIndex } from "./ranges.ts";
import { spoken } from "./spoken.ts";
import { createTimeChart, timeStructure } from "./time-chart.ts";
import { dissipationPicture, distancePicture, energyPicture, gapPicture } from "./time-pictures.ts";
import { dynamicsOf, type RunValues, runValues, viewValues } from "./values.ts";

export interface TimePanelProps {
  view: View;
  /** Asked to show a frame when the reader points at its time. */
  onSeek?: (index: number) => void;
}

interface Kind {
  name: PanelName;
  picture: (run: RunValues) => TimePicture;
  /** Numbers of the frame on show. */
  note?: (view: View) => string;
}

function TimePanel({ view, onSeek, name, picture, note }: TimePanelProps & Kind) {
  const drawn: ReadonlySignal<TimePicture> = useComputed(() => picture(runValues(view)));
  const dynamics = useComputed(() => dynamicsOf(view));
  const structure = useComputed(() => timeStructure(drawn.value));
  const legend = useComputed(() => legendOf(drawn.value.curves));
  const notes = useComputed(() => drawn.value.notice ?? note?.(view) ?? "");
  const seek = (time: number) => {
    const times = view.setup.peek()?.times ?? [];
    const frames = Math.max(view.meanField.peek().length, view.particles.peek().length);
    if (frames > 0) onSeek?.(nearestIndex(times, frames, time));
  };
  return (
    <Panel
      name={name}
      dynamics={dynamics}
      structure={structure}
      legend={legend}
      note={notes}
      watch={() => [drawn.value, view.shown.value]}
      words={() => spoken(name, viewValues(view))}
      create={(host, look) =>
        createTimeChart(
          host,
          look,
          () => drawn.value,
          () => view.setup.value?.times[view.shown.value] ?? null,
          seek,
        )
      }
    />
  );
}

export function EnergyPanel(props: TimePanelProps) {
  return <TimePanel {...props} name="energy" picture={energyPicture} />;
}

export function DissipationPanel(props: TimePanelProps) {
  return <TimePanel {...props} name="dissipation" picture={dissipationPicture} note={defect} />;
}

function defect(view: View): string {
  const record = view.meanField.value[view.shown.value]?.record;
  return record ? `Defect at t = ${formatShort(record.time)}: ${formatShort(record.defect)}` : "";
}

export function GapPanel(props: TimePanelProps) {
  return <TimePanel {...props} name="gap" picture={gapPicture} />;
}

export function DistancePanel(props: TimePanelProps) {
  return (
    <TimePanel
      {...props}
      name="distance"
      picture={distancePicture}
      note={() => "Distances of independent draws scale like n^-1/2."}
    />
  );
}
