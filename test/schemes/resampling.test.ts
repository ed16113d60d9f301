import { describe, expect, test } from "vitest";
import { createStream } from "../../src/numerics/random.ts";
import {
  createIndexedOffspring,
  createMultinomialOffspring,
  createPartitionedOffspring,
  createShuffledOffspring,
  type DrawOffspring,
} from "../../src/schemes/offspring.ts";
import { SCHEMES } from "../../src/schemes/schemes.ts";
import { createStepper } from "../../src/schemes/stepper.ts";
import { problemOf } from "../fixtures.ts";

/** Weights of sum 8 for 8 particles, that is n w itself, in no order. */
const WEIGHTS = Float64Array.of(0.5, 1.75, 0, 3.2, 0.9, 0.05, 1, 0.6);
const n = WEIGHTS.length;

function drawn(draw: DrawOffspring, runs: number, weights = WEIGHTS): Int32Array[] {
  const stream = createStream(5);
  return Array.from({ length: runs }, () => {
    const offspring = new Int32Array(n);
    draw(offspring, weights, 8, stream);
    return offspring;
  });
}

describe.each([
  ["systematic", createPartitionedOffspring, (w: number) => (w % 1) * (1 - (w % 1))],
  ["shuffled systematic", createShuffledOffspring, (w: number) => (w % 1) * (1 - (w % 1))],
  ["multinomial", createMultinomialOffspring, (w: number) => w * (1 - w / n)],
] as const)("%s resampling", (_, create, variance) => {
  const runs = 10_000;
  const samples = drawn(create(n), runs);

  test("leaves n, in the mean n w of each, with its variance", () => {
    for (const offspring of samples) expect(offspring.reduce((sum, count) => sum + count)).toBe(n);
    WEIGHTS.forEach((w, i) => {
      const counts = samples.map((offspring) => offspring[i]);
      const mean = counts.reduce((sum, count) => sum + count) / runs;
      const spread = counts.reduce((sum, count) => sum + (count - w) ** 2, 0) / runs;
      // 4.5 standard errors; the fourth central moment of counts of mean w <= 3.2 is at most w + 3 w^2.
      expect(Math.abs(mean - w)).toBeLessThanOrEqual(4.5 * Math.sqrt(variance(w) / runs) + 1e-15);
      expect(Math.abs(spread - variance(w))).toBeLessThanOrEqual(4.5 * Math.sqrt((w + 3 * w * w) / runs) + 1e-15);
    });
  });

  test("is indifferent to the order of the particles", () => {
    // The light particles 0 and 7 are apart in the list, and neighbours once 7 and 1 are exchanged.
    const exchanged = WEIGHTS.slice();
    [exchanged[1], exchanged[7]] = [exchanged[7], exchanged[1]];
    const neighbours = drawn(create(n), runs, exchanged);
    const both = (counts: Int32Array[], i: number, j: number) =>
      counts.reduce((sum, offspring) => sum + offspring[i] * offspring[j], 0) / runs;
    // Products of mean about 0.2 and of standard deviation below 1, twice: 4.5 standard errors.
    expect(Math.abs(both(samples, 0, 7) - both(neighbours, 0, 1))).toBeLessThan(4.5 * Math.sqrt(2 / runs));
  });
});

test("systematic offspring are floor or ceil of n w, and as many die as the light ones lack, rounded down or up", () => {
  const stream = createStream(8);
  const size = 1000;
  const draw = createPartitionedOffspring(size);
  const offspring = new Int32Array(size);
  for (let run = 0; run < 50; run++) {
    const weights = Float64Array.from({ length: size }, () => Math.exp(-0.02 * stream.normal()));
    const total = weights.reduce((sum, w) => sum + w);
    draw(offspring, weights, total, stream);
    let lack = 0;
    const neither = weights.filter((weight, i) => {
      const w = (size * weight) / total;
      lack += Math.max(0, 1 - w);
      return offspring[i] !== Math.floor(w) && offspring[i] !== Math.ceil(w);
    });
    expect(neither).toHaveLength(0);
    // About 8 of a thousand. In the order of the list the sum would cross an integer and return about ten times as often.
    const deaths = offspring.filter((count) => count === 0).length;
    expect(deaths === Math.floor(lack) || deaths === Math.ceil(lack)).toBe(true);
  }
});

