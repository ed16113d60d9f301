import { gaussLegendre } from "../../src/numerics/quadrature.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import type { CoupledProblem, Field } from "./nodes.ts";

/** K as it stands in a problem file, and as a function. */
export interface DrawnKernel {
  definition: NonNullable<Extract<ProblemInput["potential"], { F: string }>["K"]>;
  interaction: CoupledProblem["K"];
}

export const convolution = (expression: string, value: Field): DrawnKernel => ({
  definition: { type: "convolution", expression },
  interaction: { type: "convolution", value },
});

/** A exp(-|r|^2 / (2 s^2)). */
export function gaussianK(A: number, s: number, dimension: 1 | 2): DrawnKernel {
  const far = 8.5 * s;
  return convolution(`${A}*exp(-(${dimension === 1 ? "x^2" : "x^2+y^2"})/(2*${s}^2))`, (gradient, x, y = 0) => {
    const K = Math.abs(x) > far || Math.abs(y) > far ? 0 : A * Math.exp((-0.5 * (x * x + y * y)) / (s * s));
    gradient[0] = (-K * x) / (s * s);
    if (dimension === 2) gradient[1] = (-K * y) / (s * s);
    return K;
  });
}

/** Of features phi that are integrated over z, with the weight A. */
function featuresK(A: number, points: number, expression: string, phi: (z: number) => Field): DrawnKernel {
  const { nodes, weights } = gaussLegendre(points, -1, 1);
  return {
    definition: { type: "features", expression, inputs: { z: { min: -1, max: 1, points } }, weight: `${A}+0*z` },
    interaction: { type: "features", weights: weights.map((weight) => A * weight), phi: Array.from(nodes, phi) },
  };
}

export const featuresOnLine = (A: number) =>
  featuresK(A, 12, "exp(-(x-z)^2/2)", (z) => (gradient, x) => {
    const value = Math.exp(-0.5 * (x - z) ** 2);
    gradient[0] = -value * (x - z);
    return value;
  });

export const featuresOnPlane = (A: number) =>
  featuresK(A, 10, "(1+y/2)*tanh(x-z)", (z) => (gradient, x, y) => {
    const value = Math.tanh(x - z);
    gradient[0] = (1 + y / 2) * (1 - value * value);
    gradient[1] = value / 2;
    return (1 + y / 2) * value;
  });
