import { InputError } from "../errors.ts";
import { DIGEST, digestOf } from "../files/digest.ts";
import { openHdf5 } from "../files/hdf5.ts";
import { dataNameOf, errorNameOf, FORMAT_VERSION } from "../files/netcdf-names.ts";
import { NODE_ERROR, readNodes } from "../files/netcdf-nodes.ts";
import { listed } from "../files/particle-data.ts";
import { LARGEST_FILE, readBounded } from "../files/read-bounded.ts";
import { columnsOf, type NetworkData } from "../potential/compile-network.ts";
import type { NetworkDefinition } from "../potential/network-schema.ts";
import { createProblem } from "../problem/problem.ts";
import { type ProblemDefinition, parseProblemText } from "../problem-file/problem-file.ts";
import { version } from "../version.ts";
import type { ReferenceData, StatedSeries } from "./reference-data.ts";

const MAKE = "make it with bdpde reference P.json --out ref.nc";
const EARLIER = `it is of an earlier version, or was altered; ${MAKE}`;
const AGAIN = `it is truncated or was altered; ${MAKE}`;

/**
 * Reads a file of `encodeReference`, of format 2 or of format 1 (birth-death-pde 0.1.0), and checks its digest, which covers all of it. Observables are found by
 * their attribute `observable`: in format 1 their variables have other names. Files without such a digest are refused: one command makes a reference again.
 *
 * @throws InputError for a newer format, for any other file, for values that are not finite, and for errors that are below zero or no numbers
 */
export async function readReference(path: string): Promise<ReferenceData> {
  const refuse = (problem: string, remedy: string): never => {
    throw new InputError(path, undefined, problem, remedy);
  };
  const bytes = await readBounded(path, LARGEST_FILE, MAKE);
  if (!SIGNATURE.every((byte, i) => bytes[i] === byte)) refuse("is not a NetCDF-4 file", MAKE);
  let content: Content | Newer;
  try {
    content = await readContent(bytes);
  } catch {
    // The library's message is a trace of its own functions.
    return refuse("cannot be read as NetCDF-4", AGAIN);
  }
  if ("newer" in content)
    return refuse(
      `is of format ${content.newer}, by ${content.source}, and this bdpde ${version} reads formats up to ${FORMAT_VERSION}`,
      `use a newer bdpde, or ${MAKE}`,
    );
  const { attributes, series, names, digest } = content;
  const text = (name: string): string => {
    const value = attributes.get(name);
    return typeof value === "string" ? value : refuse(`has no attribute "${name}"`, MAKE);
  };
  const definition = text("problem");
  if (!series.has("density_l1_error") || !series.has("energy_error"))
    refuse("states no errors: it is a solution, not a reference", MAKE);
  if (!attributes.has(DIGEST)) refuse(`has no digest ${DIGEST}, without which changes of it are not seen`, EARLIER);
  if (digest !== attributes.get(DIGEST)) refuse(`its content does not have the digest ${DIGEST}`, AGAIN);
  const times = series.get("time") ?? refuse('has no variable "time"', MAKE);
  if (times.length === 0 || times.some((t, s) => !Number.isFinite(t) || t < 0 || (s > 0 && !(t > times[s - 1]))))
    refuse(`its times are not finite and increasing: ${listed([...times])}`, AGAIN);
  const column = (name: string): Float64Array => {
    const values = series.get(name) ?? refuse(`has no variable "${name}"`, AGAIN);
    return values.length === times.length
      ? values
      : refuse(`"${name}" has ${values.length} values for ${times.length} times`, AGAIN);
  };
  const finite = (name: string): Float64Array => {
    const values = column(name);
    const s = values.findIndex((value) => !Number.isFinite(value));
    return s < 0 ? values : refuse(`"${name}" is ${values[s]} at t = ${times[s]}`, AGAIN);
  };
  // An error may be infinite: nothing is known of the value.
  const errorOf = (name: string): Float64Array => {
    const values = column(name);
    const s = values.findIndex((value) => !(value >= 0));
    return s < 0 ? values : refuse(`"${name}" is ${values[s]} at t = ${times[s]}, where an error is never below zero`, AGAIN);
  };
  const density = series.get("density") ?? refuse('has no variable "density"', AGAIN);
  const parsed = parseProblemText(definition, `${path}: problem`);
  const data = "network" in parsed.potential ? columnsIn(parsed.potential.network, parsed.parameters, content, refuse) : undefined;
  const problem = await createProblem(parsed, {}, data);
  const { size } = problem.grid;
  if (density.length !== times.length * size)
    refuse(`${density.length} densities for ${times.length} times of ${size} cells`, AGAIN);
  const bad = density.findIndex((value) => !(value >= 0 && value < Number.POSITIVE_INFINITY));
  if (bad >= 0) refuse(`a density is ${density[bad]} at t = ${times[Math.floor(bad / size)]}`, AGAIN);
  const found = readNodes(series, times.length, problem.grid.dimension);
  if (found === null && ["node_theta", "node_weight"].some((name) => series.has(name)))
    refuse("its nodes are not as many as its weights", AGAIN);
  // Files of versions before this error was stated have none.
  const unstated = new Float64Array(times.length).fill(Infinity);
  const nodeErrors = series.has(NODE_ERROR) ? errorOf(NODE_ERROR) : unstated;
  const nodes =
    found?.weights.map((weights, s) => ({ points: found.points[s], weights, wasserstein1Error: nodeErrors[s] })) ?? null;
  const stated = (name: string): StatedSeries => ({ value: finite(name), error: errorOf(errorNameOf(name)) });
  return {
    problem,
    times: [...times],
    densities: Array.from(times, (_, s) => density.slice(s * size, (s + 1) * size)),
    nodes,
    observables: Object.fromEntries(
      problem.observables.map(({ name }) => [name, stated(names.get(name) ?? refuse(`has no observable "${name}"`, AGAIN))]),
    ),
    energy: stated("energy"),
    ...(series.has("gap") ? { gap: column("gap") } : {}),
    densityL1Error: errorOf("density_l1_error"),
    densityWasserstein1Error: errorOf("density_wasserstein1_error"),
    source: text("source"),
    tolerance: (attributes.get("tolerance") as number | undefined) ?? refuse('has no attribute "tolerance"', MAKE),
    outsideSince: (attributes.get("outside_since") as number | undefined) ?? null,
  };
}

