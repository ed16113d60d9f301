import { loadPopulation } from "../comparison/replica-means.ts";
import type { Figure } from "../figures/figure.ts";
import { formatNumber } from "../figures/numbers.ts";
import type { ParticleData } from "../files/particle-data.ts";
import type { Grid } from "../grid/grid.ts";
import { sampleMoments } from "../numerics/moments.ts";
import type { ReferenceData } from "../reference/reference-data.ts";
import { barsWithErrors } from "./curves.ts";
import { marginalOf, seenRange } from "./densities.ts";

/** Bins for each variable: cells of the grid are put together, at most so many. */
const MOST_BINS = 64;

/**
 * For each variable the density of the mean field at the last time of the particles, and the particles of all replicas as bars of the same area, with bars of two standard errors over the replicas.
 *
 * @param reference read by `readReference`, or computed: `referenceDataOf(reference)`
 * @param data read by `readParticles`
 */
export function densityOfParticles({ problem, times, densities }: ReferenceData, data: ParticleData): Figure[] {
  const { grid } = problem;
  const time = data.times[data.times.length - 1];
  const density = densities[times.indexOf(time)];
  return grid.axes.map((axis, a) => {
    const { centres, values } = marginalOf(grid, { time, density }, a);
    const together = Math.ceil(axis.cells / MOST_BINS);
    const width = together * axis.width;
    const bins = Math.ceil(axis.cells / together);
    const replicas = Array.from({ length: data.replicas }, (_, r) => sharesOf(data, grid, r, { a, width, bins }));
    const means = Array.from({ length: bins }, (_, k) => sampleMoments(replicas.map((shares) => shares[k] / width)));
    const places = means.map((_, k) => axis.min + (k + 0.5) * width);
    const range = seenRange([{ centres, values }]);
    const name = `particles of ${data.replicas === 1 ? "one replica" : `all ${data.replicas} replicas`}`;
    return {
      title: `Density${grid.dimension === 1 ? "" : ` of ${axis.name}`} at t = ${formatNumber(time, 4)}`,
      x: { title: axis.name, ...(range === null ? {} : { range }) },
      y: { title: `density${grid.dimension === 1 ? "" : ` of ${axis.name}`}` },
      traces: [...barsWithErrors(name, places, means, width, 1), { name: "mean field", x: centres, y: values, colour: 0 }],
    };
  });
}

/** Mass of the particles of replica r at the last time in each bin of an axis. Those beyond the domain, which is said elsewhere, are in none. */
function sharesOf(data: ParticleData, grid: Grid, r: number, { a, width, bins }: { a: number; width: number; bins: number }) {
  const x = grid.axes.map(() => new Float64Array(data.n));
  const weights = loadPopulation(x, data, grid, r, data.times.length - 1);
  const shares = new Float64Array(bins);
  for (let i = 0; i < data.n; i++) {
    const bin = Math.floor((x[a][i] - grid.axes[a].min) / width);
    if (bin >= 0 && bin < bins) shares[bin] += weights?.[i] ?? 1 / data.n;
  }
  return shares;
}
