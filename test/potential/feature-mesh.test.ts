import { describe, expect, it } from "vitest";
import { ORDERS } from "../../src/potential/lagrange-basis.ts";
import { sized } from "../sizes.ts";
import { wholeField } from "./brute-force.ts";
import {
  cases,
  circle,
  cloudIn,
  coordinatesOf,
  domainOf,
  expectField,
  featuresWith,
  gaussian,
  line,
  meshOf,
  type Unit,
} from "./feature-cases.ts";
import { largest, largestDifference, randomValues } from "./kernels.ts";

/** Inside the domain, then beyond it, so that the mesh grows, and inside once more; one point leaves nothing to cancel. */
const stages = [
  { spread: 0.8, count: 40 },
  { spread: 1.6, count: 40 },
  { spread: 0.6, count: 1 },
];

describe("features through a mesh", () => {
  for (const [name, features] of Object.entries(cases)) {
    const { dimension } = features;
    const { columns, axes } = coordinatesOf(features);
    for (const tolerance of sized([1e-7, 1e-11], [1e-7, 1e-9, 1e-11])) {
      it(`miss V, its gradient and its Laplacian by at most ${tolerance}, for ${name}`, () => {
        for (const order of ORDERS[columns.length - 1]) {
          // A fine mesh of low order on two axes takes seconds to fill.
          if (columns.length === 2 && order === 6 && tolerance < 1e-7) continue;
          const { addAt } = meshOf(features, tolerance, order, true, null);
          for (const [stage, { spread, count }] of stages.entries()) {
            const targets = cloudIn(features, 120, 1.1 * spread, 10 + stage);
            const points = cloudIn(features, count, spread, 20 + stage);
            const outside = targets[columns[0]].some((v) => v < axes[0].min || v > axes[0].max);
            if (!axes[0].periodic) expect(outside).toBe(stage === 1);
            for (const weights of [null, randomValues(count, 30).map((w) => w - 0.4)]) {
              const found = wholeField(dimension, 120);
              addAt(found, targets, 120, points, weights, count);
              expectField(features, found, { tolerance, order }, targets, { points, weights, count }, null);
            }
          }
        }
      });
    }

    it(`are the requested sums, added to what is there, for ${name}`, () => {
      const targets = cloudIn(features, 50, 0.9, 11);
      const points = cloudIn(features, 20, 0.9, 12);
      for (const withLaplacian of [true, false]) {
        const { addAt } = meshOf(features, 1e-7, 12, withLaplacian, null);
        const all = wholeField(dimension, 50, 9);
        const whole = withLaplacian ? all : { ...all, laplacian: null };
        addAt(whole, targets, 50, points, null, 20);
        for (let mask = 0; mask < (withLaplacian ? 8 : 4); mask++) {
          const field = wholeField(dimension, 50, 9);
          const wanted = {
            value: mask & 1 ? field.value : null,
            gradient: mask & 2 ? field.gradient : null,
            laplacian: mask & 4 ? field.laplacian : null,
          };
          addAt(wanted, targets, 50, points, null, 20);
          field.components.forEach((component, comp) => {
            const isWanted = comp === 0 ? mask & 1 : comp <= dimension ? mask & 2 : mask & 4;
            // The same numbers, in another order of the same sums.
            const expected = isWanted ? all.components[comp] : component.slice().fill(9);
            expect(largestDifference(component, expected)).toBeLessThanOrEqual(
              isWanted ? 100 * Number.EPSILON * largest(expected) : 0,
            );
          });
        }
      }
    });
  }

  it("see the same field from targets and points that went around a circle several times", () => {
    const features = cases["bumps on a circle"];
    const targets = cloudIn(features, 60, 0.9, 13);
    const points = cloudIn(features, 30, 0.9, 14);
    const turned = (cloud: Float64Array[]) =>
      cloud.map((v, a) => (a === 0 ? v.map((z, i) => z + 2 * Math.PI * [0, 3, -1, -4, 1][i % 5]) : v));
    for (const order of ORDERS[0]) {
      const { addAt } = meshOf(features, 1e-9, order, true, null);
      const [here, there] = [wholeField(2, 60), wholeField(2, 60)];
      addAt(here, targets, 60, points, null, 30);
      addAt(there, turned(targets), 60, turned(points), null, 30);
      here.components.forEach((component, comp) => {
        // Four turns away a place has 32 eps; derivatives are below 10 times what they are derivatives of.
        expect(largestDifference(component, there.components[comp])).toBeLessThan(
          10 * 2 * 32 * Number.EPSILON * largest(component),
        );
      });
    }
  });

  it("are those of each target, however many are requested at once", () => {
    for (const name of ["Gaussian units", "waves on a line"]) {
      const features = cases[name];
      const { dimension } = features;
      const points = cloudIn(features, 30, 0.9, 15);
      const targets = cloudIn(features, 20000, 0.9, 16);
      const { addAt } = meshOf(features, 1e-7, 6, true, null);
      const all = wholeField(dimension, 20000);
      addAt(all, targets, 20000, points, null, 30);
      for (const start of [0, 9000, 19000]) {
        const some = wholeField(dimension, 1000);
        const part = targets.map((values) => values.slice(start, start + 1000));
        addAt(some, part, 1000, points, null, 30);
        expect(some.components).toEqual(all.components.map((component) => component.slice(start, start + 1000)));
      }
    }
  });

  it("have finer meshes for smaller errors and for the Laplacian, and of order p half the spacing for 2^-p of the error", () => {
    const features = cases["Gaussian units"];
    const nodes = (tolerance: number, order: number, withLaplacian = false) =>
      meshOf(features, tolerance, order, withLaplacian, null).tables.covering([], Infinity)?.nodes ?? Number.NaN;
    for (const order of [6, 12]) {
      const tolerance = order === 6 ? 1e-7 : 1e-11;
      expect(nodes(tolerance, order, true)).toBeGreaterThan(nodes(tolerance, order));
      // Nodes beyond the ends: order + 1 at most. The last step of the search overshoots by at most sqrt(2) at either tolerance.
      const ratio = (nodes(tolerance, order) - order) / (nodes(2 ** order * tolerance, order) - order);
      expect(ratio).toBeGreaterThan(2 / 1.5);
      expect(ratio).toBeLessThan(2 * 1.5);
    }
  });
});

