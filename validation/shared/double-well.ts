/** The tilted double well F = (x^2 - 1)^2 / 4 + a x, F' = x^3 - x + a = (x - r_deep)(x - r_top)(x - r_shallow), a > 0. */
export const DOUBLE_WELL = "0.25*(x^2-1)^2 + tilt*x";
export const doubleWell = (x: number, tilt: number) => 0.25 * (x * x - 1) ** 2 + tilt * x;

export type Wells = ReturnType<typeof findWells>;

/** The roots of F' by Newton's method from those without a tilt, min F = F(r_deep), and drop = dF = F(r_shallow) - F(r_deep). */
export function findWells(tilt: number) {
  const root = (x: number): number => {
    for (let k = 0; k < 60; k++) x -= (x ** 3 - x + tilt) / (3 * x * x - 1);
    return x;
  };
  const [deep, top, shallow] = [root(-1), root(0), root(1)];
  const minimum = doubleWell(deep, tilt);
  return { deep, top, shallow, minimum, drop: doubleWell(shallow, tilt) - minimum };
}

/**
 * When e = E - E* passes dF / 2 on its way from the shallow to the deep well, Infinity where it does not: the log-odds log((dF - e) / e) pass 0 there
 * and grow at the rate alpha dF once the wells have settled, so a line between two snapshots is exact.
 *
 * @returns the time, and the two snapshots.
 */
export function crossingOf<Point extends { time: number; value: number }>(points: readonly Point[], drop: number) {
  const after = points.findIndex(({ value }) => value < drop / 2);
  if (after < 1) return { time: Infinity, between: [] };
  const between = points.slice(after - 1, after + 1);
  const [a, b] = between.map(({ value }) => Math.log(Math.max(drop - value, Number.MIN_VALUE) / value));
  const [{ time: from }, { time: to }] = between;
  return { time: from + ((to - from) * -a) / (b - a), between };
}
