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
  scheme?: string | null;
  /** What was assumed or left aside, for the user to read. */
  notes: string[];
}

export interface ReadOptions {
  /** The problem's variables, in order. */
  variables: readonly string[];
  referenceTimes: readonly number[];
  /** Variable -> column, or name in the file's array `variables`, or index of the last axis as text; others keep their own name. */
  columns?: Readonly<Record<string, string>>;
  /** In place of the times of the file. */
  times?: readonly number[];
  replicas?: number;
}

/** Names under which a file may keep its times. */
export const TIME_NAMES = ["time", "times", "t"];

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

/** The times of the reference that these are, within 1e-9 max(1, |t|). @throws InputError if one is none of them */
export function matchTimes(times: readonly number[], referenceTimes: readonly number[], field: string): number[] {
  return times.map((time) => {
    const found = referenceTimes.find((t) => Math.abs(t - time) <= 1e-9 * Math.max(1, Math.abs(t)));
    if (found !== undefined) return found;
    throw new InputError(
      field,
      undefined,
      `time ${time} is not in the reference: the particles have t = ${listed(times)}, the reference t = ${listed(referenceTimes)}`,
      "record particles at times of the reference, add the time to its snapshots, or label them with --times",
    );
  });
}

/** The same for snapshots, whose times increase. @throws InputError if they do not */
export function matchSnapshots(times: readonly number[], referenceTimes: readonly number[], field: string): number[] {
  const matched = matchTimes(times, referenceTimes, field);
  if (matched.some((time, s) => s > 0 && !(time > matched[s - 1]))) {
    throw new InputError(field, undefined, `the times ${listed(times)} do not increase`, "put the snapshots in order of time");
  }
  return matched;
}

/** The one time that is meant where nothing tells: --times, or the reference's only one. @throws InputError if there are more */
export function onlyTime({ times, referenceTimes }: ReadOptions, field: string, found: string): number {
  const known = times ?? referenceTimes;
  if (known.length === 1) return matchTimes(known, referenceTimes, times === undefined ? field : "--times")[0];
  const whose = times === undefined ? "the reference" : "--times";
  const problem = `${found}, and ${whose} has ${known.length} times: ${listed(known)}`;
  throw new InputError(
    field,
    undefined,
    problem,
    "name the time of the particles, e.g. --times 1, or write the times into the file",
  );
}

/** A count of replicas into which particles can be split evenly. @throws InputError */
export function splitEvenly(total: number, replicas: number, field: string, what: string): number {
  if (Number.isInteger(replicas) && replicas > 0 && total % replicas === 0) return total / replicas;
  const problem = `${what} cannot be split into replicas of equal size`;
  throw new InputError("--replicas", replicas, `${problem} (${field})`, `give a divisor of ${total}`);
}

/** The particles, unless there are none or one of their numbers is not finite. @throws InputError that names the first */
export function checkedParticles(data: ParticleData, variables: readonly string[], field: string): ParticleData {
  const { theta, replicas, times, n } = data;
  if (theta.length === 0) throw new InputError(field, undefined, "holds no particles", "write at least one");
  let first = -1;
  let count = 0;
  for (let k = 0; k < theta.length; k++) {
    if (Number.isFinite(theta[k])) continue;
    if (count++ === 0) first = k;
  }
  if (count === 0) return data;
  const variable = variables[first % variables.length];
  const particle = Math.floor(first / variables.length);
  const snapshot = Math.floor(particle / n);
  const replica = Math.floor(snapshot / times.length);
  const s = snapshot % times.length;
  throw new InputError(
    field,
    undefined,
    `${variable} is ${theta[first]} in replica ${replica} of ${replicas}, snapshot ${s} (t = ${times[s]}), particle ${particle % n}, all counted from 0; ${count} such number${count > 1 ? "s" : ""} in all`,
    "find where the scheme leaves the finite numbers; nothing can be judged with them",
  );
}

/** Numbers or names for a message, cut after the first few. */
export function listed(items: readonly (number | string)[]): string {
  return items.length <= 12 ? items.join(", ") : `${items.slice(0, 12).join(", ")}, ... (${items.length} in all)`;
}
