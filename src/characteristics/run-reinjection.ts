import type { Distribution, InitialQuadrature } from "../distributions/distribution.ts";
import { BULK } from "../distributions/univariate.ts";
import { InputError } from "../errors.ts";
import { integrate, type RightHandSide } from "../numerics/dormand-prince.ts";
import { pow } from "../numerics/pow.ts";
import { type Problem, stopsOf } from "../problem/problem.ts";
import type { Reinjection } from "../problem/terms.ts";
import { createFoldedPotential } from "./folded-potential.ts";
import { measureNodes, type NodeState } from "./node-state.ts";
import type { Plan } from "./refinements.ts";
import { createReinjectionFlow, type ReinjectionFlow } from "./reinjection-flow.ts";
import { createOutsideWatch, type RefinementRun, withoutEmptyNodes } from "./run-refinement.ts";

/** Share of mass times the cube of an interval's length, on the first refinement: what an interval contributes to the error of order 2. */
const FIRST_ERROR = 1e-3;
/** Intervals in a run at least, on the first refinement. */
const FEWEST_INTERVALS = 16;
/**
 * Nodes of mu_b along each axis in one interval, by dimension: on the first refinement, and how many more on each that follows. Where mu_b is a point along some axes, the others have as many nodes in all:
 * mass that begins on a line is stretched and drawn apart along it, and ten nodes lose where it divides.
 */
const NEWBORN = [16, 10, 6] as const;
/** Nodes in all. */
const MOST_NODES = 2 ** 18;
/** Newborn nodes with less than this share of the mass that came back carry nothing. */
const NOTHING = 1e-30;

function tooManyNodes({ refinement }: Plan): InputError {
  const remedy = refinement > 1 ? "use a larger one" : "shorten the run, or use --method finite-volume";
  return new InputError("--tolerance", undefined, `needs more than ${MOST_NODES} nodes for the mass that comes back`, remedy);
}

/**
 * One run of a problem with reinjection at fixed resolution. Time is cut into intervals; the mass that comes back in one of them is carried by
 * new nodes, a quadrature rule of mu_b (see createReinjectionFlow), of order 2 in their lengths. These are h = (E / a)^(1/3), where mass
 * comes back at rate a, so that all intervals err alike, and at most 1/16 of the run; E falls by 8 from refinement to refinement.
 *
 * Cost: as runRefinement, on nodes that grow with the number of intervals in which mass comes back.
 *
 * @throws InputError where there would be too many nodes.
 * @throws IntegrationError where characteristics run away.
 */
export function runReinjection(problem: Problem, reaction: Reinjection, plan: Plan, onTime: (time: number) => void): RefinementRun {
  const { prior, alpha, end, snapshotTimes, initial } = problem;
  if (prior === null) throw new Error("reinjection has a prior");
  const potential = createFoldedPotential(problem, plan.integration);
  const start = initial.quadrature({ counts: plan.nodes, bulk: plan.bulk, family: plan.family });
  const finer = (1 + Math.log2(plan.refinement)) * (plan.bulk / BULK);
  const newborn = quadratureOfPrior(prior, plan, NEWBORN[problem.grid.dimension - 1], finer);
  const nodes = withoutEmptyNodes(start);
  let points: Float64Array[] = nodes.points;
  let logWeights: Float64Array = nodes.weights.map(Math.log);
  let dissipated = 0;
  let steps = 0;
  let tailShare = 0;

  const states: NodeState[] = [];
  const stateNow = (time: number) =>
    measureNodes(problem, potential, { time, points, weights: logWeights.map(Math.exp), dissipated, inTail: nodes.inTail });
  const atStart = stateNow(0);
  const outsideWatch = createOutsideWatch(problem.grid);
  outsideWatch.see(0, atStart.points, atStart.weights, atStart.mass);

  /** From one time to another, with new nodes on the way. */
  function advance(flow: ReinjectionFlow, from: number, to: number): void {
    const rightHandSide: RightHandSide = flow.rightHandSide(alpha.on(from, to));
    const { integration } = plan;
    const options = { relativeTolerance: integration, absoluteTolerance: integration, maxStep: alpha.longestStep };
    const result = integrate(rightHandSide, from, flow.start(dissipated), to, options);
    ({ points, logWeights, dissipated } = flow.finish(result.y, NOTHING));
    steps += result.steps;
    if (logWeights.length > MOST_NODES) throw tooManyNodes(plan);
  }

  let time = 0;
  for (const stop of stopsOf(problem)) {
    while (time < stop) {
      const flow = createReinjectionFlow(problem, potential, reaction, newborn, points, logWeights);
      const rate = flow.returnRate(alpha.on(time, stop)(time));
      const longest = Math.min(end / FEWEST_INTERVALS, Math.cbrt(FIRST_ERROR / rate)) / plan.refinement;
      const intervals = Math.max(1, Math.ceil((stop - time) / longest - 1e-9));
      const next = intervals === 1 ? stop : time + (stop - time) / intervals;
      advance(flow, time, next);
      time = next;
      onTime(time);
    }
    if (!snapshotTimes.includes(stop)) continue;
    // Nodes of mu_0 stay the first.
    const snapshot = stateNow(stop);
    states.push(snapshot);
    tailShare = Math.max(tailShare, snapshot.tailShare);
    outsideWatch.see(stop, snapshot.points, snapshot.weights, snapshot.mass);
  }
  const unresolved = Math.max(start.unresolved, newborn.unresolved);
  const doubt = Math.max(start.doubt, newborn.doubt);
  const outsideSince = outsideWatch.since();
  return { states, atStart, steps, tailShare, initialTotal: start.total, doubt, unresolved, outsideSince, potential, paths: null };
}

/** mu_b on `perAxis` times `finer` nodes along each axis, or with the points of axes along which it is one spread over the others. */
function quadratureOfPrior(prior: Distribution, plan: Plan, perAxis: number, finer: number): InitialQuadrature {
  const of = (count: number) =>
    prior.quadrature({ counts: plan.nodes.map(() => Math.ceil(count * finer)), bulk: plan.bulk, family: plan.family });
  const usual = of(perAxis);
  const dimension = plan.nodes.length;
  const spread = usual.lattice?.filter((axis) => axis.length > 1).length ?? dimension;
  return spread === 0 || spread === dimension ? usual : of(pow(perAxis, dimension / spread));
}
