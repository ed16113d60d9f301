import { createStream, type RandomStream } from "../numerics/random.ts";
import { teacherSource } from "./batches.ts";
import { createBatchGradient } from "./loss-gradient.ts";
import { drawNetwork, type RidgeNetwork, type UnitDistribution, unitDistribution } from "./ridge-network.ts";
import { createSphereGradient } from "./sphere-loss.ts";
import { type BirthDeathOptions, logarithmicSteps, type TrainRecord, train } from "./train.ts";

/** A student that learns a teacher from inputs uniform on the unit sphere, as in section 7.2 of Rotskoff et al. (2019). */
export interface StudentTeacher {
  d: number;
  teacherUnits: number;
  studentUnits: number;
  /** Inputs of a step; null for the exact gradient of the population. */
  batch: number | null;
  learningRate: number;
  steps: number;
  seed: number;
  recordsPerDecade: number;
  birthDeath?: Omit<BirthDeathOptions, "stream" | "prior"> & { prior: "authors" | "initial" };
}

/** The constants of the authors' code. */
export const AUTHORS_SIZES = { d: 50, teacherUnits: 10, studentUnits: 50, batch: 100, learningRate: 0.02 };

/**
 * The authors' teacher: entries of a N(0, 1), c uniform on [-m^{-1/2}, m^{-1/2}], then each a scaled so that |c| |a| = 1: m units of strength 1 with
 * random signs and directions.
 */
export function drawTeacher(m: number, d: number, stream: RandomStream): RidgeNetwork {
  const teacher = drawNetwork(m, d, unitDistribution(1 / Math.sqrt(m), 1), stream);
  const { a, c } = teacher;
  for (let i = 0; i < m; i++) {
    const row = a.subarray(i * d, (i + 1) * d);
    const strength = Math.abs(c[i]) * Math.hypot(...row);
    for (let k = 0; k < d; k++) row[k] /= strength;
  }
  return teacher;
}

/** The authors' start: entries of a N(0, 1/n), c uniform on [-n^{-1/2}, n^{-1/2}]. */
export function studentDistribution(n: number): UnitDistribution {
  return unitDistribution(1 / Math.sqrt(n), 1 / Math.sqrt(n));
}

/** The authors' prior: entries of a N(0, 1/n^2), c = 0, so that a new unit leaves f as it is. */
export function authorsPrior(n: number): UnitDistribution {
  return unitDistribution(0, 1 / n);
}

export interface StudentTeacherRun {
  records: TrainRecord[];
  teacher: RidgeNetwork;
  student: RidgeNetwork;
}

/**
 * Teacher, start, inputs and events have streams of their own: runs of one seed share teacher, start and inputs whatever their rule, and can be compared
 * in pairs.
 */
export function runStudentTeacher(experiment: StudentTeacher, onRecord?: (record: TrainRecord) => void): StudentTeacherRun {
  const { d, teacherUnits, studentUnits: n, batch, learningRate, steps, seed, recordsPerDecade, birthDeath } = experiment;
  const teacher = drawTeacher(teacherUnits, d, createStream(seed, 0));
  const student = drawNetwork(n, d, studentDistribution(n), createStream(seed, 1));
  const exact = createSphereGradient(student, teacher);
  const source = teacherSource(teacher, "uniform-on-sphere");
  const gradient = batch === null ? exact : createBatchGradient(student, source, batch, createStream(seed, 2));
  const prior = birthDeath?.prior === "authors" ? authorsPrior(n) : studentDistribution(n);
  const records = train(student, gradient, {
    learningRate,
    steps,
    recordAt: logarithmicSteps(steps, recordsPerDecade),
    heldOut: (network) => exact.evaluate(network),
    ...(birthDeath === undefined ? {} : { birthDeath: { ...birthDeath, prior, stream: createStream(seed, 3) } }),
    ...(onRecord === undefined ? {} : { onRecord }),
  });
  return { records, teacher, student };
}
