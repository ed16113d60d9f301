import { expect, test } from "vitest";
import { sampleMoments } from "../../src/numerics/moments.ts";
import { createStream } from "../../src/numerics/random.ts";
import { DYNAMICS, DYNAMICS_NAMES } from "../../src/problem/dynamics.ts";
import { byGrowth } from "../../src/schemes/growth.ts";
import { SCHEME_NAMES, SCHEMES } from "../../src/schemes/schemes.ts";
import { sized } from "../sizes.ts";

/** Every scheme that selects in steps, under each dynamics that it follows. */
const selecting = SCHEME_NAMES.flatMap((name) => {
  const scheme = SCHEMES[name];
  if (scheme.time !== "steps" || scheme.selection === null) return [];
  const { selection, growth, follows } = scheme;
  return DYNAMICS_NAMES.flatMap((dynamics) => {
    const { family, reaction } = DYNAMICS[dynamics];
    const reinjection = reaction?.kind === "prior" ? reaction : null;
    return family !== null && follows.includes(family) ? [{ name, dynamics, selection, growth, reinjection }] : [];
  });
});

/** V of five kinds of particles, of both signs, with means on both sides of 0. */
const KINDS = [
  [-0.9, -0.3, 0.2, 1.2, 1.8],
  [-1.8, -1.2, -0.2, 0.3, 0.9],
];
const RATE = 0.6;
const n = 2000;
const DRAWS = sized(300, 600);

test.each(selecting)("$name under $dynamics: a particle has n w f(x) / Z children in the mean", (row) => {
  for (const values of KINDS) {
    const stream = createStream(7);
    // In a random order: in turn, systematic resampling would hit one kind again and again.
    const kinds = Int32Array.from({ length: n }, () => stream.below(values.length));
    const sizes = values.map((_, k) => kinds.filter((kind) => kind === k).length);
    const V = Float64Array.from(kinds, (kind) => values[kind]);
    const floor = row.reinjection?.floor ?? -Infinity;
    const before = new Float64Array(n).fill(1 / n);
    const { after, total } = byGrowth(row.growth, 0).react(before, V.map((v) => Math.max(floor, v)), RATE); // biome-ignore format: one call
    // What is missing comes from the prior, where there is one.
    const Z = row.reinjection !== null && total < 1 ? 1 : total;
    const selection = row.selection(n, row.reinjection);
    const parents = new Int32Array(2 * n);
    const children: number[][] = values.map(() => []);
    for (let draw = 0; draw < DRAWS; draw++) {
      selection.draw(parents, V.slice(), RATE, stream);
      const counts = values.map(() => 0);
      for (let i = 0; i < n; i++) if (parents[i] >= 0) counts[kinds[parents[i]]]++;
      for (const [k, count] of counts.entries()) children[k].push(count / sizes[k]);
    }
    children.forEach((counts, k) => {
      const { mean, standardError } = sampleMoments(counts);
      // Some hundred means: one beyond 4.5 standard errors in a thousand seeds. Finite n moves them by a few 1/n; another growth by 0.01 and more.
      expect(Math.abs(mean - (n * after[kinds.indexOf(k)]) / Z), `V = ${values[k]}`).toBeLessThan(4.5 * standardError + 3 / n);
      expect(standardError).toBeLessThan(sized(0.0045, 0.003));
    });
  }
});
