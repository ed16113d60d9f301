import fc from "fast-check";
import { expect, test } from "vitest";
import { createSegments, traceContour } from "../../../src/explorer/panels/contour.ts";

const axis = (cells: number) => Float64Array.from({ length: cells }, (_, i) => -1 + (i + 0.5) * (2 / cells));

/** Bilinear between centres of cells; on the edge between two of them it is what the contour interpolates. */
function interpolant(values: ArrayLike<number>, columns: number, rows: number): (x: number, y: number) => number {
  const place = (t: number, cells: number) => {
    const at = ((t + 1) / 2) * cells - 0.5;
    const i = Math.min(cells - 2, Math.max(0, Math.floor(at)));
    return [i, at - i] as const;
  };
  return (x, y) => {
    const [i, u] = place(x, columns);
    const [j, v] = place(y, rows);
    const f = (a: number, b: number) => values[(i + a) * rows + j + b];
    return (1 - u) * ((1 - v) * f(0, 0) + v * f(0, 1)) + u * ((1 - v) * f(1, 0) + v * f(1, 1));
  };
}

test("both ends of every segment lie where the interpolant takes the level", () => {
  const value = fc.integer({ min: -100, max: 100 }).map((whole) => whole / 10 + 0.037);
  fc.assert(
    fc.property(fc.array(value, { minLength: 20, maxLength: 20 }), fc.integer({ min: -5, max: 5 }), (values, level) => {
      const segments = createSegments();
      traceContour(segments, values, level, axis(4), axis(5));
      const f = interpolant(values, 4, 5);
      for (let k = 0; k < 2 * segments.count; k++) {
        // Coordinates of single precision, 6e-8, times slopes of at most 20 over a cell of 0.4.
        expect(Math.abs(f(segments.ends[2 * k], segments.ends[2 * k + 1]) - level)).toBeLessThan(1e-5);
      }
    }),
  );
});

test("a contour has no ends inside of the plane: each end belongs to two segments or lies on the rim", () => {
  const value = fc.integer({ min: -100, max: 100 }).map((whole) => whole + 0.5);
  fc.assert(
    fc.property(fc.array(value, { minLength: 30, maxLength: 30 }), (values) => {
      const segments = createSegments();
      traceContour(segments, values, 0, axis(6), axis(5));
      const seen = new Map<string, number>();
      for (let k = 0; k < 2 * segments.count; k++) {
        const [x, y] = [segments.ends[2 * k], segments.ends[2 * k + 1]];
        const onRim = Math.abs(x) > 1 - 1 / 6 - 1e-6 || Math.abs(y) > 1 - 1 / 5 - 1e-6;
        const key = `${x.toFixed(5)} ${y.toFixed(5)}`;
        seen.set(key, (seen.get(key) ?? 0) + (onRim ? 2 : 1));
      }
      expect([...seen.values()].filter((count) => count % 2 === 1)).toEqual([]);
    }),
  );
});

test("the length of the line |theta| = r is that of the circle", () => {
  const cells = 64;
  const at = (i: number) => -1 + (i + 0.5) * (2 / cells);
  const values = Float64Array.from({ length: cells ** 2 }, (_, k) => Math.hypot(at(Math.floor(k / cells)), at(k % cells)));
  const segments = createSegments();
  traceContour(segments, values, 0.6, axis(cells), axis(cells));
  let length = 0;
  for (let k = 0; k < segments.count; k++) {
    const [x0, y0, x1, y1] = segments.ends.subarray(4 * k);
    length += Math.hypot(x1 - x0, y1 - y0);
  }
  // Chords of a polygon whose vertices miss the circle by h^2/(8r): 2e-4 of the length, and as much again for the chords.
  expect(Math.abs(length / (2 * Math.PI * 0.6) - 1)).toBeLessThan(5e-4);
});

test("squares that touch a value that is not a number are left out, and a constant has no contour", () => {
  const segments = createSegments();
  const values = Float64Array.from({ length: 9 }, (_, k) => k - 3.5);
  values[4] = NaN;
  traceContour(segments, values, 0, axis(3), axis(3));
  expect(segments.count).toBe(0);
  traceContour(segments, new Float64Array(9).fill(2), 2, axis(3), axis(3));
  expect(segments.count).toBe(0);
});
