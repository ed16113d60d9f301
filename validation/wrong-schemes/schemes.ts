import { createPointPotential } from "../../src/potential/point-potential.ts";
import { requireConstant } from "../../src/problem-file/rate.ts";
import { createDescent } from "../../src/schemes/descent.ts";
import { createEvents } from "../../src/schemes/parents.ts";
import { createReplacement } from "../../src/schemes/replacement.ts";
import type { OwnSteps } from "../../src/schemes/scheme.ts";
import type { Selection } from "../../src/schemes/selection.ts";
import { type Draw, independently, withReplacement } from "./draws.ts";
import { byNextIndex, deadStay, newest, type PopulationControl, uniformly } from "./population-control.ts";

/**
 * What a step of a variant of Algorithm 1 does. As n -> infinity the masses w_j of weighted nodes follow
 *
 *   theta_j <- theta_j - dt grad V,   c_j = chance(rate (V_j - Vbar)),   w_j <- w_j (1 + c_j) / sum_i w_i (1 + c_i)
 *
 * unless the draw or the control says otherwise. With x = alpha dt (V - Vbar) the right scheme has 1 + c = 1 - x + O(dt^2), and so has
 * every variant whose means differ from those of the equation (13) by O(dt) only.
 */
export interface Rules {
  /** What V - Vbar counts in a step: alpha dt where it is right. */
  rate(alpha: number, dt: number): number;
  /** Whether Vbar, the mean of V over the particles, is taken off. */
  centred: boolean;
  /** Chance that a particle is duplicated, where > 0, or killed, where < 0. */
  chance(x: number): number;
  /** Whether V is taken before or after the motion. */
  at: "old" | "moved";
  draw: Draw;
  control: PopulationControl;
}

export interface Variant {
  name: string;
  /** The mistake, in a line. */
  description: string;
  /** Of the error of its means as n -> infinity, in dt: at order 0 they are wrong at any dt. */
  order: 0 | 1;
  /** Whether n Var is that of Algorithm 1 up to O(dt), where the means are right. */
  noise: "right" | "other";
  rules: Rules;
}

const RIGHT: Rules = {
  rate: (alpha, dt) => alpha * dt,
  centred: true,
  // -sign(x) (1 - e^{-|x|}).
  chance: (x) => (x > 0 ? Math.expm1(-x) : -Math.expm1(x)),
  at: "moved",
  draw: independently,
  control: uniformly,
};

type Differs = Pick<Variant, "order" | "noise"> & Partial<Rules>;

const variant = (name: string, description: string, { order, noise, ...changes }: Differs): Variant => ({
  ...{ name, description, order, noise },
  rules: { ...RIGHT, ...changes },
});

/** Algorithm 1, and what people make of it. */
export const VARIANTS = {
  // The mean-field map itself.
  correct: variant("correct", "nothing is wrong",
    { order: 1, noise: "right" }),
  // 1 + c = 1 + x: (13) with alpha < 0.
  reversed: variant("reversed sign", "kills where V < Vbar and duplicates above, as the list in the paper's section 5 has it",
    { order: 0, noise: "other", rate: (alpha, dt) => -alpha * dt }),
  // (13) with alpha / dt for alpha: worse as dt -> 0.
  forgotten: variant("dt forgotten", "events of probability 1 - e^{-alpha |Vt|} in every step",
    { order: 0, noise: "other", rate: (alpha) => alpha }),
  // (13) with 1.05 alpha for alpha.
  alpha: variant("alpha off by 5%", "rates of 1.05 alpha |Vt|",
    { order: 0, noise: "right", rate: (alpha, dt) => 1.05 * alpha * dt }),
  // A particle and its neighbour become copies of each other, so that kills change nothing where they are most needed. The
  // distribution of one particle follows from that of pairs, theirs from that of triples: no equation for mu alone, and no dt in the argument.
  nextIndex: variant("next index", "a killed particle becomes a copy of its neighbour in the array, not of a random one",
    { order: 0, noise: "other", control: byNextIndex }),
  // Living nu and dead delta, both moving along -grad V, of total mass 1 while V+ kills more than V- duplicates (V = V+ - V-):
  //   reaction of nu: -alpha V nu,   of delta: alpha V+ nu - alpha (int V- dnu) delta / |delta|.
  // nu follows the unbalanced equation (12), and what is written is nu + delta: the dead count where V killed them.
  deadStay: variant("no mean and no control", "V decides in place of V - Vbar, and the dead are marked but written with the living",
    { order: 0, noise: "other", centred: false, control: deadStay }),
  // 1 + c = 1 - alpha dt V + O(dt^2), and dividing by the population subtracts the mean: (13) again, from more events, so more noise.
  noMean: variant("no mean but control", "V decides in place of V - Vbar, and n is restored by uniform kills or copies",
    { order: 1, noise: "other", centred: false }),
  // 1 + c = 1 - x exactly.
  linear: variant("linear probability", "events of probability alpha |Vt| dt, at most 1",
    { order: 1, noise: "right", chance: (x) => Math.max(-1, Math.min(1, -x)) }),
  // The other order of a Lie splitting: x differs by alpha dt^2 |grad V|^2.
  oldPositions: variant("V before the motion", "events are decided by V where the particles were",
    { order: 1, noise: "right", at: "old" }),
  // The newest are copies. With K kills and C copies C - K of these are taken away, or K - C added: w (1 - c- + c+ K / C). Both
  // numbers are equal to O(dt); a deficit makes many copies of one particle, so more noise.
  newest: variant("control by age", "population control removes or copies the newest particles, not random ones",
    { order: 1, noise: "other", control: newest }),
  // A particle survives all n sum p draws with probability e^{-p}: 1 - e^{-p} = p + O(dt^2).
  coinciding: variant("kills with replacement", "the number of kills is right, but their indices are drawn with replacement and some coincide",
    { order: 1, noise: "right", draw: withReplacement }),
}; // biome-ignore format: a table

/** One random number for every particle, one list after another; V - Vbar is that of all particles in the array. */
function selectionOf({ centred, chance, draw, control }: Rules, n: number): Selection {
  const chances = new Float64Array(n);
  const events = createEvents(n);
  const drawEvents = draw.create(n);
  const restore = control.create(n);
  return {
    draw(parents, V, rate, stream) {
      let mean = 0;
      if (centred) for (let i = 0; i < n; i++) mean += V[i] / n;
      for (let i = 0; i < n; i++) chances[i] = chance(rate * (V[i] - mean));
      drawEvents(events, chances, stream);
      restore(parents, events, stream);
      return true;
    },
  };
}

/** A plain particle scheme of these rules. */
export const schemeOf = (rules: Rules): OwnSteps => ({
  create(problem, n) {
    const alpha = requireConstant(problem.alpha, "variants of the scheme");
    const potential = createPointPotential(problem.potential);
    const descend = createDescent(problem, potential, n);
    const V = new Float64Array(n);
    const parents = new Int32Array(2 * n);
    const selection = selectionOf(rules, n);
    const replace = createReplacement(problem, n);
    return {
      step(points, time, dt, stream) {
        if (rules.at === "old") potential.value(V, points, null, n);
        descend(points, time, dt, stream);
        if (rules.at === "moved") potential.value(V, points, null, n);
        if (selection.draw(parents, V, rules.rate(alpha, dt), stream)) replace(points, parents, stream);
      },
    };
  },
});
