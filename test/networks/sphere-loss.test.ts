import { expect, test } from "vitest";
import { INPUT_DISTRIBUTIONS } from "../../src/networks/batches.ts";
import { createForward } from "../../src/networks/forward.ts";
import { copyNetwork, createRidgeNetwork, drawNetwork } from "../../src/networks/ridge-network.ts";
import { createSphereGradient, sphereLoss } from "../../src/networks/sphere-loss.ts";
import { drawTeacher, studentDistribution } from "../../src/networks/student-teacher.ts";
import { sampleMoments } from "../../src/numerics/moments.ts";
import { createStream } from "../../src/numerics/random.ts";

test.each([2, 3, 50])("the exact loss is that of a large sample in %i dimensions, within 4 standard errors", (d) => {
  const teacher = drawTeacher(4, d, createStream(1));
  const student = drawNetwork(9, d, studentDistribution(9), createStream(2));
  const P = 15000;
  const x = new Float64Array(P * d);
  INPUT_DISTRIBUTIONS["uniform-on-sphere"](x, P, d, createStream(3));
  const [f, y] = [new Float64Array(P), new Float64Array(P)];
  createForward(student.n, P).evaluate(f, student, x, P);
  createForward(teacher.n, P).evaluate(y, teacher, x, P);
  const { mean, standardError } = sampleMoments(f.map((value, p) => (value - y[p]) ** 2));
  expect(standardError).toBeLessThan(0.03 * mean);
  expect(Math.abs(sphereLoss(student, teacher) - mean)).toBeLessThan(4 * standardError);
});

test("single units by hand: the same one, opposite ones and orthogonal ones", () => {
  const unit = (...a: number[]) => createRidgeNetwork(Float64Array.of(1), Float64Array.from(a));
  const kernels = (loss: number) => (1 / 2 + 1 / 2 - loss) / 2;
  // In d = 2 with inputs (cos, sin): E[relu^2] = 1/4 for a unit vector; here |a|^2 = 2 makes it 1/2.
  const a = unit(1, 1);
  expect(Math.abs(kernels(sphereLoss(a, a)) - 1 / 2)).toBeLessThan(1e-15);
  expect(Math.abs(kernels(sphereLoss(a, unit(-1, -1))))).toBeLessThan(1e-15);
  // (1 / 2 pi) int_0^{pi/2} 2 cos sin dphi = 1 / (2 pi).
  expect(Math.abs(kernels(sphereLoss(a, unit(1, -1))) - 1 / (2 * Math.PI))).toBeLessThan(1e-15);
});

test("the exact gradient is that of central differences, next to clones, parallel units and a dead one", () => {
  const d = 4;
  const teacher = drawTeacher(3, d, createStream(4));
  const student = drawNetwork(6, d, studentDistribution(6), createStream(5));
  student.a.copyWithin(d, 0, d);
  for (let k = 0; k < d; k++) {
    student.a[2 * d + k] = 2 * student.a[k];
    student.a[3 * d + k] = -student.a[k];
  }
  student.a.fill(0, 5 * d);
  const gradient = createSphereGradient(student, teacher);
  gradient.evaluate(student);
  expect([...gradient.a.slice(5 * d), gradient.c[5]]).toEqual([0, 0, 0, 0, 0]);
  const [byC, byA] = [gradient.c.slice(), gradient.a.slice()];
  const h = 1e-5;
  for (const [name, count, slopes] of [
    ["c", 5, byC],
    ["a", 5 * d, byA],
  ] as const) {
    for (let k = 0; k < count; k++) {
      const moved = (by: number) => {
        const copy = copyNetwork(student);
        copy[name][k] += by;
        return sphereLoss(copy, teacher);
      };
      // Third derivatives near parallel units are of order 1/h: a truncation error of order h^2 / h.
      expect(Math.abs((moved(h) - moved(-h)) / (2 * h) - slopes[k])).toBeLessThan(2e-6);
    }
  }
});

test("a student that is its teacher, with its units split and reordered, has no loss", () => {
  const teacher = drawTeacher(3, 50, createStream(6));
  const halves = Float64Array.from([...teacher.c, ...teacher.c], (c) => c / 2);
  const split = createRidgeNetwork(halves, Float64Array.from([...teacher.a, ...teacher.a]));
  // The constant is of order 3 (1/4 + ...) / 25: rounding of its sums.
  expect(Math.abs(sphereLoss(split, teacher))).toBeLessThan(1e-15);
});
