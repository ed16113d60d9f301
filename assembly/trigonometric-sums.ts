/**
 * AssemblyScript, compiled by `npm run assembly` into src/numerics/trigonometric-sums-module.ts; src/numerics/trigonometric-sums.ts says what the
 * sums are. Two doubles at a time (SIMD). Addresses are in bytes; `half` = ceil(n / 2) places on one side of the centre of an axis of n points.
 *
 * A table of K columns is kept in blocks of four columns, [K / 4][length][4], with one more block of zeros where their number is odd.
 */

/** to[k ld + lane] = sum_j rows[j][lane] table[k][j] for four lanes at once, j ascending. */
function multiplyFour(to: usize, ld: usize, rows: usize, table: usize, length: i32, columns: i32): void {
  for (let k = 0; k < columns; k += 4) {
    let a = rows;
    let b = table + ((<usize>(k * length)) << 3);
    let lo0 = f64x2.splat(0);
    let lo1 = lo0;
    let lo2 = lo0;
    let lo3 = lo0;
    let hi0 = lo0;
    let hi1 = lo0;
    let hi2 = lo0;
    let hi3 = lo0;
    for (let j = 0; j < length; j++) {
      const lo = v128.load(a);
      const hi = v128.load(a, 16);
      let t = v128.load_splat<f64>(b);
      lo0 = f64x2.add(lo0, f64x2.mul(lo, t));
      hi0 = f64x2.add(hi0, f64x2.mul(hi, t));
      t = v128.load_splat<f64>(b, 8);
      lo1 = f64x2.add(lo1, f64x2.mul(lo, t));
      hi1 = f64x2.add(hi1, f64x2.mul(hi, t));
      t = v128.load_splat<f64>(b, 16);
      lo2 = f64x2.add(lo2, f64x2.mul(lo, t));
      hi2 = f64x2.add(hi2, f64x2.mul(hi, t));
      t = v128.load_splat<f64>(b, 24);
      lo3 = f64x2.add(lo3, f64x2.mul(lo, t));
      hi3 = f64x2.add(hi3, f64x2.mul(hi, t));
      a += 32;
      b += 32;
    }
    let c = to + ((<usize>k * ld) << 3);
    const line = ld << 3;
    v128.store(c, lo0);
    v128.store(c, hi0, 16);
    if (k + 1 < columns) {
      c += line;
      v128.store(c, lo1);
      v128.store(c, hi1, 16);
    }
    if (k + 2 < columns) {
      c += line;
      v128.store(c, lo2);
      v128.store(c, hi2, 16);
    }
    if (k + 3 < columns) {
      c += line;
      v128.store(c, lo3);
      v128.store(c, hi3, 16);
    }
  }
}

/** to[k] = sum_j row[j] table[k][j], eight columns at once, j ascending; zeros fill `to` up to a multiple of eight. */
function multiplyOne(to: usize, row: usize, table: usize, length: i32, columns: i32): void {
  const block = (<usize>length) << 5;
  for (let k = 0; k < columns; k += 8) {
    let a = row;
    let b = table + ((<usize>(k * length)) << 3);
    let s0 = f64x2.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    for (let j = 0; j < length; j++) {
      const x = v128.load_splat<f64>(a);
      s0 = f64x2.add(s0, f64x2.mul(x, v128.load(b)));
      s1 = f64x2.add(s1, f64x2.mul(x, v128.load(b, 16)));
      const c = b + block;
      s2 = f64x2.add(s2, f64x2.mul(x, v128.load(c)));
      s3 = f64x2.add(s3, f64x2.mul(x, v128.load(c, 16)));
      a += 8;
      b += 32;
    }
    v128.store(to, s0);
    v128.store(to, s1, 16);
    v128.store(to, s2, 32);
    v128.store(to, s3, 48);
    to += 64;
  }
}

/** The parts of a pair of values that are even and odd about the centre of the axis, and back. */
function fold(even: usize, odd: usize, x: f64, y: f64): void {
  store<f64>(even, x + y);
  store<f64>(odd, x - y);
}

/** to[k ld] = from[k], k < count. */
function scatter(to: usize, from: usize, count: i32, ld: i32): void {
  for (let k = 0; k < count; k++) store<f64>(to + ((<usize>(k * ld)) << 3), load<f64>(from + ((<usize>k) << 3)));
}

