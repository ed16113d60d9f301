import { InputError } from "../errors.ts";
import type { RandomStream } from "../numerics/random.ts";
import { ACTIVATIONS, type ActivationName } from "./activations.ts";

/**
 * A two-layer network of n ridge units in d dimensions, without bias and without the factor 1/n:
 *
 *   f(x) = sum_i c_i sigma(a_i . x),   c of shape [n], a of shape [n, d].
 */
export interface RidgeNetwork {
  readonly n: number;
  readonly d: number;
  readonly activation: ActivationName;
  readonly c: Float64Array;
  readonly a: Float64Array;
}

/** @throws InputError for arrays of other shapes, numbers that are not finite, and activations that do not exist. */
export function createRidgeNetwork(c: Float64Array, a: Float64Array, activation: ActivationName = "relu"): RidgeNetwork {
  const n = c.length;
  if (n === 0) throw new InputError("c", undefined, "no units", "give at least one");
  if (a.length === 0 || a.length % n !== 0) {
    throw new InputError("a", a.length, `not ${n} rows of one length`, "give n times d numbers, unit by unit");
  }
  if (!Object.hasOwn(ACTIVATIONS, activation)) {
    throw new InputError("activation", activation, "no such activation", `use one of ${Object.keys(ACTIVATIONS).join(", ")}`);
  }
  requireFinite("c", c);
  requireFinite("a", a);
  return { n, d: a.length / n, activation, c, a };
}

/** @throws InputError that names the first entry which is not a finite number. */
export function requireFinite(field: string, values: Float64Array): void {
  const k = values.findIndex((value) => !Number.isFinite(value));
  if (k >= 0) throw new InputError(`${field}[${k}]`, values[k], "not a finite number", "remove or correct it");
}

export function copyNetwork({ c, a, activation }: RidgeNetwork): RidgeNetwork {
  return createRidgeNetwork(c.slice(), a.slice(), activation);
}

/** Unit `to` becomes a copy of unit `from`. */
export function copyUnit({ c, a, d }: RidgeNetwork, from: number, to: number): void {
  c[to] = c[from];
  a.copyWithin(to * d, from * d, (from + 1) * d);
}

/** Draws unit i anew. */
export type UnitDistribution = (network: RidgeNetwork, i: number, stream: RandomStream) => void;

/** A unit with c uniform on [-width, width] and the entries of a normal of mean 0. */
export function unitDistribution(width: number, sd: number): UnitDistribution {
  return ({ c, a, d }, i, stream) => {
    for (let k = 0; k < d; k++) a[i * d + k] = sd * stream.normal();
    c[i] = width === 0 ? 0 : width * (2 * stream.uniform() - 1);
  };
}

/** n independent units of one distribution. */
export function drawNetwork(n: number, d: number, draw: UnitDistribution, stream: RandomStream): RidgeNetwork {
  for (const [name, value] of Object.entries({ n, d })) {
    if (!Number.isInteger(value) || value < 1)
      throw new InputError(name, value, "not a positive integer", "give a whole number >= 1");
  }
  const network = createRidgeNetwork(new Float64Array(n), new Float64Array(n * d));
  for (let i = 0; i < n; i++) draw(network, i, stream);
  return network;
}