test("equal weights leave everyone one offspring under systematic resampling", () => {
  const offspring = new Int32Array(49);
  createPartitionedOffspring(49)(offspring, new Float64Array(49).fill(1), 49, createStream(1));
  expect(offspring.every((count) => count === 1)).toBe(true);
});

test.each(["resampling", "resampling-multinomial"] as const)(
  "%s moves first and weighs by V at the moved positions",
  async (scheme) => {
    // F = 5 x^2: at dt = 0.15 a particle at x moves to -x / 2. Of n half start at 1 and half at 2: E = 1.25 and 5 after the move.
    const size = 20_000;
    const problem = await problemOf({ potential: { F: "5*x^2" }, alpha: 2 });
    const points = [Float64Array.from({ length: size }, (_, i) => (i % 2 === 0 ? 1 : 2))];
    createStepper(SCHEMES[scheme], problem, size).step(points, 0, 0.15, createStream(2));
    const far = points[0].filter((x) => x === -1).length;
    expect(points[0].filter((x) => x === -0.5).length + far).toBe(size);
    const share = 1 / (1 + Math.exp(2 * 0.15 * (5 - 1.25)));
    // Binomial for the multinomial scheme, less for the other: 4.5 standard errors.
    expect(Math.abs(far / size - share)).toBeLessThan(4.5 * Math.sqrt((share * (1 - share)) / size));
  },
);

test("a potential far above 0 weighs no differently", async () => {
  const after = async (F: string) => {
    const problem = await problemOf({ potential: { F }, alpha: 4, dynamics: "pure-birth-death" });
    const points = [Float64Array.from({ length: 100 }, (_, i) => i / 25 - 2)];
    createStepper(SCHEMES.resampling, problem, 100).step(points, 0, 0.1, createStream(4));
    return points[0];
  };
  // e^{-4000} is 0: without the least V taken off every weight would be lost.
  expect(await after("x^2 + 10000")).toEqual(await after("x^2"));
});

test("systematic offspring in the order of the list are the counts of searchsorted(cumsum(w), (arange(n) + U) / n)", () => {
  for (let seed = 0; seed < 20; seed++) {
    const U = createStream(seed).uniform();
    const offspring = new Int32Array(n);
    createIndexedOffspring(n)(offspring, WEIGHTS, 8, createStream(seed));
    const counts = new Int32Array(n);
    for (let k = 0; k < n; k++) {
      let i = 0;
      for (let cumulative = WEIGHTS[0] / 8; cumulative <= (k + U) / n; cumulative += WEIGHTS[i] / 8) i++;
      counts[i]++;
    }
    expect(offspring).toEqual(counts);
  }
});

test("copies stand next to each other under resampling-systematic, in the order of the list, and the whole of them together", async () => {
  const side = { min: -20, max: 20, cells: 16 };
  const normal = { type: "normal" as const, mean: 0, sd: 1 };
  const problem = await problemOf({
    variables: { x: side, y: side },
    potential: { F: "x^2" },
    alpha: 3,
    dynamics: "pure-birth-death",
    initial: { x: normal, y: normal },
  });
  const points = [0, 1].map((a) => Float64Array.from({ length: 40 }, (_, i) => (a === 0 ? -2 + 0.1 * i : i)));
  const stepper = createStepper(SCHEMES["resampling-systematic"], problem, 40);
  for (let step = 0; step < 3; step++) stepper.step(points, 0, 0.2, createStream(step));
  const [x, y] = points;
  expect(y).toEqual(y.slice().sort());
  expect(new Set(y).size).toBeLessThan(30);
  y.forEach((index, i) => {
    expect(x[i]).toBe(-2 + 0.1 * index);
  });
});

test("the order decides how many of the light particles live, where light and heavy ones take turns in the list", () => {
  const weights = Float64Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? 0.5 : 1.5));
  const alive = (create: (count: number) => DrawOffspring) => {
    const survivors = drawn(create(8), 100, weights).map(
      (offspring) => offspring.filter((count, i) => i % 2 === 0 && count > 0).length,
    );
    return [...new Set(survivors)].sort();
  };
  // In the list C_k goes up by 1/2 and 3/2: one U decides for all of them. In the mean partition 2 of 4 must die. In a random order anything may happen.
  expect(alive(createIndexedOffspring)).toEqual([0, 4]);
  expect(alive(createPartitionedOffspring)).toEqual([2]);
  expect(alive(createShuffledOffspring).length).toBeGreaterThan(2);
});
