import type { Distribution } from "../distributions/distribution.ts";
import { createDistribution, createInitialDistribution } from "../distributions/initial.ts";
import { InputError } from "../errors.ts";
import { createEvaluator, createTimedEvaluator } from "../expressions/evaluate.ts";
import { createBoxBounds } from "../expressions/interval.ts";
import type { Program } from "../expressions/program.ts";
import { createGrid, evaluateAtCentres, type Grid } from "../grid/grid.ts";
import type { BlockFunction } from "../numerics/block-function.ts";
import { dataOf, type NetworkData } from "../potential/compile-network.ts";
import { createKernel, kernelTypeOf } from "../potential/kernels.ts";
import { createNetworkPotential } from "../potential/network-potential.ts";
import type { Kernel, Potential } from "../potential/potential.ts";
import { type CompiledProblem, compileProblem } from "../problem-file/compile.ts";
import { checkProblemDefinition, type ProblemDefinition, type ProblemInput } from "../problem-file/problem-file.ts";
import { checkRate, createRate, type Rate } from "../problem-file/rate.ts";
import { checkInTime } from "./clock-checks.ts";
import { priorOf } from "./dynamics.ts";
import { checkKernel } from "./kernel-checks.ts";
import { checkPeriodic, sampledDensity, sampledKernel, sampledPotential } from "./periodicity-checks.ts";
import { checkTemperature } from "./thermal.ts";

/**
 * A problem: the distribution mu_t of theta on a domain of one to three variables, started at mu_0, with
 *
 *   d_t mu = div(mu grad V)                                    gradient-descent   (8)
 *   d_t mu = div(mu grad V) - alpha V mu                       unbalanced         (12)
 *   d_t mu = div(mu grad V) - alpha V mu + alpha Vbar mu       birth-death        (13),   Vbar = int V dmu
 *   d_t mu =                - alpha V mu + alpha Vbar mu       pure-birth-death         (no motion)
 *   d_t mu = div(mu grad V) - alpha V mu + alpha Vbar^+ mu_b - alpha Vbar^- mu           reinjection net-deficit   (30)
 *   d_t mu = div(mu grad V) - alpha V^+ mu + alpha (int V^+ dmu) mu_b                    reinjection every-death
 *
 * where V = F + int K dmu (9), alpha(t) >= 0, and mu_b is the prior. The energy E[mu] = int F dmu + 1/2 int int K dmu dmu (11) decays as
 *
 *   dE/dt = - int |grad V|^2 dmu - alpha int (V - Vbar)^2 dmu                      (16)   (V in place of V - Vbar if unbalanced),
 *
 * each term of it where the equation has the one it comes from. Under reinjection, with V_b = int V dmu_b,
 *
 *   dE/dt = - int |grad V|^2 dmu - alpha (int V^2 dmu - Vbar^+ V_b - (Vbar^-)^2)         net-deficit
 *   dE/dt = - int |grad V|^2 dmu - alpha (int (V^+)^2 dmu - (int V^+ dmu) V_b)           every-death
 *
 * which is a loss wherever V_b <= 0, above all for a network with units c phi(x, z) and a prior at c = 0, where V = 0. Then mu is
 * stationary exactly where grad V = 0 on its support and V is Vbar <= 0 there (net-deficit), or V <= 0 (every-death).
 * Without V_b <= 0 there are others, which are not those of E: with K = 0 and F > 0 net-deficit tends to the distribution that is stationary under
 * motion, killing at rate alpha F and return from mu_b.
 *
 * At a temperature tau(t) > 0 of the noise in the motion, with V_tau = V + tau log mu,
 *
 *   d_t mu = div(mu grad V_tau) - alpha (R - Rbar) mu,   Rbar = int R dmu,   R one of     gradient-descent, birth-death, pure-birth-death
 *
 *     V + tau log mu              free-energy
 *     V                           energy
 *     V + tau log(k_eps * mu)     free-energy with a bandwidth eps, k_eps = N(0, eps^2 I)
 *
 * and the free energy E_tau[mu] = E[mu] + tau int mu log mu changes as
 *
 *   dE_tau/dt = - int |grad V_tau|^2 dmu - alpha Cov_mu(V_tau, R) + tau' int mu log mu + int d_t F dmu.
 *
 * It must fall only for alpha = 0 or R = V_tau, with tau and F constant in time; then mu = e^{-V[mu] / tau} / Z is stationary.
 *
 * Equations of Rotskoff, Jelassi, Bruna & Vanden-Eijnden, "Global convergence of neuron birth-death dynamics", ICML 2019.
 */
