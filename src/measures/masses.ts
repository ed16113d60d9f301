import { InputError } from "../errors.ts";
import { sum } from "../numerics/sum.ts";

/**
 * The total of relative masses, shape [n], error a few ulp.
 *
 * @throws InputError if one is negative or not finite, or the total is not positive and finite.
 */
export function totalMass(masses: Float64Array, field: string): number {
  for (let i = 0; i < masses.length; i++) {
    if (!(masses[i] >= 0 && masses[i] < Infinity)) {
      throw new InputError(`${field}[${i}]`, masses[i], "not a mass", "give finite numbers that are 0 or more");
    }
  }
  const total = sum(masses);
  if (!(total > 0 && total < Infinity)) {
    throw new InputError(
      `sum of ${field}`,
      total,
      "not a positive finite mass",
      "give at least one positive mass, none near the largest number",
    );
  }
  return total;
}

/** @throws InputError if there are none, or one is not finite. */
export function requireFinite(positions: Float64Array, field: string): void {
  if (positions.length === 0)
    throw new InputError(field, "[]", "empty: there is no measure of no points", "give at least one point");
  for (let i = 0; i < positions.length; i++) {
    if (!Number.isFinite(positions[i])) {
      throw new InputError(`${field}[${i}]`, positions[i], "not a finite position", "remove the point or correct it");
    }
  }
}

/** @throws InputError if `length` is not `expected`. */
export function requireLength(length: number, expected: number, field: string, of: string): void {
  if (length === expected) return;
  throw new InputError(`${field}.length`, length, `there are ${expected} ${of}`, "give one number for each");
}
