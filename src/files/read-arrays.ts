import { InputError } from "../errors.ts";
import { axesByName } from "./array-axes.ts";
import { type NamedArray, namesIn, numbersOf, onlyNamed, scalarIn, schemeIn, timesIn } from "./named-array.ts";
import { askAbout, assignNames, type Doubt, isCounter, isLogarithm, type NamedRoles, plainName, speaksOfWeights } from "./names.ts";
import { allItems, type NumberItems } from "./number-items.ts";
import { listed, type ParticleData, type ReadOptions, sourceNames } from "./particle-data.ts";
import { type ArrayContext, type ArrayParticles, particlesFromArray } from "./read-array.ts";
import { particlesFromColumns, SUM_TO_ONE, type TableColumn } from "./read-table.ts";
import { lookLikeWeights, normaliseWeights } from "./weights.ts";

/** Names of arrays that tell of the particles, compared as `plainName` gives them. */
const COMPANIONS = ["variables", "dt", "scheme", "seed", "resample_below"];

/**
 * Particles from named arrays (.npz, HDF5), whatever the case of the names:
 *
 *   theta              [replica, snapshot, particle, variable]; or one array for each variable under its name, [replica, snapshot, particle];
 *                      or the only array of floats of two or more axes
 *   time               [snapshot]
 *   weights            [replica, snapshot, particle], or log_weights; [particle] where all share them
 *   variables          the names along the last axis
 *   dt, scheme         scalars, and resample_below
 *
 * Arrays of one axis that all have one length, time or replica among them, are the columns of a table.
 *
 * @throws InputError also where an array that is left could be the time, tell replicas apart, or be weights
 */
export function particlesFromArrays(arrays: ReadonlyMap<string, NamedArray>, path: string, options: ReadOptions): ParticleData {
  const companion = (word: string) => onlyNamed(arrays, word, path);
  const names = [...arrays.keys()].filter((name) => !isCompanion(name, options) && !isSpareTime(arrays, name, options));
  const roles = assignNames(names, options, path);
  const used = chooseArrays(arrays, roles, path, options);
  const rest = [...arrays.keys()].filter(
    (name) =>
      !used.names.includes(name) &&
      !isCompanion(name, options) &&
      name !== roles.time &&
      name !== roles.weights &&
      name !== roles.replica,
  );
  const context: ArrayContext = {
    field: `${path}: ${used.names.join(", ")}`,
    names: used.together ? namesIn(arrays, companion("variables"), path) : null,
    times: roles.time === null ? null : timesIn(arrays, roles.time, path),
    dt: scalarIn(arrays, companion("dt"), path),
    scheme: schemeIn(arrays, companion("scheme"), path),
    ...resamplingIn(arrays, companion("resample_below"), path),
    notes: [],
  };
  const parts = used.names.map((name) => numbersOf(arrays, name, path));
  if (new Set(parts.map(({ shape }) => shape.join())).size > 1) {
    const found = used.names.map((name, a) => `${name} (${parts[a].shape.join(", ")})`).join(", ");
    throw new InputError(path, undefined, `the variables differ in shape: ${found}`, "give them one shape, [.., particle]");
  }
  const all = { ...roles, rest, variables: used.names };
  if (isTable(arrays, all, parts, options)) return fromColumns(arrays, all, context, path, options);
  // Arrays of single variables are in the problem's order already, by their mapped names.
  const axes =
    options.axes ??
    axesByName(
      arrays.get(used.names[0])?.dimensions ?? [],
      parts[0].shape,
      !used.together || options.variables.length === 1,
      context.field,
    );
  const chosen = { ...options, ...(axes === null ? {} : { axes }), ...(used.together ? {} : { columns: {} }) };
  const read = particlesFromArray(parts, context, chosen);
  askAbout(doubtsOf(arrays, all, read, options), "array", path);
  if (rest.length > 0) read.particles.notes.push(`left aside: the arrays ${listed(rest)}`);
  if (roles.replica !== null) checkLabels(arrays, roles.replica, read.particles, path, options);
  if (roles.weights === null) return read.particles;
  const field = `${path}: ${roles.weights}`;
  const found = arrangedWeights(numbersOf(arrays, roles.weights, path), read);
  if (found === null) {
    const wanted = read.leading.map(({ length }) => length).join(", ");
    const problem = `shape (${arrays.get(roles.weights)?.shape.join(", ")}), where the particles have (${wanted})`;
    throw new InputError(
      field,
      undefined,
      problem,
      `give each particle its weight, or say --weights none if ${roles.weights} holds none`,
    );
  }
  if (found.shared) read.particles.notes.push(`the weights ${roles.weights} are those of every replica and snapshot`);
  return { ...read.particles, weights: normaliseWeights(found.values, isLogarithm(roles.weights), read.particles, field) };
}

