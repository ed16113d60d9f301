import { fitLine, type LineFit } from "../../src/numerics/statistics.ts";
import { normalQuantile } from "../../src/numerics/tails.ts";
import { type ChanceClaim, type Claim, consistent, needs } from "../claims.ts";

/**
 * The slope of log value against log n. The relative scatter from replica to replica is the same at every n up to O(1/n), so it is
 * pooled: errors of single points go with their own values, and would give the points that came out low too much weight.
 */
export function fitDecay(rows: readonly { n: number; replicas: number; value: number; error: number }[]): LineFit {
  let total = 0;
  let scatter = 0;
  for (const { replicas, value, error } of rows) {
    total += replicas;
    scatter += ((replicas * error) / value) ** 2;
  }
  const relative = Math.sqrt(scatter / total);
  return fitLine(
    rows.map(({ n }) => Math.log10(n)),
    rows.map(({ value }) => Math.log10(value)),
    rows.map(({ replicas }) => relative / Math.sqrt(replicas) / Math.LN10),
  );
}

/** The 95% interval of a slope may reach this far to either side before it is too wide to decide. */
const WIDEST = 0.05;

/** That a value falls like n^-1/2, and that its slope is known well enough to say so. */
export function claimRoot(what: string, { slope, interval }: LineFit): (Claim | ChanceClaim)[] {
  const halfWidth = interval[1] - slope;
  const z = ((slope + 0.5) / halfWidth) * normalQuantile(0.975);
  return [
    consistent(`${what} falls like n^${slope.toFixed(3)}, from n^-1/2`, { z }),
    needs("95% half-width of that slope", halfWidth, WIDEST, "it is too wide to decide"),
  ];
}
