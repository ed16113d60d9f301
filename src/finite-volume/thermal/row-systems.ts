/**
 * Solves (I - dt A W) x = y along rows of n cells, A the exchange between neighbours, W = diag(w): with R = dt right w, L = dt left w,
 *
 *   (1 + R[i] + L[i]) x[i] - R[i-1] x[i-1] - L[i+1] x[i+1] = y[i].
 *
 * Each column sums to 1, so that sum x = sum y. Elimination is that of Grassmann, Taksar & Heyman (1985): the remainder of 1 in a pivot is carried as a
 * product and nothing is subtracted, so that all x are positive where y is, each with a small relative error, however large dt is.
 *
 * `lines` rows at once, cell i of row j at i lines + j; shapes [n lines].
 */
export interface RowSystems {
  /** @param weights w; null for 1. `x` may be `weights` but not `y`. */
  solve(x: Float64Array, y: Float64Array, weights: Float64Array | null, dt: number): void;
}

/** About 8 ns a cell for 8 lines, 15 for one. @param right, left rates, read at each call. */
export function createRowSystems(
  cells: number,
  lines: number,
  periodic: boolean,
  right: Float64Array,
  left: Float64Array,
  offset: { rates: number },
): RowSystems {
  return periodic ? ring(cells, lines, right, left, offset) : chain(cells, lines, right, left, offset);
}

/** Both ends closed. */
function chain(cells: number, lines: number, right: Float64Array, left: Float64Array, offset: { rates: number }): RowSystems {
  const size = cells * lines;
  const inverse = new Float64Array(size);
  const forward = new Float64Array(size);
  const toLeft = new Float64Array(size);
  /** The share of a cell that stays, and that goes on to the right, once all cells on the left are eliminated. */
  const stays = new Float64Array(lines);
  const moved = new Float64Array(lines);
  return {
    solve(x, y, weights, dt) {
      const { rates } = offset;
      stays.fill(0);
      moved.fill(0);
      for (let from = 0; from < size; from += lines) {
        for (let j = 0; j < lines; j++) {
          const k = from + j;
          const scale = weights === null ? dt : dt * weights[k];
          const L = scale * left[rates + k];
          const R = scale * right[rates + k];
          const p = 1 + L * stays[j];
          const inv = 1 / (p + R);
          const total = y[k] + moved[j];
          stays[j] = p * inv;
          moved[j] = R * inv * total;
          inverse[k] = inv;
          toLeft[k] = L;
          forward[k] = total;
        }
      }
      const last = size - lines;
      for (let k = last; k < size; k++) x[k] = forward[k] * inverse[k];
      for (let k = last - 1; k >= 0; k--) x[k] = (forward[k] + toLeft[k + lines] * x[k + lines]) * inverse[k];
    },
  };
}

/** The last cell is a neighbour of the first; it is eliminated last, and every other cell exchanges with it on the way. */
function ring(cells: number, lines: number, right: Float64Array, left: Float64Array, offset: { rates: number }): RowSystems {
  const size = cells * lines;
  const inverse = new Float64Array(size);
  const forward = new Float64Array(size);
  const toLeft = new Float64Array(size);
  const fromLast = new Float64Array(size);
  return {
    solve(x, y, weights, dt) {
      const { rates } = offset;
      const last = size - lines;
      for (let j = 0; j < lines; j++) {
        const scaleLast = weights === null ? dt : dt * weights[last + j];
        /** a(last -> i), a(i -> last), the remainders of 1 in cell i and in the last, and y of the last. */
        let e = scaleLast * right[rates + last + j];
        let f = (weights === null ? dt : dt * weights[j]) * left[rates + j];
        const lastLeft = scaleLast * left[rates + last + j];
        let s = 1;
        let sLast = 1;
        let moved = 0;
        let yLast = y[last + j];
        for (let k = j; k < last; k += lines) {
          const isBeforeLast = k + lines >= last;
          const scale = weights === null ? dt : dt * weights[k];
          const R = isBeforeLast ? 0 : scale * right[rates + k];
          if (isBeforeLast) {
            e += lastLeft;
            f += scale * right[rates + k];
          }
          const inv = 1 / (s + R + f);
          const total = y[k] + moved;
          moved = R * inv * total;
          yLast += f * inv * total;
          sLast += e * s * inv;
          inverse[k] = inv;
          forward[k] = total;
          fromLast[k] = e;
          if (isBeforeLast) break;
          const L = (weights === null ? dt : dt * weights[k + lines]) * left[rates + k + lines];
          toLeft[k + lines] = L;
          e *= R * inv;
          f *= L * inv;
          s = 1 + L * s * inv;
        }
        const xLast = yLast / sLast;
        x[last + j] = xLast;
        let next = 0;
        for (let k = last - lines + j; k >= 0; k -= lines) {
          const carried = k + lines >= last ? 0 : toLeft[k + lines] * next;
          next = (forward[k] + carried + fromLast[k] * xLast) * inverse[k];
          x[k] = next;
        }
      }
    },
  };
}
