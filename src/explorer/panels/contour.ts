/**
 * The line on which a function on the cells of a plane takes a level, by marching squares on the centres of the cells: in each square of four
 * centres the edges on which f - level changes sign are joined, at the zeros of its linear interpolant along them. Where all four edges are
 * crossed the mean of the corners says which corners belong together.
 */

/** Segments x0, y0, x1, y1, one after another, in units of the axes. The array is kept and grown, never made anew for each frame. */
export interface Segments {
  ends: Float32Array;
  count: number;
}

export function createSegments(): Segments {
  return { ends: new Float32Array(4096), count: 0 };
}

/** Values of shape [cells of x, cells of y], the second fastest. Squares with a corner that is not a number are skipped. @param x, y ascending centres of the cells. */
export function traceContour(
  segments: Segments,
  values: ArrayLike<number>,
  level: number,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
): void {
  segments.count = 0;
  const rows = y.length;
  for (let i = 0; i + 1 < x.length; i++) {
    for (let j = 0; j + 1 < rows; j++) {
      const k = i * rows + j;
      const a = values[k] - level;
      const b = values[k + rows] - level;
      const c = values[k + rows + 1] - level;
      const d = values[k + 1] - level;
      const corners = (a > 0 ? 1 : 0) | (b > 0 ? 2 : 0) | (c > 0 ? 4 : 0) | (d > 0 ? 8 : 0);
      if (corners === 0 || corners === 15 || Number.isNaN(a + b + c + d)) continue;
      const left = x[i];
      const bottom = y[j];
      const [width, height] = [x[i + 1] - left, y[j + 1] - bottom];
      // The crossings of the four edges: below, right, above, left.
      const belowX = left + (a / (a - b)) * width;
      const rightY = bottom + (b / (b - c)) * height;
      const aboveX = left + (d / (d - c)) * width;
      const leftY = bottom + (a / (a - d)) * height;
      const right = x[i + 1];
      const top = y[j + 1];
      switch (corners) {
        case 1:
        case 14:
          push(segments, left, leftY, belowX, bottom);
          break;
        case 2:
        case 13:
          push(segments, belowX, bottom, right, rightY);
          break;
        case 4:
        case 11:
          push(segments, right, rightY, aboveX, top);
          break;
        case 8:
        case 7:
          push(segments, aboveX, top, left, leftY);
          break;
        case 3:
        case 12:
          push(segments, left, leftY, right, rightY);
          break;
        case 6:
        case 9:
          push(segments, belowX, bottom, aboveX, top);
          break;
        default:
          if (a + b + c + d > 0 === (corners === 5)) {
            push(segments, belowX, bottom, right, rightY);
            push(segments, aboveX, top, left, leftY);
          } else {
            push(segments, left, leftY, belowX, bottom);
            push(segments, right, rightY, aboveX, top);
          }
      }
    }
  }
}

function push(segments: Segments, x0: number, y0: number, x1: number, y1: number): void {
  const at = 4 * segments.count;
  if (at === segments.ends.length) {
    const larger = new Float32Array(2 * at);
    larger.set(segments.ends);
    segments.ends = larger;
  }
  segments.ends[at] = x0;
  segments.ends[at + 1] = y0;
  segments.ends[at + 2] = x1;
  segments.ends[at + 3] = y1;
  segments.count++;
}