function resamplingIn(arrays: ReadonlyMap<string, NamedArray>, name: string | null, path: string): { resampleBelow?: number } {
  const resampleBelow = scalarIn(arrays, name, path, "save the share of n, or leave it out");
  return resampleBelow === null ? {} : { resampleBelow };
}

const isCompanion = (name: string, options: ReadOptions) =>
  COMPANIONS.includes(plainName(name)) &&
  !sourceNames(options).includes(name) &&
  options.times !== name &&
  options.replicas !== name;

/** A scalar t or T beside an array of times is an end, not the times, and so is a T where there are several. */
function isSpareTime(arrays: ReadonlyMap<string, NamedArray>, name: string, { referenceTimes }: ReadOptions): boolean {
  const isTime = (other: string) => /^t(imes?)?$/.test(plainName(other));
  const size = (shape: readonly number[] = []) => shape.reduce((product, length) => product * length, 1);
  if (!isTime(name) || size(arrays.get(name)?.shape) !== 1) return false;
  const several = [...arrays].some(([other, { shape }]) => other !== name && isTime(other) && size(shape) > 1);
  return several || (name === "T" && referenceTimes.length > 1);
}

/** The arrays of the particles: one `together` with an axis of variables, or one for each variable. */
function chooseArrays(
  arrays: ReadonlyMap<string, NamedArray>,
  roles: NamedRoles,
  path: string,
  options: ReadOptions,
): { names: string[]; together: boolean } {
  const theta = onlyNamed(arrays, "theta", path);
  const found = roles.variables.filter((name) => name !== null);
  const mapped = roles.variables.some((name, a) => name !== null && Object.hasOwn(options.columns ?? {}, options.variables[a]));
  const complete = found.length === options.variables.length;
  const ownTheta = theta !== null && !found.includes(theta);
  if (ownTheta && !mapped && !complete) return { names: [theta], together: true };
  if (complete && (!ownTheta || mapped)) return { names: found, together: false };
  const candidates = roles.rest.filter((name) => arrays.get(name)?.kind === "float" && (arrays.get(name)?.shape.length ?? 0) >= 2);
  if (!ownTheta && candidates.length === 1 && found.length === 0) return { names: candidates, together: true };
  const list = [...arrays].map(([name, { shape }]) => `${name} (${shape.join(", ")})`);
  const single = sourceNames(options).join(", ");
  throw new InputError(
    path,
    undefined,
    `which array holds the particles is not clear: it has ${list.length === 0 ? "none" : listed(list)}`,
    `name it theta, of shape [replica, snapshot, particle, variable], or save one array for each of ${single}${ownTheta ? " and no theta" : ""}`,
  );
}

/** Whether the arrays are columns: of one axis and one length, with a time or a replica for each particle. */
function isTable(
  arrays: ReadonlyMap<string, NamedArray>,
  roles: NamedRoles,
  parts: readonly NumberItems[],
  options: ReadOptions,
): boolean {
  const perVariable = parts.length === options.variables.length;
  const [rows = 0, ...more] = parts[0].shape;
  if (!perVariable || more.length > 0 || rows < 2 || parts.some(({ shape }) => shape.length !== 1 || shape[0] !== rows))
    return false;
  const labels = [roles.time, roles.replica].filter((name) => name !== null);
  return labels.length > 0 && labels.every((name) => arrays.get(name)?.shape.join() === `${rows}`);
}

function fromColumns(
  arrays: ReadonlyMap<string, NamedArray>,
  roles: NamedRoles,
  { dt, scheme, resampleBelow, notes }: ArrayContext,
  path: string,
  options: ReadOptions,
): ParticleData {
  const rows = arrays.get(roles.variables[0] as string)?.shape[0] as number;
  const columns = new Map<string, TableColumn>();
  for (const [name, array] of arrays) {
    const chosen = [...roles.variables, roles.time, roles.weights, roles.replica].includes(name);
    if (array.kind === "other" || array.shape.join() !== `${rows}`) {
      if (!chosen) continue;
      const problem = `shape (${array.shape.join(", ")}), where the variables have (${rows})`;
      throw new InputError(`${path}: ${name}`, undefined, problem, "give each particle one entry");
    }
    columns.set(name, array.kind === "text" ? ofTexts(array.text()) : ofNumbers(array.numbers()));
  }
  const data = particlesFromColumns(
    { rows, roles, columns, path, kind: "array", dt, scheme, ...(resampleBelow === undefined ? {} : { resampleBelow }) },
    options,
  );
  return { ...data, notes: [...notes, ...data.notes] };
}

