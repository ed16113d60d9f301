import { expect, test } from "vitest";
import { secondsPerReplica } from "../../src/ensembles/pace.ts";

/** Shards of 16 replicas by `workers` in rounds of a second, each worker some milliseconds after the one before; a round at each of `seconds`. */
const rounds = (seconds: readonly number[], workers: number) =>
  seconds.flatMap((second) => Array.from({ length: workers }, (_, k) => ({ time: 1000 * second + 3 * k, replicas: 16 })));

const HOUR = 3600;
const before = [0, 1, 2, 3, 4, 5];

test.each([1, 4])("a pause of an hour does not count in the pace of %i workers, once they have delivered twice", (workers) => {
  const after = [HOUR, HOUR + 1, HOUR + 2, HOUR + 3];
  const pace = secondsPerReplica(rounds([...before, ...after], workers), workers, 1000 * (HOUR + 3));
  // The oldest shard begins the clock and its replicas do not count: 3 rounds in 3 seconds, by one worker of `workers` more.
  expect(Math.abs(pace! * 16 * workers - 1)).toBeLessThan(1 / 3);
});

test("shards that come together are no pause", () => {
  const seconds = [...before, 6, 7, 8, 9];
  const pace = secondsPerReplica(rounds(seconds, 8), 8, 9000 + 3 * 7);
  // 64 shards are 8 rounds.
  expect(Math.abs(pace! * 16 * 8 - 1)).toBeLessThan(0.01);
});

test("a running shard that takes long adds to the time left, and a first shard tells no pace", () => {
  const arrivals = rounds(before, 1);
  expect(secondsPerReplica(arrivals, 1, 15000)! / secondsPerReplica(arrivals, 1, 5000)!).toBeCloseTo(3, 12);
  expect(secondsPerReplica(arrivals.slice(0, 1), 1, 5000)).toBeNull();
  expect(secondsPerReplica([], 1, 5000)).toBeNull();
});

test("a machine that is slower for a while, and then faster, is taken at its mean pace", () => {
  // 100 shards of a second each by turns with 100 of three.
  const times = Array.from({ length: 1000 }, (_, k) => (Math.floor(k / 100) % 2 === 0 ? 1 : 3)).map(
    (
      (total) => (seconds) =>
        (total += seconds)
    )(0),
  );
  const arrivals = times.map((time) => ({ time: 1000 * time, replicas: 16 }));
  for (let done = 600; done <= 1000; done += 20) {
    const here = arrivals.slice(0, done);
    const pace = 16 * secondsPerReplica(here, 1, here[done - 1].time)!;
    // The last quarter is 150 shards or more: at most 100 of one pace and 50 of the other, which is 2 up to a third. The last 64 would tell 1 or 3.
    expect(Math.abs(pace - 2)).toBeLessThan(0.34);
  }
});
