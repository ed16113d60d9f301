import { InputError } from "../errors.ts";
import { integrate, type RightHandSide } from "../numerics/dormand-prince.ts";
import { offers, predictedFamily, refuseUnless, termsOf } from "../problem/dynamics.ts";
import { type Problem, stopsOf } from "../problem/problem.ts";
import type { StepRule } from "../schemes/growth.ts";
import { isWeighted } from "../schemes/scheme.ts";
import { PREDICTED_SCHEMES, ruleOf, SCHEMES, type SchemeName, SIMULATED_SCHEMES, sameRule } from "../schemes/schemes.ts";
import { startNodes } from "./mean-path.ts";
import { createTangentFlow, type Direction } from "./tangent-flow.ts";

/** A derivative and its error: its difference from that on fewer nodes in a narrower bulk, and 1e-6 of it for differences and integration. */
export interface Derivative {
  value: number;
  error: number;
}

/** How one mean depends on what may be wrong in particles. */
export interface Sensitivity {
  /** d mean / d log alpha: of a rate that is wrong by a share e at all times, the mean is off by e times this. 0 without a reaction. */
  alpha: Derivative;
  /** d mean / d eps with the transport div(mu grad V) times 1 + eps, the reaction as it is. 0 without transport. */
  drift: Derivative;
  /**
   * lim (mean of the scheme's mean-field map at dt - mean of the equation) / dt, in the unit of the mean over that of time, for each scheme that
   * follows the problem. 0 for an event process without transport, which has no step. Empty under `unbalanced`, which no scheme follows, and
   * for a network trained on batches, whose noise shifts the limit too.
   */
  step: Partial<Record<SchemeName, Derivative>>;
}

export interface SensitivitySnapshot {
  time: number;
  /** By name, in the order of the problem. */
  observables: Record<string, Sensitivity>;
  /** Of E[mu_t]. */
  energy: Sensitivity;
}

export interface SensitivityOptions {
  /** Nodes along each axis; default 160, 24 or 14 by dimension, with K 16 in the plane and 7 in space. */
  nodes?: number;
}

/** By dimension; `bulk` is the half-width of the nodes in standard deviations of mu_0: few nodes must not be far apart. */
const RULES = {
  withoutK: [{ nodes: 160, bulk: 6 }, { nodes: 24, bulk: 5 }, { nodes: 14, bulk: 4.5 }],
  withK: [{ nodes: 160, bulk: 6 }, { nodes: 16, bulk: 4 }, { nodes: 7, bulk: 3 }],
} as const; // biome-ignore format: a table
/** The second rule, as shares of the first: its difference shows both the error between the nodes and the mass cut off. */
const COARSER = { nodes: 0.7, bulk: 0.85 } as const;
const FEWEST = 4;
const KERNEL_TOLERANCE = 1e-10;
const INTEGRATION = 1e-8;
/** Of a derivative: what central differences and the integration leave. */
const ROUNDING = 1e-6;

/**
 * The derivatives of the mean of each observable, and of the energy, at each snapshot, in log alpha, in the scale of the drift and in the step of each
 * scheme. They turn a detectable deviation of a mean into a detectable error of alpha, of the drift or of dt.
 *
 * Method: the tangent of the characteristics on fixed nodes; see tangent-flow.ts. The derivative of a mean is, with nodes moved by v_j and masses
 * grown by the share l_j (its mean taken off where mass is conserved),
 *
 *   d int phi dmu = sum_j w_j (grad phi(theta_j) . v_j + phi(theta_j) l_j),        dE = the same with V in place of phi
 *
 * Error: stated with each, see Derivative; smooth problems reach 1e-6 of the value on a line, 1e-2 with K in the plane. It says nothing of
 * peaks of mu_0 that lie between the nodes of both rules.
 *
 * Cost: two integrations of some tens of steps, of 12 stages each, with 1 + 2 (2 + 2 + steppers) evaluations of V and grad V at the nodes, where there are
 * up to 4 steppers: milliseconds to tenths of a second on a line, seconds with K in the plane.
 *
 * @throws InputError for dynamics with reinjection, or a count of nodes that cannot be used.
 * @throws IntegrationError where characteristics run away to infinity.
 */
