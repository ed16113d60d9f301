import type { ReadonlySignal } from "@preact/signals";
import { useComputed } from "@preact/signals";
import type { View } from "../state/view.ts";
import { legendOf, type TimePicture } from "./curves.ts";
import { Panel } from "./panel.tsx";
import { spoken, TIME_PANELS, type TimeName } from "./panels.ts";
import { nearestIndex } from "./ranges.ts";
import { createTimeChart, timeStructure } from "./time-chart.ts";
import type { TimeKind } from "./time-picture.ts";
import { runValues, subjectOf, viewValues } from "./values.ts";

export interface TimePanelProps {
  view: View;
  /** Called to show a frame when the reader points at its time. */
  onSeek?: (index: number) => void;
}

function TimePanel({ view, onSeek, name }: TimePanelProps & { name: TimeName }) {
  const { picture, note }: TimeKind = TIME_PANELS[name];
  const drawn: ReadonlySignal<TimePicture> = useComputed(() => picture(runValues(view)));
  const subject = useComputed(() => subjectOf(view));
  const ready = useComputed(() => view.meanField.value.length > 0);
  const structure = useComputed(() => timeStructure(drawn.value));
  const legend = useComputed(() => legendOf(drawn.value.curves));
  const notes = useComputed(() => {
    const record = view.meanField.value[view.shown.value]?.record;
    return drawn.value.notice ?? (drawn.value.remark || ((record && note?.(record)) ?? ""));
  });
  const seek = (time: number) => {
    const times = view.setup.peek()?.times ?? [];
    const frames = Math.max(view.meanField.peek().length, view.particles.peek().length);
    if (frames > 0) onSeek?.(nearestIndex(times, frames, time));
  };
  return (
    <Panel
      name={name}
      zooms={false}
      subject={subject}
      structure={structure}
      ready={ready}
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

const NAMES = Object.keys(TIME_PANELS) as TimeName[];

/** All that is drawn against time. */
export function TimePanels(props: TimePanelProps) {
  return NAMES.map((name) => <TimePanel key={name} {...props} name={name} />);
}
