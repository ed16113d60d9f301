import { beforeAll, describe, expect, test } from "vitest";
import { type ComparisonJudge, compareParticles, createJudge } from "../../src/comparison/compare.ts";
import { profileOf } from "../../src/comparison/sharp-faces.ts";
import type { ParticleData } from "../../src/files/particle-data.ts";
import { binDensity, cumulate, profileLength, profileSize } from "../../src/measures/distance-profile.ts";
import { createStream } from "../../src/numerics/random.ts";
import { createProblem } from "../../src/problem/problem.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { computeReference } from "../../src/reference/reference.ts";
import { type ReferenceData, referenceDataOf } from "../../src/reference/reference-data.ts";
import { largeTest, sized } from "../sizes.ts";

/** F = x^2 / 2 without births and deaths: mu_t = N(e^-t, (e^-t / 2)^2), at t = 13 of standard deviation 1.1e-6, in the middle of a cell of 0.032. */
const END = 13;
const SD = 0.5 * Math.exp(-END);
const WELL: ProblemInput = {
  name: "well",
  variables: { x: { min: -4.1, max: 4, cells: 256 } },
  potential: { F: "x^2/2" },
  alpha: 0,
  dynamics: "gradient-descent",
  initial: { x: { type: "normal", mean: 1, sd: 0.5 } },
  time: { end: END, snapshots: [END] },
  // It sees no shift of 1e-6.
  observables: { even: "cos(x)" },
};

const [n, replicas] = [200, 32];
let reference: ReferenceData;
beforeAll(async () => {
  reference = referenceDataOf(await computeReference(await createProblem(WELL), { tolerance: 1e-3 }));
});

function drawn(seed: number, shift = 0, scale = 1): ParticleData {
  const stream = createStream(11, seed);
  const theta = Float64Array.from({ length: replicas * n }, () => 2 * SD + shift + scale * SD * stream.normal());
  return { replicas, times: [END], n, theta, weights: null, dt: null, scheme: null, notes: [] };
}

describe("a peak much narrower than a cell", () => {
  test("is told by nodes, whose error is stated far below its width", () => {
    expect(reference.nodes?.[0].wasserstein1Error).toBeLessThan(0.01 * SD);
    expect(compareParticles(reference, drawn(0)).distances?.[0].by).toBe("nodes");
  });

  test("right particles are called inconsistent no more often than stated", () => {
    const judge = createJudge(reference, { times: [END], n, falseAlarm: 0.2 });
    const trials = sized(60, 150);
    const alarms = Array.from({ length: trials }, (_, seed) => judge(drawn(seed))).filter(
      ({ verdict }) => verdict === "inconsistent",
    );
    // Binomial of a share of 0.2 at most: 3 standard deviations.
    expect(alarms.length).toBeLessThan(0.2 * trials + 3 * Math.sqrt(trials * 0.2 * 0.8));
  });

  test("a shift by its width, 3e-5 of a cell, and a spread that is off by 30% are found, at the distance that they have", () => {
    const judge = createJudge(reference, { times: [END], n });
    // Noise is some SD / sqrt(6400) = 1.4e-8, and adds in squares. Faces are a few per cent of the mass apart; bins beyond the peak are up to 4 times their neighbour.
    for (const [shift, scale, distance, within] of [
      [SD, 1, SD, 0.05],
      [-SD, 1, SD, 0.05],
      [10 * SD, 1, 10 * SD, 0.5],
      [0, 1.3, 0.3 * Math.sqrt(2 / Math.PI) * SD, 0.2],
    ]) {
      const { verdict, distances } = judge(drawn(7, shift, scale));
      expect(verdict).toBe("inconsistent");
      expect(Math.abs((distances?.[0].distance ?? Number.NaN) / distance - 1)).toBeLessThan(within);
    }
  });

  test("without nodes all of it stands in one cell or two, and neither is seen", () => {
    const { verdict, distances, notes } = compareParticles({ ...reference, nodes: null }, drawn(7, SD));
    expect([verdict, distances?.[0].by]).not.toContain("inconsistent");
    expect(distances?.[0].by).toBe("cells");
    expect(notes.some((note) => /too sharp for the grid of the reference at t = 13/.test(note))).toBe(true);
  });
});

largeTest(
  "a birth-death peak at t = 8: no test of right particles fails; a shift of a thirtieth of a cell and alpha off by 10% are found",
  async () => {
    const times = [4, 8];
    const problem = await createProblem({
      name: "double-well",
      variables: { x: { min: -3.5, max: 3.5, cells: 512 } },
      potential: { F: "0.25*(x^2-1)^2 + 0.15*x" },
      alpha: 4,
      initial: { x: { type: "normal", mean: 0.1, sd: 0.6 } },
      time: { end: 8, snapshots: times },
      observables: { mean: "x", second: "x^2", wave: "cos(2*x)" },
    });
    const own = referenceDataOf(await computeReference(problem, { tolerance: 1e-3 }));
    const [judgeLate, judgeEarly] = [createJudge(own, { times: [8], n: 500 }), createJudge(own, { times: [4], n: 1000 })];
    const verdictOf = (judge: ComparisonJudge, time: number, n: number, theta: Float64Array) => {
      const particles = { replicas: 32, times: [time], n, theta, weights: null, dt: null, scheme: null, notes: [] };
      const { verdict, distances } = judge(particles);
      return [verdict, distances?.[0].by];
    };
    const late = drawDoubleWell(8, 32 * 500, 4);
    // At t = 8 one particle in 10^4 is in the other well, and makes the deviation of every mean: so few are no sample of it, but no test fails.
    expect(verdictOf(judgeLate, 8, 500, late)).toEqual(["inconclusive", "nodes"]);
    expect(
      verdictOf(
        judgeLate,
        8,
        500,
        late.map((x) => x + 5e-4),
      ),
    ).toEqual(["inconsistent", "nodes"]);
    expect(verdictOf(judgeEarly, 4, 1000, drawDoubleWell(4, 32 * 1000, 4))).toEqual(["consistent", "nodes"]);
    expect(verdictOf(judgeEarly, 4, 1000, drawDoubleWell(4, 32 * 1000, 4.4))).toEqual(["inconsistent", "nodes"]);
  },
);