export function sensitivities(problem: Problem, options: SensitivityOptions = {}): SensitivitySnapshot[] {
  refuseUnless(problem, "sensitivity");
  const d = problem.grid.dimension;
  const rule = RULES[problem.potential.kernel === null ? "withoutK" : "withK"][d - 1];
  const { nodes = rule.nodes } = options;
  if (!Number.isInteger(nodes) || nodes < FEWEST) {
    throw new InputError("nodes", nodes, `not a whole number >= ${FEWEST}`, "give a count along each axis");
  }
  const steppers = steppersOf(problem);
  const { transport, reaction } = termsOf(problem);
  const directions: Direction[] = [
    ...(reaction === null ? [] : ["alpha" as const]),
    ...(transport ? ["drift" as const] : []),
    ...steppers.map(({ rule }) => rule),
  ];
  const fine = derivativesOn(problem, nodes, rule.bulk, directions);
  const fewer = Math.max(FEWEST - 1, Math.round(COARSER.nodes * nodes));
  const coarse = derivativesOn(problem, fewer, COARSER.bulk * rule.bulk, directions);
  const at = (s: number, quantity: number, direction: number): Derivative => {
    if (direction < 0) return { value: 0, error: 0 };
    const value = fine[s][quantity][direction];
    return { value, error: Math.abs(value - coarse[s][quantity][direction]) + ROUNDING * Math.abs(value) };
  };
  const quantityAt = (s: number, quantity: number): Sensitivity => ({
    alpha: at(s, quantity, directions.indexOf("alpha")),
    drift: at(s, quantity, directions.indexOf("drift")),
    step: Object.fromEntries(
      steppers.flatMap(({ rule: own, schemes }) => schemes.map((scheme) => [scheme, at(s, quantity, directions.indexOf(own))])),
    ),
  });
  const { observables, snapshotTimes } = problem;
  return snapshotTimes.map((time, s) => ({
    time,
    observables: Object.fromEntries(observables.map(({ name }, k) => [name, quantityAt(s, k)])),
    energy: quantityAt(s, observables.length),
  }));
}

/** Schemes that move the mean alike. */
interface Stepper {
  rule: StepRule;
  schemes: SchemeName[];
}

/** The schemes that follow a problem. */
function steppersOf(problem: Problem): Stepper[] {
  const { transport } = termsOf(problem);
  if (!offers(problem, "fluctuations") || problem.potential.batches !== undefined) return [];
  const found: Stepper[] = [];
  const followed = predictedFamily(problem);
  for (const scheme of [...PREDICTED_SCHEMES, ...SIMULATED_SCHEMES]) {
    if (isWeighted(SCHEMES[scheme])) continue;
    if (!SCHEMES[scheme].follows.includes(followed) || (!transport && SCHEMES[scheme].time === "continuous")) continue;
    const rule = ruleOf(scheme);
    const alike = found.find((one) => sameRule(one.rule, rule));
    if (alike === undefined) found.push({ rule, schemes: [scheme] });
    else alike.schemes.push(scheme);
  }
  return found;
}

/** Shape [snapshots][observables, then the energy][directions]. */
function derivativesOn(problem: Problem, nodes: number, bulk: number, directions: readonly Direction[]): number[][][] {
  const { grid, snapshotTimes, alpha } = problem;
  const start = startNodes(problem, grid.axes.map(() => nodes), bulk); // biome-ignore format: one call
  const flow = createTangentFlow(problem, start.weights.length, directions, KERNEL_TOLERANCE);
  let state = flow.start(start);
  let time = 0;
  const rows: number[][][] = [];
  for (const stop of stopsOf(problem)) {
    if (stop > time) {
      const rightHandSide: RightHandSide = flow.rightHandSide(alpha.on(time, stop));
      const tolerances = { relativeTolerance: INTEGRATION, absoluteTolerance: INTEGRATION, maxStep: alpha.longestStep };
      state = integrate(rightHandSide, time, state, stop, tolerances).y;
      time = stop;
    }
    if (snapshotTimes.includes(stop)) rows.push(flow.derivatives(state));
  }
  return rows;
}
