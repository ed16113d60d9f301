import { test } from "vitest";

/** Whether tests have their full size, as `npm run test:slow` and the gate run them. */
const full = process.env.BDPDE_TEST_SIZE === "full";

/**
 * What a test has in `npm test`, which takes less than two minutes on two cores, and what in `npm run test:slow`: more replicas, cells or cases of the same check. Bounds are in units
 * of standard errors or orders of convergence, and so follow the size. vitest.config.ts finds the tests that import this file.
 */
export function sized<T>(fast: T, slow: T): T {
  return full ? slow : fast;
}

/** A test whose size is what it proves, where smaller ones of the same folder would see most mistakes: in `npm run test:slow` alone. */
export const largeTest = test.runIf(full);
