import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";

/** The frame on show, and the clock that moves it. */
export interface Playback {
  shown: ReadonlySignal<number>;
  playing: ReadonlySignal<boolean>;
  /** The requested frame, computed or not. */
  wanted: ReadonlySignal<number>;
  /** Seconds from the first frame to the last. */
  duration: ReadonlySignal<number>;
  play(): void;
  pause(): void;
  setDuration(seconds: number): void;
  /** Shows a frame, or the last one there is before it; it is reached when it has been computed. */
  seek(index: number): void;
  /** Pauses at a frame. */
  stopAt(index: number): void;
  /** Pauses at the frame after the requested one: two steps in haste are two frames. */
  stepForth(): void;
  /** Pauses at the frame before the one on show. */
  stepBack(): void;
}

/** @param available frames that can be shown; @param total frames of the whole run. */
export function createPlayback(available: ReadonlySignal<number>, total: ReadonlySignal<number>): Playback {
  /** Where the clock stands, in frames. */
  const position = signal(0);
  const playing = signal(false);
  const duration = signal(8);
  const wanted = computed(() => Math.floor(position.value));
  const shown = computed(() => Math.max(0, Math.min(wanted.value, available.value - 1)));
  let last = 0;

  function tick(now: number): void {
    if (!playing.value) return;
    const step = (Math.min(100, now - last) / 1000) * ((total.value - 1) / duration.value);
    last = now;
    const end = total.value - 1;
    // The clock waits for frames that are not there yet.
    position.value = Math.min(position.value + step, end, Math.max(position.value, available.value - 1 + 0.999));
    if (position.value >= end && available.value >= total.value) playing.value = false;
    else requestAnimationFrame(tick);
  }

  effect(() => {
    if (!playing.value) return;
    last = performance.now();
    requestAnimationFrame(tick);
  });

  function pause(): void {
    playing.value = false;
  }

  function seek(index: number): void {
    position.value = Math.max(0, Math.min(index, total.value - 1));
  }

  function stopAt(index: number): void {
    pause();
    seek(index);
  }

  return {
    shown,
    playing,
    wanted,
    duration,
    play() {
      if (position.value >= total.value - 1 && available.value >= total.value) position.value = 0;
      playing.value = true;
    },
    pause,
    setDuration(seconds) {
      duration.value = seconds;
    },
    seek,
    stopAt,
    stepForth: () => stopAt(wanted.value + 1),
    stepBack: () => stopAt(shown.value - 1),
  };
}
