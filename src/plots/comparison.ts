import { allowanceOf, type Comparison } from "../comparison/comparison.ts";
import type { Figure } from "../figures/figure.ts";
import { formatNumber } from "../figures/numbers.ts";
import { discrepancyFigure, distanceFigure, gapFigure, noiseFigures } from "./distances-over-time.ts";
import { band, measured, TIME } from "./over-time.ts";

/** Smaller p values stand here: none of a finite number of random signs is smaller, and exact ones need no more of the axis. */
const LEAST_P = 1e-12;

/**
 * What a verdict rests on: each test against its threshold, the particles on the density of the mean field, each observable, and W1 beside that of noise; then what is no test: MMD^2, the optimality gap, and
 * n Var of each observable.
 *
 * @param comparison by `compareParticles`
 * @param densities by `densityOfParticles`; none by default
 */
export function comparisonFigures(comparison: Comparison, densities: readonly Figure[] = []): Figure[] {
  const distances = [distanceFigure(comparison), discrepancyFigure(comparison), gapFigure(comparison)];
  return [
    testsFigure(comparison),
    ...densities,
    ...observableFigures(comparison),
    ...distances.filter((figure) => figure !== null),
    ...noiseFigures(comparison),
  ];
}

/** The p value of each test, on a log axis, and the threshold below which it rejects. @param comparison by `compareParticles` */
export function testsFigure({ means, joint, distances, significance: threshold, tests }: Comparison): Figure {
  const rows = [
    ...means.filter(({ leftOut }) => !leftOut).map(({ time, observable, pValue }) => ({ time, of: observable, pValue })),
    ...(joint ?? []).map(({ time, pValue }) => ({ time, of: "all observables", pValue })),
    ...(distances ?? []).map(({ time, pValue }) => ({ time, of: "W1", pValue })),
  ];
  // The first test stands at the top.
  const place = (k: number) => rows.length - 1 - k;
  const clipped = rows.some(({ pValue }) => pValue < LEAST_P);
  const least = Math.min(threshold, ...rows.map(({ pValue }) => Math.max(LEAST_P, pValue)));
  const group = (name: string, colour: number, takes: (pValue: number) => boolean) => {
    const own = rows.flatMap(({ pValue }, k) => (takes(pValue) ? [{ x: Math.max(LEAST_P, pValue), y: place(k) }] : []));
    return own.length === 0
      ? []
      : [{ name, x: own.map(({ x }) => x), y: own.map(({ y }) => y), mode: "markers" as const, colour, symbol: "circle" }];
  };
  return {
    title: `${tests} tests, each at ${formatNumber(threshold, 2)}`,
    x: { title: clipped ? `p value, ${formatNumber(LEAST_P)} for all below it` : "p value", log: true, range: [least / 3, 1.5] },
    y: {
      title: "test",
      range: [-0.7, rows.length - 0.3],
      ticks: rows.map(({ time, of }, k) => ({ at: place(k), text: `${of}, t = ${formatNumber(time, 3)}` })),
    },
    traces: [
      ...group("not rejected", 2, (pValue) => pValue >= threshold),
      ...group("rejected", 1, (pValue) => pValue < threshold),
      { name: "threshold", x: [threshold, threshold], y: [-1, rows.length], dashed: true },
    ],
  };
}

function observableFigures({ means }: Comparison): Figure[] {
  const names = [...new Set(means.map(({ observable }) => observable))];
  return names.map((name) => {
    const own = means.filter(({ observable }) => observable === name);
    const times = own.map(({ time }) => time);
    const fields = own.map(({ reference, dtCorrection }) => reference + dtCorrection);
    const allowed = own.map(allowanceOf);
    return {
      title: `${name}: the particles on the mean field`,
      x: TIME,
      y: { title: name },
      traces: [
        band("allowed for", times, fields, allowed),
        { name: "mean field", x: times, y: fields, colour: 0 },
        {
          ...measured(
            "particles, +- 2 standard errors",
            times,
            own.map(({ particles }) => particles),
            own.map(({ standardError }) => (Number.isNaN(standardError) ? 0 : 2 * standardError)),
          ),
          colour: 1,
        },
      ],
    };
  });
}
