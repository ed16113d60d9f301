import { InputError } from "../errors.ts";
import type { NumberArray } from "./npy.ts";
import {
  listed,
  matchSnapshots,
  onlyTime,
  type ParticleData,
  type ReadOptions,
  sourceNames,
  splitEvenly,
} from "./particle-data.ts";

/** What a file tells of an array of particles beside its numbers; null where it does not. */
export interface ArrayContext {
  /** File and array, for messages. */
  field: string;
  /** Names along the last axis. */
  names: readonly string[] | null;
  times: readonly number[] | null;
  dt: number | null;
  notes: string[];
}

/**
 * Particles from an array of shape [replica, snapshot, particle, variable]. One variable may go without the last axis. Of the axes
 * before `particle`, the first or both may be missing:
 *
 *   [a, particle]   snapshots if there are `a > 1` times and no --replicas; replicas if there is one time
 *   [particle]      one time; --replicas splits it
 */
export function particlesFromArray(array: NumberArray, context: ArrayContext, options: ReadOptions): ParticleData {
  const { field } = context;
  const { shape } = array;
  const variables = options.variables.length;
  const notes = [...context.notes];
  const refuse = (problem: string, remedy: string): never => {
    throw new InputError(field, undefined, `shape (${shape.join(", ")}): ${problem}`, remedy);
  };

  const mapped = Object.keys(options.columns ?? {}).length > 0;
  // Without its last axis the array is one variable; an axis of length one at the end is that axis. A mapping chooses along the axis.
  const single = variables === 1 && (!mapped || context.names?.length === 1);
  const implicit = single && shape.length < 4 && (shape.length < 2 || shape[shape.length - 1] !== 1);
  const leading = implicit ? shape : shape.slice(0, -1);
  const width = implicit ? 1 : (shape[shape.length - 1] ?? 0);
  if (leading.length < 1 || leading.length > 3) refuse("not an array of particles", `expected ${EXPECTED}`);
  const picked = pick(width, context.names, options, notes, refuse);

  const times = timesOf(leading, context, options, notes, refuse);
  const { replicas = null } = options;
  const n = leading[leading.length - 1];
  let layout: { replicas: number; n: number };
  if (leading.length === 3) {
    if (leading[1] !== times.length) refuse(`${leading[1]} snapshots for ${times.length} times (${listed(times)})`, MATCH);
    if (replicas !== null && replicas !== leading[0])
      refuse(`${leading[0]} replicas, not the ${replicas} of --replicas`, "leave --replicas out");
    layout = { replicas: leading[0], n };
  } else if (leading.length === 2 && times.length > 1) {
    if (replicas !== null)
      refuse(`--replicas ${replicas} needs an axis of its own where there are ${times.length} times`, `expected ${EXPECTED}`);
    if (leading[0] !== times.length) refuse(`${leading[0]} snapshots for ${times.length} times (${listed(times)})`, MATCH);
    layout = { replicas: 1, n };
    notes.push(`shape (${shape.join(", ")}) read as [snapshot, particle${implicit ? "" : ", variable"}]: one replica`);
  } else if (leading.length === 2) {
    if (replicas !== null && replicas !== leading[0])
      refuse(`a first axis of ${leading[0]}, not the ${replicas} of --replicas`, `expected ${EXPECTED}`);
    layout = { replicas: leading[0], n };
    notes.push(`shape (${shape.join(", ")}) read as [replica, particle${implicit ? "" : ", variable"}] at t = ${times[0]}`);
  } else {
    if (times.length > 1) refuse(`no snapshots for ${times.length} times (${listed(times)})`, MATCH);
    layout = { replicas: replicas ?? 1, n: replicas === null ? n : splitEvenly(n, replicas, field, `${n} particles`) };
    const split = layout.replicas === 1 ? "one replica" : `${layout.replicas} replicas of ${layout.n}, one after the other`;
    notes.push(`shape (${shape.join(", ")}) read as [particle${implicit ? "" : ", variable"}] at t = ${times[0]}: ${split}`);
  }
  return { ...layout, times, theta: gather(array.data, width, picked), weights: null, dt: context.dt, notes };
}

