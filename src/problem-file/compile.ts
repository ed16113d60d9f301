import { InputError } from "../errors.ts";
import { createEvaluator } from "../expressions/evaluate.ts";
import { type Expression, type Names, parseExpression } from "../expressions/expression.ts";
import { checkNames } from "../expressions/names.ts";
import type { Program } from "../expressions/program.ts";
import { FILE_NAMES } from "../files/netcdf-names.ts";
import { type CompiledFeatures, type CompiledFunctions, compileFeatures, programsOf } from "../potential/compile-features.ts";
import { type CompiledBatch, compileNetwork, type NetworkData } from "../potential/compile-network.ts";
import type { KernelDefinition } from "../potential/schema.ts";
import type { ProblemDefinition } from "./problem-file.ts";
import type { CompiledRate } from "./rate.ts";

/** A problem with its expressions compiled: plain data, which structured clone sends to worker threads. */
export interface CompiledProblem {
  definition: ProblemDefinition;
  /** null where a network's target gives F. */
  external: { value: Program; gradient: Program; laplacian: Program } | null;
  kernel: CompiledKernel | null;
  /** A network's target at the feature nodes. */
  target: Float64Array | null;
  /** How particles draw the batches of a network; null where they use E itself. */
  batch: CompiledBatch | null;
  /** Joint initial density. */
  density: Program | null;
  /** Joint density of the prior of a reinjection. */
  priorDensity: Program | null;
  rate: CompiledRate;
  observables: { name: string; value: Program; gradient: Program }[];
}

export type CompiledKernel = (CompiledFunctions & { type: "convolution" | "pairwise" }) | CompiledFeatures;

/**
 * @param data the columns of the file that a network names; see columnsOf.
 * @throws InputError for an unusable name, expression or column.
 */
export async function compileProblem(definition: ProblemDefinition, data?: NetworkData | null): Promise<CompiledProblem> {
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
  const { initial, dynamics } = definition;
  const common = {
    definition,
    observables,
    density: await compileJointDensity(initial, "initial", names),
    priorDensity: typeof dynamics === "object" ? await compileJointDensity(dynamics.prior, "dynamics.prior", names) : null,
    rate: await compileRate(definition, parameters),
  };
  if ("network" in potential) {
    return { ...common, external: null, ...(await compileNetwork(potential.network, names, data)) };
  }
  const F = await parseExpression(potential.F, "potential.F", names);
  const kernel = potential.K === undefined ? null : await compileKernel(potential.K, names);
  return {
    ...common,
    external: { value: F.value, gradient: F.gradient(all), laplacian: F.laplacian(all) },
    kernel,
    target: null,
    batch: null,
  };
}

/** null where the law is a product. */
async function compileJointDensity(law: ProblemDefinition["initial"], field: string, names: Names): Promise<Program | null> {
  if (!("density" in law && typeof law.density === "string")) return null;
  return (await parseExpression(law.density, `${field}.density`, names)).value;
}

async function compileRate({ alpha, time }: ProblemDefinition, parameters: Names["parameters"]): Promise<CompiledRate> {
  const { rate, until } = typeof alpha === "object" ? alpha : { rate: alpha, until: Infinity };
  const field = typeof alpha === "object" ? "alpha.rate" : "alpha";
  const value = typeof rate === "number" ? rate : withoutTime(await parseExpression(rate, field, { inputs: ["t"], parameters }));
  return { value, until, end: time.end, text: String(rate), field };
}

/** The value of an expression that does not depend on t, otherwise its program. */
function withoutTime(rate: Expression): Program | number {
  const [instruction, ...more] = rate.value.instructions;
  return instruction.op === "fill" && more.length === 0 && instruction.c >= 0 ? instruction.c : rate.value;
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
