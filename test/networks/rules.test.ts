import { describe, expect, test } from "vitest";
import type { Events } from "../../src/networks/birth-death-rule.ts";
import { createRidgeNetwork, type RidgeNetwork, type UnitDistribution } from "../../src/networks/ridge-network.ts";
import { RULES, type RuleName } from "../../src/networks/rules.ts";
import { authorsPrior } from "../../src/networks/student-teacher.ts";
import { createStream, type RandomStream } from "../../src/numerics/random.ts";

/** Unit i has c = i and a = (i, -i). */
function labelled(n: number): RidgeNetwork {
  const labels = Float64Array.from({ length: n }, (_, i) => i);
  return createRidgeNetwork(
    labels,
    Float64Array.from({ length: 2 * n }, (_, k) => (k % 2 === 0 ? 1 : -1) * Math.floor(k / 2)),
  );
}

/** A unit from the prior is -1. */
const marked: UnitDistribution = ({ c, a, d }, i) => {
  c[i] = -1;
  a.fill(-1, i * d, (i + 1) * d);
};

/** A stream that gives numbers written down. */
function scripted(uniforms: number[], below: [value: number, bound: number][]): RandomStream {
  return {
    uniform: () => uniforms.shift() ?? Number.NaN,
    normal: () => Number.NaN,
    below(bound) {
      const [value, expected] = below.shift() ?? [Number.NaN, Number.NaN];
      expect(bound).toBe(expected);
      return value;
    },
  };
}

function apply(rule: RuleName, rates: number[], stream: RandomStream, prior: UnitDistribution = marked) {
  const network = labelled(rates.length);
  const events: Events = { kills: 0, copies: 0, fresh: 0 };
  RULES[rule].create(rates.length)(network, Float64Array.from(rates), prior, stream, events);
  const whole = network.c.every((label, i) => label < 0 || (network.a[2 * i] === label && network.a[2 * i + 1] === -label));
  if (!whole) throw new Error("amplitude and direction of a unit have parted");
  return { units: [...network.c], events };
}

describe("the authors' birth and death, by hand", () => {
  test("a killed unit becomes the drawn survivor, a cloned one overwrites the drawn unit that is not cloned", () => {
    // Unit 1 dies (0.29 < 0.3); 0 does not (0.5 >= 0.2). Survivors 0, 2, 3, 4; the third, unit 3, takes its place. Unit 2 is cloned (0.3 < 0.4)
    // onto the last of 0, 1, 3, 4; unit 4 is not (0.6 >= 0.6).
    const stream = scripted([0.5, 0.29, 0.3, 0.1, 0.6], [[2, 4], [3, 4]]); // biome-ignore format: one line
    const { units, events } = apply("authors-birth-death", [0.2, 0.3, -0.4, 0, -0.6], stream);
    expect(units).toEqual([0, 3, 2, 3, 2]);
    expect(events).toEqual({ kills: 1, copies: 1, fresh: 0 });
  });

  test("a clone may overwrite the place of a killed unit, and the later of two clones stays", () => {
    const stream = scripted([0, 0, 0, 0.9], [[0, 3], [0, 2], [0, 2]]); // biome-ignore format: one line
    const { units, events } = apply("authors-birth-death", [0.5, -0.5, -0.5, -0.5], stream);
    expect(units).toEqual([2, 1, 2, 3]);
    expect(events).toEqual({ kills: 1, copies: 2, fresh: 0 });
  });

  test("none dies where none would survive, and none is overwritten where all are cloned", () => {
    expect(apply("authors-birth-death", [1, 1], scripted([0, 0], []))).toEqual({
      units: [0, 1],
      events: { kills: 0, copies: 0, fresh: 0 },
    });
    expect(apply("authors-birth-death", [-1, -1], scripted([0, 0], [])).units).toEqual([0, 1]);
  });

  test("the prior variant draws a killed unit anew and clones nothing; harmless units use no random number", () => {
    const { units, events } = apply("authors-prior", [0.5, -1, 0.5, 0], scripted([0.49, 0.5], []));
    expect(units).toEqual([-1, 1, 2, 3]);
    expect(events).toEqual({ kills: 1, copies: 0, fresh: 1 });
  });
});

test("reinjection by hand: a deficit comes from the prior, a surplus is killed uniformly, every death is replaced", () => {
  // p = 1 - e^{-1} = 0.632 for all.
  expect(apply("net-deficit", [1, 1, -1, 0], scripted([0.6, 0.6, 0.6, 0], [])).units.toSorted()).toEqual([-1, 2, 2, 3]);
  // Parents 0 0 1 1 2: the fourth goes.
  expect(apply("net-deficit", [-1, -1, 0], scripted([0.6, 0.6, 0.6], [[3, 5], [0, 4]])).units.toSorted()).toEqual([0, 1, 2]); // biome-ignore format: one line
  expect(apply("every-death", [1, 1, -1], scripted([0.6, 0.64], []))).toEqual({
    units: [-1, 1, 2],
    events: { kills: 1, copies: 0, fresh: 1 },
  });
});

/** E of the number of copies of each unit and of fresh ones after independent kills and duplications, by listing all of them. */
function expectedCounts(rates: readonly number[], fill: "uniform" | "prior"): number[] {
  const n = rates.length;
  const counts = new Array<number>(n + 1).fill(0);
  for (let events = 0; events < 2 ** n; events++) {
    let weight = 1;
    const own = rates.map((rate, i) => {
      const p = 1 - Math.exp(-Math.abs(rate));
      const event = ((events >> i) & 1) === 1;
      weight *= event ? p : 1 - p;
      return !event ? 1 : rate > 0 ? 0 : 2;
    });
    const size = own.reduce<number>((total, count) => total + count, 0);
    // Killing or duplicating uniformly keeps each unit's expected share.
    const scale = size > n || fill === "uniform" ? n / size : 1;
    own.forEach((count, i) => {
      counts[i] += weight * count * scale;
    });
    counts[n] += weight * Math.max(0, n - size * scale);
  }
  return counts;
}

const POTENTIAL = [0.8, -0.5, 0.1, -0.2, 0.4];

test.each([
  ["algorithm-1", "uniform", POTENTIAL.map((rate) => rate - 0.12)],
  ["net-deficit", "prior", POTENTIAL],
] as const)("%s changes the population by its formula in the mean", (rule, fill, effective) => {
  const expected = expectedCounts(effective, fill);
  const rounds = 40000;
  const counts = new Array<number>(6).fill(0);
  const stream = createStream(3);
  for (let round = 0; round < rounds; round++)
    for (const unit of apply(rule, POTENTIAL, stream).units) counts[unit < 0 ? 5 : unit]++;
  // Counts of a unit vary by at most 1.5 a round: the bound is five standard errors.
  for (const [k, count] of counts.entries())
    expect(Math.abs(count / rounds - expected[k])).toBeLessThan((5 * 1) / Math.sqrt(rounds));
  expect(expected[0]).toBeLessThan(0.75);
});

test("the authors' prior leaves the function as it is: c = 0, entries of a of size 1/n", () => {
  const n = 50;
  const network = createRidgeNetwork(new Float64Array(n).fill(1), new Float64Array(n * 40));
  const stream = createStream(5);
  for (let i = 0; i < n; i++) authorsPrior(n)(network, i, stream);
  expect(network.c.every((c) => c === 0)).toBe(true);
  const square = network.a.reduce((total, a) => total + a * a, 0) / network.a.length;
  // Relative standard error of a variance from 2000 normals: sqrt(2 / 2000) = 0.032.
  expect(Math.abs(square * n * n - 1)).toBeLessThan(5 * 0.032);
});
