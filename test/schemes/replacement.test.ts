import { expect, test } from "vitest";
import { createStream, type RandomStream } from "../../src/numerics/random.ts";
import {
  createEvents,
  fillByCopies,
  fillFromPrior,
  keepPlaces,
  listCopiesBehind,
  removeUniformly,
} from "../../src/schemes/parents.ts";
import { createReplacement } from "../../src/schemes/replacement.ts";
import { PRIOR } from "../../src/schemes/selection.ts";
import { problemOf } from "../fixtures.ts";

const prior = { x: { type: "normal", mean: 0, sd: 1 }, y: { type: "uniform", min: -1, max: 1 } } as const;
const problem = await problemOf({
  variables: { x: { min: -3, max: 3, cells: 8 }, y: { min: -3, max: 3, cells: 8 } },
  potential: { F: "x^2 + y^2" },
  dynamics: { type: "reinjection", law: "net-deficit", prior },
  initial: prior,
});

/** Lists of n parents as the selections make them: kills and copies of a given rate, or no order at all. */
const lists: Record<string, (parents: Int32Array, rate: number, n: number, stream: RandomStream) => void> = {
  "survivors, then copies": (parents, rate, n, stream) => {
    const events = createEvents(n);
    for (let i = 0; i < n; i++) {
      const draw = stream.uniform();
      if (draw < rate) events.killed[events.kills++] = i;
      else if (draw > 1 - rate) events.duplicated[events.copies++] = i;
    }
    const size = removeUniformly(parents, listCopiesBehind(parents, events, n), n, stream);
    (stream.uniform() < 0.5 && size > 0 ? fillByCopies : fillFromPrior)(parents, size, n, stream);
  },
  "places kept": (parents, rate, n, stream) => {
    for (let i = 0; i < n; i++) parents[i] = stream.uniform() < rate ? stream.below(n) : i;
    keepPlaces(parents, new Int32Array(n), n);
  },
  "in any order": (parents, _, n, stream) => {
    for (let i = 0; i < n; i++) parents[i] = stream.below(n + 1) - 1;
  },
};

test.each(Object.keys(lists))("every place gets its parent or a draw of its own from the prior: %s", (name) => {
  for (const n of [1, 2, 9, 64, 1000]) {
    const replace = createReplacement(problem, n);
    const stream = createStream(n);
    for (const rate of [0, 0.003, 0.03, 0.3]) {
      for (let draw = 0; draw < 10; draw++) {
        const parents = new Int32Array(2 * n);
        lists[name](parents, rate, n, stream);
        const before = problem.grid.axes.map(() => Float64Array.from({ length: n }, () => 10 + stream.uniform()));
        const missing = parents.subarray(0, n).filter((parent) => parent === PRIOR).length;
        const fresh = problem.grid.axes.map(() => new Float64Array(missing));
        if (missing > 0) problem.prior!.sample(fresh, missing, createStream(5, draw));
        const points = before.map((x) => x.slice());
        replace(points, parents, createStream(5, draw));
        const expected = before.map((x, a) => {
          let k = 0;
          return Float64Array.from({ length: n }, (_, i) => (parents[i] === PRIOR ? fresh[a][k++] : x[parents[i]]));
        });
        expect(points).toEqual(expected);
      }
    }
  }
});
