import { effect, type ReadonlySignal, untracked } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { THEMES, type Theme } from "../../figures/theme.ts";
import { presenting } from "../state/presenting.ts";
import { theme } from "../state/theme.ts";
import type { Drawing } from "./chart.ts";
import type { LegendEntry } from "./curves.ts";
import { forget, onNextFrame } from "./frame-loop.ts";
import { PANELS, type PanelName } from "./panels.ts";
import { register } from "./registry.ts";
import type { Subject } from "./values.ts";
import "./panels.css";

export interface PanelProps {
  name: PanelName;
  /** What is on show. */
  subject: ReadonlySignal<Subject>;
  /** The drawing is made anew when this changes. */
  structure: ReadonlySignal<unknown>;
  /** Whether there is a frame. Before the first one nothing is drawn, and later what was there stays, faint, until the next run has one. */
  ready: ReadonlySignal<boolean>;
  create: (host: HTMLElement, look: Theme) => Drawing;
  /** Reads the signals that the drawing depends on. */
  watch: () => void;
  legend: ReadonlySignal<readonly LegendEntry[]>;
  /** A notice of missing data, and numbers of the frame on show. */
  note: ReadonlySignal<string>;
  /** Whether there are buttons to enlarge where the mass is. */
  zooms: boolean;
  /** What the reader may choose, above the drawing. */
  choice?: ComponentChildren;
  /** The values on show in words, for those who do not see the drawing. */
  words: () => string;
}

/** Readers of the page aloud are told of a new frame at most this often while the run is played. */
const MILLISECONDS_BETWEEN_WORDS = 500;

/** A figure with its title, drawing, legend and note. It draws when something has changed, once for each frame of the screen. */
export function Panel(props: PanelProps) {
  const host = useRef<HTMLDivElement>(null);
  const shown = useRef<Drawing | null>(null);
  const { title, sees } = PANELS[props.name];
  useEffect(() => mount(host.current!, shown, props), []);
  return (
    <figure class={`panel panel-${props.name} ${props.ready.value ? "" : "panel-waiting"}`}>
      <figcaption>
        <strong>{title}</strong> <span class="panel-sees">{sees(props.subject.value)}</span>
        {props.choice}
      </figcaption>
      {props.zooms && (
        <div class="panel-zoom">
          <button type="button" onClick={() => shown.current?.zoom?.toMass()}>
            Zoom to the mass
          </button>
          <button type="button" onClick={() => shown.current?.zoom?.reset()}>
            Whole domain
          </button>
        </div>
      )}
      <div class="panel-drawing" ref={host} />
      <Legend entries={props.legend} />
      <p class="panel-note">{props.note}</p>
    </figure>
  );
}

function mount(
  host: HTMLElement,
  shown: { current: Drawing | null },
  { name, structure, ready, create, watch, legend, words }: PanelProps,
): () => void {
  let drawing: Drawing | null = null;
  /** What the drawing was made for. */
  let made: readonly unknown[] = [];
  let timer = 0;
  const draw = () => {
    if (ready.peek()) drawing?.draw();
  };
  const speak = () => {
    clearTimeout(timer);
    timer = 0;
    drawing?.canvas.setAttribute("aria-label", untracked(words));
  };
  const speakSoon = () => {
    if (timer === 0) timer = window.setTimeout(speak, MILLISECONDS_BETWEEN_WORDS);
  };
  const stopMaking = effect(() => {
    const look = THEMES[theme.value];
    const wanted = [structure.value, look, presenting.value];
    const same = drawing !== null && wanted.every((value, k) => value === made[k]);
    if (!ready.value || same) return;
    made = wanted;
    untracked(() => {
      drawing?.destroy();
      drawing = create(host, look);
      shown.current = drawing;
      drawing.canvas.setAttribute("role", "img");
    });
    speak();
    onNextFrame(draw);
  });
  const stopDrawing = effect(() => {
    watch();
    onNextFrame(draw);
    speakSoon();
  });
  const sizes = new ResizeObserver(() => {
    drawing?.resize(host.clientWidth);
    onNextFrame(draw);
  });
  sizes.observe(host);
  const leave = register(() =>
    drawing === null
      ? null
      : { name, title: PANELS[name].title, canvas: drawing.canvas, legend: legend.peek(), colourBar: drawing.colourBar },
  );
  return () => {
    stopMaking();
    stopDrawing();
    sizes.disconnect();
    leave();
    forget(draw);
    clearTimeout(timer);
    drawing?.destroy();
  };
}

function Legend({ entries }: { entries: ReadonlySignal<readonly LegendEntry[]> }) {
  return (
    <ul class="panel-legend">
      {entries.value.map((entry) => (
        <li key={entry.label}>
          <Swatch {...entry} /> {entry.label}
        </li>
      ))}
    </ul>
  );
}

function Swatch({ colour, dash, mark, ground }: LegendEntry) {
  return (
    <svg width="26" height="10" aria-hidden="true">
      {ground !== undefined && <rect width="26" height="10" fill={ground} />}
      {mark === "area" && <rect width="26" height="10" fill={colour} opacity="0.6" />}
      {mark === "line" && <line x1="0" y1="5" x2="26" y2="5" stroke={colour} stroke-width="2" stroke-dasharray={dash.join(" ")} />}
      {mark === "dots" && [5, 13, 21].map((x) => <circle key={x} cx={x} cy="5" r="2.5" fill={colour} />)}
    </svg>
  );
}
