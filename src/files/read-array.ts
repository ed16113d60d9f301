import { InputError } from "../errors.ts";
import { type AxisPlaces, axesOf, EXPECTED } from "./array-axes.ts";
import { gatherItems, type NumberItems, type Picked } from "./number-items.ts";
import { type Axis, listed, type ParticleData, type ReadOptions, sourceNames, splitEvenly } from "./particle-data.ts";
import { chooseSnapshots, type FileTimes, onlyTime, type Snapshots } from "./snapshot-times.ts";

/** What a file tells of an array of particles beside its numbers; null where it does not. */
export interface ArrayContext {
  /** File and array, for messages. */
  field: string;
  /** Names along the axis of variables. */
  names: readonly string[] | null;
  times: FileTimes | null;
  dt: number | null;
  scheme: string | null;
  resampleBelow?: number;
  notes: string[];
}

/** Particles of an array, with what it takes to read another that stands beside it: one number for each particle. */
export interface ArrayParticles {
  particles: ParticleData;
  /** The axes before those of the variables: a length for each. */
  leading: { axis: Axis; length: number }[];
  /** Numbers of shape [replicas, times, n], from an array of shape `leading`. */
  gather: (items: NumberItems) => Float64Array;
  /** The same from one number for each particle, shared by all replicas and snapshots. */
  spread: (items: NumberItems) => Float64Array;
}

/**
 * Particles from one array with an axis of variables, or from one for each variable, all of one shape. Only the snapshots and variables that
 * are compared are read.
 */
export function particlesFromArray(parts: readonly NumberItems[], context: ArrayContext, options: ReadOptions): ArrayParticles {
  const { field } = context;
  const { shape } = parts[0];
  const notes = [...context.notes];
  const variables = options.variables.length;
  const mapped = parts.length === 1 && Object.keys(options.columns ?? {}).length > 0;
  const single = parts.length > 1 || (variables === 1 && (!mapped || context.names?.length === 1));
  const given = Array.isArray(options.times) ? options.times.length : null;
  const known = { single, width: mapped ? null : variables, times: context.times?.values.length ?? given };
  const axes = axesOf(shape, parts.length > 1 ? { ...known, width: 1 } : known, options, field);
  const refuse = (problem: string, remedy: string): never => {
    const orders = axes.others?.map((order) => `--axes ${order.join(",")}`) ?? [];
    const other = orders.length === 0 ? remedy : `say how the axes stand: ${orders.slice(0, MOST_ORDERS).join(" or ")}`;
    throw new InputError(field, undefined, `shape (${shape.join(", ")}): ${problem}`, other);
  };
  const lengthOf = (axis: Axis) => (axes.place[axis] < 0 ? null : shape[axes.place[axis]]);

  const width = lengthOf("variable") ?? 1;
  const picked = parts.length > 1 ? [0] : pick(width, context.names, options, notes, refuse);
  const { chosen, times } = snapshotsOf(lengthOf("snapshot"), shape, context, options, notes, refuse);
  const { replicas, n, split } = populations(lengthOf, times, options, field, refuse);
  noteMissing(shape, axes, times[0], split ? `${replicas} replicas of ${n}, one after the other` : null, options, notes);

  const leadingAxes = (items: NumberItems): Picked[] => {
    const along = (axis: Axis, count: number, places?: readonly number[]): Picked => {
      const stride = axes.place[axis] < 0 ? 0 : items.strides[axes.place[axis]];
      return places === undefined ? { stride, count } : { stride, count, places };
    };
    // Replicas that stand one after the other along the axis of particles.
    const particle = along("particle", n);
    const replica = split ? { stride: particle.stride * n, count: replicas } : along("replica", replicas);
    return [replica, along("snapshot", times.length, chosen), particle];
  };
  const count = replicas * times.length * n;
  const theta = new Float64Array(count * variables);
  if (parts.length > 1) {
    parts.forEach((items, a) => {
      gatherItems(theta, a, variables, items, leadingAxes(items));
    });
  } else {
    const stride = axes.place.variable < 0 ? 0 : parts[0].strides[axes.place.variable];
    gatherItems(theta, 0, 1, parts[0], [...leadingAxes(parts[0]), { stride, count: picked.length, places: picked }]);
  }
  const numbers = (items: NumberItems, from: Picked[]) => {
    const out = new Float64Array(count);
    gatherItems(out, 0, 1, items, from);
    return out;
  };
  return {
    particles: {
      ...{ replicas, times, n, theta, weights: null, dt: context.dt, scheme: context.scheme, notes },
      ...(context.resampleBelow === undefined ? {} : { resampleBelow: context.resampleBelow }),
    },
    leading: axes.leading.map((axis) => ({ axis, length: lengthOf(axis) as number })),
    gather: (items) => numbers(items, leadingAxes(withGap(items, axes))),
    spread: (items) =>
      numbers(items, [
        { stride: 0, count: replicas },
        { stride: 0, count: times.length },
        { stride: items.strides[0], count: n },
      ]),
  };
}

