import { expect, test } from "vitest";
import { levelsHolding } from "../../../src/explorer/engine/levels.ts";

test("the cells above a level hold its share of the mass, with and without areas, and one cell fewer would not", () => {
  const density = Float32Array.from({ length: 400 }, (_, i) => Math.exp(-(((i - 150) / 60) ** 2)));
  for (const areas of [null, density.map((_, i) => 1 + (i % 7))]) {
    const mass = (i: number) => density[i] * (areas?.[i] ?? 1);
    const all = [...density.keys()];
    const total = all.reduce((sum, i) => sum + mass(i), 0);
    const share = (cells: number[]) => cells.reduce((sum, i) => sum + mass(i), 0) / total;
    [0.5, 0.9, 0.99].forEach((wanted, k) => {
      const level = levelsHolding(density, [0.5, 0.9, 0.99], areas)[k];
      // Masses of single precision.
      expect(share(all.filter((i) => density[i] >= level))).toBeGreaterThan(wanted - 1e-6);
      expect(share(all.filter((i) => density[i] > level))).toBeLessThan(wanted + 1e-6);
    });
  }
});
