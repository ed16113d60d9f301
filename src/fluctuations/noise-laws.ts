import { LawViolationError } from "../errors.ts";
import type { SchemeName } from "../particles/schemes.ts";
import type { Problem } from "../problem/problem.ts";
import { covarianceAlong } from "./adjoint.ts";
import { totalOf } from "./covariance.ts";
import { followMean, measureAlong, startLaw } from "./mean-path.ts";
import { hasEvents } from "./reaction.ts";
import { evenSteps, scheduleOf } from "./schedule.ts";
import { type SchemeLaw, THEORIES } from "./scheme-laws.ts";
import { createStepMap } from "./step-map.ts";

/** The fluctuations of one scheme, of all observables at all snapshots: quantity s P + k is observable k of P at snapshot s. */
export interface NoiseLaw {
  scheme: SchemeName;
  /** Of the scheme at its own dt where that is cheap to follow, otherwise as dt -> 0; shape [snapshots][observables]. */
  means: number[][];
  /** n times the covariance, row by row. */
  covariance: Float64Array;
  /** Whether it is of the scheme at its own dt. */
  stepped: boolean;
}

/** By dimension: the noise to a per cent, which is what some hundred replicas can tell. */
const NODES = [200, 24, 10] as const;
const KERNEL_TOLERANCE = 1e-8;
const MOST_HALVINGS = 5;

/**
 * The noise laws of all schemes that a problem could have been simulated with. Schemes that move the mean alike share one sweep.
 *
 * Without dt (null) only the event process has a law. With K in the plane or in space it is the law as dt -> 0, on 32 steps.
 */
export function predictNoiseLaws(problem: Problem, n: number, dt: number | null): NoiseLaw[] {
  const d = problem.grid.dimension;
  const stepped = dt !== null && (d === 1 || problem.potential.kernel === null);
  const sizes = { n, dt: dt ?? Number.NaN };
  const names = (Object.keys(THEORIES) as SchemeName[]).filter((scheme) =>
    hasEvents(problem)
      ? scheme !== "gradient-descent" && (dt !== null || scheme === "event-process")
      : scheme === "gradient-descent",
  );
  const laws = names.flatMap((scheme): { scheme: SchemeName; law: SchemeLaw }[] => {
    const law = stepped ? THEORIES[scheme].stepped(sizes) : THEORIES[scheme].limit?.(sizes);
    return law === undefined ? [] : [{ scheme, law }];
  });
  const start = startLaw(problem, problem.grid.axes.map(() => NODES[d - 1])); // biome-ignore format: one call
  const found: NoiseLaw[] = [];
  const left = [...laws];
  while (left.length > 0) {
    const [{ law: first }] = left;
    const alike = left.filter(({ law }) => law.growth === first.growth && law.earlier === first.earlier);
    for (const entry of alike) left.splice(left.indexOf(entry), 1);
    const map = createStepMap(problem, first, KERNEL_TOLERANCE);
    for (let halvings = 0; ; halvings++) {
      try {
        const path = followMean(map, start, stepped ? scheduleOf(problem, sizes.dt) : evenSteps(problem, halvings));
        const { means } = measureAlong(problem, map, path);
        const parts = covarianceAlong(problem, alike.map(({ law }) => law), map, path, KERNEL_TOLERANCE); // biome-ignore format: one call
        for (const [i, { scheme }] of alike.entries()) found.push({ scheme, means, covariance: totalOf(parts[i]), stepped });
        break;
      } catch (error) {
        if (!(error instanceof LawViolationError) || stepped || halvings === MOST_HALVINGS) throw error;
      }
    }
  }
  return found;
}
