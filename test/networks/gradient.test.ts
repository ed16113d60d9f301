import { describe, expect, test } from "vitest";
import type { ActivationName } from "../../src/networks/activations.ts";
import { dataSource, INPUT_DISTRIBUTIONS, teacherSource } from "../../src/networks/batches.ts";
import { innerProducts, transpose } from "../../src/networks/inner-products.ts";
import { createBatchGradient, descend } from "../../src/networks/loss-gradient.ts";
import { copyNetwork, copyUnit, createRidgeNetwork, drawNetwork, unitDistribution } from "../../src/networks/ridge-network.ts";
import { createSphereGradient, sphereLoss } from "../../src/networks/sphere-loss.ts";
import { drawTeacher, studentDistribution } from "../../src/networks/student-teacher.ts";
import { createStream } from "../../src/numerics/random.ts";

const normals = (count: number, seed: number) => {
  const stream = createStream(seed);
  return Float64Array.from({ length: count }, () => stream.normal());
};

test("inner products are those of plain loops, for shapes that fill no block", () => {
  for (const [rows, columns, length] of [
    [1, 1, 1],
    [2, 4, 3],
    [5, 7, 6],
    [3, 9, 1],
    [8, 3, 11],
  ]) {
    // biome-ignore format: one line
    const a = normals(rows * length, 1);
    const b = normals(columns * length, 2);
    const out = new Float64Array(rows * columns);
    innerProducts(out, a, b, rows, columns, length);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        let total = 0;
        for (let k = 0; k < length; k++) total += a[i * length + k] * b[j * length + k];
        expect(out[i * columns + j]).toBe(total);
      }
    }
    const turned = new Float64Array(b.length);
    transpose(turned, b, columns, length);
    expect(turned[(length - 1) * columns]).toBe(b[length - 1]);
  }
});

/** All examples at once, so that the loss is a function of the parameters alone. */
function fixedLoss(activation: ActivationName) {
  const [n, d, P] = [5, 3, 11];
  const network = createRidgeNetwork(normals(n, 3), normals(n * d, 4), activation);
  return { network, gradient: createBatchGradient(network, dataSource(normals(P * d, 5), normals(P, 6)), P, createStream(7)) };
}

describe.each(["tanh", "softplus", "relu"] as const)("the gradient of a batch, %s", (activation) => {
  test("is that of central differences", () => {
    const { network, gradient } = fixedLoss(activation);
    gradient.evaluate(network);
    const [byC, byA] = [gradient.c.slice(), gradient.a.slice()];
    // Truncation h^2 times a third derivative of order 10, and rounding 1e-16 / h: both near 1e-9.
    const h = 1e-5;
    for (const [values, slopes] of [
      [network.c, byC],
      [network.a, byA],
    ] as const) {
      for (let k = 0; k < values.length; k++) {
        const middle = values[k];
        values[k] = middle + h;
        const above = gradient.evaluate(network);
        values[k] = middle - h;
        const below = gradient.evaluate(network);
        values[k] = middle;
        expect(Math.abs((above - below) / (2 * h) - slopes[k])).toBeLessThan(1e-7);
      }
    }
  });
});

test("the mean of many batches' gradients is the exact gradient on the sphere, within 5 standard errors", () => {
  const [n, d] = [6, 4];
  const teacher = drawTeacher(3, d, createStream(1));
  const student = drawNetwork(n, d, studentDistribution(n), createStream(2));
  const exact = createSphereGradient(student, teacher);
  const loss = exact.evaluate(student);
  const batch = createBatchGradient(student, teacherSource(teacher, "uniform-on-sphere"), 100, createStream(3));
  const [first, second] = [new Float64Array(n * d + n + 1), new Float64Array(n * d + n + 1)];
  const rounds = 800;
  for (let r = 0; r < rounds; r++) {
    const values = [batch.evaluate(student), ...batch.c, ...batch.a];
    values.forEach((value, k) => {
      first[k] += value / rounds;
      second[k] += (value * value) / rounds;
    });
  }
  const expected = [loss, ...exact.c, ...exact.a];
  for (let k = 0; k < first.length; k++) {
    const error = Math.sqrt((second[k] - first[k] ** 2) / rounds);
    expect(Math.abs(first[k] - expected[k])).toBeLessThan(5 * error);
  }
});

test("descent on batches lowers the exact loss a hundredfold", () => {
  const teacher = drawTeacher(2, 5, createStream(4));
  const student = drawNetwork(12, 5, studentDistribution(12), createStream(5));
  const gradient = createBatchGradient(student, teacherSource(teacher, "uniform-on-sphere"), 50, createStream(6));
  const before = sphereLoss(student, teacher);
  for (let step = 0; step < 2000; step++) {
    gradient.evaluate(student);
    descend(student, gradient, 0.1);
  }
  expect(sphereLoss(student, teacher)).toBeLessThan(before / 100);
});

test("clones stay equal to the bit under descent, wherever they stand", () => {
  const network = copyNetwork(drawNetwork(7, 5, unitDistribution(1, 1), createStream(8)));
  copyUnit(network, 1, 6);
  const gradient = createBatchGradient(
    network,
    teacherSource(drawTeacher(2, 5, createStream(9)), "standard-normal"),
    9,
    createStream(10),
  );
  for (let step = 0; step < 20; step++) {
    gradient.evaluate(network);
    descend(network, gradient, 0.01);
  }
  expect(network.c[6]).toBe(network.c[1]);
  expect(network.a.slice(30, 35)).toEqual(network.a.slice(5, 10));
});

test("inputs on the sphere have length 1 and the second moments 1/d", () => {
  const [count, d] = [10000, 5];
  const x = new Float64Array(count * d);
  INPUT_DISTRIBUTIONS["uniform-on-sphere"](x, count, d, createStream(11));
  const moments = new Float64Array(d * d);
  for (let p = 0; p < count; p++) {
    let square = 0;
    for (let i = 0; i < d; i++) {
      square += x[p * d + i] ** 2;
      for (let j = 0; j < d; j++) moments[i * d + j] += (x[p * d + i] * x[p * d + j]) / count;
    }
    expect(Math.abs(square - 1)).toBeLessThan(1e-14);
  }
  // Var(x_i^2) = 3 / (d (d + 2)) - 1 / d^2 < 0.05: five standard errors are 0.011.
  moments.forEach((moment, k) => {
    expect(Math.abs(moment - (k % (d + 1) === 0 ? 1 / d : 0))).toBeLessThan(0.011);
  });
});

test("a batch from data holds different examples, each with its target", () => {
  const inputs = Float64Array.from({ length: 20 }, (_, k) => k);
  const source = dataSource(
    inputs,
    Float64Array.from({ length: 10 }, (_, k) => 100 * k),
  );
  const [x, y] = [new Float64Array(12), new Float64Array(6)];
  const stream = createStream(12);
  const drawn = new Float64Array(10);
  for (let round = 0; round < 1000; round++) {
    source.draw(x, y, 6, stream);
    const examples = Array.from(y, (target) => target / 100);
    expect(new Set(examples).size).toBe(6);
    examples.forEach((example, p) => {
      if (x[2 * p] === 2 * example && x[2 * p + 1] === 2 * example + 1) drawn[example]++;
    });
  }
  // Binomial(1000, 0.6): standard deviation 15.5.
  for (const count of drawn) expect(Math.abs(count - 600)).toBeLessThan(5 * 15.5);
});