/** The columns of the network's data. */
function columnsIn(
  network: NetworkDefinition,
  parameters: ProblemDefinition["parameters"],
  { series }: Content,
  refuse: (problem: string, remedy: string) => never,
): NetworkData | undefined {
  if (network.data === undefined) return undefined;
  return Object.fromEntries(
    columnsOf(network, parameters).map((name) => [
      name,
      series.get(dataNameOf(name)) ?? refuse(`has no variable "${dataNameOf(name)}", a column of the network's data`, MAKE),
    ]),
  );
}

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** Everything of interest in the file, copied out of the library. */
interface Content {
  attributes: Map<string, string | number>;
  /** Variables of doubles by their names in the file. */
  series: Map<string, Float64Array>;
  /** Observable -> its name in the file. */
  names: Map<string, string>;
  /** Of all of it. */
  digest: string;
}

/** Of a file of a newer major version, of which nothing else is known. */
interface Newer {
  newer: string;
  source: string;
}

const majorOf = (version: string) => Number.parseInt(version, 10);

function readContent(bytes: Uint8Array): Promise<Content | Newer> {
  return openHdf5(bytes, (file, datasets) => {
    const [format, source] = ["format_version", "source"].map((name) => String(file.attrs[name]?.value ?? ""));
    if (majorOf(format) > majorOf(FORMAT_VERSION)) return { newer: format, source };
    const content: Content = { attributes: new Map(), series: new Map(), names: new Map(), digest: digestOf(file) };
    for (const [key, attribute] of Object.entries(file.attrs)) {
      const { value } = attribute;
      if (typeof value === "string") content.attributes.set(key, value);
      else if (value instanceof Float64Array && value.length === 1) content.attributes.set(key, value[0]);
    }
    for (const [variable, dataset] of datasets) {
      const values = dataset.value;
      if (values instanceof Float64Array) content.series.set(variable, values);
      const observable = dataset.attrs.observable?.value;
      if (typeof observable === "string") content.names.set(observable, variable);
    }
    return content;
  });
}
