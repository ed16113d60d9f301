export const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

const plus = (a: readonly number[], scale: number, b: readonly number[]) => a.map((value, i) => value + scale * b[i]);
/** A step of Runge and Kutta's method of order 4 of y' = f(y, which), `which` 0 at the start, 1 in the middle and 2 at the end. */
export function rungeKutta(y: readonly number[], h: number, f: (y: readonly number[], which: 0 | 1 | 2) => number[]): number[] {
  const k1 = f(y, 0);
  const k2 = f(plus(y, h / 2, k1), 1);
  const k3 = f(plus(y, h / 2, k2), 1);
  const k4 = f(plus(y, h, k3), 2);
  return y.map((value, i) => value + (h / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]));
}
