/**
 * What a computation carries from one step to the next: an object of numbers, flags, texts, null, arrays of numbers, and objects and lists of these, with nothing else
 * that the steps to come depend on. It is live: the next step changes it. Another computation that was begun in the same way, and takes it over, goes on with the same bits.
 */
export type Carried = object;

/**
 * Copies what was carried into a fresh computation of the same kind: arrays of numbers in place, since others may hold views of them; everything else as it is.
 *
 * @throws Error where the two do not have the same fields, or arrays of the same length
 */
export function takeOver(target: Carried, source: Carried): void {
  const [into, from] = [target as Record<string, unknown>, source as Record<string, unknown>];
  const [there, here] = [Object.keys(into).sort().join(), Object.keys(from).sort().join()];
  if (there !== here) throw new Error(`a state of ${here} in place of ${there}`);
  for (const [key, value] of Object.entries(from)) {
    const own = into[key];
    if (isObject(own) && isObject(value)) {
      if (isArray(own) && isArray(value)) {
        if (own.length !== value.length) throw new Error(`${key} of ${value.length} numbers in place of ${own.length}`);
        own.set(value);
      } else takeOver(own, value);
    } else into[key] = value;
  }
}

type NumberArray = Float64Array | Int32Array;

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
const isArray = (value: object): value is NumberArray => value instanceof Float64Array || value instanceof Int32Array;
