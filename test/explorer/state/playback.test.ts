import { signal } from "@preact/signals";
import { describe, expect, test } from "vitest";
import { createPlayback } from "../../../src/explorer/state/playback.ts";

describe("the playback", () => {
  function paused(available: number, total = 10) {
    const frames = signal(available);
    return { frames, playback: createPlayback(frames, signal(total)) };
  }

  test("steps in haste are all counted, also those ahead of the computed frames", () => {
    const { frames, playback } = paused(1);
    playback.stepForth();
    playback.stepForth();
    playback.stepForth();
    expect(playback.shown.value).toBe(0);
    frames.value = 10;
    expect(playback.shown.value).toBe(3);
  });

  test("a step back begins at the frame on show, not at one that may never come", () => {
    const { frames, playback } = paused(5);
    playback.seek(9);
    expect(playback.shown.value).toBe(4);
    playback.stepBack();
    expect(playback.shown.value).toBe(3);
    frames.value = 10;
    expect(playback.shown.value).toBe(3);
  });

  test("steps end at the first frame and at the last", () => {
    const { playback } = paused(3, 3);
    playback.stepBack();
    expect(playback.shown.value).toBe(0);
    for (let k = 0; k < 5; k++) playback.stepForth();
    expect(playback.shown.value).toBe(2);
    playback.stepBack();
    expect(playback.shown.value).toBe(1);
  });
});
