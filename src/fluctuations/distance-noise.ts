import { InvariantError } from "../errors.ts";
import { createStepMap } from "../mean-field-map/step-map.ts";
import { weightedMedian } from "../measures/sampling-distance.ts";
import { erf } from "../numerics/erf.ts";
import { factorColumns } from "../numerics/factor.ts";
import { createStream, type RandomStream } from "../numerics/random.ts";
import { type Problem, withSnapshots } from "../problem/problem.ts";
import { fitsSnapshots } from "../problem/snapshot-steps.ts";
import { totalOf } from "../schemes/covariance.ts";
import type { SchemeSizes } from "../schemes/noise-model.ts";
import { limitRuleOf, ruleOf, type SchemeName } from "../schemes/schemes.ts";
import { covarianceAlong } from "./adjoint.ts";
import { cutMarginal, type MarginalCuts } from "./marginal-cuts.ts";
import { followMean, type MeanPath, type Schedule, startNodes } from "./mean-path.ts";
import { checkScheme, isExactInTime } from "./predict.ts";
import type { Followed } from "./predict-along.ts";
import { evenSteps, scheduleOf } from "./schedule.ts";

/**
 * Quantiles of sqrt(n) W1 between the particles of a scheme and the limit of their distribution, along each axis, as n -> infinity:
 *
 *   sqrt(n) (F^n - F) -> G,   G Gaussian, its covariance that of the observables 1[theta <= x] by the adjoint (adjoint.ts)
 *   sqrt(n) W1 -> int |G| dx on the line,   min_c int |G - c| dx on a circle
 *
 * For independent draws G is the Brownian bridge of sampling-distance.ts; births, deaths and copies add to it what the flow and the births make of them. The integrals are over the cells of
 * `cutMarginal`, on each of which G is its mean and a deviation from it, normal with the variance p / 6 that the Brownian motion of a cell of mass p has on average. What the step does to
 * the mean is no part of it.
 */
export interface DistanceNoise {
  time: number;
  /** At the probabilities, one list for each axis. */
  quantiles: number[][];
}

/** Of weighted particles those that are never resampled. */
export interface DistanceNoiseOptions extends Pick<SchemeSizes, "n" | "dt"> {
  scheme: SchemeName;
  /** Ascending. */
  times: readonly number[];
  probabilities: readonly number[];
  /** The same normal numbers serve all times, so that quantiles are as smooth in time as G. */
  seed: number;
}

/** By dimension: nodes along each axis, cells of each axis. With K every observable costs as much as V at the nodes, several times a step. */
const SIZES = {
  withoutK: [{ nodes: 300, cells: 36 }, { nodes: 40, cells: 24 }, { nodes: 16, cells: 16 }],
  withK: [{ nodes: 120, cells: 24 }, { nodes: 24, cells: 12 }, { nodes: 10, cells: 8 }],
} as const; // biome-ignore format: a table
const DRAWS = 1000;
const KERNEL_TOLERANCE = 1e-6;
/** Of a scheme's own steps: beyond that the limit of small ones is taken, on longer steps, where there is one. */
const MOST_STEPS = { withoutK: 120, withK: 24 } as const;
const MOST_HALVINGS = 4;

/**
 * One time after the other.
 *
 * Cost: a sweep of the adjoint to each time; without K on a line 1 s in all, with K ten times that.
 *
 * @throws InputError for dynamics or a scheme without a prediction.
 * @throws InvariantError where steps are unstable.
 */
