import { teacherSource } from "../src/networks/batches.ts";
import { createBatchGradient, descend } from "../src/networks/loss-gradient.ts";
import { drawNetwork, type RidgeNetwork } from "../src/networks/ridge-network.ts";
import { AUTHORS_SIZES, drawTeacher, runStudentTeacher, studentDistribution } from "../src/networks/student-teacher.ts";
import { createStream } from "../src/numerics/random.ts";
import { measure, printTable } from "./measure.ts";

const STEPS = 100;
const { d, teacherUnits, studentUnits: n, batch: P, learningRate } = AUTHORS_SIZES;

/** Steps of stochastic gradient descent at the sizes of the paper, draws of inputs and teacher included, beside plain loops for the same step. */
export function benchNetworks(quick: boolean): void {
  const student = drawNetwork(n, d, studentDistribution(n), createStream(1, 1));
  const source = teacherSource(drawTeacher(teacherUnits, d, createStream(1, 0)), "uniform-on-sphere");
  const gradient = createBatchGradient(student, source, P, createStream(1, 2));
  const descent = () => {
    for (let k = 0; k < STEPS; k++) {
      gradient.evaluate(student);
      descend(student, gradient, learningRate);
    }
  };
  const birthDeath = { rule: "authors-birth-death", alpha: 1, prior: "authors" } as const;
  const withEvents = () => {
    runStudentTeacher({ ...AUTHORS_SIZES, steps: STEPS, seed: 1, recordsPerDecade: 1, birthDeath });
  };
  const [alone, both, plain] = measure(STEPS, [descent, withEvents, createPlainDescent()], quick);
  const aim = Math.round(1e9 / 1500);
  printTable(`Student and teacher: d = ${d}, ${teacherUnits} and ${n} units, batch ${P}`, "step", [
    { name: "descent", cost: alone, plain, aim },
    { name: "with birth and death", cost: both, plain, aim },
  ]);
}

function createPlainDescent(): () => void {
  const teacher = drawTeacher(teacherUnits, d, createStream(1, 0));
  const student = drawNetwork(n, d, studentDistribution(n), createStream(1, 1));
  const stream = createStream(1, 2);
  const x = new Float64Array(d);
  const h = new Float64Array(n);
  const slopeC = new Float64Array(n);
  const slopeA = new Float64Array(n * d);
  return () => {
    for (let k = 0; k < STEPS; k++) {
      slopeC.fill(0);
      slopeA.fill(0);
      for (let p = 0; p < P; p++) {
        let square = 0;
        for (let j = 0; j < d; j++) {
          x[j] = stream.normal();
          square += x[j] * x[j];
        }
        for (let j = 0; j < d; j++) x[j] /= Math.sqrt(square);
        const residual = output(student, x, h) - output(teacher, x, null);
        for (let i = 0; i < n; i++) {
          if (h[i] <= 0) continue;
          slopeC[i] += (2 * residual * h[i]) / P;
          for (let j = 0; j < d; j++) slopeA[i * d + j] += (2 * residual * student.c[i] * x[j]) / P;
        }
      }
      for (let i = 0; i < n; i++) student.c[i] -= learningRate * slopeC[i];
      for (let i = 0; i < n * d; i++) student.a[i] -= learningRate * slopeA[i];
    }
  };
}

function output({ c, a }: RidgeNetwork, x: Float64Array, h: Float64Array | null): number {
  let total = 0;
  for (let i = 0; i < c.length; i++) {
    let product = 0;
    for (let j = 0; j < d; j++) product += a[i * d + j] * x[j];
    if (h !== null) h[i] = product;
    if (product > 0) total += c[i] * product;
  }
  return total;
}
