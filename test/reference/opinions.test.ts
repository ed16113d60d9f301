import { describe, expect, test } from "vitest";
import type { Opinions } from "../../src/reference/stated-error.ts";
import { isExplained, stateError } from "../../src/reference/stated-error.ts";

const opinions = (changes: Partial<Opinions> = {}): Opinions => ({
  levels: 1e-9,
  lastDifference: 1e-9,
  nodes: null,
  grid: { difference: 1e-4, own: 3e-4 },
  settled: true,
  crossed: false,
  floor: 0,
  ...changes,
});

describe("the stated error", () => {
  test("is what refinements and other nodes say where the grid explains its difference", () => {
    expect(isExplained(opinions())).toBe(true);
    expect(stateError(opinions())).toBe(1e-9);
    expect(stateError(opinions({ nodes: 1e-7 }))).toBe(1e-7);
    expect(stateError(opinions({ nodes: 1e-12, floor: 1e-6 }))).toBeCloseTo(1e-6 + 1e-9, 15);
  });

  test.each([
    ["finite volumes are surer of themselves than that", { grid: { difference: 1e-4, own: 9e-5 } }],
    ["there is one resolution alone", { grid: { difference: 1e-4, own: null } }],
    ["refinements have not agreed", { settled: false }],
    ["mass has crossed a wall", { crossed: true }],
  ] as const)("holds the whole difference from finite volumes where %s", (_, changes) => {
    expect(isExplained(opinions(changes))).toBe(false);
    expect(stateError(opinions(changes))).toBeGreaterThanOrEqual(1e-4 + 1e-9);
  });

  test("holds what finite volumes may be off by as well where their problem is another one", () => {
    const stated = stateError(opinions({ crossed: true, grid: { difference: 0.1, own: 0.01 } }));
    expect(stated).toBeGreaterThanOrEqual(0.11);
    expect(stateError(opinions({ crossed: true, grid: { difference: 0.1, own: null } }))).toBeGreaterThanOrEqual(0.2);
  });

  test("is that of finite volumes where refinements tell nothing, and unknown where these do not either", () => {
    const lost = { levels: Infinity, lastDifference: 1e-2, settled: false };
    expect(stateError(opinions(lost))).toBeCloseTo(1e-4 + 3e-4 + 1e-2, 12);
    expect(stateError(opinions({ ...lost, grid: { difference: 1e-4, own: null } }))).toBe(Infinity);
    expect(stateError(opinions({ ...lost, grid: null }))).toBe(Infinity);
  });
});
