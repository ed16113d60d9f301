import { AUTHORS_SIZES } from "../../src/networks/student-teacher.ts";
import { partsOf } from "../shared/parts.ts";
import { defineStudy } from "../study.ts";
import { measureCurves } from "./curves.ts";
import { measurePlane, reportPlane } from "./plane.ts";
import { CLAIM, reportCurves, reportSweep } from "./report.ts";
import type { Setting } from "./runs.ts";
import { measureSweep } from "./sweep.ts";
import { reportWide, WIDE, WIDE_SIZES } from "./wide.ts";

const DESCENT: Setting = { name: "gradient descent" };

/** The three curves of figure 2, by the rules and the alpha of the authors' code. */
const CURVES: readonly Setting[] = [
  DESCENT,
  { name: "authors' birth-death, alpha = 1", rule: "authors-birth-death", alpha: 1 },
  { name: "authors' prior, alpha = 0.01", rule: "authors-prior", alpha: 0.01 },
];

/** Gradient descent first; settings with `exact` are compared with exact gradient descent. */
const SWEEP: readonly Setting[] = [
  DESCENT,
  { name: "authors' birth-death, 0.1", rule: "authors-birth-death", alpha: 0.1 },
  { name: "authors' birth-death, 1, off after 1000", rule: "authors-birth-death", alpha: 1, until: 1000 },
  { name: "authors' birth-death, 1 / (1 + step / 300)", rule: "authors-birth-death", alpha: 1, fadesOver: 300 },
  { name: "Algorithm 1, 0.1", rule: "algorithm-1", alpha: 0.1 },
  { name: "Algorithm 1, 1, off after 1000", rule: "algorithm-1", alpha: 1, until: 1000 },
  { name: "authors' prior, 1", rule: "authors-prior", alpha: 1 },
  { name: "authors' prior, 10, off after 1000", rule: "authors-prior", alpha: 10, until: 1000 },
  { name: "every death, start's distribution, 1, off after 3000", rule: "every-death", alpha: 1, until: 3000, prior: "initial" },
  { name: "net deficit, 0.1", rule: "net-deficit", alpha: 0.1 },
  { name: "exact gradient descent", exact: true },
  { name: "exact, Algorithm 1, 1", rule: "algorithm-1", alpha: 1, exact: true },
  { name: "exact, authors' prior, 1", rule: "authors-prior", alpha: 1, exact: true },
];

const QUICK_SWEEP = new Set([0, 4, 8]);

/** A step is eight times cheaper than at the authors' sizes. */
const QUICK_SIZES = { d: 15, teacherUnits: 10, studentUnits: 50, batch: 20, learningRate: 0.02 };
const QUICK_WIDE_SIZES = { d: 5, teacherUnits: 5, studentUnits: 200, batch: 25, learningRate: 0.02 };

/** The step at which a lead of many units is judged. */
const EARLY = 500;

const seedsFrom = (first: number, count: number) => Array.from({ length: count }, (_, k) => first + k);

export const figure2Study = defineStudy({
  name: "figure-2",
  title: "Student and teacher in many dimensions",
  claim: CLAIM,
  takesProblems: false,
  seconds: { quick: 7, full: 686 },
  sizes: {
    quick: {
      curves: { sizes: { ...QUICK_SIZES, steps: 4000, recordsPerDecade: 40 }, seeds: seedsFrom(1, 4) },
      settings: SWEEP.filter((_, k) => QUICK_SWEEP.has(k)),
      sweep: {
        sizes: { ...QUICK_SIZES, steps: 1500, recordsPerDecade: 6 },
        seeds: seedsFrom(101, 4),
        freshSeeds: seedsFrom(201, 4),
      },
      wide: { settings: WIDE.slice(0, 2), sizes: { ...QUICK_WIDE_SIZES, steps: 1500, recordsPerDecade: 8 } },
      plane: { coarse: [24, 22, 22], fine: [36, 33, 33], n: [50, 200] as const, replicas: [40, 10] as const, dt: 0.1 },
    },
    full: {
      curves: { sizes: { ...AUTHORS_SIZES, steps: 100000, recordsPerDecade: 40 }, seeds: seedsFrom(1, 5) },
      settings: SWEEP,
      sweep: {
        sizes: { ...AUTHORS_SIZES, steps: 10000, recordsPerDecade: 6 },
        seeds: seedsFrom(101, 5),
        freshSeeds: seedsFrom(201, 5),
      },
      wide: { settings: WIDE, sizes: { ...WIDE_SIZES, steps: 5000, recordsPerDecade: 8 } },
      plane: { coarse: [36, 33, 33], fine: [60, 55, 55], n: [100, 400] as const, replicas: [400, 100] as const, dt: 0.02 },
    },
  },
  async run({ workers, load, progress, keep, seedFrom }, sizes) {
    const curvesConfig = { settings: CURVES, ...sizes.curves, workers };
    const curves = await measureCurves(curvesConfig, (share) => progress(0.45 * share), partsOf(keep, "curves"));
    const sweepConfig = { settings: sizes.settings, ...sizes.sweep, workers };
    const sweep = await measureSweep(sweepConfig, (share) => progress(0.45 + 0.4 * share), partsOf(keep, "sweep"));
    const wideConfig = { ...sizes.wide, seeds: seedsFrom(301, 5), workers };
    const wide = await measureCurves(wideConfig, (share) => progress(0.85 + 0.05 * share), partsOf(keep, "wide"));
    const planeConfig = { problem: await load("student-teacher-plane"), ...sizes.plane, seed: seedFrom(72), workers };
    const plane = await measurePlane(planeConfig, (share) => progress(0.9 + 0.1 * share), partsOf(keep, "plane"));
    return [
      reportCurves(curvesConfig, curves),
      reportSweep(sweepConfig, sweep),
      reportWide(wideConfig, wide, EARLY),
      reportPlane(planeConfig, plane),
    ];
  },
});
