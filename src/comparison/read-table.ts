import { InputError } from "../errors.ts";
import {
  listed,
  matchSnapshots,
  matchTimes,
  onlyTime,
  type ParticleData,
  type ReadOptions,
  sourceNames,
  splitEvenly,
  TIME_NAMES,
} from "./particle-data.ts";

/** Columns of a table that are to be read, by name. */
export interface ChosenColumns {
  /** In the order of the problem's variables. */
  variables: string[];
  time: string | null;
  replica: string | null;
  unused: string[];
}

/** The rows of a table whose columns were chosen. */
interface Table {
  rows: number;
  chosen: ChosenColumns;
  /** A chosen column, one number for each row. */
  read: (name: string) => Float64Array;
  /** The file, for messages. */
  path: string;
}

/** @throws InputError if a variable has no column, or more than one */
export function chooseColumns(names: readonly string[], path: string, options: ReadOptions): ChosenColumns {
  const variables = sourceNames(options);
  const free = names.filter((name) => !variables.includes(name));
  const time = TIME_NAMES.find((name) => free.includes(name)) ?? null;
  const replica = free.includes("replica") ? "replica" : null;
  for (const name of [...variables, time, replica]) {
    if (name === null) continue;
    const count = names.filter((other) => other === name).length;
    if (count === 1) continue;
    const others = free.filter((other) => other !== time && other !== replica);
    throw new InputError(
      path,
      undefined,
      `${count === 0 ? "no column" : `${count} columns`} "${name}"; its columns are ${listed(names)}`,
      count === 0
        ? `map each variable, e.g. --variables ${options.variables.map((v, a) => `${v}=${others[a] ?? "column"}`).join(",")}`
        : "keep one of them",
    );
  }
  return { variables, time, replica, unused: free.filter((name) => name !== time && name !== replica) };
}

/**
 * Particles from rows in any order, each of one particle: every pair of a replica and a time must have the same number n of rows, which
 * stay in their order.
 */
export function particlesFromColumns(table: Table, options: ReadOptions): ParticleData {
  const { rows, chosen, read, path } = table;
  if (rows === 0) throw new InputError(path, undefined, "has no rows", "write one row for each particle");
  const notes =
    chosen.unused.length === 0 ? [] : [`left aside: the columns ${listed(chosen.unused.map((name) => name || "(unnamed)"))}`];
  const { times, snapshotOf } = groupTimes(table, options, notes);
  const { labels, replicaOf } = groupReplicas(table, options, snapshotOf, times);

  const variables = chosen.variables.length;
  const groups = labels.length * times.length;
  const sizes = new Int32Array(groups);
  for (let i = 0; i < rows; i++) sizes[replicaOf[i] * times.length + snapshotOf[i]]++;
  const n = sizes[0];
  const odd = sizes.findIndex((size) => size !== n);
  if (odd >= 0) {
    const describe = (group: number) => `replica ${labels[Math.floor(group / times.length)]} at t = ${times[group % times.length]}`;
    const problem = `${describe(odd)} has ${sizes[odd]} particles, ${describe(0)} has ${n}`;
    throw new InputError(path, undefined, problem, "write the same number of particles for each replica and time");
  }
  const theta = new Float64Array(rows * variables);
  chosen.variables.forEach((name, a) => {
    const column = read(name);
    const next = Int32Array.from({ length: groups }, (_, group) => group * n);
    for (let i = 0; i < rows; i++) {
      theta[next[replicaOf[i] * times.length + snapshotOf[i]]++ * variables + a] = column[i];
    }
  });
  return { replicas: labels.length, times, n, theta, weights: null, dt: null, notes };
}

/** The snapshots of the table, and which of them each row belongs to. */
function groupTimes(
  { rows, chosen: { time }, read, path }: Table,
  options: ReadOptions,
  notes: string[],
): { times: number[]; snapshotOf: Int32Array } {
  if (time === null) return { times: [onlyTime(options, path, "there is no column time")], snapshotOf: new Int32Array(rows) };
  const { values, indexOf } = distinct(read(time), path, time);
  if (options.times !== undefined) {
    if (options.times.length !== values.length) {
      const problem = `${options.times.length} times for ${values.length} in the column "${time}" (${listed(values)})`;
      throw new InputError("--times", listed(options.times), problem, "give one for each, in order");
    }
    const times = matchSnapshots(options.times, options.referenceTimes, "--times");
    if (times.some((t, s) => t !== values[s])) notes.push(`--times in place of the times of the file (${listed(values)})`);
    return { times, snapshotOf: indexOf };
  }
  // Values of one time may differ by rounding.
  const matched = matchTimes(values, options.referenceTimes, path);
  const times = [...new Set(matched)];
  const merged = matched.map((t) => times.indexOf(t));
  return { times, snapshotOf: indexOf.map((k) => merged[k]) };
}

/** The replicas as the table calls them, and which of them each row belongs to. */
function groupReplicas(
  { rows, chosen: { replica }, read, path }: Table,
  options: ReadOptions,
  snapshotOf: Int32Array,
  times: readonly number[],
): { labels: number[]; replicaOf: Int32Array } {
  if (replica !== null) {
    const { values, indexOf } = distinct(read(replica), path, replica);
    if (options.replicas !== undefined && options.replicas !== values.length) {
      throw new InputError(
        "--replicas",
        options.replicas,
        `${path} has ${values.length} in its column "${replica}"`,
        "leave it out",
      );
    }
    return { labels: values, replicaOf: indexOf };
  }
  const replicas = options.replicas ?? 1;
  const counts = new Int32Array(times.length);
  for (let i = 0; i < rows; i++) counts[snapshotOf[i]]++;
  const sizes = times.map((t, s) => splitEvenly(counts[s], replicas, path, `${counts[s]} rows at t = ${t}`));
  const replicaOf = new Int32Array(rows);
  const seen = new Int32Array(times.length);
  for (let i = 0; i < rows; i++) replicaOf[i] = Math.floor(seen[snapshotOf[i]]++ / sizes[snapshotOf[i]]);
  return { labels: Array.from({ length: replicas }, (_, r) => r), replicaOf };
}

/** The distinct numbers of a column, increasing, and which of them stands in each row. */
function distinct(column: Float64Array, path: string, name: string): { values: number[]; indexOf: Int32Array } {
  const bad = column.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new InputError(
      path,
      undefined,
      `row ${bad} (from 0) of column "${name}" is ${column[bad]}`,
      "give every row a finite number",
    );
  }
  const values = [...new Set(column)].sort((a, b) => a - b);
  const places = new Map(values.map((value, k) => [value, k]));
  return { values, indexOf: Int32Array.from(column, (value) => places.get(value) as number) };
}
