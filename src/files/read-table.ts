import { InputError } from "../errors.ts";
import { askAbout, assignNames, type Doubt, isCounter, isLogarithm, type NamedRoles, speaksOfWeights } from "./names.ts";
import { listed, type ParticleData, type ReadOptions, splitEvenly } from "./particle-data.ts";
import { type Precision, ROUNDING } from "./precision.ts";
import { chooseSnapshots, onlyTime } from "./snapshot-times.ts";
import { lookLikeWeights, normaliseWeights } from "./weights.ts";

/** One number for each row; where they are texts, the place of each in `texts`. */
export interface TableColumn {
  values: Float64Array;
  texts: readonly string[] | null;
  precision: Precision;
}

/** Rows of one particle each. */
export interface Table {
  rows: number;
  roles: NamedRoles;
  /** Those of the roles, and of the others those that can be read. */
  columns: ReadonlyMap<string, TableColumn>;
  /** The file, for messages, and what it calls its columns. */
  path: string;
  kind: "column" | "array";
  dt: number | null;
  scheme: string | null;
  resampleBelow?: number;
}

/** What each column stands for. @throws InputError if a variable has none, or more than one could be meant */
export function chooseColumns(names: readonly string[], path: string, options: ReadOptions): NamedRoles {
  const roles = assignNames(names, options, path);
  const missing = roles.variables.indexOf(null);
  if (missing < 0) return roles;
  const name = options.columns?.[options.variables[missing]] ?? options.variables[missing];
  const map = options.variables.map((v, a) => `${v}=${roles.variables[a] ?? "COLUMN"}`).join(",");
  const problem = `no column "${name}"; its columns are ${listed(names)}`;
  throw new InputError(path, undefined, problem, `map each variable, e.g. --variables ${map}`);
}

/**
 * Particles from rows in any order, each of one particle: every pair of a replica and a time must have the same number n of rows, which
 * stay in their order. Rows at times that are not compared are left aside.
 *
 * @throws InputError also where a column that is left could be the time, tell replicas apart, or be a weight
 */
export function particlesFromColumns(table: Table, options: ReadOptions): ParticleData {
  const { rows, roles, columns, path, dt, scheme, resampleBelow } = table;
  if (rows === 0) throw new InputError(path, undefined, "has no rows", "write one row for each particle");
  const notes: string[] = [];
  const { times, snapshotOf } = groupTimes(table, options, notes);
  const { labels, replicaOf } = groupReplicas(table, options, snapshotOf, times);

  const variables = roles.variables.length;
  const groups = labels.length * times.length;
  const groupOf = (i: number) => replicaOf[i] * times.length + snapshotOf[i];
  const sizes = new Int32Array(groups);
  for (let i = 0; i < rows; i++) if (snapshotOf[i] >= 0) sizes[groupOf(i)]++;
  const n = sizes[0];
  const odd = sizes.findIndex((size) => size !== n);
  if (odd >= 0) {
    const describe = (group: number) => `replica ${labels[Math.floor(group / times.length)]} at t = ${times[group % times.length]}`;
    const problem = `${describe(odd)} has ${sizes[odd]} particles, ${describe(0)} has ${n}`;
    throw new InputError(
      path,
      undefined,
      problem,
      "write the same number of particles for each replica and time, those that fill up with weight 0",
    );
  }
  const place = (out: Float64Array, { values }: TableColumn, step: number, offset: number) => {
    const next = Int32Array.from({ length: groups }, (_, group) => group * n);
    for (let i = 0; i < rows; i++) if (snapshotOf[i] >= 0) out[next[groupOf(i)]++ * step + offset] = values[i];
    return out;
  };
  const arranged = (name: string) => place(new Float64Array(groups * n), columns.get(name) as TableColumn, 1, 0);

  const replicasTold = roles.replica !== null || options.replicas !== undefined;
  askAbout(
    roles.rest.flatMap((name): Doubt[] => {
      const column = columns.get(name);
      if (column === undefined) return [];
      if (!replicasTold && mayBeLabel(name, column, snapshotOf, times.length)) {
        return [{ name, role: "replica", because: "its values repeat at every time" }];
      }
      if (roles.weights === null && options.weights === undefined && column.texts === null) {
        if (speaksOfWeights(name)) return [{ name, role: "weights", because: "so its name says" }];
        if (!isCounter(name) && lookLikeWeights(arranged(name), n)) return [{ name, role: "weights", because: SUM_TO_ONE }];
      }
      return roles.time === null && options.times === undefined && mayBeTime(column)
        ? [{ name, role: "time", because: REPEATED }]
        : [];
    }),
    table.kind,
    path,
  );
  const rest = roles.rest.map((name) => name || "(unnamed)");
  if (rest.length > 0) notes.push(`left aside: the ${table.kind}s ${listed(rest)}`);

  const theta = new Float64Array(groups * n * variables);
  roles.variables.forEach((name, a) => {
    place(theta, columns.get(name as string) as TableColumn, variables, a);
  });
  const ensemble = { replicas: labels.length, times, n };
  const weights =
    roles.weights === null
      ? null
      : normaliseWeights(arranged(roles.weights), isLogarithm(roles.weights), ensemble, `${path}: ${roles.weights}`);
  return { ...ensemble, theta, weights, dt, scheme, ...(resampleBelow === undefined ? {} : { resampleBelow }), notes };
}

export const SUM_TO_ONE = "its numbers are >= 0 and sum to 1, or to n, in each population";
const REPEATED = "each of its values stands as often";

