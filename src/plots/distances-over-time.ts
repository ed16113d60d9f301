import type { Comparison } from "../comparison/comparison.ts";
import type { Figure, Series } from "../figures/figure.ts";
import { curve, points } from "./curves.ts";
import { RECORDED, TIME } from "./over-time.ts";

/** W1 at each time beside what noise alone gives; null where there is none. @param comparison by `compareParticles` */
export function distanceFigure({ distances, distanceNull }: Comparison): Figure | null {
  if (distances === null) return null;
  const times = distances.map(({ time }) => time);
  const quantile = (k: number) => distanceNull?.map(({ values }) => values[k]) ?? [];
  const band =
    distanceNull === null
      ? []
      : [
          {
            kind: "area" as const,
            name: `${100 * distanceNull[0].probabilities[0]}% to ${100 * distanceNull[0].probabilities[2]}% of noise`,
            x: times,
            low: quantile(0),
            high: quantile(2),
            opacity: 0.25,
            colour: 0,
          },
        ];
  return {
    title: "W1 of all replicas together from the density",
    x: TIME,
    y: { title: "W1", range: [0, 1.1 * Math.max(...distances.map(({ distance }) => distance), ...quantile(2))] },
    traces: [
      ...band,
      curve("noise, its mean", times, distances.map(({ expected }) => expected), { dashed: true }), // biome-ignore format: one trace
      ...(distances.some(({ allowance }) => allowance > 0)
        ? [curve("allowed for", times, distances.map(({ allowance }) => allowance), { colour: 4, dash: [2, 3] })] // biome-ignore format: one trace
        : []),
      curve("W1", times, distances.map(({ distance }) => distance), { ...RECORDED, colour: 1 }), // biome-ignore format: one trace
    ],
  };
}

/** MMD^2 of a replica beside that of independent draws; null where it was not computed. @param comparison by `compareParticles` */
export function discrepancyFigure({ divergences, n }: Comparison): Figure | null {
  const known = divergences?.flatMap(({ time, mmdSquared }) => (mmdSquared === null ? [] : [{ time, ...mmdSquared }])) ?? [];
  if (known.length === 0) return null;
  const times = known.map(({ time }) => time);
  const measured = (of: (one: (typeof known)[number]) => number, error: (one: (typeof known)[number]) => number) =>
    known.map((one) => ({ mean: of(one), standardError: Number.isNaN(error(one)) ? 0 : error(one) }));
  return {
    title: "MMD^2 of the particles from the density",
    x: TIME,
    y: { title: "MMD^2, Gaussian kernel" },
    traces: [
      curve(`${n} independent draws`, times, known.map(({ independentDraws }) => independentDraws), { colour: 0, dashed: true }), // biome-ignore format: one trace
      points("of a replica, +- 2 standard errors", times, measured((one) => one.ofReplica, (one) => one.ofReplicaError), { colour: 1, size: 6 }), // biome-ignore format: one trace
      points("without noise, +- 2 standard errors", times, measured((one) => one.withoutNoise, (one) => one.withoutNoiseError), { colour: 2, size: 6 }), // biome-ignore format: one trace
    ],
  };
}

/** The optimality gap on a log axis; null where no gap is above 0. @param comparison by `compareParticles` */
export function gapFigure({ gaps }: Comparison): Figure | null {
  const times = gaps?.map(({ time }) => time) ?? [];
  const reference: Series[] =
    gaps?.some(({ reference: gap }) => gap !== null && gap > 0) === true
      ? [curve("reference", times, gaps.map((gap) => gap.reference), { ...RECORDED, colour: 0 })] // biome-ignore format: one trace
      : [];
  const own =
    gaps?.some(({ particles }) => particles !== null && particles > 0) === true
      ? [
          points(
            `particles, mean of ${gaps[0].replicas} replica${gaps[0].replicas === 1 ? "" : "s"}, +- 2 standard errors`,
            times,
            gaps.map(({ particles, standardError }) =>
              particles === null ? null : { mean: particles, standardError: Number.isNaN(standardError) ? 0 : standardError },
            ),
            { colour: 1, size: 6 },
          ),
        ]
      : [];
  if (reference.length + own.length === 0) return null;
  return {
    title: "Optimality gap Vbar - min V, a bound of E - min E",
    x: TIME,
    y: { title: "gap", log: true },
    traces: [...reference, ...own],
  };
}

/** For each observable the n Var of the replicas beside that of each scheme that fits, or of all where none fits. @param comparison by `compareParticles` */
export function noiseFigures({ noise, means, n, replicas }: Comparison): Figure[] {
  if (noise === null) return [];
  const names = [...new Set(means.map(({ observable }) => observable))];
  const times = [...new Set(means.map(({ time }) => time))];
  const fitting = noise.fits.filter(({ fits }) => fits);
  const shown = fitting.length > 0 ? fitting : noise.fits;
  return names.map((name, k) => ({
    title: `n Var of ${name}`,
    x: TIME,
    y: { title: "n Var" },
    traces: [
      ...shown.map(
        ({ scheme, nVariance }, c) =>
        curve(`${scheme}, predicted`, times, nVariance.map((row) => row[k]), { ...RECORDED, colour: COLOURS[c % COLOURS.length] }), // biome-ignore format: one trace
      ),
      points(
        `${replicas} replicas of n = ${n}, +- 2 standard errors`,
        times,
        noise.measured.map((row) => ({ mean: row[k].nVariance, standardError: Number.isNaN(row[k].error) ? 0 : row[k].error })),
        { colour: 1, size: 6 },
      ),
    ],
  }));
}

/** Numbers of colours of the series: the second is left to replicas. */
const COLOURS = [0, 2, 3, 4, 5] as const;