/**
 * Independent draws of the double well: labels by Runge-Kutta steps of 0.04, kept with probability exp(-alpha int (F - min F)), by rejection as soon as that is too small. Labels in a well
 * contract to its minimum whatever the steps; their distances from it, at a rate k of 2.4, are off by (0.04 k)^5 / 120 a step, 1e-5 of themselves in all.
 */
function drawDoubleWell(time: number, count: number, alpha: number): Float64Array {
  const stream = createStream(5);
  const drift = (x: number) => -(x * (x * x - 1) + 0.15);
  const F = (x: number) => 0.25 * (x * x - 1) ** 2 + 0.15 * x;
  const h = 0.04;
  let minimum = -1;
  for (let k = 0; k < 1000; k++) minimum += h * drift(minimum);
  /** Where a label is in the end; NaN where int (F - min F) exceeds what is allowed. */
  const follow = (label: number, allowed: number): number => {
    let x = label;
    let action = 0;
    for (let k = 0; k < Math.round(time / h); k++) {
      const a = drift(x);
      const b = drift(x + (h / 2) * a);
      const c = drift(x + (h / 2) * b);
      const next = x + (h / 6) * (a + 2 * b + 2 * c + drift(x + h * c));
      action += (h / 6) * (F(x) + 4 * F(x + (h / 2) * b) + F(next)) - h * F(minimum);
      if (action > allowed) return Number.NaN;
      x = next;
    }
    return x;
  };
  return Float64Array.from({ length: count }, () => {
    for (;;) {
      const x = follow(0.1 + 0.6 * stream.normal(), -Math.log(1 - stream.uniform()) / alpha);
      if (!Number.isNaN(x)) return x;
    }
  });
}

describe("faces within cells", () => {
  test("leave the grid as it is where the density is wider than its cells, or nodes are too coarse", () => {
    const { problem, nodes, densities } = reference;
    const stated = nodes?.[0] ?? null;
    const smooth = problem.initial.cellAverages(problem.grid).density;
    expect(profileOf(problem.grid, smooth, stated).nodes).toBeNull();
    expect(profileOf(problem.grid, densities[0], null).nodes).toBeNull();
    if (stated === null) throw new Error("characteristics have nodes");
    expect(profileOf(problem.grid, densities[0], { ...stated, wasserstein1Error: 0.01 }).nodes).toBeNull();
    expect(profileOf(problem.grid, densities[0], stated).nodes).toBe(stated);
  });

  test("stand for all of the axis, and no bin is longer than 4 times its neighbour or holds much more than 1/64 of the mass", () => {
    const { problem, nodes, densities } = reference;
    const { projections } = profileOf(problem.grid, densities[0], nodes?.[0] ?? null);
    const [{ within, lengths, width, faces }] = projections;
    if (within === null) throw new Error("the peak is sharp");
    const edges = [-4.1, ...within.faces, 4];
    const bins = edges.slice(1).map((x, k) => x - edges[k]);
    for (const length of bins) expect(length).toBeGreaterThan(0);
    // Bins as long as those of the grid may have any neighbour.
    bins.forEach((length, k) => {
      for (const other of [bins[k - 1], bins[k + 1]]) if (other < 0.5 * (8.1 / 256)) expect(length).toBeLessThan(4.001 * other);
    });
    // Half of the first and the last bin stand for nothing: there D = 0 at the wall.
    const total = lengths.subarray(0, faces).reduce((sum, value) => sum + value * width, 0);
    expect(total).toBeCloseTo(8.1 - (bins[0] + bins[bins.length - 1]) / 2, 12);
    const masses = [...within.shares, 1].map((share, g) => share - (g > 0 ? within.shares[g - 1] : 0));
    // A bin holds a node at least.
    const heaviest = Math.max(...(nodes?.[0].weights ?? []));
    expect(Math.max(...masses)).toBeLessThan(1.5 / 64 + heaviest);
    expect(Math.min(...masses)).toBeGreaterThanOrEqual(0);
    // What is binned is what is stated, and W1 to itself is 0.
    const profile = new Float64Array(profileLength(projections));
    binDensity(profile, problem.grid, densities[0], projections);
    cumulate(profile, projections);
    profile.forEach((share, g) => {
      profile[g] = share - within.shares[g];
    });
    expect(profileSize(projections, profile)).toBeLessThan(1e-13);
  });
});
