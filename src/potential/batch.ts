import { createUnivariateOnLine } from "../distributions/distributions.ts";
import { createEvaluator } from "../expressions/evaluate.ts";
import type { RandomStream } from "../numerics/random.ts";
import type { BatchSource } from "./batch-potential.ts";
import type { CompiledBatch } from "./compile-network.ts";

/**
 * Batches of P inputs, E[g] ~ sum_p w_p g(x_p): rows of the data, P different ones, with w_p = 1 / P; or inputs from their distributions, and
 * uniformly from intervals of length L, with w_p = (product of the L) weight(x_p) / P.
 *
 * @param rows the whole data, or quadrature, of the network.
 */
export function createBatchSource(
  compiled: CompiledBatch,
  rows: { inputs: readonly Float64Array[]; target: Float64Array },
): BatchSource {
  const { size } = compiled;
  return { size, draw: compiled.inputs === null ? drawRows(size, rows) : drawInputs(compiled, compiled.inputs) };
}

function drawRows(
  size: number,
  { inputs, target }: { inputs: readonly Float64Array[]; target: Float64Array },
): BatchSource["draw"] {
  const order = Int32Array.from(target, (_, p) => p);
  return (batch, stream) => {
    batch.weights.fill(1 / size);
    for (let p = 0; p < size; p++) {
      // The first `size` entries of a random order (Fisher and Yates), whatever the order before.
      const other = p + stream.below(order.length - p);
      const row = order[other];
      order[other] = order[p];
      order[p] = row;
      for (let k = 0; k < inputs.length; k++) batch.inputs[k][p] = inputs[k][row];
      batch.target[p] = target[row];
    }
  };
}

function drawInputs({ size, weight, target }: CompiledBatch, inputs: NonNullable<CompiledBatch["inputs"]>): BatchSource["draw"] {
  let volume = 1;
  const samplers = Object.entries(inputs).map(([name, input]) => {
    if ("law" in input) {
      const distribution = createUnivariateOnLine(input.law, `potential.network.inputs.${name}.law`);
      return (stream: RandomStream) => distribution.sample(stream);
    }
    volume *= input.max - input.min;
    return (stream: RandomStream) => input.min + (input.max - input.min) * stream.uniform();
  });
  const density = weight === null ? null : createEvaluator(weight);
  const f = target === null ? null : createEvaluator(target);
  return (batch, stream) => {
    samplers.forEach((sample, k) => {
      const x = batch.inputs[k];
      for (let p = 0; p < size; p++) x[p] = sample(stream);
    });
    if (density === null) batch.weights.fill(1);
    else density([batch.weights], 0, batch.inputs, 0, size);
    for (let p = 0; p < size; p++) batch.weights[p] *= volume / size;
    f?.([batch.target], 0, batch.inputs, 0, size);
  };
}
