import { presenting } from "../state/presenting.ts";
import type { Session } from "../state/session.ts";

/** The keys of the page, as the list of them says. */
export const KEYS: readonly (readonly [keys: readonly string[], does: string])[] = [
  [["Space"], "play or pause"],
  [["←", "→"], "one frame back or forward"],
  [["Shift ←", "Shift →"], "ten frames back or forward"],
  [["Home"], "to the start"],
  [["End"], "to the end"],
  [["P"], "present: two panels in larger type"],
  [["Esc"], "leave the presentation, the drawer or this list"],
  [["?"], "this list"],
];

const FRAMES_OF_SHIFT = 10;

/** What the keys do besides moving through the run. */
export interface KeyActions {
  showKeys(): void;
  /** Closes what is open; returns whether something was. */
  close(): boolean;
}

/** Listens to the keys of the page, but for those that a field or a button under the focus takes. Returns what ends it. */
export function listenToKeys({ playback, setup, shown }: Session, { showKeys, close }: KeyActions): () => void {
  const move = (frames: number) => playback.stopAt((frames > 0 ? playback.wanted.value : shown.value) + frames);
  const end = () => playback.stopAt((setup.value?.times.length ?? 1) - 1);
  const actions: Readonly<Record<string, (shift: boolean) => void>> = {
    " ": () => (playback.playing.value ? playback.pause() : playback.play()),
    ArrowLeft: (shift) => move(shift ? -FRAMES_OF_SHIFT : -1),
    ArrowRight: (shift) => move(shift ? FRAMES_OF_SHIFT : 1),
    Home: () => playback.stopAt(0),
    End: end,
    p: () => {
      presenting.value = !presenting.value;
    },
    "?": showKeys,
  };
  const onKey = (event: KeyboardEvent) => {
    const { key, target } = event;
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (key === "Escape") {
      if (close()) event.preventDefault();
      return;
    }
    const action = actions[key.length === 1 ? key.toLowerCase() : key];
    if (action === undefined || isTaken(target as Element, key)) return;
    event.preventDefault();
    action(event.shiftKey);
  };
  addEventListener("keydown", onKey);
  return () => removeEventListener("keydown", onKey);
}

/** Whether the element under the focus has a use of its own for a key. The timeline has the same one as the page. */
function isTaken(target: Element, key: string): boolean {
  if (target.id === "timeline") return false;
  if (target.closest("dialog") !== null) return true;
  if (target.matches("input, textarea, select, [contenteditable], [role=tab]")) return true;
  return key === " " && target.matches("button, summary, a");
}
