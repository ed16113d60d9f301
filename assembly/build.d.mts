/** The text of src/numerics/trigonometric-sums-module.ts, from assembly/trigonometric-sums.ts. */
export function compile(): Promise<string>;