/** The snapshots of the table, and which of them each row belongs to; -1 for rows at other times. */
function groupTimes(table: Table, options: ReadOptions, notes: string[]): { times: number[]; snapshotOf: Int32Array } {
  const { rows, roles, columns, path } = table;
  const { time } = roles;
  if (time === null) {
    const several = (Array.isArray(options.times) ? options.times : options.referenceTimes).length > 1;
    const likely = (name: string) => {
      const column = columns.get(name);
      if (column === undefined || !mayBeTime(column)) return false;
      const known = new Set(options.referenceTimes);
      return column.values.some((value) => !Number.isInteger(value) || (value > 0 && known.has(value)));
    };
    if (several) askAbout(roles.rest.filter(likely).map((name) => ({ name, role: "time", because: REPEATED })), table.kind, path); // biome-ignore format: one question
    return { times: [onlyTime(options, path, `there is no ${table.kind} time`)], snapshotOf: new Int32Array(rows) };
  }
  const column = columns.get(time) as TableColumn;
  if (column.texts !== null) throw new InputError(path, undefined, `${table.kind} "${time}" holds text`, "write times as numbers");
  const { values, indexOf } = distinct(column.values, path, time, table.kind);
  // Values of one time may differ by the rounding of sums.
  const merged: number[] = [];
  const groupOf = values.map((value) => {
    if (merged.length === 0 || value - merged[merged.length - 1] > ROUNDING * Math.max(1, Math.abs(value))) merged.push(value);
    return merged.length - 1;
  });
  if (Array.isArray(options.times) && options.times.length > merged.length) {
    const problem = `${options.times.length} times for ${merged.length} in the ${table.kind} "${time}" (${listed(values)})`;
    throw new InputError("--times", listed(options.times), problem, "give one for each, in order, or some of them");
  }
  const file = { values: merged, precision: column.precision, name: time, certain: time !== "T" };
  const { chosen, times } = chooseSnapshots(file, options, table.dt, path, notes);
  const snapshotOf = Int32Array.from(indexOf, (k) => chosen.indexOf(groupOf[k]));
  return { times, snapshotOf };
}

/** The replicas as the table calls them, and which of them each row belongs to. */
function groupReplicas(
  { rows, roles: { replica }, columns, path, kind }: Table,
  options: ReadOptions,
  snapshotOf: Int32Array,
  times: readonly number[],
): { labels: (number | string)[]; replicaOf: Int32Array } {
  if (replica !== null) {
    const { values: numbers, texts } = columns.get(replica) as TableColumn;
    const { values, indexOf } = distinct(numbers, path, replica, kind);
    if (typeof options.replicas === "number" && options.replicas !== values.length) {
      throw new InputError(
        "--replicas",
        options.replicas,
        `${path} has ${values.length} in its ${kind} "${replica}"`,
        "leave it out",
      );
    }
    return { labels: values.map((value) => texts?.[value] ?? value), replicaOf: indexOf };
  }
  const replicas = typeof options.replicas === "number" ? options.replicas : 1;
  const counts = new Int32Array(times.length);
  for (let i = 0; i < rows; i++) if (snapshotOf[i] >= 0) counts[snapshotOf[i]]++;
  const sizes = times.map((t, s) => splitEvenly(counts[s], replicas, path, `${counts[s]} rows at t = ${t}`));
  const replicaOf = new Int32Array(rows);
  const seen = new Int32Array(times.length);
  for (let i = 0; i < rows; i++) {
    const s = snapshotOf[i];
    if (s >= 0) replicaOf[i] = Math.floor(seen[s]++ / sizes[s]);
  }
  return { labels: Array.from({ length: replicas }, (_, r) => r), replicaOf };
}

/** The distinct numbers of a column, increasing, and which of them stands in each row. */
function distinct(column: Float64Array, path: string, name: string, kind: string): { values: number[]; indexOf: Int32Array } {
  const bad = column.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const problem = `row ${bad} (from 0) of ${kind} "${name}" is ${column[bad]}`;
    throw new InputError(path, undefined, problem, "give every row a finite number");
  }
  const values = [...new Set(column)].sort((a, b) => a - b);
  const places = new Map(values.map((value, k) => [value, k]));
  return { values, indexOf: Int32Array.from(column, (value) => places.get(value) as number) };
}

/** Whether labels, or whole numbers, repeat as replicas would: several, each of them at every time. A plain count of particles does not. */
function mayBeLabel(name: string, { values, texts }: TableColumn, snapshotOf: Int32Array, snapshots: number): boolean {
  if (texts === null && !values.every(Number.isInteger)) return false;
  const counts = new Map<number, Int32Array>();
  for (let i = 0; i < values.length; i++) {
    if (snapshotOf[i] < 0) continue;
    const count = counts.get(values[i]) ?? new Int32Array(snapshots);
    count[snapshotOf[i]]++;
    if (!counts.has(values[i])) counts.set(values[i], count);
  }
  const all = [...counts.values()];
  const everywhere = all.length > 1 && all.every((count) => count.every((times) => times > 0));
  return everywhere && (!isCounter(name) || all.some((count) => count.some((times) => times > 1)));
}

/** Whether the numbers are several, each as often as the others and at least twice. */
function mayBeTime({ values, texts }: TableColumn): boolean {
  if (texts !== null || !values.every(Number.isFinite)) return false;
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [first = 0] = counts.values();
  return counts.size > 1 && first > 1 && [...counts.values()].every((count) => count === first);
}
