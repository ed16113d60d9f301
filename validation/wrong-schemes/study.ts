import { createProblem } from "../../src/problem/problem.ts";
import { computeReference } from "../../src/reference/reference.ts";
import { referenceDataOf } from "../../src/reference/reference-data.ts";
import { SCHEMES } from "../../src/schemes/schemes.ts";
import { partsOf } from "../shared/parts.ts";
import { defineStudy } from "../study.ts";
import { measureAlarms } from "./alarms.ts";
import { measureZoo, streamsOf, type ZooConfig } from "./measure.ts";
import { NOISE_MODEL, reportAlarms, reportZoo } from "./report.ts";
import { VARIANTS, type Variant } from "./schemes.ts";

const SEED = 2019;
const STEP = 0.01;
const COARSE_STEP = 0.05;
const ALL: readonly Variant[] = Object.values(VARIANTS);

/** About the comparison, and so on its own problem whatever others are given. */
export const wrongSchemesStudy = defineStudy({
  name: "wrong-schemes",
  title: "Wrong schemes",
  claim:
    "The comparison catches schemes whose mean-field limit is wrong, and leaves those in peace that differ from the right one by no more than right schemes do at their dt.",
  takesProblems: false,
  seconds: { quick: 14, full: 34 },
  sizes: {
    quick: { sizes: [250, 4000], untilCaught: true, replicas: 40, comparisons: 60 },
    full: { sizes: [250, 1000, 4000], untilCaught: false, replicas: 64, comparisons: 200 },
  },
  async run({ load, progress, keep, seedFrom }, { comparisons, ...sizes }) {
    const { definition } = await load("double-well");
    const problem = await createProblem({ ...definition, time: { end: 1, snapshots: [0, 0.5, 1] } });
    const reference = referenceDataOf(await computeReference(problem, { tolerance: 1e-3 }));
    progress(0.1);
    const fine: ZooConfig = { reference, variants: ALL, ...sizes, dt: STEP, seed: seedFrom(SEED), first: 0 };
    const rows = await measureZoo(fine, (share) => progress(0.1 + 0.6 * share), partsOf(keep, "fine"));
    const ofOrder1 = ALL.filter(({ order }) => order === 1);
    const coarse: ZooConfig = { ...fine, variants: ofOrder1, dt: COARSE_STEP, first: streamsOf(fine) };
    const coarseRows = await measureZoo(coarse, (share) => progress(0.7 + 0.1 * share), partsOf(keep, "coarse"));
    const right = { scheme: SCHEMES[NOISE_MODEL], noiseModel: NOISE_MODEL };
    const particles = { n: 500, replicas: 32, dt: STEP, seed: seedFrom(SEED) + 1, first: 0 };
    const alarms = { reference, ...right, comparisons, ...particles, rates: [0.01, 0.05, 0.2] };
    const outcome = await measureAlarms(alarms, (share) => progress(0.8 + 0.2 * share), partsOf(keep, "alarms"));
    return [reportZoo(fine, rows, coarse, coarseRows), reportAlarms(alarms, outcome)];
  },
});
