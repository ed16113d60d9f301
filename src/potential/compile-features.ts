import * as z from "zod";
import { InputError } from "../errors.ts";
import { createEvaluator } from "../expressions/evaluate.ts";
import { type Names, parseExpression } from "../expressions/expression.ts";
import { checkNames } from "../expressions/names.ts";
import type { Program } from "../expressions/program.ts";
import { gaussLegendre, tensorProduct } from "../numerics/quadrature.ts";
import { type CompiledFunctions, programsOf } from "./kernel-type.ts";

export interface CompiledFeatures extends CompiledFunctions {
  type: "features";
  inputs: Float64Array[];
  weights: Float64Array;
  linearAxis: number | null;
}

/** Points of a quadrature over all inputs, or rows of data. */
export const MOST_NODES = 1e6;

/** An input on an interval, with the nodes of its quadrature. */
export const rangeInput = z
  .strictObject({ min: z.number(), max: z.number(), points: z.int().min(1).max(4096) })
  .describe("an input of the features, integrated by Gauss-Legendre quadrature");

export type RangeInput = z.infer<typeof rangeInput>;

/** A rule over the inputs: nodes[k][p] and their weights. */
export interface InputRule {
  nodes: Float64Array[];
  weights: Float64Array;
}

/** K = int weight phi phi' dx over inputs on intervals. @param parent the field that has them, for messages. */
export async function compileFeatures(
  text: string,
  field: string,
  definition: { inputs: Record<string, RangeInput>; weight?: string | undefined },
  parent: string,
  names: Names,
): Promise<CompiledFeatures> {
  const inputNames = Object.keys(definition.inputs);
  checkInputs(inputNames, Object.values(definition.inputs), parent, names);
  const rule = tensorProduct(inputNames.map((name) => rangeRule(definition.inputs[name], `${parent}.inputs.${name}`)));
  const weight = await compileWeight(definition.weight, inputNames, parent, names);
  return featuresOn(await weighted(rule, weight, parent), text, field, inputNames, names);
}

export function checkInputs(
  inputNames: readonly string[],
  inputs: readonly { points: number }[],
  parent: string,
  names: Names,
): void {
  if (inputNames.length === 0) throw new InputError(`${parent}.inputs`, undefined, "empty", "name at least one input");
  checkNames(inputNames, `${parent}.inputs`, new Set([...names.inputs, ...Object.keys(names.parameters)]));
  const count = inputs.reduce((product, { points }) => product * points, 1);
  if (count > MOST_NODES) {
    throw new InputError(`${parent}.inputs`, count, "too many points over all inputs", `use at most ${MOST_NODES} in all`);
  }
}

export function rangeRule({ min, max, points }: RangeInput, field: string) {
  if (!(min < max)) throw new InputError(field, `[${min}, ${max}]`, "min must be below max", "correct them");
  return gaussLegendre(points, min, max);
}

/** The density of the inputs as a program in them, null for 1. */
export async function compileWeight(
  text: string | undefined,
  inputNames: readonly string[],
  parent: string,
  names: Names,
): Promise<Program | null> {
  if (text === undefined) return null;
  return (await parseExpression(text, `${parent}.weight`, { inputs: [...inputNames], parameters: names.parameters })).value;
}

/** The rule times the weight at its nodes. */
export async function weighted({ nodes, weights }: InputRule, weight: Program | null, parent: string): Promise<InputRule> {
  if (weight === null) return { nodes, weights };
  const values = evaluateAtNodes(weight, nodes, weights.length, `${parent}.weight`);
  const negative = values.find((value) => value < 0);
  if (negative !== undefined) {
    throw new InputError(`${parent}.weight`, negative, "negative, so K would not be positive", "give a weight >= 0");
  }
  return { nodes, weights: weights.map((w, p) => w * values[p]) };
}

/** The features phi(theta, x_p) on a rule. */
export async function featuresOn(
  { nodes, weights }: InputRule,
  text: string,
  field: string,
  inputNames: readonly string[],
  names: Names,
): Promise<CompiledFeatures> {
  const phi = await parseExpression(text, field, { ...names, inputs: [...names.inputs, ...inputNames] });
  const dimension = names.inputs.length;
  const linearAxis = names.inputs.map((_, a) => a).find((a) => phi.isLinearIn(a)) ?? null;
  return { type: "features", ...programsOf(phi, text, dimension), inputs: nodes, weights, linearAxis };
}

export function evaluateAtNodes(f: Program, nodes: readonly Float64Array[], count: number, field: string): Float64Array {
  const values = new Float64Array(count);
  createEvaluator(f)([values], 0, nodes, 0, count);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new InputError(field, values[bad], `not finite at input node ${bad}`, "change it or the range of the inputs");
  return values;
}
