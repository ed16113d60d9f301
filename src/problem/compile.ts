import { InputError } from "../errors.ts";
import { gaussLegendre, tensorProduct } from "../numerics/quadrature.ts";
import { createEvaluator } from "./evaluate.ts";
import { CONSTANTS, type Expression, FUNCTIONS, type Names, parseExpression } from "./expression.ts";
import { FILE_NAMES } from "./file-names.ts";
import type { KernelDefinition, NetworkDefinition, ProblemDefinition } from "./problem-file.ts";
import type { Program } from "./program.ts";

/** A problem with its expressions compiled: plain data, which structured clone sends to worker threads. */
export interface CompiledProblem {
  definition: ProblemDefinition;
  /** null where a network's target gives F. */
  external: { value: Program; gradient: Program; laplacian: Program } | null;
  kernel: CompiledKernel | null;
  /** A network's target at the feature nodes. */
  target: Float64Array | null;
  /** Joint initial density. */
  density: Program | null;
  observables: { name: string; value: Program; gradient: Program }[];
}

/** The programs of K, or of phi where it is made of features, in the coordinates of theta. */
interface CompiledFunctions {
  value: Program;
  valueAndGradient: Program;
  valueGradientLaplacian: Program;
  /** As it stands in the file. */
  text: string;
}

interface CompiledFeatures extends CompiledFunctions {
  type: "features";
  inputs: Float64Array[];
  weights: Float64Array;
  linearAxis: number | null;
}

export type CompiledKernel = (CompiledFunctions & { type: "convolution" | "pairwise" }) | CompiledFeatures;

/** @throws InputError for an unusable name or expression. */
export async function compileProblem(definition: ProblemDefinition): Promise<CompiledProblem> {
  const variables = Object.keys(definition.variables);
  const parameters = definition.parameters ?? {};
  if (variables.length < 1 || variables.length > 3) {
    throw new InputError("variables", variables.join(", "), "one to three variables are supported", "add or remove variables");
  }
  checkNames(variables, "variables", new Set(), FILE_NAMES);
  checkNames(Object.keys(parameters), "parameters", new Set(variables));
  const names: Names = { inputs: variables, parameters };
  const all = variables.map((_, a) => a);

  const potential = definition.potential;
  const observables = [];
  for (const [name, text] of Object.entries(definition.observables ?? {})) {
    if (!/^\P{C}*$/u.test(name)) {
      throw new InputError(`observables.${name}`, undefined, "has control characters in its name", "use printable characters only");
    }
    const phi = await parseExpression(text, `observables.${name}`, names);
    observables.push({ name, value: phi.value, gradient: phi.gradient(all) });
  }
  const joint =
    "density" in definition.initial && typeof definition.initial.density === "string" ? definition.initial.density : null;
  const common = {
    definition,
    observables,
    density: joint === null ? null : (await parseExpression(joint, "initial.density", names)).value,
  };
  if ("network" in potential) {
    const { kernel, target } = await compileNetwork(potential.network, names);
    return { ...common, external: null, kernel, target };
  }
  const F = await parseExpression(potential.F, "potential.F", names);
  const kernel = potential.K === undefined ? null : await compileKernel(potential.K, names);
  return { ...common, external: { value: F.value, gradient: F.gradient(all), laplacian: F.laplacian(all) }, kernel, target: null };
}

async function compileKernel(definition: KernelDefinition, names: Names): Promise<CompiledKernel> {
  const all = names.inputs.map((_, a) => a);
  const field = "potential.K.expression";
  if (definition.type === "features") return compileFeatures(definition.expression, field, definition, "potential.K", names);
  const inputs =
    definition.type === "convolution" ? names.inputs : [...names.inputs, ...names.inputs.map((name) => `${name}_prime`)];
  const K = await parseExpression(definition.expression, field, { ...names, inputs });
  const compiled = {
    type: definition.type,
    ...programsOf(K, all),
    text: definition.expression,
  };
  if (definition.type === "convolution") refuseSingularOrigin(compiled.valueAndGradient, definition.expression, field);
  return compiled;
}

const programsOf = (f: Expression, by: readonly number[]) => ({
  value: f.value,
  valueAndGradient: f.valueAndGradient(by),
  valueGradientLaplacian: f.valueGradientLaplacian(by),
});