function ofNumbers(items: NumberItems): TableColumn {
  return { values: allItems(items), texts: null, precision: items.precision };
}

function ofTexts(all: readonly string[]): TableColumn {
  const texts = [...new Set(all)];
  const places = new Map(texts.map((text, k) => [text, k]));
  return { values: Float64Array.from(all, (text) => places.get(text) as number), texts, precision: { relative: 0, absolute: 0 } };
}

/** Weights in the shape of the particles, or of the particles of one population, shared where that can mean nothing else. */
function arrangedWeights(
  items: NumberItems,
  { leading, gather, spread, particles: { n } }: ArrayParticles,
): { values: Float64Array; shared: boolean } | null {
  const lengths = leading.map(({ length }) => length);
  const shape = [...items.shape];
  const strides = [...items.strides];
  // The axis of one variable.
  if (shape.length === lengths.length + 1 && shape[shape.length - 1] === 1) {
    shape.pop();
    strides.pop();
  }
  const own = { ...items, shape, strides };
  if (shape.join() === lengths.join()) return { values: gather(own), shared: false };
  const unlike = leading.every(({ axis, length }) => axis === "particle" || length !== n);
  return shape.length === 1 && shape[0] === n && unlike ? { values: spread(own), shared: true } : null;
}

/** What the arrays that are left may be. */
function doubtsOf(arrays: ReadonlyMap<string, NamedArray>, roles: NamedRoles, read: ArrayParticles, options: ReadOptions): Doubt[] {
  const { n } = read.particles;
  const snapshots = read.leading.find(({ axis }) => axis === "snapshot")?.length ?? 1;
  const hasReplicas = read.leading.some(({ axis }) => axis === "replica") || options.replicas !== undefined;
  return roles.rest.flatMap((name): Doubt[] => {
    const array = arrays.get(name) as NamedArray;
    if (array.kind === "other") return [];
    const vector = array.shape.length === 1;
    if (array.kind === "text") {
      const repeats = vector && array.shape[0] === n && new Set(array.text()).size < n;
      return repeats && !hasReplicas && n > 1 ? [{ name, role: "replica", because: "one text for each particle" }] : [];
    }
    const values = vector ? allItems(array.numbers()) : new Float64Array(0);
    const increases = values.every((value, s) => Number.isFinite(value) && (s === 0 || value > values[s - 1]));
    if (roles.time === null && options.times === undefined && vector && snapshots > 1 && values.length === snapshots && increases) {
      return [{ name, role: "time", because: `${snapshots} increasing numbers for ${snapshots} snapshots` }];
    }
    const labels = new Set(values).size;
    const repeats = labels > 1 && labels < values.length && values.every(Number.isInteger);
    if (!hasReplicas && repeats && values.length === n && !isCounter(name)) {
      return [{ name, role: "replica", because: "whole numbers that repeat, one for each particle" }];
    }
    if (roles.weights === null && options.weights === undefined) {
      if (speaksOfWeights(name)) return [{ name, role: "weights", because: "so its name says" }];
      const arranged = isCounter(name) ? null : arrangedWeights(array.numbers(), read);
      if (arranged !== null && lookLikeWeights(arranged.values, n)) return [{ name, role: "weights", because: SUM_TO_ONE }];
    }
    return [];
  });
}

/** An array `replica` beside an axis of replicas numbers them; any other has no place in arrays. */
function checkLabels(
  arrays: ReadonlyMap<string, NamedArray>,
  name: string,
  { replicas }: ParticleData,
  path: string,
  options: ReadOptions,
): void {
  const array = arrays.get(name) as NamedArray;
  const size = array.shape.reduce((product, length) => product * length, 1);
  const counts = size === 1 && array.kind === "integer" && allItems(array.numbers())[0] === replicas;
  if (size === replicas || counts) return;
  const problem = `shape (${array.shape.join(", ")}), where there are ${replicas} replicas`;
  const remedy = "give each replica one label, or each particle one where all arrays have one axis";
  throw new InputError(
    `${path}: ${name}`,
    undefined,
    problem,
    typeof options.replicas === "string" ? remedy : `${remedy}, or name it otherwise`,
  );
}