export interface Problem {
  name: string;
  definition: ProblemDefinition;
  /** The domain with the cells of the file. */
  grid: Grid;
  potential: Potential;
  alpha: Rate;
  /** tau(t) >= 0. */
  temperature: Rate;
  /** k_eps of a reaction with a bandwidth, otherwise null. */
  smoothing: Kernel | null;
  dynamics: ProblemDefinition["dynamics"];
  initial: Distribution;
  /** mu_b of a reinjection, otherwise null. */
  prior: Distribution | null;
  /** End of the run, and the increasing times at which it is recorded. */
  end: number;
  snapshotTimes: readonly number[];
  observables: readonly Observable[];
  /** The same problem as plain data, for worker threads. */
  compiled: CompiledProblem;
}

/** A named function phi(theta), whose mean int phi dmu is recorded. */
export interface Observable {
  name: string;
  value: BlockFunction;
  /** dphi/dtheta_a: an output for each axis. */
  gradient: BlockFunction;
}

/** What the command line may change in a problem. */
export interface ProblemOverrides {
  /** One count for every axis, or one for each variable by name. */
  cells?: number | Readonly<Record<string, number>>;
  alpha?: ProblemDefinition["alpha"];
  temperature?: Exclude<ProblemDefinition["temperature"], undefined>;
  dynamics?: ProblemDefinition["dynamics"];
  /** A new end time; a list of snapshots is cut there, and the end itself is added to it. */
  end?: number;
}

/**
 * Checks, compiles and assembles a problem.
 *
 * @param data the columns of the file that a network names under `data`; read them with `readNetworkData`.
 * @throws InputError with the field, its value and a remedy for anything that cannot be used: schema, names, expressions, domain,
 * distributions, a kernel that is not symmetric and positive semi-definite on sample points, functions that do not close up on a periodic axis.
 */
export async function createProblem(
  input: ProblemInput,
  overrides: ProblemOverrides = {},
  data?: NetworkData | null,
): Promise<Problem> {
  const definition = override(checkProblemDefinition(input), overrides);
  const compiled = await compileProblem(definition, priorOf(definition.dynamics), data);
  const problem = instantiateProblem(compiled);
  if (problem.potential.kernel !== null && compiled.kernel !== null) {
    checkKernel(problem.potential.kernel, problem.grid, compiled.kernel.text);
  }
  for (const sampled of functionsOf(problem)) checkPeriodic(sampled, problem.grid);
  checkRate(problem.alpha, compiled.rate);
  checkRate(problem.temperature, compiled.temperature);
  if ("F" in definition.potential) checkInTime(problem.potential, definition.potential.F, problem.grid, problem.end);
  checkTemperature(problem);
  return problem;
}

/** The problem with other fields or overrides, checked anew; the data of its network go with it. @throws InputError as createProblem does. */
export function changeProblem(
  { definition, compiled }: Problem,
  changes: Partial<ProblemInput>,
  overrides: ProblemOverrides = {},
): Promise<Problem> {
  return createProblem({ ...definition, ...changes }, overrides, dataOf(compiled));
}

/** The functions that have to be periodic on a periodic axis and are not so by themselves. */
function functionsOf({ potential, initial, prior, compiled, definition }: Problem) {
  const network = "network" in definition.potential;
  const [field, text] =
    "network" in definition.potential
      ? ["potential.network.unit", definition.potential.network.unit]
      : ["potential.F", definition.potential.F];
  const functions = [sampledPotential(potential, field, text)];
  const { kernel, density, priorDensity } = compiled;
  if (potential.kernel !== null && kernel !== null && !kernelTypeOf(kernel).wraps) {
    functions.push(sampledKernel(potential.kernel, network ? field : "potential.K", kernel.text));
  }
  if (density !== null) functions.push(sampledDensity(initial, "initial.density", String(definition.initial.density)));
  if (prior !== null && priorDensity !== null) {
    functions.push(sampledDensity(prior, "dynamics.prior.density", String(priorOf(definition.dynamics)?.density)));
  }
  return functions;
}

