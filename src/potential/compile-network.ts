import { createUnivariateOnLine } from "../distributions/distributions.ts";
import { BULK } from "../distributions/univariate.ts";
import { InputError } from "../errors.ts";
import { type Names, parseExpression } from "../expressions/expression.ts";
import type { Program } from "../expressions/program.ts";
import { isName } from "../expressions/tokens.ts";
import { dataNames } from "../files/netcdf-names.ts";
import { tensorProduct } from "../numerics/quadrature.ts";
import {
  type CompiledFeatures,
  checkInputs,
  compileWeight,
  evaluateAtNodes,
  featuresOn,
  type InputRule,
  MOST_NODES,
  rangeRule,
  weighted,
} from "./compile-features.ts";
import type { NetworkDefinition } from "./network-schema.ts";

/** The columns of a data file by name, all of one length. */
export type NetworkData = Readonly<Record<string, Float64Array>>;

/** How batches are drawn: rows of the data without repetition, or inputs from their distributions and uniformly from their intervals. */
export interface CompiledBatch {
  size: number;
  /** null for rows of the data. */
  inputs: NonNullable<NetworkDefinition["inputs"]> | null;
  weight: Program | null;
  target: Program | null;
}

/** F and K of a network: the features, and the target at their nodes. */
export interface CompiledNetwork {
  kernel: CompiledFeatures;
  /** f_p, shape [P]. */
  target: Float64Array;
  /** How particles draw their batches; null where they use E itself. */
  batch: CompiledBatch | null;
}

const FIELD = "potential.network";

/** The columns that a network reads from its file: the inputs, and the target where it is a column and no expression in them. */
export function columnsOf({ data, target }: NetworkDefinition, parameters: Readonly<Record<string, number>> = {}): string[] {
  if (data === undefined) return [];
  return isColumn(target, data.inputs, parameters) ? [...data.inputs, target.trim()] : data.inputs;
}

/** The columns of columnsOf as a compiled problem holds them, null where there is no data. A file or another process needs them to build the problem anew. */
export function dataOf({ definition, kernel, target }: Parts): NetworkData | null {
  const { potential } = definition;
  const network = "network" in potential ? (potential.network as NetworkDefinition) : undefined;
  if (network?.data === undefined || kernel === null || !("inputs" in kernel) || target === null) return null;
  const values = [...kernel.inputs, target];
  return Object.fromEntries(columnsOf(network, definition.parameters).map((name, k) => [name, values[k]]));
}

interface Parts {
  definition: { potential: object; parameters?: Readonly<Record<string, number>> | undefined };
  kernel: CompiledFeatures | object | null;
  target: Float64Array | null;
}

/** A name that stands for nothing else. */
const isColumn = (target: string, inputs: readonly string[], parameters: object) =>
  isName(target.trim()) && !inputs.includes(target.trim()) && !Object.hasOwn(parameters, target.trim());

/** @throws InputError for inputs, columns or a batch that cannot be used. */
export async function compileNetwork(
  network: NetworkDefinition,
  names: Names,
  data?: NetworkData | null,
): Promise<CompiledNetwork> {
  if ((network.inputs === undefined) === (network.data === undefined)) {
    throw new InputError(FIELD, undefined, "needs either inputs or data", "give one of them");
  }
  return network.data === undefined ? onInputs(network, names) : onData(network, names, data);
}

async function onInputs(network: NetworkDefinition, names: Names): Promise<CompiledNetwork> {
  const inputs = network.inputs ?? {};
  const inputNames = Object.keys(inputs);
  checkInputs(inputNames, Object.values(inputs), FIELD, names);
  const rule = tensorProduct(
    inputNames.map((name) => {
      const input = inputs[name];
      if (!("law" in input)) return rangeRule(input, `${FIELD}.inputs.${name}`);
      return createUnivariateOnLine(input.law, `${FIELD}.inputs.${name}.law`).quadrature(input.points, BULK);
    }),
  );
  const weight = await compileWeight(network.weight, inputNames, FIELD, names);
  const f = await parseExpression(network.target, `${FIELD}.target`, { inputs: inputNames, parameters: names.parameters });
  const kernel = await featuresOn(await weighted(rule, weight, FIELD), network.unit, `${FIELD}.unit`, inputNames, names);
  return {
    kernel,
    target: evaluateAtNodes(f.value, kernel.inputs, kernel.weights.length, `${FIELD}.target`),
    batch: network.batch === undefined ? null : { size: network.batch, inputs, weight, target: f.value },
  };
}

async function onData(network: NetworkDefinition, names: Names, data?: NetworkData | null): Promise<CompiledNetwork> {
  const inputNames = network.data?.inputs ?? [];
  if (network.weight !== undefined) {
    throw new InputError(`${FIELD}.weight`, network.weight, "rows of data all weigh the same", "leave it out");
  }
  if (data == null) {
    throw new InputError(`${FIELD}.data`, network.data?.file, "was not read", "hand its columns to createProblem");
  }
  const rows = rowsOf(data, columnsOf(network, names.parameters));
  if (network.batch !== undefined && network.batch > rows) {
    throw new InputError(`${FIELD}.batch`, network.batch, `larger than the data of ${rows} rows`, `use at most ${rows}`);
  }
  checkInputs(inputNames, [], FIELD, names);
  const taken = dataNames(columnsOf(network, names.parameters)).find((name) => names.inputs.includes(name));
  if (taken !== undefined)
    throw new InputError(`variables.${taken}`, undefined, "the name of its data in files", "choose another name");
  const rule: InputRule = { nodes: inputNames.map((name) => data[name]), weights: new Float64Array(rows).fill(1 / rows) };
  const kernel = await featuresOn(rule, network.unit, `${FIELD}.unit`, inputNames, names);
  return {
    kernel,
    target: await targetOf(network, rule, names, data),
    batch: network.batch === undefined ? null : { size: network.batch, inputs: null, weight: null, target: null },
  };
}

async function targetOf(network: NetworkDefinition, { nodes, weights }: InputRule, names: Names, data: NetworkData) {
  const inputs = network.data?.inputs ?? [];
  if (isColumn(network.target, inputs, names.parameters)) return data[network.target.trim()];
  const f = await parseExpression(network.target, `${FIELD}.target`, { inputs, parameters: names.parameters });
  return evaluateAtNodes(f.value, nodes, weights.length, `${FIELD}.target`);
}

function rowsOf(data: NetworkData, columns: readonly string[]): number {
  const field = `${FIELD}.data`;
  const missing = columns.find((name) => !Object.hasOwn(data, name));
  if (missing !== undefined) {
    throw new InputError(
      field,
      undefined,
      `has no column "${missing}"; its columns are ${Object.keys(data).join(", ")}`,
      "name one of them",
    );
  }
  const rows = data[columns[0]].length;
  for (const name of columns) {
    if (data[name].length !== rows) {
      throw new InputError(
        field,
        undefined,
        `"${name}" has ${data[name].length} rows, "${columns[0]}" ${rows}`,
        "give all columns one length",
      );
    }
    const bad = data[name].findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      throw new InputError(
        field,
        data[name][bad],
        `not finite in row ${bad + 1} of column "${name}"`,
        "remove or correct that row",
      );
    }
  }
  if (rows === 0) throw new InputError(field, undefined, "has no rows", "give a row for each point");
  if (rows > MOST_NODES) throw new InputError(field, rows, "too many rows", `use at most ${MOST_NODES}`);
  return rows;
}
