/**
 * Counts what the reader does: a press of the pointer or of a key begins a gesture, which goes on while a slider is dragged, or a key held. All runs begun within one are passed by on the way to the last.
 */
let gestures = 0;

/** Listens to the page. */
export function watchGestures(): void {
  const begin = () => {
    gestures++;
  };
  addEventListener("pointerdown", begin, { capture: true });
  addEventListener("keydown", (event) => event.repeat || begin(), { capture: true });
}

export function currentGesture(): number {
  return gestures;
}
