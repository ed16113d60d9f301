import { compileDistribution } from "../distributions/initial.ts";
import { InputError } from "../errors.ts";
import { type Expression, type Names, parseExpression } from "../expressions/expression.ts";
import { checkNames } from "../expressions/names.ts";
import type { Program } from "../expressions/program.ts";
import { mentions } from "../expressions/tokens.ts";
import { FILE_NAMES } from "../files/netcdf-names.ts";
import { type CompiledNetwork, compileNetwork, type NetworkData } from "../potential/compile-network.ts";
import { type CompiledKernel, compileKernel } from "../potential/kernels.ts";
import type { ProblemDefinition } from "./problem-file.ts";
import type { CompiledRate } from "./rate.ts";
import { compileSmoothing } from "./smoothing.ts";

/** A problem with its expressions compiled: plain data, which structured clone sends to worker threads. */
export type CompiledProblem = CompiledParts & (CompiledPotential | ({ external: null } & CompiledNetwork));

/** F and K as expressions. */
interface CompiledPotential {
  /** In the variables, and after them in t where F changes in time. */
  external: { value: Program; gradient: Program; laplacian: Program };
  kernel: CompiledKernel | null;
  target: null;
  batch: null;
}

interface CompiledParts {
  definition: ProblemDefinition;
  /** Joint initial density. */
  density: Program | null;
  /** Joint density of the prior of a reinjection. */
  priorDensity: Program | null;
  rate: CompiledRate;
  temperature: CompiledRate;
  /** k_eps of a reaction with a bandwidth; otherwise null. */
  smoothing: CompiledKernel | null;
  observables: { name: string; value: Program; gradient: Program }[];
}

/**
 * @param prior mu_b; null where nothing comes back.
 * @param data the columns of the file that a network names; see columnsOf.
 * @throws InputError for an unusable name, expression or column.
 */
export async function compileProblem(
  definition: ProblemDefinition,
  prior: ProblemDefinition["initial"] | null,
  data?: NetworkData | null,
): Promise<CompiledProblem> {
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
  const common = {
    definition,
    observables,
    density: await compileDistribution(definition.initial, "initial", names),
    priorDensity: prior === null ? null : await compileDistribution(prior, "dynamics.prior", names),
    rate: await compileRate("alpha", definition.alpha, definition.time.end, parameters),
    temperature: await compileRate("temperature", definition.temperature ?? 0, definition.time.end, parameters),
    smoothing: await compileSmoothing(definition, names),
  };
  if ("network" in potential) {
    return { ...common, external: null, ...(await compileNetwork(potential.network, names, data)) };
  }
  const inputs = mentions(potential.F, "t") ? [...variables, "t"] : variables;
  const F = await parseExpression(potential.F, "potential.F", { ...names, inputs });
  const kernel = potential.K === undefined ? null : await compileKernel(potential.K, names);
  return {
    ...common,
    external: { value: F.value, gradient: F.gradient(all), laplacian: F.laplacian(all) },
    kernel,
    target: null,
    batch: null,
  };
}

async function compileRate(
  name: "alpha" | "temperature",
  given: ProblemDefinition["alpha"],
  end: number,
  parameters: Names["parameters"],
): Promise<CompiledRate> {
  const { rate, until } = typeof given === "object" ? given : { rate: given, until: Infinity };
  const field = typeof given === "object" ? `${name}.rate` : name;
  const value = typeof rate === "number" ? rate : withoutTime(await parseExpression(rate, field, { inputs: ["t"], parameters }));
  return { value, until, end, text: String(rate), field };
}

/** The value of an expression that does not depend on t, otherwise its program. */
function withoutTime(rate: Expression): Program | number {
  const [instruction, ...more] = rate.value.instructions;
  return instruction.op === "fill" && more.length === 0 && instruction.c >= 0 ? instruction.c : rate.value;
}