/** to[k, r] = sum_j from[r, j] times cosine k, then times sine k. `work`: 64 half + 8 max(c, s) + 56 bytes. */
export function analyse(
  to: usize,
  from: usize,
  rows: i32,
  n: i32,
  cosines: usize,
  c: i32,
  sines: usize,
  s: i32,
  work: usize,
): void {
  const half = (n + 1) >> 1;
  const even = work;
  const odd = even + ((<usize>half) << 5);
  const sums = odd + ((<usize>half) << 5);
  const line = (<usize>n) << 3;
  let r = 0;
  for (; r + 4 <= rows; r += 4) {
    let left = from + <usize>r * line;
    let right = left + line - 8;
    for (let j = 0; j < half; j++) {
      const at = (<usize>j) << 5;
      for (let lane: usize = 0; lane < 4; lane++) {
        fold(even + at + (lane << 3), odd + at + (lane << 3), load<f64>(left + lane * line), load<f64>(right + lane * line));
      }
      left += 8;
      right -= 8;
    }
    multiplyFour(to + ((<usize>r) << 3), rows, even, cosines, half, c);
    multiplyFour(to + ((<usize>(c * rows + r)) << 3), rows, odd, sines, half, s);
  }
  for (; r < rows; r++) {
    let left = from + <usize>r * line;
    let right = left + line - 8;
    for (let j = 0; j < half; j++) {
      fold(even + ((<usize>j) << 3), odd + ((<usize>j) << 3), load<f64>(left), load<f64>(right));
      left += 8;
      right -= 8;
    }
    multiplyOne(sums, even, cosines, half, c);
    scatter(to + ((<usize>r) << 3), sums, c, rows);
    multiplyOne(sums, odd, sines, half, s);
    scatter(to + ((<usize>(c * rows + r)) << 3), sums, s, rows);
  }
}

/** to[j, r] = sum_k from[r, k] times cosine or sine k at place j. `work`: 64 half + 32 (c + s) + 512 bytes. */
export function synthesise(
  to: usize,
  from: usize,
  rows: i32,
  n: i32,
  cosines: usize,
  c: i32,
  sines: usize,
  s: i32,
  work: usize,
): void {
  const half = (n + 1) >> 1;
  const even = work;
  const odd = even + ((<usize>(half + 8)) << 5);
  const lanes = odd + ((<usize>(half + 8)) << 5);
  const modes = c + s;
  const line = (<usize>modes) << 3;
  let r = 0;
  for (; r + 4 <= rows; r += 4) {
    const row = from + <usize>r * line;
    for (let k = 0; k < modes; k++) {
      for (let lane: usize = 0; lane < 4; lane++) {
        store<f64>(lanes + ((<usize>k) << 5) + (lane << 3), load<f64>(row + ((<usize>k) << 3) + lane * line));
      }
    }
    multiplyFour(even, 4, lanes, cosines, c, half);
    multiplyFour(odd, 4, lanes + ((<usize>c) << 5), sines, s, half);
    let left = to + ((<usize>r) << 3);
    let right = to + ((<usize>((n - 1) * rows + r)) << 3);
    for (let j = 0; j < half; j++) {
      const at = (<usize>j) << 5;
      const x = v128.load(even + at);
      const y = v128.load(odd + at);
      const z = v128.load(even + at, 16);
      const w = v128.load(odd + at, 16);
      v128.store(left, f64x2.add(x, y));
      v128.store(left, f64x2.add(z, w), 16);
      v128.store(right, f64x2.sub(x, y));
      v128.store(right, f64x2.sub(z, w), 16);
      left += (<usize>rows) << 3;
      right -= (<usize>rows) << 3;
    }
  }
  for (; r < rows; r++) {
    const row = from + <usize>r * line;
    multiplyOne(even, row, cosines, c, half);
    multiplyOne(odd, row + ((<usize>c) << 3), sines, s, half);
    for (let j = 0; j < half; j++) {
      const left = to + ((<usize>(j * rows + r)) << 3);
      const right = to + ((<usize>((n - 1 - j) * rows + r)) << 3);
      fold(left, right, load<f64>(even + ((<usize>j) << 3)), load<f64>(odd + ((<usize>j) << 3)));
    }
  }
}
