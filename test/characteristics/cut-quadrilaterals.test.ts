import fc from "fast-check";
import { expect, test } from "vitest";
import { createSpreading } from "../../src/characteristics/cut-quadrilaterals.ts";

const edges = Float64Array.of(-1, -0.3, 0.1, 0.15, 0.8, 1.2);
const line = { edges, periodic: false };
const circle = { edges, periodic: true };
const place = fc.double({ min: -0.9, max: 0.4, noNaN: true });
const side = fc.double({ min: -0.35, max: 0.35, noNaN: true });

/** The parallelogram with a corner and two sides. */
function parallelogram(x: number, y: number, [a, b]: readonly number[], [c, d]: readonly number[]) {
  return [Float64Array.of(x, x + a, x + a + c, x + c), Float64Array.of(y, y + b, y + b + d, y + d)] as const;
}

test("a parallelogram gives each cell the share of its area there, as points spread evenly over it do", () => {
  const spread = createSpreading(line, line);
  fc.assert(
    fc.property(place, place, fc.tuple(side, side), fc.tuple(side, side), (x, y, first, second) => {
      const corners = parallelogram(x, y, first, second);
      const masses = new Float64Array(25);
      spread(masses, ...corners, 2);
      const counted = new Float64Array(25);
      const n = 64;
      for (let k = 0; k < n * n; k++) {
        const [s, t] = [((k % n) + 0.5) / n, (Math.floor(k / n) + 0.5) / n];
        const cell = [x + s * first[0] + t * second[0], y + s * first[1] + t * second[1]].map((z) =>
          edges.findLastIndex((edge) => edge <= z),
        );
        if (cell.every((i) => i >= 0 && i < 5)) counted[cell[0] * 5 + cell[1]] += 2 / n ** 2;
      }
      // An edge of cells cuts at most 2 n of the n^2 small parallelograms; a parallelogram without area is spread over 16 points.
      const thin = Math.abs(first[0] * second[1] - first[1] * second[0]) < 1e-6;
      for (let i = 0; i < 25; i++) expect(Math.abs(masses[i] - counted[i])).toBeLessThan(thin ? 2 : 16 / n);
    }),
    { seed: 1, numRuns: 300 },
  );
});

test("all mass arrives inside the domain, and on a circle a period makes no difference", () => {
  const onLine = createSpreading(line, line);
  const onCircle = createSpreading(circle, circle);
  fc.assert(
    fc.property(place, place, fc.tuple(side, side), fc.tuple(side, side), fc.integer({ min: -3, max: 3 }), (x, y, first, second, turns) => {
      const [px, py] = parallelogram(x, y, first, second);
      const [a, b] = [new Float64Array(25), new Float64Array(25)];
      onCircle(a, px, py, 1);
      expect(a.reduce((sum, mass) => sum + mass, 0)).toBeCloseTo(1, 9);
      onCircle(b, px.map((z) => z + 2.2 * turns), py.map((z) => z - 2.2 * turns), 1);
      // Places are rounded by the shift.
      const thin = Math.abs(first[0] * second[1] - first[1] * second[0]) < 1e-6;
      for (let i = 0; i < 25; i++) expect(Math.abs(b[i] - a[i])).toBeLessThan(thin ? 2 : 1e-6);
      const inside = [px, py].every((z) => z.every((each) => each >= -1 && each < 1.2));
      if (!inside) return;
      const c = new Float64Array(25);
      onLine(c, px, py, 1);
      for (let i = 0; i < 25; i++) expect(c[i]).toBeCloseTo(a[i], 9);
    }),
    { seed: 2, numRuns: 300 },
  );
}); // biome-ignore format: long laws
