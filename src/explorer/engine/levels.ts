import { sortTogether } from "../../numerics/sort-together.ts";

/** Shares of its mass that the contours of a density hold. */
export const MASS_SHARES = [0.5, 0.9, 0.99] as const;

/** The values above which a density on cells has these shares of its mass, to a cell. @param areas of the cells; null where they are equal. */
export function levelsHolding(
  density: ArrayLike<number>,
  shares: readonly number[],
  areas: ArrayLike<number> | null = null,
): number[] {
  const values = Float64Array.from(density);
  const masses = areas === null ? values.slice() : values.map((value, i) => value * areas[i]);
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  sortTogether(values, masses);
  return shares.map((share) => {
    let held = 0;
    let i = values.length;
    while (i > 0 && held < share * total) held += masses[--i];
    return values[i] ?? 0;
  });
}
