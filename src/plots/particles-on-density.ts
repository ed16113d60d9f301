import type { Figure } from "../figures/figure.ts";
import { formatNumber } from "../figures/numbers.ts";
import type { ParticleData } from "../files/particle-data.ts";
import { intoPeriod } from "../grid/grid.ts";
import type { ReferenceData } from "../reference/reference-data.ts";
import { marginalOf, seenRange } from "./densities.ts";

/** Bins for each variable: cells of the grid are put together, at most so many. */
const MOST_BINS = 64;

/** For each variable the density of the mean field at the last time, and the particles of all replicas as bars of the same area. */
export function densityOfParticles({ problem, times, densities }: ReferenceData, data: ParticleData): Figure[] {
  const { grid } = problem;
  const t = data.times.length - 1;
  const time = data.times[t];
  const s = times.indexOf(time);
  return grid.axes.map((axis, a) => {
    const { centres, values } = marginalOf(grid, { density: densities[s], cells: null }, a);
    const together = Math.ceil(axis.cells / MOST_BINS);
    const bins = new Float64Array(Math.ceil(axis.cells / together));
    const width = together * axis.width;
    const { theta, weights, replicas, n } = data;
    const d = grid.dimension;
    const T = data.times.length;
    for (let r = 0; r < replicas; r++) {
      for (let i = 0; i < n; i++) {
        const at = (r * T + t) * n + i;
        const bin = Math.floor((intoPeriod(theta[at * d + a], axis) - axis.min) / width);
        // Beyond the domain, which is said beside it.
        if (bin >= 0 && bin < bins.length) bins[bin] += (weights?.[at] ?? 1 / n) / (replicas * width);
      }
    }
    const range = seenRange([{ centres, values }]);
    return {
      title: `Density${d === 1 ? "" : ` of ${axis.name}`} at t = ${formatNumber(time, 4)}`,
      x: { title: axis.name, ...(range === null ? {} : { range }) },
      y: { title: `density${d === 1 ? "" : ` of ${axis.name}`}` },
      traces: [
        {
          kind: "bars",
          name: `particles of ${replicas === 1 ? "one replica" : `all ${replicas} replicas`}`,
          x: Float64Array.from(bins, (_, k) => axis.min + (k + 0.5) * width),
          y: bins,
          width,
          colour: 1,
          opacity: 0.45,
        },
        { name: "mean field", x: centres, y: values, colour: 0 },
      ],
    };
  });
}
