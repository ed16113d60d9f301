import { InputError } from "../errors.ts";
import { listed, type ReadOptions } from "./particle-data.ts";
import { doublePrecision, type Precision, ROUNDING, toleranceAt } from "./precision.ts";

/** Times as a file has them. */
export interface FileTimes {
  values: readonly number[];
  precision: Precision;
  /** The name under which they were found. */
  name: string;
  /** Whether that name means the time and nothing else. */
  certain: boolean;
}

/** The snapshots that are compared: their places in the file, and the times of the reference that they are. */
export interface Snapshots {
  chosen: number[];
  times: number[];
}

/**
 * The snapshots of a file that are at times of the reference, to the precision of their type.
 *
 *   all of them are           they are taken
 *   all of the reference's    those are taken, the others are counted in a note
 *   --times a, b, ..          as many as the file has: in place of its times; fewer: those of the file's that are meant
 *
 * The tolerance stays below an eighth of the spacing of the reference's times, and below a quarter of the scheme's step where that is
 * known, so that the time before and the time after are never taken for one. @throws InputError where a time is none of the reference's
 */
export function chooseSnapshots(
  file: FileTimes,
  options: ReadOptions,
  dt: number | null,
  field: string,
  notes: string[],
): Snapshots {
  const { referenceTimes, times } = options;
  if (times === undefined || typeof times === "string") return matchFile(file, referenceTimes, dt, field, notes);
  const { values } = file;
  if (times.length === values.length) {
    const matched = matchExactly(times, referenceTimes);
    if (values.some((value, s) => Math.abs(value - times[s]) > toleranceAt(times[s], file.precision))) {
      notes.push(`--times in place of the times of the file (${listed(values)})`);
    }
    return { chosen: values.map((_, s) => s), times: matched };
  }
  const limit = toleranceLimit(times, dt);
  const chosen = times.map((time) => nearest(values, time, (value) => Math.min(limit, toleranceAt(value, file.precision))));
  const missing = chosen.indexOf(-1);
  if (missing >= 0) {
    const problem = `${times[missing]} is none of the ${values.length} times of the file (${listed(values)})`;
    throw new InputError("--times", listed(times), problem, "give some of them, or one for each in order");
  }
  const matched = matchExactly(times, referenceTimes);
  notes.push(left(values.length - chosen.length, values.length));
  return { chosen, times: matched };
}

/** The times of a user or of our own, which are those of the reference but for rounding, and increase. @throws InputError */
function matchExactly(times: readonly number[], referenceTimes: readonly number[], field = "--times"): number[] {
  const matched = times.map((time) => {
    const at = nearest(referenceTimes, time, (t) => ROUNDING * Math.max(1, Math.abs(t)));
    return at < 0 ? refuseTime(time, times, referenceTimes, field) : referenceTimes[at];
  });
  return requireIncreasing(matched, times, field);
}

function matchFile(
  file: FileTimes,
  referenceTimes: readonly number[],
  dt: number | null,
  field: string,
  notes: string[],
): Snapshots {
  const { values, name, certain } = file;
  const precision = file.precision.relative > 0 || file.precision.absolute > 0 ? file.precision : doublePrecision(values);
  const limit = toleranceLimit(referenceTimes, dt);
  const found = values.map((value) => nearest(referenceTimes, value, () => Math.min(limit, toleranceAt(value, precision))));
  const strangers = found.filter((at) => at < 0).length;
  if (strangers > 0 && new Set(found).size - 1 < referenceTimes.length) {
    if (certain) return refuseTime(values[found.indexOf(-1)], values, referenceTimes, field);
    const problem = `${name} may be the time, and it is not that of the reference: it has ${listed(values)}, the reference t = ${listed(referenceTimes)}`;
    throw new InputError(
      field,
      undefined,
      problem,
      `say --times with the times of the snapshots, or --times and the name of their array`,
    );
  }
  const chosen = values.map((_, s) => s).filter((s) => found[s] >= 0);
  const taken = chosen.map((s) => values[s]);
  const matched = chosen.map((s) => referenceTimes[found[s]]);
  const twice = matched.findIndex((time, s) => s > 0 && time === matched[s - 1]);
  if (twice > 0) {
    const problem = `the times ${taken[twice - 1]} and ${taken[twice]} are both within their precision of t = ${matched[twice]} of the reference`;
    throw new InputError(field, undefined, problem, "write the times with more digits, or choose with --times");
  }
  requireIncreasing(matched, taken, field);
  if (strangers > 0) notes.push(left(strangers, values.length));
  noteDistance(taken, matched, notes);
  return { chosen, times: matched };
}

/** Says so where times are not those of the reference but for the rounding of doubles. */
function noteDistance(taken: readonly number[], matched: readonly number[], notes: string[]): void {
  const worst = matched.reduce((most, time, s) => Math.max(most, Math.abs(time - taken[s]) / Math.max(1, Math.abs(time))), 0);
  if (worst <= ROUNDING) return;
  const at = matched.findIndex((time, s) => Math.abs(time - taken[s]) / Math.max(1, Math.abs(time)) === worst);
  notes.push(`times are taken for those of the reference to the precision of their type, such as ${taken[at]} for ${matched[at]}`);
}

const left = (count: number, of: number) => `left aside: ${count} of ${of} snapshots, at times that are not compared`;

function toleranceLimit(times: readonly number[], dt: number | null): number {
  const sorted = [...times].sort((a, b) => a - b);
  const spacing = sorted.slice(1).reduce((least, time, s) => Math.min(least, time - sorted[s]), Infinity);
  return Math.min(spacing / 8, dt === null ? Infinity : dt / 4);
}

/** The place of the nearest of the values, or -1 where it is beyond the tolerance. */
function nearest(values: readonly number[], value: number, tolerance: (at: number) => number): number {
  let best = -1;
  values.forEach((other, k) => {
    if (best < 0 || Math.abs(other - value) < Math.abs(values[best] - value)) best = k;
  });
  return best >= 0 && Math.abs(values[best] - value) <= tolerance(values[best]) ? best : -1;
}

function requireIncreasing(matched: number[], found: readonly number[], field: string): number[] {
  if (matched.every((time, s) => s === 0 || time > matched[s - 1])) return matched;
  throw new InputError(field, undefined, `the times ${listed(found)} do not increase`, "put the snapshots in order of time");
}

function refuseTime(time: number, times: readonly number[], referenceTimes: readonly number[], field: string): never {
  throw new InputError(
    field,
    undefined,
    `time ${time} is not in the reference: the particles have t = ${listed(times)}, the reference t = ${listed(referenceTimes)}`,
    "record particles at times of the reference, add the time to its snapshots, or choose or label them with --times",
  );
}

/** The one time that is meant where nothing tells: --times, or the reference's only one. @throws InputError if there are more */
export function onlyTime({ times, referenceTimes }: ReadOptions, field: string, found: string): number {
  const given = typeof times === "string" ? undefined : times;
  const known = given ?? referenceTimes;
  if (known.length === 1) return matchExactly(known, referenceTimes, given === undefined ? field : "--times")[0];
  const whose = given === undefined ? "the reference" : "--times";
  const problem = `${found}, and ${whose} has ${known.length} times: ${listed(known)}`;
  throw new InputError(
    field,
    undefined,
    problem,
    "name the time of the particles, e.g. --times 1, or write the times into the file",
  );
}
