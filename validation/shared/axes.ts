import type { Axis } from "../../src/figures/figure.ts";

/** Axes of the report's figures, in words and with their symbols. */
export const AXES = {
  time: { title: "time", symbol: "t" },
  energy: { title: "energy", symbol: "E" },
  excess: { title: "energy above its minimum", symbol: "E - E*" },
  scaledExcess: { title: "scaled excess energy", symbol: "alpha t (E - E*)" },
  particles: { title: "number of particles", symbol: "n" },
  cellWidth: { title: "cell width", symbol: "h" },
  step: { title: "time step", symbol: "dt" },
  nVariance: { title: "scaled variance", symbol: "n Var" },
  varianceRatio: { title: "simulated over predicted", symbol: "n Var / (n Var)*" },
} as const satisfies Record<string, Axis>;
