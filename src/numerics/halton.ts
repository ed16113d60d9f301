const PRIMES = [2, 3, 5, 7, 11, 13];

/** Coordinate `axis` (0 to 5) of point `index` of the Halton sequence in the unit cube: evenly spread, no randomness. */
export function halton(index: number, axis: number): number {
  const base = PRIMES[axis];
  let value = 0;
  let digit = 1 / base;
  for (let rest = index + 1; rest > 0; rest = Math.floor(rest / base)) {
    value += digit * (rest % base);
    digit /= base;
  }
  return value;
}
