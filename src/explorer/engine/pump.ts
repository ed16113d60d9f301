/** Milliseconds of work between two looks at the messages that have come. */
const SLICE = 12;

/**
 * Calls `work` until it returns false, in slices between which messages are received; `start` goes on after that. A task scheduled by a
 * message channel comes at once, while timers of a page in the background are held back.
 */
export function createPump(work: () => boolean): { start(): void } {
  const channel = new MessageChannel();
  let running = false;
  channel.port1.onmessage = () => {
    const end = performance.now() + SLICE;
    while (running && performance.now() < end) running = work();
    if (running) channel.port2.postMessage(null);
  };
  return {
    start() {
      if (running) return;
      running = true;
      channel.port2.postMessage(null);
    },
  };
}
