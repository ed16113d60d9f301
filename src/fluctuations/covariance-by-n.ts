import type { Problem } from "../problem/problem.ts";
import { type CovarianceParts, createParts, type Influence, totalOf } from "../schemes/covariance.ts";
import type { ReactionStep } from "../schemes/growth.ts";
import type { NoiseModel, StepNoise } from "../schemes/noise-model.ts";
import { ruleOf, type SchemeName } from "../schemes/schemes.ts";
import { startNodes } from "./mean-path.ts";
import { checkScheme, isExactInTime, nodesOf, predictFluctuations, requireNumbers } from "./predict.ts";
import { predictAlong } from "./predict-along.ts";
import { scheduleOf } from "./schedule.ts";

/** Doubles of influences that are remembered, 128 MB; where there are more, each n is predicted by itself. */
const MOST_REMEMBERED = 2 ** 24;

/** Where the noise of a scheme enters a step, and the influences there. */
interface Entry {
  where: "addBefore" | "addAfter";
  reaction: ReactionStep;
  influences: Influence[];
}

/**
 * The covariance of predictFluctuations for one scheme at its own dt and any n, bit for bit: shape [quantities, quantities], n times that of the means.
 *
 * The path and the adjoint do not know n, which is in the noise of the steps alone. So the first n is followed, the influences at each step are remembered, and the noise of another n
 * is added up from these.
 *
 * Cost: a prediction for the first n; for each other a sum over nodes, steps and pairs of quantities.
 *
 * @throws as predictFluctuations, when called for an n.
 */
export function covarianceByN(problem: Problem, scheme: SchemeName, dt: number): (n: number) => Float64Array {
  const apart = (n: number) => totalOf(predictFluctuations(problem, { scheme, n, dt }).parts);
  if (isExactInTime(problem, scheme)) return apart;
  const nodes = nodesOf(problem);
  const schedule = scheduleOf(problem, dt);
  const quantities = schedule.stops.length * problem.observables.length;
  const places = 2 * schedule.steps.length * quantities;
  if (places * nodes.reduce((product, count) => product * count, 1) > MOST_REMEMBERED) return apart;
  let shared: ((noise: StepNoise) => CovarianceParts) | null = null;
  let means: number[][] = [];
  return (n) => {
    const model: NoiseModel = checkScheme(problem, scheme, n);
    const noise = model.stepped({ n, dt });
    if (shared === null) {
      const entries: Entry[] = [];
      const found = predictAlong(
        problem,
        { rule: ruleOf(scheme), noise: remembering(entries, noise) },
        startNodes(problem, nodes),
        schedule,
      );
      means = found.means;
      shared = (own) => addUp(entries, own, found.parts, quantities);
    }
    const parts = shared(noise);
    requireNumbers(problem, { means, parts });
    return totalOf(parts);
  };
}

/** A noise that enters where `like` does and adds nothing. */
function remembering(entries: Entry[], like: StepNoise): StepNoise {
  const remember =
    (where: Entry["where"]): StepNoise["addAfter"] =>
    (_, reaction, influences) => {
      entries.push({ where, reaction, influences: influences.map((u) => u?.slice() ?? null) });
    };
  return {
    addAfter: remember("addAfter"),
    ...(like.addBefore === undefined ? {} : { addBefore: remember("addBefore") }),
    ...(like.weighted === undefined ? {} : { weighted: like.weighted }),
  };
}

/** The parts with the noise of the steps, from those without. */
function addUp(
  entries: readonly Entry[],
  noise: StepNoise,
  { initial, motion }: CovarianceParts,
  quantities: number,
): CovarianceParts {
  const parts = { ...createParts(quantities), initial, motion };
  for (const { where, reaction, influences } of entries) noise[where]?.(parts, reaction, influences);
  return parts;
}
