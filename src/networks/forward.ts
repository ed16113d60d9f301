import { ACTIVATIONS } from "./activations.ts";
import { innerProducts } from "./inner-products.ts";
import type { RidgeNetwork } from "./ridge-network.ts";

/** Room for the units of a network of n units at up to `count` inputs. */
export interface Forward {
  readonly count: number;
  /** sigma(a_i . x_p) and sigma'(a_i . x_p) of the last evaluation, shape [n, P]. */
  readonly value: Float64Array;
  readonly slope: Float64Array;
  /** out[p] = f(x_p) for the P inputs of shape [P, d]: n P d products. */
  evaluate(out: Float64Array, network: RidgeNetwork, inputs: Float64Array, P: number): void;
}

export function createForward(n: number, count: number): Forward {
  const h = new Float64Array(n * count);
  const value = new Float64Array(n * count);
  const slope = new Float64Array(n * count);
  return {
    count,
    value,
    slope,
    evaluate(out, network, inputs, P) {
      const { c, a, d, activation } = network;
      innerProducts(h, a, inputs, n, P, d);
      ACTIVATIONS[activation].evaluate(value, slope, h, n * P);
      out.fill(0, 0, P);
      for (let i = 0; i < n; i++) {
        const ci = c[i];
        const from = i * P;
        for (let p = 0; p < P; p++) out[p] += ci * value[from + p];
      }
    },
  };
}
