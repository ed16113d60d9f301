import * as z from "zod";
import { InputError } from "../errors.ts";
import { parseExpression } from "../expressions/expression.ts";
import { expression } from "../expressions/names.ts";
import { fillCentres } from "../grid/grid.ts";
import { BLOCK } from "../numerics/block-function.ts";
import { createDirectSum, fillGram, type PairKernel, pairLoader } from "./direct-sum.ts";
import { type CompiledFunctions, evaluatorsOf, type KernelType, programsOf } from "./kernel-type.ts";
import type { Kernel } from "./potential.ts";

/** K(theta, theta') as an arbitrary symmetric function of the coordinates of theta, then of theta'. */
export interface PairwiseDefinition extends PairKernel {
  dimension: number;
}

const schema = z.strictObject({ type: z.literal("pairwise"), expression }).describe("any symmetric expression in x and x_prime");

export interface CompiledPairwise extends CompiledFunctions {
  type: "pairwise";
}

export const pairwiseKernel: KernelType<typeof schema, CompiledPairwise> = {
  schema,
  expression: "K",
  wraps: false,
  async compile({ type, expression: text }, names) {
    const inputs = [...names.inputs, ...names.inputs.map((name) => `${name}_prime`)];
    const K = await parseExpression(text, "potential.K.expression", { ...names, inputs });
    return { type, ...programsOf(K, text, names.inputs.length) };
  },
  create: (compiled, domain) => createPairwiseKernel({ ...evaluatorsOf(compiled), dimension: domain.dimension }),
  cost: {
    // Dense sums, which go with the cells.
    onGrid: (cells) => cells,
    atPoints: (_, n) => n,
  },
  example: (variables) => ({
    type: "pairwise",
    expression: variables.map((name) => `${name}*${name}_prime`).join(" + "),
  }),
};

/** Beyond this many cells or particles a dense sum is refused. */
const MOST_PAIRWISE = 16384;
/** Up to this many cells the matrix is stored (32 MB); beyond it every entry is evaluated anew at each call. */
const MOST_STORED = 2048;

/** Dense kernel: O(N^2) on a grid and at points, no approximation; the oracle for the other kinds. */
export function createPairwiseKernel(definition: PairwiseDefinition): Kernel {
  const { dimension, value } = definition;
  return {
    onGrid(grid) {
      refuseBeyondLimit(grid.size, "cells");
      const coordinates = grid.axes.map(() => new Float64Array(grid.size));
      fillCentres(grid, 0, grid.size, coordinates);
      const slots = Array.from({ length: 2 * dimension }, () => new Float64Array(BLOCK));
      const row = new Float64Array(grid.size);
      const evaluateRow = (i: number) => {
        for (let start = 0; start < grid.size; start += BLOCK) {
          const count = Math.min(BLOCK, grid.size - start);
          pairLoader(slots, coordinates, i, coordinates, start, count);
          value([row], start, slots, 0, count);
        }
        return row;
      };
      const stored = grid.size <= MOST_STORED ? Array.from({ length: grid.size }, (_, i) => evaluateRow(i).slice()) : null;
      return {
        apply(out, mu) {
          for (let i = 0; i < grid.size; i++) {
            const entries = stored === null ? evaluateRow(i) : stored[i];
            let total = 0;
            for (let j = 0; j < entries.length; j++) total += entries[j] * mu[j];
            out[i] = grid.cellVolume * total;
          }
        },
      };
    },
    atPoints() {
      const direct = createDirectSum(definition, dimension, 2 * dimension, pairLoader);
      return {
        add(v, gradient, points, weights, count) {
          refuseBeyondLimit(count, "particles");
          direct.add(v, gradient, points, weights, count);
        },
        addAt(field, targets, targetCount, points, weights, count) {
          refuseBeyondLimit(count, "particles");
          direct.addAt(field, targets, targetCount, points, weights, count);
        },
      };
    },
    gram: (matrix, points, count) => fillGram(matrix, value, 2 * dimension, pairLoader, points, count),
  };
}

function refuseBeyondLimit(count: number, what: string): void {
  if (count <= MOST_PAIRWISE) return;
  throw new InputError(
    "potential.K.type",
    "pairwise",
    `a dense kernel takes at most ${MOST_PAIRWISE} ${what}, not ${count}`,
    'use "convolution" (FFT) or "features" (low rank) where K has that form, or fewer of them',
  );
}
