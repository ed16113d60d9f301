import { normalQuantile, studentQuantile } from "../numerics/statistics.ts";

/** What one test of a mean can see. */
export interface Resolution {
  /** The deviation that is found with probability 0.9, in standard deviations of the observable under the reference. */
  detectable: number;
  /** n replicas (their product) that would bring it down to the size asked for; null where no number does. */
  needed: number | null;
}

const POWER = 0.9;

/**
 * @param level of the test.
 * @param size of the deviation that has to be found, in standard deviations.
 * @param allowance that is left to the reference, dt and n, in the unit of the observable.
 */
export function resolutionOf(
  nVariance: number,
  n: number,
  replicas: number,
  level: number,
  deviation: number,
  allowance: number,
  size: number,
): Resolution {
  if (!(deviation > 0)) return { detectable: 0, needed: 0 };
  const quantile = replicas > 1 ? -studentQuantile(level / 2, replicas - 1) : Infinity;
  const margin = (quantile + normalQuantile(POWER)) * Math.sqrt(nVariance / (n * replicas));
  const room = size * deviation - allowance;
  const enough = (-normalQuantile(level / 2) + normalQuantile(POWER)) ** 2;
  return {
    detectable: (margin + allowance) / deviation,
    needed: room > 0 ? (enough * nVariance) / room ** 2 : null,
  };
}
