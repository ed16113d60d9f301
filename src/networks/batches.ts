import { InputError } from "../errors.ts";
import type { RandomStream } from "../numerics/random.ts";
import { createForward } from "./forward.ts";
import { type RidgeNetwork, requireFinite } from "./ridge-network.ts";

/** Draws `count` inputs of d numbers into x, shape [count, d]. */
export type InputDistribution = (x: Float64Array, count: number, d: number, stream: RandomStream) => void;

const standardNormal: InputDistribution = (x, count, d, stream) => {
  for (let k = 0; k < count * d; k++) x[k] = stream.normal();
};

/** Uniform on |x| = 1: a standard normal vector over its length. */
const uniformOnSphere: InputDistribution = (x, count, d, stream) => {
  for (let p = 0; p < count; p++) {
    const from = p * d;
    let square = 0;
    for (let k = from; k < from + d; k++) {
      const value = stream.normal();
      x[k] = value;
      square += value * value;
    }
    const scale = 1 / Math.sqrt(square);
    for (let k = from; k < from + d; k++) x[k] *= scale;
  }
};

export const INPUT_DISTRIBUTIONS = { "uniform-on-sphere": uniformOnSphere, "standard-normal": standardNormal };

export type InputDistributionName = keyof typeof INPUT_DISTRIBUTIONS;

/** Where mini-batches come from. */
export interface BatchSource {
  readonly d: number;
  /** The largest batch it can give. */
  readonly largest: number;
  /** Fills inputs, shape [count, d], and targets, shape [count]. */
  draw(inputs: Float64Array, targets: Float64Array, count: number, stream: RandomStream): void;
}

/** New inputs each time, with a teacher's values as targets. */
export function teacherSource(teacher: RidgeNetwork, inputs: InputDistributionName): BatchSource {
  if (!Object.hasOwn(INPUT_DISTRIBUTIONS, inputs)) {
    throw new InputError(
      "inputs",
      inputs,
      "no such distribution of inputs",
      `use one of ${Object.keys(INPUT_DISTRIBUTIONS).join(", ")}`,
    );
  }
  const drawInputs: InputDistribution = INPUT_DISTRIBUTIONS[inputs];
  let forward = createForward(teacher.n, 0);
  return {
    d: teacher.d,
    largest: Infinity,
    draw(inputs, targets, count, stream) {
      if (forward.count < count) forward = createForward(teacher.n, count);
      drawInputs(inputs, count, teacher.d, stream);
      forward.evaluate(targets, teacher, inputs, count);
    },
  };
}

/**
 * Batches without replacement from a fixed set of `targets.length` examples: the first `count` of a shuffle (Fisher & Yates), which goes on from
 * the order that the last one left. d + O(1) operations an example drawn.
 *
 * @throws InputError for shapes that do not fit and for numbers that are not finite.
 */
export function dataSource(inputs: Float64Array, targets: Float64Array): BatchSource {
  const size = targets.length;
  if (size === 0) throw new InputError("targets", undefined, "no examples", "give at least one");
  if (inputs.length === 0 || inputs.length % size !== 0) {
    throw new InputError("inputs", inputs.length, `not ${size} rows of one length`, "give d numbers for each target");
  }
  requireFinite("inputs", inputs);
  requireFinite("targets", targets);
  const d = inputs.length / size;
  const order = Int32Array.from({ length: size }, (_, k) => k);
  return {
    d,
    largest: size,
    draw(batchInputs, batchTargets, count, stream) {
      for (let p = 0; p < count; p++) {
        const q = p + stream.below(size - p);
        const chosen = order[q];
        order[q] = order[p];
        order[p] = chosen;
        batchTargets[p] = targets[chosen];
        for (let k = 0; k < d; k++) batchInputs[p * d + k] = inputs[chosen * d + k];
      }
    },
  };
}