/** Rebuilds a problem from its compiled form, without parsing or checking anything. */
export function instantiateProblem(compiled: CompiledProblem): Problem {
  const { definition } = compiled;
  const grid = createGrid(Object.entries(definition.variables).map(([name, variable]) => ({ name, ...variable })));
  return {
    name: definition.name,
    definition,
    grid,
    potential: createPotential(compiled, grid),
    alpha: createRate(compiled.rate),
    temperature: createRate(compiled.temperature),
    smoothing: compiled.smoothing === null ? null : createKernel(compiled.smoothing, grid),
    dynamics: definition.dynamics,
    initial: createInitialDistribution(definition.initial, compiled.density, grid),
    prior: createPrior(compiled, grid),
    end: definition.time.end,
    snapshotTimes: snapshotTimes(definition.time),
    observables: compiled.observables.map(({ name, value, gradient }) => ({
      name,
      value: createEvaluator(value),
      gradient: createEvaluator(gradient),
    })),
    compiled,
  };
}

/** The problem recorded at other times. */
export function withSnapshots({ compiled, definition, end }: Problem, times: readonly number[]): Problem {
  return instantiateProblem({ ...compiled, definition: { ...definition, time: { end, snapshots: [...times] } } });
}

function createPotential(compiled: CompiledProblem, grid: Grid): Potential {
  if (compiled.external === null) return createNetworkPotential(compiled, grid);
  const { value, gradient, laplacian } = compiled.external;
  const clock = value.inputs > grid.dimension ? { time: 0 } : null;
  const evaluatorOf = (program: Program) => (clock === null ? createEvaluator(program) : createTimedEvaluator(program, clock));
  return {
    dimension: grid.dimension,
    clock,
    external: evaluatorOf(value),
    ...(clock === null ? { externalBounds: createBoxBounds(value) } : {}),
    externalGradient: evaluatorOf(gradient),
    externalLaplacian: evaluatorOf(laplacian),
    kernel: compiled.kernel === null ? null : createKernel(compiled.kernel, grid),
    constant: 0,
  };
}

function createPrior({ priorDensity, definition: { dynamics } }: CompiledProblem, grid: Grid): Distribution | null {
  const prior = priorOf(dynamics);
  return prior === null ? null : createDistribution(prior, priorDensity, grid, "dynamics.prior");
}

function snapshotTimes({ end, snapshots }: ProblemDefinition["time"]): number[] {
  const times =
    typeof snapshots === "number"
      ? Array.from({ length: snapshots + 1 }, (_, k) => Math.min(end, (k * end) / snapshots))
      : snapshots;
  times.forEach((time, k) => {
    const field = `time.snapshots.${k}`;
    if (time > end) throw new InputError(field, time, `beyond the end ${end}`, "raise time.end or remove the snapshot");
    if (k > 0 && time <= times[k - 1])
      throw new InputError(field, time, "not after the one before", "list times in increasing order");
  });
  return [...times];
}

function override(
  definition: ProblemDefinition,
  { cells, alpha, temperature, dynamics, end }: ProblemOverrides,
): ProblemDefinition {
  const changed = structuredClone(definition);
  const names = Object.keys(changed.variables);
  if (typeof cells === "number") for (const name of names) changed.variables[name].cells = cells;
  else if (cells !== undefined) {
    for (const [given, count] of Object.entries(cells)) {
      const name = given.normalize("NFC");
      if (!names.includes(name)) throw new InputError("--cells", name, "not a variable of this problem", `use ${names.join(", ")}`);
      changed.variables[name].cells = count;
    }
  }
  if (alpha !== undefined) changed.alpha = alpha;
  if (temperature !== undefined) changed.temperature = temperature;
  if (dynamics !== undefined) changed.dynamics = dynamics;
  if (end !== undefined) {
    changed.time.end = end;
    const { snapshots } = changed.time;
    if (Array.isArray(snapshots)) changed.time.snapshots = [...snapshots.filter((time) => time < end), end];
  }
  return checkProblemDefinition(changed);
}

/** The times at which a step has to end: snapshots, the end, and where alpha jumps. */
export function stopsOf({ snapshotTimes, end, alpha }: Problem): number[] {
  const stops = new Set([...snapshotTimes, end]);
  if (alpha.jump !== null) stops.add(alpha.jump);
  return [...stops].sort((a, b) => a - b);
}

/** Values of every observable at the cell centres of a grid. @throws InputError where one is not finite. */
export function observablesOnGrid(observables: readonly Observable[], grid: Grid): Map<string, Float64Array> {
  return new Map(
    observables.map(({ name, value }) => {
      const values = evaluateAtCentres(grid, value);
      const bad = values.findIndex((v) => !Number.isFinite(v));
      if (bad >= 0)
        throw new InputError(`observables.${name}`, values[bad], "not finite on the grid", "change the expression or the domain");
      return [name, values];
    }),
  );
}
