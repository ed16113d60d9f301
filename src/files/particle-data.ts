import { InputError } from "../errors.ts";

/** Particles of someone's scheme, as they are: nothing dropped, wrapped or changed. */
export interface ParticleData {
  replicas: number;
  /** Increasing, each one a time of the reference, bit for bit. */
  times: number[];
  n: number;
  /** Positions, shape [replicas, times, n, variables], in the order of the problem's variables. */
  theta: Float64Array;
  /** Weights >= 0 of the particles, shape [replicas, times, n], of sum 1 in each population; null where all are 1 / n. */
  weights: Float64Array | null;
  /** Step of the scheme where the file tells it. */
  dt: number | null;
  /** The scheme that made them, where the file tells it. */
  scheme: string | null;
  /** Of a scheme with weights: the share of n below which the effective sample size is not let fall; left out where the file tells none. */
  resampleBelow?: number;
  /** Assumptions, and parts left aside, for the user to read. */
  notes: string[];
}

/** The axes of an array of particles, in their usual order. */
export const AXES = ["replica", "snapshot", "particle", "variable"] as const;
export type Axis = (typeof AXES)[number];

export interface ReadOptions {
  /** The problem's variables, in order. */
  variables: readonly string[];
  referenceTimes: readonly number[];
  /** Variable -> column, or name in the file's array `variables`, or index of the last axis as text; others keep their own name. */
  columns?: Readonly<Record<string, string>>;
  /** The name under which the file keeps its times; or times in place of those, or to be taken of them. */
  times?: readonly number[] | string;
  /** How many, or the name of the column that tells them apart. */
  replicas?: number | string;
  /** The name of the column or array of weights; null where none is one. */
  weights?: string | null;
  /** The axes of the array of particles, where they stand in another order or some are missing. */
  axes?: readonly Axis[];
}

/** Where each variable is to be found: the mapped name, or its own. @throws InputError for a mapping that cannot be meant */
export function sourceNames({ variables, columns = {} }: ReadOptions): string[] {
  for (const name of Object.keys(columns)) {
    if (!variables.includes(name)) {
      throw new InputError("--variables", name, "not a variable of the problem", `use ${variables.join(", ")}`);
    }
  }
  const names = variables.map((variable) => (Object.hasOwn(columns, variable) ? columns[variable] : variable));
  const twice = names.find((name, a) => names.indexOf(name) !== a);
  if (twice !== undefined) {
    throw new InputError("--variables", twice, "stands for two variables", "give each variable a column of its own");
  }
  return names;
}

/** A count of replicas into which particles can be split evenly. @throws InputError */
export function splitEvenly(total: number, replicas: number, field: string, what: string): number {
  if (Number.isInteger(replicas) && replicas > 0 && total % replicas === 0) return total / replicas;
  const problem = `${what} cannot be split into replicas of equal size`;
  throw new InputError("--replicas", replicas, `${problem} (${field})`, `give a divisor of ${total}`);
}

/** The particles, unless there are none or one of their numbers is not finite. @throws InputError that names the first */
export function checkedParticles(data: ParticleData, variables: readonly string[], field: string): ParticleData {
  const { theta } = data;
  if (theta.length === 0) throw new InputError(field, undefined, "holds no particles", "write at least one");
  let first = -1;
  let count = 0;
  for (let k = 0; k < theta.length; k++) {
    if (Number.isFinite(theta[k])) continue;
    if (count++ === 0) first = k;
  }
  if (count === 0) return data;
  const place = placeOf(Math.floor(first / variables.length), data);
  throw new InputError(
    field,
    undefined,
    `${variables[first % variables.length]} is ${theta[first]} in ${place}; ${count} such number${count > 1 ? "s" : ""} in all`,
    "find where the scheme leaves the finite numbers; nothing can be judged with them",
  );
}

/** The place of a particle in the ensemble, for messages. */
export function placeOf(particle: number, { replicas, times, n }: Pick<ParticleData, "replicas" | "times" | "n">): string {
  const snapshot = Math.floor(particle / n);
  const s = snapshot % times.length;
  const replica = Math.floor(snapshot / times.length);
  return `replica ${replica} of ${replicas}, snapshot ${s} (t = ${times[s]}), particle ${particle % n}, all counted from 0`;
}

/** Numbers or names for a message, cut after the first few. */
export function listed(items: readonly (number | string)[]): string {
  return items.length <= 12 ? items.join(", ") : `${items.slice(0, 12).join(", ")}, ... (${items.length} in all)`;
}
