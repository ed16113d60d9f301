import { InputError } from "../errors.ts";
import { listed, type ReadOptions, sourceNames } from "./particle-data.ts";

/** What a column or array beside the variables can be; the words that say so, compared as `plainName` gives them. */
const ROLES = {
  time: ["time", "times", "t"],
  replica: ["replica", "replicas"],
  weights: ["weights", "weight", "w", "log_weights", "log_weight", "logw"],
} as const;

export type Role = keyof typeof ROLES;

/** The option that names the column or array of a role. */
const ROLE_OPTIONS: Readonly<Record<Role, string>> = { time: "--times", replica: "--replicas", weights: "--weights" };

/** Weights under such a name are logarithms. */
export const isLogarithm = (name: string) => plainName(name).startsWith("log");

/** Names that an index of the particles has: one that counts them is no question. */
const COUNTERS = ["", "index", "i", "id", "particle", "particles", "particle_id", "unnamed: 0", "__index_level_0__"];
export const isCounter = (name: string) => COUNTERS.includes(plainName(name));

/** A name that speaks of weights, but is none of the names for weights. */
export const speaksOfWeights = (name: string) => /weight|^wt?$|^logw|^mass(es)?$/.test(plainName(name));

/** A name without case, white space around it, and the `#` that begins a header of numpy.savetxt. */
export function plainName(name: string): string {
  return name.replace(/^\s*#/, "").trim().toLowerCase();
}

/** Columns or arrays of a file by what they are. */
export interface NamedRoles extends Record<Role, string | null> {
  /** In the order of the problem's variables; null where a variable has none. */
  variables: (string | null)[];
  /** All others. */
  rest: string[];
}

/**
 * Assigns the names of a file: the variables first, then time, replica and weights. Case does not matter; the options name those that have
 * other names. @throws InputError where a name stands twice, two could be meant, or the one that an option names is not there
 */
export function assignNames(names: readonly string[], options: ReadOptions, path: string): NamedRoles {
  const { columns = {} } = options;
  const sources = sourceNames(options);
  const named: Record<Role, string | number | readonly number[] | null | undefined> = {
    time: options.times,
    replica: options.replicas,
    weights: options.weights,
  };
  const chosen = Object.fromEntries(
    (Object.keys(ROLES) as Role[]).map((role) => {
      const name = named[role];
      return [role, typeof name === "string" ? findNamed(names, name, ROLE_OPTIONS[role], path) : null];
    }),
  ) as Record<Role, string | null>;
  const taken = new Set(Object.values(chosen).filter((name) => name !== null));
  const variables = sources.map((source, a) => {
    const mapped = Object.hasOwn(columns, options.variables[a]);
    return findVariable(names.filter((name) => !taken.has(name)), source, sources, path, mapped); // biome-ignore format: one call
  });
  for (const name of variables) if (name !== null) taken.add(name);
  for (const role of Object.keys(ROLES) as Role[]) {
    if (chosen[role] !== null || (role === "weights" && options.weights === null)) continue;
    const candidates = names.filter((name) => !taken.has(name) && (ROLES[role] as readonly string[]).includes(plainName(name)));
    chosen[role] = candidates[0] ?? null;
    if (candidates.length > 1) refuseSeveral(role, candidates, path);
    if (chosen[role] !== null) taken.add(chosen[role]);
  }
  return { ...chosen, variables, rest: names.filter((name) => !taken.has(name)) };
}

function refuseSeveral(role: Role, candidates: readonly string[], path: string): never {
  const option = ROLE_OPTIONS[role];
  const what = role === "weights" ? "the weights" : `the ${role}`;
  throw new InputError(
    path,
    undefined,
    `${candidates.map((name) => `"${name}"`).join(" and ")} may each be ${what}`,
    new Set(candidates).size < candidates.length ? "keep one of them" : `say which, e.g. ${option} ${candidates[0]}`,
  );
}

/** The name that an option gives: as it stands, or whatever its case. @throws InputError if it is not there, or twice */
function findNamed(names: readonly string[], wanted: string, option: string, path: string): string {
  const exact = names.filter((name) => name === wanted);
  const found = exact.length > 0 ? exact : names.filter((name) => plainName(name) === plainName(wanted));
  if (found.length === 1) return found[0];
  const problem = `${found.length === 0 ? "nothing" : "more than one thing"} in ${path} has this name; it has ${listed(names)}`;
  throw new InputError(option, wanted, problem, found.length === 0 ? "give one of these names" : "keep one of them");
}

function findVariable(
  names: readonly string[],
  source: string,
  sources: readonly string[],
  path: string,
  mapped: boolean,
): string | null {
  const exact = names.filter((name) => name === source);
  const alike = names.filter((name) => plainName(name) === plainName(source));
  // x and X are two variables of a problem that has both.
  const others = alike.filter((name) => name !== source && !sources.includes(name));
  if (exact.length === 1 && (mapped || others.length === 0)) return source;
  if (exact.length > 1) throw new InputError(path, undefined, `${exact.length} columns "${source}"; it has ${listed(names)}`, "keep one of them"); // biome-ignore format: one sentence
  const found = exact.length === 0 ? alike.filter((name) => !sources.includes(name)) : alike;
  if (found.length < 2) return found[0] ?? null;
  const list = found.map((name) => `"${name}"`).join(" and ");
  throw new InputError(
    path,
    undefined,
    `${list} may each be the variable ${source}`,
    `say which, e.g. --variables ${source}=${found[0]}`,
  );
}

/** What the rest may be, as a question to the user. */
export interface Doubt {
  name: string;
  role: Role;
  /** What speaks for it. */
  because: string;
}

/** @throws InputError that names the first column or array of unclear meaning, if there is one */
export function askAbout(doubts: readonly Doubt[], kind: "column" | "array", path: string): void {
  if (doubts.length === 0) return;
  const [{ name, role, because }] = doubts;
  const meaning = { time: "the times", replica: "the replicas", weights: "weights" }[role];
  const otherwise = {
    time: "--times with the times of the snapshots where it is not",
    replica: "--replicas with their number where it does not",
    weights: "--weights none where it is not",
  }[role];
  const verb = role === "replica" ? `tell ${meaning} apart` : `be ${meaning}`;
  const say = role === "weights" ? `--weights ${name}` : `${ROLE_OPTIONS[role]} ${name}`;
  throw new InputError(
    path,
    undefined,
    `the ${kind} "${name}" may ${verb} (${because})`,
    `say ${say} if it ${role === "replica" ? "does" : "is"}, ${otherwise}`,
  );
}