describe("a table of features", () => {
  it("holds features where they are defined: on a circle only between its ends, and on a line not beyond", () => {
    // exp(-8 (z - x)^2) closes up at -4 and 4 but does not repeat: at z = 5 it is not what it is at -3.
    const onCircle: Unit = ([a, z], node) => {
      const k = Math.exp(-8 * (z - node) ** 2);
      const u = 16 * (z - node);
      return [a * k, k, -a * u * k, a * (u * u - 16) * k];
    };
    const onLine: Unit = ([a, z], node) => {
      const [k, slope] = z > -4.1 ? [Math.cos(z - node), -Math.sin(z - node)] : [Number.NaN, Number.NaN];
      return [a * k, k, a * slope, -a * k];
    };
    for (const [unit, ends] of [
      [onCircle, circle],
      [onLine, line],
    ] as const) {
      const features = featuresWith(unit, domainOf(line(-1, 1), ends(-4, 4)), 0, [-2, 2, 12]);
      const [targets, points] = [cloudIn(features, 90, 1, 40), cloudIn(features, 60, 1, 41)];
      const [tolerance, order] = [1e-9, 12];
      const found = wholeField(2, 90);
      meshOf(features, tolerance, order, true, null).addAt(found, targets, 90, points, null, 60);
      expectField(features, found, { tolerance, order }, targets, { points, weights: null, count: 60 }, null);
    }
  });

  it("is no finer for parts of the domain where all features fade", () => {
    const nodes = (reach: number) => {
      const features = featuresWith(gaussian, domainOf(line(-1, 1), line(-reach, reach)), 0, [-2, 2, 30]);
      return meshOf(features, 1e-9, 12, true, null).tables.covering([], Infinity)?.nodes ?? Number.NaN;
    };
    // As many nodes a unit of length, the last step of the search overshoots by at most sqrt(2).
    expect(nodes(12)).toBeLessThan(1.5 * 3 * nodes(4));
  });
});