const EXPECTED = "[replica, snapshot, particle, variable]";
const MATCH = `expected ${EXPECTED}, or [snapshot, particle, variable] with as many times in the array "time" or in --times`;

type Refuse = (problem: string, remedy: string) => never;

/** Positions along the last axis, one for each variable of the problem. */
function pick(width: number, names: ArrayContext["names"], options: ReadOptions, notes: string[], refuse: Refuse): number[] {
  const { variables, columns = {} } = options;
  const wanted = sourceNames(options);
  const mapped = Object.keys(columns).length > 0;
  if (names !== null && names.length !== width) {
    refuse(`a last axis of ${width} for ${names.length} names in "variables" (${listed(names)})`, `expected ${EXPECTED}`);
  }
  if (!mapped && width !== variables.length) {
    refuse(
      `a last axis of ${width}, where the problem has ${variables.length} (${variables.join(", ")})`,
      `expected ${EXPECTED}; choose with --variables`,
    );
  }
  if (!mapped && names === null) return variables.map((_, a) => a);
  const picked = wanted.map((name) => {
    const named = names?.indexOf(name) ?? -1;
    if (named >= 0) return named;
    if (mapped && /^\d+$/.test(name) && Number(name) < width) return Number(name);
    const there = names === null ? `a last axis of ${width} without names` : `its variables are ${listed(names)}`;
    return refuse(
      `no "${name}"; ${there}`,
      `map each variable, e.g. --variables ${variables.map((v, a) => `${v}=${names?.[a] ?? a}`).join(",")}`,
    );
  });
  if (new Set(picked).size < picked.length) refuse("two variables are mapped to one place", "give each variable its own");
  const unused = Array.from({ length: width }, (_, a) => a).filter((a) => !picked.includes(a));
  if (unused.length > 0) notes.push(`left aside along the last axis: ${listed(unused.map((a) => names?.[a] ?? a))}`);
  if (unused.length === 0 && picked.some((from, a) => from !== a)) notes.push(`variables reordered to ${variables.join(", ")}`);
  return picked;
}

/** The times of the snapshots: --times, or the file's, or the reference's where their number leaves no doubt. */
function timesOf(
  leading: readonly number[],
  context: ArrayContext,
  options: ReadOptions,
  notes: string[],
  refuse: Refuse,
): number[] {
  const { times, referenceTimes } = options;
  if (times !== undefined) {
    if (context.times !== null && (context.times.length !== times.length || context.times.some((t, s) => t !== times[s]))) {
      notes.push(`--times in place of the times of the file (${listed(context.times)})`);
    }
    return matchSnapshots(times, referenceTimes, "--times");
  }
  if (context.times !== null) return matchSnapshots(context.times, referenceTimes, context.field);
  if (leading.length === 3) {
    if (leading[1] !== referenceTimes.length) {
      refuse(
        `${leading[1]} snapshots without times, where the reference has ${referenceTimes.length} (${listed(referenceTimes)})`,
        'add an array "time", or give --times',
      );
    }
    notes.push(`the file has no times: taken for those of the reference (${listed(referenceTimes)})`);
    return [...referenceTimes];
  }
  return [onlyTime(options, context.field, `shape (${leading.join(", ")}) has no times`)];
}

/** Chosen entries along the last axis; the array itself where all are chosen in order. */
function gather(data: Float64Array, width: number, picked: readonly number[]): Float64Array {
  if (picked.length === width && picked.every((from, a) => from === a)) return data;
  const count = data.length / width;
  const theta = new Float64Array(count * picked.length);
  for (let i = 0, to = 0; i < count; i++) {
    for (let a = 0; a < picked.length; a++) theta[to++] = data[i * width + picked[a]];
  }
  return theta;
}