/** Strides with a place for the axis of variables, where the array has none. */
function withGap(items: NumberItems, { leading, place }: AxisPlaces): NumberItems {
  if (place.variable < 0 || items.strides.length > leading.length) return items;
  return { ...items, strides: items.strides.toSpliced(place.variable, 0, 0) };
}

type Refuse = (problem: string, remedy: string) => never;

/** Positions along the axis of variables, one for each variable of the problem. */
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
    const named = placeOfName(names ?? [], name);
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

/** The place of the name as it stands, or of the only one that differs by case alone; -1 where there is none. */
function placeOfName(names: readonly string[], name: string): number {
  const exact = names.indexOf(name);
  if (exact >= 0) return exact;
  const alike = names.flatMap((other, a) => (other.toLowerCase() === name.toLowerCase() ? [a] : []));
  return alike.length === 1 ? alike[0] : -1;
}

/** The snapshots: by --times, or by the file's times, or the reference's where their number leaves no doubt. */
function snapshotsOf(
  length: number | null,
  shape: readonly number[],
  context: ArrayContext,
  options: ReadOptions,
  notes: string[],
  refuse: Refuse,
): Snapshots {
  const { referenceTimes } = options;
  const given = Array.isArray(options.times) ? (options.times as readonly number[]) : null;
  const exact = { relative: 0, absolute: 0 };
  const labels: FileTimes | null = given === null ? null : { values: given, precision: exact, name: "--times", certain: true };
  // Times of the file that are not one for each snapshot are put right by --times.
  const replaced = context.times !== null && given?.length === length && context.times.values.length !== length;
  if (replaced) notes.push(`--times in place of the times of the file (${listed(context.times?.values ?? [])})`);
  const file = replaced ? labels : (context.times ?? labels);
  if (file === null && length === null) {
    return { chosen: [0], times: [onlyTime(options, context.field, `shape (${shape.join(", ")}) has no times`)] };
  }
  if (file === null) {
    if (length !== referenceTimes.length) {
      refuse(
        `${length} snapshots without times, where the reference has ${referenceTimes.length} (${listed(referenceTimes)})`,
        'add an array "time", or give --times',
      );
    }
    notes.push(`the file has no times: taken for those of the reference (${listed(referenceTimes)})`);
    return { chosen: referenceTimes.map((_, s) => s), times: [...referenceTimes] };
  }
  const { values } = file;
  if (length === null && values.length > 1) refuse(`no snapshots for ${values.length} times (${listed(values)})`, MATCH);
  if (length !== null && length !== values.length)
    refuse(`${length} snapshots for ${values.length} times (${listed(values)})`, MATCH);
  return chooseSnapshots(file, options, context.dt, file === labels ? "--times" : context.field, notes);
}

const MATCH = `expected ${EXPECTED}, or [snapshot, particle, variable] with as many times in the array "time" or in --times`;

/** How many replicas and particles there are; without an axis of replicas, --replicas splits that of the particles. */
function populations(
  lengthOf: (axis: Axis) => number | null,
  times: readonly number[],
  options: ReadOptions,
  field: string,
  refuse: Refuse,
): { replicas: number; n: number; split: boolean } {
  const given = typeof options.replicas === "number" ? options.replicas : null;
  const particles = lengthOf("particle") ?? 1;
  const replicas = lengthOf("replica");
  if (replicas !== null) {
    if (given !== null && replicas !== given)
      refuse(`an axis of ${replicas} replicas, not the ${given} of --replicas`, `expected ${EXPECTED}`);
    return { replicas, n: particles, split: false };
  }
  if (given === null || given === 1) return { replicas: 1, n: particles, split: false };
  if (lengthOf("snapshot") !== null) {
    refuse(`--replicas ${given} needs an axis of its own where there are ${times.length} times`, `expected ${EXPECTED}`);
  }
  return { replicas: given, n: splitEvenly(particles, given, field, `${particles} particles`), split: true };
}

/** Orders of the axes that a message names: that of column-major files is among the first two where there is one variable. */
const MOST_ORDERS = 3;

/** Says how an array with fewer axes was read. */
function noteMissing(
  shape: readonly number[],
  { leading, place }: AxisPlaces,
  time: number,
  split: string | null,
  options: ReadOptions,
  notes: string[],
): void {
  if (options.axes !== undefined || leading.length === 3) return;
  const read = [...leading, ...(place.variable < 0 ? [] : ["variable"])].join(", ");
  const when = leading.includes("snapshot") ? "" : ` at t = ${time}`;
  const who = leading.includes("replica") ? "" : `: ${split ?? "one replica"}`;
  notes.push(`shape (${shape.join(", ")}) read as [${read}]${when}${who}`);
}
