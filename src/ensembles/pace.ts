/** Replicas that came at a time, in milliseconds. */
export interface Arrival {
  time: number;
  replicas: number;
}

/** The fewest shards by whose times the pace is estimated, and the share of all that came: a machine that others use as well is now faster, now slower, for longer than a few shards take. */
const FEWEST = 64;
const SHARE = 1 / 4;
/** A gap between shards that is longer than any since by this factor is a pause in which nothing ran. */
const PAUSE = 4;

/**
 * Seconds a replica takes: from the oldest of the last 64 shards, or of the last quarter of all where that is more, until now, over the replicas that came since; null where fewer than two came.
 *
 * What lies before a pause does not count. `running` processes may deliver together, so that only after as many and one more, which is a round at least, a gap is known to be long.
 */
export function secondsPerReplica(arrivals: readonly Arrival[], running: number, now: number): number | null {
  const count = Math.max(FEWEST, Math.floor(SHARE * arrivals.length));
  const recent = [...arrivals].sort((a, b) => b.time - a.time).slice(0, count + 1);
  let replicas = 0;
  let longest = 0;
  let k = 0;
  for (; k + 1 < recent.length; k++) {
    const gap = recent[k].time - recent[k + 1].time;
    if (k > running && gap > PAUSE * longest) break;
    replicas += recent[k].replicas;
    longest = Math.max(longest, gap);
  }
  return replicas === 0 ? null : (now - recent[k].time) / 1000 / replicas;
}