/** A particle meets itself at displacement 0, so the gradient of K must exist there. */
function refuseSingularOrigin(program: Program, text: string, field: string): void {
  const zero = Array.from({ length: program.inputs }, () => new Float64Array(1));
  const values = Array.from({ length: program.outputs }, () => new Float64Array(1));
  createEvaluator(program)(values, 0, zero, 0, 1);
  if (values.every(([v]) => Number.isFinite(v))) return;
  throw new InputError(
    field,
    text,
    "K or its gradient is not finite at displacement 0",
    "smooth it there, e.g. sqrt(x^2 + 1e-6) for abs(x)",
  );
}

/** Points of the quadrature over all inputs. */
const MOST_NODES = 1e6;

interface FeatureInputs {
  inputs: Record<string, { min: number; max: number; points: number }>;
  weight?: string | undefined;
}

async function compileNetwork(network: NetworkDefinition, names: Names): Promise<{ kernel: CompiledKernel; target: Float64Array }> {
  const kernel = await compileFeatures(network.unit, "potential.network.unit", network, "potential.network", names);
  const inputNames = Object.keys(network.inputs);
  const f = await parseExpression(network.target, "potential.network.target", { inputs: inputNames, parameters: names.parameters });
  return { kernel, target: evaluateAtNodes(f, kernel.inputs, kernel.weights.length, "potential.network.target") };
}

async function compileFeatures(text: string, field: string, definition: FeatureInputs, parent: string, names: Names) {
  const inputNames = Object.keys(definition.inputs);
  if (inputNames.length === 0) throw new InputError(`${parent}.inputs`, undefined, "empty", "name at least one input");
  checkNames(inputNames, `${parent}.inputs`, new Set([...names.inputs, ...Object.keys(names.parameters)]));
  const count = Object.values(definition.inputs).reduce((product, { points }) => product * points, 1);
  if (count > MOST_NODES) {
    throw new InputError(`${parent}.inputs`, count, "too many points over all inputs", `use at most ${MOST_NODES} in all`);
  }
  const rules = Object.entries(definition.inputs).map(([name, { min, max, points }]) => {
    if (!(min < max)) throw new InputError(`${parent}.inputs.${name}`, `[${min}, ${max}]`, "min must be below max", "correct them");
    return gaussLegendre(points, min, max);
  });
  const { nodes, weights } = tensorProduct(rules);
  const phi = await parseExpression(text, field, { ...names, inputs: [...names.inputs, ...inputNames] });
  if (definition.weight !== undefined) {
    const weight = await parseExpression(definition.weight, `${parent}.weight`, {
      inputs: inputNames,
      parameters: names.parameters,
    });
    evaluateAtNodes(weight, nodes, weights.length, `${parent}.weight`).forEach((value, p) => {
      if (value < 0) throw new InputError(`${parent}.weight`, value, "negative, so K would not be positive", "give a weight >= 0");
      weights[p] *= value;
    });
  }
  const all = names.inputs.map((_, a) => a);
  const linearAxis = all.find((a) => phi.isLinearIn(a)) ?? null;
  return {
    type: "features" as const,
    ...programsOf(phi, all),
    text,
    inputs: nodes,
    weights,
    linearAxis,
  };
}

function evaluateAtNodes(f: Expression, nodes: readonly Float64Array[], count: number, field: string): Float64Array {
  const values = new Float64Array(count);
  createEvaluator(f.value)([values], 0, nodes, 0, count);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new InputError(field, values[bad], `not finite at input node ${bad}`, "change it or the range of the inputs");
  return values;
}

const NONE: ReadonlySet<string> = new Set();
const IDENTIFIER = /^[A-Za-z][A-Za-z0-9_]*$/;

function checkNames(names: readonly string[], field: string, taken: ReadonlySet<string>, reserved = NONE): void {
  for (const name of names) {
    const problem = !IDENTIFIER.test(name)
      ? "not a name of letters, digits and _"
      : CONSTANTS.has(name) || FUNCTIONS.has(name) || name === "t" || name.endsWith("_prime") || reserved.has(name)
        ? "a reserved name"
        : taken.has(name)
          ? "declared twice"
          : null;
    if (problem !== null) throw new InputError(`${field}.${name}`, undefined, problem, "choose another name");
  }
}
