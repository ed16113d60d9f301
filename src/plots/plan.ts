import type { Plan } from "../comparison/plan/plan.ts";
import type { Figure } from "../figures/figure.ts";
import { recorded, TIME } from "./over-time.ts";

/** With what probability each test alone finds the error, and how far the error moves each mean beside what is allowed for. */
export function planFigures({ means, power, requiredPower, n, replicas }: Plan): Figure[] {
  const names = [...new Set(means.map(({ observable }) => observable))];
  const over = (of: (mean: Plan["means"][number]) => number) =>
    names.map((name) => {
      const own = means.filter(({ observable }) => observable === name);
      return recorded(name, own.map(({ time }) => time), own.map(of)); // biome-ignore format: one call
    });
  const times = means.map(({ time }) => time);
  const ends = [Math.min(...times), Math.max(...times)];
  return [
    {
      title: `Power at n = ${n}, ${replicas} replicas`,
      x: TIME,
      y: { title: "probability that the test finds it", range: [0, 1.02] },
      traces: [
        ...over(({ power }) => power),
        { name: "all tests together", x: ends, y: [power, power], dashed: true },
        { name: "required", x: ends, y: [requiredPower, requiredPower], dashed: true },
      ],
    },
    {
      title: "Shift of the means",
      x: TIME,
      y: { title: "shift, in standard errors of the mean" },
      traces: over(({ gap, nVariance }) => Math.abs(gap) / Math.sqrt(nVariance / (n * replicas))),
    },
  ];
}
