/** Drawing at most once for each frame of the screen, however often something changes before it. */

const waiting = new Set<() => void>();
let requested = 0;

export function onNextFrame(draw: () => void): void {
  waiting.add(draw);
  if (requested === 0) requested = requestAnimationFrame(drawWaiting);
}

export function forget(draw: () => void): void {
  waiting.delete(draw);
}

/** Draws at once what waits for the next frame: a film asks for it after it has chosen the frame to show. */
export function drawWaiting(): void {
  cancelAnimationFrame(requested);
  requested = 0;
  const draws = [...waiting];
  waiting.clear();
  for (const draw of draws) draw();
}
