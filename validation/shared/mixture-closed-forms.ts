import type { PointMeasure } from "../../src/measures/point-measure.ts";
import type { ProblemDefinition } from "../../src/problem-file/problem-file.ts";

/**
 * The mixture of Gaussians of the paper's section 7.1 without quadrature. With N(x; v) the centred normal density of variance v,
 *
 *   f(x) = sum_k a_k N(x - y_k; s_k),   unit c N(x - y; s),   theta = (c, y)
 *   F = -c sum_k a_k N(y - y_k; s_k + s),   K = c c' N(y - y'; 2 s),   (1/2) int f^2 = (1/2) sum_kl a_k a_l N(y_k - y_l; s_k + s_l)
 *
 * since the integral of a product of two densities is a density at the distance of their centres, of the sum of their variances. The
 * constants are those of the notebook that accompanies the paper.
 */
const UNIT_VARIANCE = 0.5;
const TERMS = [
  { a: 1 / 3, y: -2, s: 0.5 },
  { a: -2 / 3, y: 0, s: 1 },
  { a: 1 / 3, y: 2, s: 0.5 },
] as const;

const normal = (x: number, variance: number) => Math.exp((-x * x) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);

export const target = (x: number) => TERMS.reduce((total, { a, y, s }) => total + a * normal(x - y, s), 0);

/** (1/2) int f^2 dx = 0.0688683..., the loss of a network without units. */
export const HALF_SQUARED_NORM = TERMS.reduce(
  (total, one) => total + TERMS.reduce((part, two) => part + 0.5 * one.a * two.a * normal(one.y - two.y, one.s + two.s), 0),
  0,
);

/** int c N(x - y; s) dmu at each x, for a measure on (c, y). */
export function fittedFunction({ points: [c, y], weights, count }: PointMeasure, at: readonly number[]): number[] {
  return at.map((x) => {
    let total = 0;
    for (let j = 0; j < count; j++) total += (weights === null ? 1 / count : weights[j]) * c[j] * normal(x - y[j], UNIT_VARIANCE);
    return total;
  });
}

const normalText = (x: string, variance: number) => `exp(-(${x})^2/${2 * variance})/sqrt(${2 * variance}*pi)`;
const F = `-c*(${TERMS.map(({ a, y, s }) => `(${a})*${normalText(`y-(${y})`, s + UNIT_VARIANCE)}`).join(" + ")})`;

/**
 * The problem with F and K in closed form, K summed pair by pair: O(n^2), for checks. Energies lack the constant, which goes with a network.
 */
export function withClosedForms(definition: ProblemDefinition): ProblemDefinition {
  const K = `c*c_prime*${normalText("y-y_prime", 2 * UNIT_VARIANCE)}`;
  return { ...definition, potential: { F, K: { type: "pairwise", expression: K } } };
}

/** The same with F raised by `shift`, which changes nothing for probabilities, and the K of the network's own features. */
export function withShift(definition: ProblemDefinition, shift: number): ProblemDefinition {
  if (!("network" in definition.potential)) throw new Error("the mixture is given as a network");
  const { unit, inputs = {} } = definition.potential.network;
  const ranges = Object.fromEntries(Object.entries(inputs).flatMap(([name, input]) => ("law" in input ? [] : [[name, input]])));
  return { ...definition, potential: { F: `${F} + (${shift})`, K: { type: "features", expression: unit, inputs: ranges } } };
}