export function* distanceNoise(problem: Problem, options: DistanceNoiseOptions): Generator<DistanceNoise, void, void> {
  const { times, probabilities, seed } = options;
  const kind = problem.potential.kernel === null ? "withoutK" : "withK";
  const { nodes, cells } = SIZES[kind][problem.grid.dimension - 1];
  const recorded = withSnapshots(problem, times);
  const start = startNodes(problem, problem.grid.axes.map(() => nodes)); // biome-ignore format: one call
  const cutsAt = (state: MeanPath["states"][number]) => problem.grid.axes.map((axis, a) => cutMarginal(state, axis, a, cells));
  const withCuts = (cuts: readonly MarginalCuts[]) => ({ ...recorded, observables: cuts.flatMap(({ observables }) => observables) }); // biome-ignore format: one line
  const followed = followedBy(withCuts(cutsAt(start)), options, MOST_STEPS[kind]);
  const map = createStepMap(recorded, followed.rule, { tolerance: KERNEL_TOLERANCE });
  const path = followed.follow((schedule) => followMean(map, start, schedule));
  for (const [s, stop] of path.schedule.stops.entries()) {
    const upTo: MeanPath = {
      states: path.states.slice(0, stop + 1),
      reactions: path.reactions.slice(0, stop),
      schedule: { steps: path.schedule.steps.slice(0, stop), stops: [stop] },
    };
    const cuts = cutsAt(path.states[stop]);
    const [parts] = covarianceAlong(withCuts(cuts), [followed.noise], map, upTo, KERNEL_TOLERANCE);
    const covariance = totalOf(parts);
    const count = Math.sqrt(covariance.length);
    let first = 0;
    const quantiles = cuts.map((cut, a) => {
      const block = blockOf(covariance, count, first, cut.lengths.length);
      first += cut.lengths.length;
      return quantilesOf(block, cut, probabilities, createStream(seed, a));
    });
    yield { time: times[s], quantiles };
  }
}

/** The scheme at its own steps where these are few, or as they become small. */
function followedBy(
  problem: Problem,
  { scheme, n, dt }: DistanceNoiseOptions,
  most: number,
): Followed & { follow(along: (schedule: Schedule) => MeanPath): MeanPath } {
  const model = checkScheme(problem, scheme, n);
  const last = problem.snapshotTimes[problem.snapshotTimes.length - 1];
  const steps = fitsSnapshots(problem.snapshotTimes, dt) ? last / dt : Infinity;
  if (model.limit === null || (steps <= most && !isExactInTime(problem, scheme))) {
    return { rule: ruleOf(scheme), noise: model.stepped({ n, dt }), follow: (along) => along(scheduleOf(problem, dt)) };
  }
  return {
    rule: limitRuleOf(scheme),
    noise: model.limit({ n, dt }),
    follow(along) {
      for (let halvings = 0; ; halvings++) {
        try {
          return along(evenSteps(problem, halvings));
        } catch (error) {
          if (!(error instanceof InvariantError) || halvings === MOST_HALVINGS) throw error;
        }
      }
    },
  };
}

function blockOf(matrix: Float64Array, count: number, first: number, size: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, i) => matrix[(first + Math.floor(i / size)) * count + first + (i % size)]);
}

/** E |a + s Z|, Z standard normal. */
function meanSize(a: number, s: number): number {
  if (!(s > 0)) return Math.abs(a);
  const z = a / s;
  return s * (Math.sqrt(2 / Math.PI) * Math.exp(-0.5 * z * z) + z * erf(z * Math.SQRT1_2));
}

/** Of int |G| dx, G Gaussian of this covariance. */
function quantilesOf(
  covariance: Float64Array,
  { axis, lengths, shares }: MarginalCuts,
  probabilities: readonly number[],
  stream: RandomStream,
): number[] {
  const size = lengths.length;
  const columns = factorColumns(covariance, size);
  const G = new Float64Array(size);
  const distances = Float64Array.from({ length: DRAWS }, () => {
    G.fill(0);
    for (const column of columns) {
      const z = stream.normal();
      for (let i = 0; i < size; i++) G[i] += z * column[i];
    }
    const middle = axis.periodic ? weightedMedian(G, lengths) : 0;
    return lengths.reduce((total, length, i) => total + length * meanSize(G[i] - middle, Math.sqrt(shares[i] / 6)), 0);
  }).sort();
  return probabilities.map((p) => distances[Math.min(DRAWS - 1, Math.floor(p * DRAWS))]);
}
