import { InputError } from "../errors.ts";
import { AXES, type Axis, type ReadOptions } from "./particle-data.ts";

/** Which axis of an array is what: a length and a stride for each that it has. */
export interface AxisPlaces {
  /** The axes of the array in their order, that of the variables left out. */
  leading: Axis[];
  /** Places in the shape; -1 for an axis that is missing. */
  place: Record<Axis, number>;
  /** Other orders that fit the lengths, where this one contradicts them; null where it does not. */
  others: Axis[][] | null;
}

export const EXPECTED = "[replica, snapshot, particle, variable]";

/** Known facts of an array whose axes are not known yet. */
interface Known {
  /** One variable, so that its axis may be missing. */
  single: boolean;
  /** The length of the axis of variables; null for any. */
  width: number | null;
  /** How many times there are; null where nothing tells. */
  times: number | null;
}

/**
 * The axes of an array of particles: those of --axes, or in the usual order. One variable may go without the last axis; an axis of length one
 * at the end is that axis. Of the axes before `particle`, the first or both may be missing:
 *
 *   [a, particle]   snapshots if there are several times; replicas if there is one
 *   [particle]      one time
 *
 * @throws InputError for an array of fewer or more axes
 */
export function axesOf(shape: readonly number[], { single, width, times }: Known, options: ReadOptions, field: string): AxisPlaces {
  const { axes } = options;
  if (axes !== undefined) {
    const named = single && axes.length === shape.length + 1 ? axes.filter((axis) => axis !== "variable") : axes;
    if (named.length === shape.length) return { ...placesOf(named), others: null };
    const problem = `${named.length} axes for the shape (${shape.join(", ")}) of ${field}`;
    throw new InputError("--axes", axes.join(","), problem, "name each axis of the array once, in order");
  }
  const implicit = single && shape.length < 4 && (shape.length < 2 || shape[shape.length - 1] !== 1);
  const leading = implicit ? shape.length : shape.length - 1;
  if (leading < 1 || leading > 3) {
    throw new InputError(field, undefined, `shape (${shape.join(", ")}): not an array of particles`, `expected ${EXPECTED}`);
  }
  const before: Axis[] = leading === 3 ? ["replica", "snapshot"] : [times !== null && times > 1 ? "snapshot" : "replica"];
  const usual: Axis[] = [...before.slice(0, leading - 1), "particle", ...(implicit ? [] : (["variable"] as const))];
  const wanted: Partial<Record<Axis, number | null>> = {
    snapshot: times ?? (leading === 3 ? options.referenceTimes.length : null),
    variable: width,
  };
  const fits = (order: readonly Axis[]) => order.every((axis, a) => (wanted[axis] ?? shape[a]) === shape[a]);
  return { ...placesOf(usual), others: fits(usual) ? null : permutations(usual).filter(fits) };
}

/** Names that dimensions of NetCDF may have. */
const DIMENSIONS: Readonly<Record<Axis, readonly string[]>> = {
  replica: [
    "replica",
    "replicas",
    "run",
    "runs",
    "seed",
    "seeds",
    "member",
    "members",
    "trial",
    "trials",
    "realization",
    "realisation",
  ],
  snapshot: ["snapshot", "snapshots", "time", "times", "t"],
  particle: ["particle", "particles", "walker", "walkers", "neuron", "neurons"],
  variable: ["variable", "variables"],
};

/**
 * The axes that the dimensions of an array name; null where they are in the usual order or have no such names. @throws InputError where
 * some names contradict the usual order and others say nothing
 * @param single one variable, so that its axis may be missing.
 */
export function axesByName(
  dimensions: readonly (string | null)[],
  shape: readonly number[],
  single: boolean,
  field: string,
): Axis[] | null {
  const axes = dimensions.map(
    (name) => AXES.find((axis) => name !== null && DIMENSIONS[axis].includes(name.toLowerCase())) ?? null,
  );
  const named = axes.filter((axis) => axis !== null);
  if (named.length === 0 || new Set(named).size < named.length) return null;
  if (named.length === axes.length) return named;
  const implicit = single && axes.length < 4 && shape[axes.length - 1] !== 1 && axes[axes.length - 1] !== "variable";
  const usual = AXES.filter((axis) => !(implicit && axis === "variable"));
  const orders = [[], ["replica"], ["snapshot"], ["replica", "snapshot"]]
    .map((without) => usual.filter((axis) => !without.includes(axis)))
    .filter((order) => order.length === axes.length && axes.every((axis, a) => axis === null || axis === order[a]));
  // In the usual order, or in one of several: the names add nothing.
  if (orders.length > 0) return orders.length > 1 || axes.length === usual.length ? null : orders[0];
  const missing = AXES.filter((axis) => !named.includes(axis));
  const suggested = axes.map((axis) => axis ?? missing.shift());
  const problem = `its dimensions are ${dimensions.map((name) => name ?? "(unnamed)").join(", ")}`;
  throw new InputError(field, undefined, problem, `say what they are, e.g. --axes ${suggested.join(",")}`);
}

function placesOf(order: readonly Axis[]): Omit<AxisPlaces, "others"> {
  const place = Object.fromEntries(AXES.map((axis) => [axis, order.indexOf(axis)])) as Record<Axis, number>;
  return { leading: order.filter((axis) => axis !== "variable"), place };
}

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, k) => permutations(items.toSpliced(k, 1)).map((rest) => [item, ...rest]));
}
