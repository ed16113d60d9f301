/** A function sigma of one number, with its derivative. */
export interface Activation {
  /** value[k] = sigma(h[k]) and slope[k] = sigma'(h[k]) for k < count. */
  evaluate(value: Float64Array, slope: Float64Array, h: Float64Array, count: number): void;
  /** Whether sigma(s h) = s sigma(h) for all s > 0. */
  homogeneous: boolean;
}

/** max(h, 0), with sigma'(0) = 0. */
const relu: Activation = {
  homogeneous: true,
  evaluate(value, slope, h, count) {
    for (let k = 0; k < count; k++) {
      const active = h[k] > 0;
      value[k] = active ? h[k] : 0;
      slope[k] = active ? 1 : 0;
    }
  },
};

const tanh: Activation = {
  homogeneous: false,
  evaluate(value, slope, h, count) {
    for (let k = 0; k < count; k++) {
      const v = Math.tanh(h[k]);
      value[k] = v;
      slope[k] = 1 - v * v;
    }
  },
};

/** log(1 + e^h), a smooth relu. */
const softplus: Activation = {
  homogeneous: false,
  evaluate(value, slope, h, count) {
    for (let k = 0; k < count; k++) {
      const e = Math.exp(-Math.abs(h[k]));
      value[k] = Math.max(h[k], 0) + Math.log1p(e);
      slope[k] = (h[k] >= 0 ? 1 : e) / (1 + e);
    }
  },
};

export const ACTIVATIONS = { relu, tanh, softplus };

export type ActivationName = keyof typeof ACTIVATIONS;
