/** Two doubles at a time: lane 0 is the cell at the lower place. */

/** [a[1], b[0]]: the values one place before those of b, where a are those two places before. */
export function previous(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23);
}

/** [a[0], b[0]] */
export function firsts(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
}

/** [a[1], b[1]] */
export function seconds(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
}

/** Two sums at once, cell by cell, so that each is rounded as in a plain loop: sums + [a[0], b[0]] + [a[1], b[1]]. */
export function added(sums: v128, a: v128, b: v128): v128 {
  return f64x2.add(f64x2.add(sums, firsts(a, b)), seconds(a, b));
}

/** The first where a > 0, else the second. */
export function wherePositive(a: v128, first: v128, second: v128): v128 {
  return v128.bitselect(first, second, f64x2.gt(a, f64x2.splat(0)));
}

/** max(a, 0) */
export function positivePart(a: v128): v128 {
  return f64x2.pmax(f64x2.splat(0), a);
}
