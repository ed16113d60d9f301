import { DYNAMICS } from "../../src/problem/dynamics.ts";
import type { Problem } from "../../src/problem/problem.ts";
import {
  type Bracket,
  bracketMinimum,
  curveTimes,
  type DecayDynamics,
  type DecayRun,
  excessOf,
  floorOf,
  octaveTimes,
  runDecay,
  slopeOverLastDecade,
} from "../shared/decay.ts";
import { type KeepPart, keepNoPart, partsOf } from "../shared/parts.ts";
import { inSequence } from "../shared/sizes.ts";

/**
 * E - E* with interaction, under several dynamics from the same start.
 *
 * A bound that holds at all times, for pure birth-death. For any nu, d/dt KL(nu | mu_t) = alpha (int V dnu - Vbar) <= alpha (E(nu) - E(mu_t)), as
 * E is convex, and E(mu_t) falls, so that
 *
 *   alpha t (E(mu_t) - E(nu)) <= KL(nu | mu_0) - KL(nu | mu_t) <= KL(nu | mu_0).
 *
 * With nu = mu_T, the end of the run, everything in it is known: without motion KL(mu_T | mu_0) = sum_j w_j(T) log(w_j(T) / w_j(0)).
 *
 * The limit, where mu* is a sum of point masses at which V* = V[mu*] is least with a regular Hessian: E - E* = int (V* - min V*) dmu + 1/2
 * |mu - mu*|_K^2, and mu_t is near each of them a Gaussian of covariance (alpha t Hess V*)^-1, so the first term is d / (2 alpha t), the
 * same as without interaction, and the second O(t^-2): alpha t (E - E*) -> d/2.
 */
export interface InteractionConfig {
  problem: Problem;
  runs: readonly { dynamics: DecayDynamics; end: number; tolerance: number }[];
  /** A longer run of birth-death that serves the bracket of E* alone, where the runs themselves are short. */
  further?: { end: number; tolerance: number };
  octaves: number;
  perOctave: number;
  /** Nodes along each axis of the first refinement. */
  nodes?: number;
  /** Whether each run is run once more for the curves of figures. */
  drawn?: boolean;
}

export type InteractionOutcome = Awaited<ReturnType<typeof measureInteraction>>;
export type DecayOutcome = InteractionOutcome["outcomes"][number];
export type EntropyBound = ReturnType<typeof entropyBound>;

export async function measureInteraction(config: InteractionConfig, onRun: () => void = () => {}, keep: KeepPart = keepNoPart) {
  const { problem, further, octaves, perOctave, nodes, drawn = false } = config;
  const run = ({ end, ...options }: InteractionConfig["runs"][number], times = octaveTimes(end, octaves, perOctave)) =>
    runDecay(problem, { ...options, times, nodes, ...(drawn ? { drawn: curveTimes(end, octaves) } : {}) });
  const runs = await inSequence(config.runs, (each) => run(each), onRun, partsOf(keep, "run"));
  const longer = further === undefined ? [] : [{ dynamics: "birth-death" as const, ...further }];
  const runFurther = ({ end, ...options }: (typeof longer)[number]) =>
    runDecay(problem, { ...options, times: octaveTimes(end, FURTHER, 1), nodes });
  const onlyBracket = await inSequence(longer, runFurther, onRun, partsOf(keep, "further"));
  const bracket = bracketMinimum(problem, [...runs, ...onlyBracket]);
  const pure = runs.find(({ dynamics }) => !DYNAMICS[dynamics].transport);
  return {
    bracket,
    outcomes: runs.map((run) => ({
      run,
      floor: floorOf(run, bracket),
      slope: slopeOverLastDecade(run, bracket),
      /** C = alpha t (E - E*) at each t > 0. */
      constants: excessOf(run, bracket).map(({ time, value, error }) => {
        const tau = run.alpha * time;
        return { time, value: tau * value, error: tau * error };
      }),
    })),
    /** Of pure birth-death, where it ran. */
    entropy: pure === undefined ? null : entropyBound(pure, bracket),
  };
}

/** Octaves of the longer run that are recorded: the bracket is best at its end. */
const FURTHER = 3;

function entropyBound({ alpha, snapshots }: DecayRun, { low }: Bracket) {
  const [first, last] = [snapshots[0], snapshots[snapshots.length - 1]];
  let entropy = 0;
  last.weights.forEach((weight, j) => {
    if (weight > 0) entropy += weight * Math.log(weight / first.weights[j]);
  });
  return {
    /** KL(mu_T | mu_0). */
    entropy,
    /** alpha T (E(mu_T) - low end of the bracket) + KL: alpha t (E(mu_t) - E*) stays below it for t <= T. */
    constant: alpha * last.time * (last.energy - low) + entropy,
    /** Largest alpha t (E(mu_t) - E(mu_T)) / KL over the run; the bound says at most 1. */
    share: Math.max(...snapshots.map(({ time, energy }) => alpha * time * (energy - last.energy))) / entropy,
  };
}

/**
 * Where C = alpha t (E - E*) tends to, from its values at t, t/2 and t/4: were C - limit a power t^-gamma, steps would shrink by r =
 * 2^-gamma an octave and the limit be C + r / (1 - r) times the last step. r as measured is one end; r = 1/2, the power -1 that it
 * rises to, the other. Widened by the errors of the three values; null unless C settles (0 < r < 1).
 */
export function limitOf({ constants }: DecayOutcome, perOctave: number): { limit: readonly [number, number]; last: number } | null {
  const last = constants.length - 1;
  if (last < 2 * perOctave) return null;
  const [c, b, a] = [0, perOctave, 2 * perOctave].map((back) => constants[last - back]);
  const ratio = (c.value - b.value) / (b.value - a.value);
  if (!(ratio > 0 && ratio < 1)) return null;
  const ends = [0.5, ratio].map((r) => c.value + ((c.value - b.value) * r) / (1 - r));
  const error = c.error + ((c.error + b.error) * Math.max(0.5, ratio)) / (1 - Math.max(0.5, ratio));
  return { limit: [Math.min(...ends) - error, Math.max(...ends) + error], last: c.value };
}
