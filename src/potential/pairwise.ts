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
/** Up to this many cells half of the matrix is stored (4096 cells: 67 MB); beyond it every entry is evaluated anew at each call. */
const MOST_STORED = 4096;

/** Dense kernel: O(N^2) on a grid and at points, no approximation; the oracle for the other kinds. */
export function createPairwiseKernel(definition: PairwiseDefinition): Kernel {
  const { dimension, value } = definition;
  return {
    onGrid(grid) {
      refuseBeyondLimit(grid.size, "cells");
      const coordinates = grid.axes.map(() => new Float64Array(grid.size));
      fillCentres(grid, 0, grid.size, coordinates);
      const slots = Array.from({ length: 2 * dimension }, () => new Float64Array(BLOCK));
      /** K(x_i, x_j) for j <= i, or for all j. */
      const evaluateRow = (row: Float64Array, i: number) => {
        for (let start = 0; start < row.length; start += BLOCK) {
          const count = Math.min(BLOCK, row.length - start);
          pairLoader(slots, coordinates, i, coordinates, start, count);
          value([row], start, slots, 0, count);
        }
        return row;
      };
      if (grid.size <= MOST_STORED) {
        const rows = Array.from({ length: grid.size }, (_, i) => evaluateRow(new Float64Array(i + 1), i));
        return { apply: (out, mu) => multiplySymmetric(out, rows, mu, grid.cellVolume) };
      }
      const row = new Float64Array(grid.size);
      return {
        apply(out, mu) {
          for (let i = 0; i < grid.size; i++) {
            evaluateRow(row, i);
            let total = 0;
            for (let j = 0; j < row.length; j++) total += row[j] * mu[j];
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

/** out = factor A mu for a symmetric A of which row i holds the entries up to the diagonal: each is read once, for its row and its column. */
function multiplySymmetric(out: Float64Array, rows: readonly Float64Array[], mu: Float64Array, factor: number): void {
  out.fill(0);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    const own = mu[i];
    let total = 0;
    for (let j = 0; j < i; j++) {
      total += row[j] * mu[j];
      out[j] += row[j] * own;
    }
    out[i] += total + row[i] * own;
  }
  for (let i = 0; i < rows.length; i++) out[i] *= factor;
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
