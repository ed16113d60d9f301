import { afterEach, beforeEach, vi } from "vitest";

/** In each test of a file: a clock that stands where `now` is put, in milliseconds, and the lines on standard error, which is no terminal. */
export function useStillClock(): { now: number; lines: string[] } {
  const clock: { now: number; lines: string[] } = { now: 0, lines: [] };
  beforeEach(() => {
    Object.assign(clock, { now: 0, lines: [] });
    vi.spyOn(performance, "now").mockImplementation(() => clock.now);
    vi.spyOn(process.stderr, "write").mockImplementation((line) => clock.lines.push(String(line)) > 0);
  });
  afterEach(() => vi.restoreAllMocks());
  return clock;
}
