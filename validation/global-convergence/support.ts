import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import { gaussLegendre } from "../../src/numerics/quadrature.ts";
import { type DynamicsName, definitionOf } from "../../src/problem/dynamics.ts";
import { createProblem, type Problem } from "../../src/problem/problem.ts";
import { curveTimes } from "../shared/decay.ts";
import { DOUBLE_WELL, doubleWell as F, findWells } from "../shared/double-well.ts";

/**
 * F = (x^2 - 1)^2 / 4 + a x + b without K, from a uniform distribution on [l, r] right of the top between its wells, which leaves out the deeper one.
 *
 * Without motion mu_t ~ mu_0 e^{-alpha F t}, so that with Z = int_l^r e^{-alpha F t} dx
 *
 *   E(t) = int_l^r F e^{-alpha F t} dx / Z  ->  min F over [l, r],
 *   alpha t (E(t) - min)  ->  1/2 if the minimum lies inside, 1 at an end where F' is not 0:
 *
 * birth and death never reach what has no mass. With motion all of it ends in the shallower well, E -> F(r_shallow), and only
 * mass that comes back from a prior crosses the top:
 *
 *   every-death   where V > 0 on the mass that is stuck, F(r_shallow) > 0
 *   net-deficit   while Vbar > 0; from then on it is birth-death, to which what has crossed is enough
 *
 * and to the minimum only if V <= 0 there, F(r_deep) <= 0: otherwise what is there keeps being killed and sent back as well.
 */
export interface SupportConfig {
  tilt: number;
  alpha: number;
  /** Without motion, by characteristics. */
  tolerance: number;
  /** With motion, by finite volumes. */
  cells: number;
  times: readonly number[];
}

export type Support = readonly [number, number];

/** No motion: E(t) by the solver, and by quadrature of its closed form. */
export async function measureRestricted(config: SupportConfig, support: Support) {
  const { tilt, alpha } = config;
  const problem = await wellOf(config, support, "pure-birth-death", 0);
  const { snapshots } = solveCharacteristics(problem, { tolerance: config.tolerance });
  const { minimum, shallow } = findWells(tilt);
  const inside = support[0] < shallow && shallow < support[1];
  const least = Math.min(F(support[0], tilt), F(support[1], tilt), inside ? F(shallow, tilt) : Infinity);
  const points = snapshots.map(({ time, energy, gap }) => ({
    time,
    energy,
    predicted: least + restrictedExcess(config, support, least, time),
    gap: gap ?? Number.NaN,
    scaled: alpha * time * (energy - least),
  }));
  // E - E* tends to the remainder, min F over the support less min F; `limit` is that of `scaled`.
  return { support, remainder: least - minimum, limit: inside ? 0.5 : 1, points };
}

export type SupportOutcome = Awaited<ReturnType<typeof measureRestricted>>;

/** int (F - min) e^{-alpha (F - min) t} / Z, on panels that resolve its peak. */
export function restrictedExcess(
  { tilt, alpha }: Pick<SupportConfig, "tilt" | "alpha">,
  support: Support,
  least: number,
  time: number,
) {
  const panels = 64;
  const width = (support[1] - support[0]) / panels;
  let mass = 0;
  let excess = 0;
  for (let p = 0; p < panels; p++) {
    const { nodes, weights } = gaussLegendre(16, support[0] + p * width, support[0] + (p + 1) * width);
    for (let k = 0; k < nodes.length; k++) {
      const above = F(nodes[k], tilt) - least;
      const left = weights[k] * Math.exp(-alpha * above * time);
      mass += left;
      excess += left * above;
    }
  }
  return excess / mass;
}

/** Of the curves of figures, up to the end. */
const DRAWN_OCTAVES = 5;

/** With motion, from the whole basin of the shallower well and a prior over both: E - min F in time, by finite volumes. */
export async function measureRelease(config: SupportConfig, support: Support, motion: DynamicsName, shift: number) {
  const { tilt } = config;
  const problem = await wellOf(config, support, motion, shift);
  const { snapshots } = solve(problem);
  // More times would change the steps.
  const times = curveTimes(problem.end, DRAWN_OCTAVES);
  const drawn = solve(await wellOf({ ...config, times }, support, motion, shift)).snapshots;
  const { minimum, shallow } = findWells(tilt);
  const least = minimum + shift;
  return {
    motion,
    shift,
    points: snapshots.map(({ time, energy, meanPotential }) => ({ time, excess: energy - least, meanPotential })),
    curve: drawn.map(({ time, energy }) => ({ time, excess: energy - least })),
    /** F at the wells, with the shift. */
    shallow: F(shallow, tilt) + shift,
    deep: least,
    /** h^2, above max F'' h^2 / 8 by which the nearest centre of a cell lies above a minimum of F. */
    error: problem.grid.axes[0].width ** 2,
  };
}

export type MotionOutcome = Awaited<ReturnType<typeof measureRelease>>;

function wellOf(
  { tilt, alpha, cells, times }: SupportConfig,
  [min, max]: Support,
  dynamics: DynamicsName,
  shift: number,
): Promise<Problem> {
  return createProblem({
    name: "stuck-in-a-well",
    variables: { x: { min: -3.5, max: 3.5, cells } },
    parameters: { tilt, shift },
    potential: { F: `${DOUBLE_WELL} + shift` },
    alpha,
    dynamics: definitionOf(dynamics, { x: { type: "normal", mean: 0, sd: 1 } }),
    initial: { x: { type: "uniform", min, max } },
    time: { end: times[times.length - 1], snapshots: [...times] },
  });
}
