import { createStream, type RandomStream } from "../../src/numerics/random.ts";
import type { LineAxis, Motion } from "./check.ts";
import { convolution, type DrawnKernel, featuresOnLine, featuresOnPlane, gaussianK } from "./kernels.ts";
import type { Field } from "./nodes.ts";
import * as parts from "./parts.ts";
import { type Body, bodyOf, type Observables, type Phi } from "./setup.ts";

const { blendOf, bump, doubleWell, hinge, linear, normal, ramp, ripple, sumOf, uniform, vonMises, well } = parts;

/** A problem with a check of its own. */
export interface DrawnProblem extends Body {
  kind: string;
  seed: number;
  tolerance: number;
}

/** Draws of numbers that are the same as text: four digits. */
function drawsOf(stream: RandomStream) {
  const between = (low: number, high: number) => Number((low + (high - low) * stream.uniform()).toPrecision(4));
  const pick = <T>(from: readonly T[]): T => from[stream.below(from.length)];
  /** Even in the logarithm. */
  const scale = (low: number, high: number) =>
    Number(Math.exp(Math.log(low) + Math.log(high / low) * stream.uniform()).toPrecision(4));
  return { between, pick, scale, sign: () => pick([-1, 1]) };
}

type Draws = ReturnType<typeof drawsOf>;

/** Every kind of problem in a row. */
const KINDS: Readonly<Record<string, (d: Draws) => Body>> = {
  "well": (d) => onLine(d, [well("x", d.between(0.3, 2), d.between(-0.5, 0.5)), ripple("x", d.between(0, 0.3), d.between(1, 3))]),
  "double well": (d) => onLine(d, [doubleWell("x", d.between(0.2, 1), d.between(0.8, 1.5)), linear("x", d.between(-0.3, 0.3))]),
  "needle in mu_0": (d) => onLine(d, tilted(d), { initial: needle(d) }),
  "needle in mu_0, pure birth and death": (d) => onLine(d, tilted(d), { initial: needle(d), dynamics: "pure-birth-death" }),
  "narrow mu_0": (d) => onLine(d, tilted(d), { initial: [normal(d.between(-1, 1), d.scale(1e-3, 0.03))] }),
  "two peaks in mu_0": (d) => onLine(d, tilted(d), { initial: twoPeaks(d) }),
  "jumps in mu_0": (d) => onLine(d, tilted(d), { initial: [uniform(d.between(-1.5, -0.3), d.between(0.1, 1.5))] }),
  "wall that mass crosses": (d) => onLine(d, [linear("x", d.sign() * d.between(0.5, 2))], { half: 1, initial: [uniform(-1, 1)] }),
  "wall and a normal mu_0": (d) => onLine(d, [linear("x", -d.between(0.5, 1.5)), well("x", d.between(0.1, 0.5), 0)], { half: d.between(1.2, 2), initial: [normal(d.between(0, 0.4), d.between(0.2, 0.3))] }),
  "tail beyond the wall": (d) => onLine(d, [well("x", d.between(0.3, 1.5), 0)], { half: d.between(1.5, 2.5), initial: [normal(d.between(-0.5, 0.5), d.between(0.4, 0.6))] }),
  "attracting kink": (d) => onLine(d, [hinge("x", d.between(0.3, 1.2), d.between(-0.4, 0.4)), well("x", d.between(0.1, 0.6), d.between(-0.3, 0.3))]),
  "repelling kink": (d) => onLine(d, [hinge("x", -d.between(0.2, 0.6), d.between(-0.4, 0.4)), well("x", d.between(0.5, 1), 0)]),
  "kink that is crossed": (d) => onLine(d, [ramp("x", d.between(0.2, 0.8), d.between(-0.4, 0.4)), well("x", d.between(0.6, 1), d.between(-1.5, -1))]),
  "rough F": (d) => onLine(d, [well("x", d.between(0.1, 0.5), 0), ripple("x", d.between(0.003, 0.015), d.between(30, 90), d.between(0, 3))], { end: d.between(0.3, 1) }),
  "narrow dent in F": (d) => onLine(d, [well("x", d.between(0.3, 1), 0), bump("x", -d.between(0.02, 0.2), d.between(-0.8, 0.8), d.scale(0.01, 0.06))], { end: d.between(0.2, 0.6) }),
  "ripples, late": (d) => onLine(d, [well("x", d.between(0.3, 0.5), 0), ripple("x", d.between(0.2, 0.35), d.between(3.5, 4.5))], { end: 4 }),
  "periodic": onCircle,
  "changing rate": (d) => onLine(d, tilted(d), { rate: [d.between(0.5, 2), d.between(1, 8)] }),
  "K Gaussian": (d) => onLine(d, tilted(d), { K: gaussianK(d.between(0.3, 1.5), d.between(0.4, 1.2), 1) }),
  "K narrow": narrowK,
  "K of features": (d) => onLine(d, tilted(d), { K: featuresOnLine(d.between(0.3, 1.5)) }),
  "K and jumps in mu_0": (d) => onLine(d, tilted(d), { K: gaussianK(d.between(0.3, 1.5), d.between(0.4, 1.2), 1), initial: [uniform(d.between(-1.5, -0.3), d.between(0.1, 1.5))] }),
  "K and a needle in mu_0": (d) => onLine(d, tilted(d), { K: gaussianK(d.between(0.3, 1), d.between(0.5, 1), 1), initial: needle(d) }),
  "K and an attracting kink": (d) => onLine(d, [hinge("x", d.between(0.8, 1.2), d.between(-0.2, 0.2))], { K: gaussianK(d.between(0.2, 0.8), d.between(0.8, 1.2), 1), steps: 240, end: d.between(0.3, 0.8) }),
  "K and a wall": (d) => onLine(d, [linear("x", -d.between(1, 1.6))], { K: gaussianK(d.between(0.1, 0.3), d.between(0.8, 1.2), 1), steps: 240, half: 1, walls: true, end: d.between(0.2, 0.5), initial: [uniform(-1, 1)] }),
  "K on a circle": coupledOnCircle,
  "plane": (d) => product(d, [[well("x", d.between(0.3, 1.5), 0.2)], [doubleWell("y", d.between(0.2, 0.8), d.between(0.9, 1.3))]]),
  "plane, needle in mu_0": (d) => product(d, [tilted(d), [well("y", d.between(0.3, 1), 0)]], { initial: [needle(d), [broad(d)]] }),
  "plane, jumps in mu_0": (d) => product(d, [tilted(d), [well("y", d.between(0.3, 1), 0)]], { initial: [[uniform(-1, d.between(0.2, 1.2))], [broad(d)]] }),
  "plane, wall that mass crosses": (d) => product(d, [[linear("x", -d.between(0.5, 1.5))], [well("y", d.between(0.3, 1), 0)]], { half: [1, 4], initial: [[uniform(-1, 1)], [broad(d)]] }),
  "plane, attracting kink": (d) => product(d, [[hinge("x", d.between(0.3, 1), d.between(-0.3, 0.3))], [well("y", d.between(0.3, 1), 0)]]),
  "plane, rough F": (d) => product(d, [[well("x", d.between(0.2, 0.8), 0), ripple("x", d.between(0.005, 0.02), d.between(20, 60))], [well("y", d.between(0.3, 1), 0)]], { end: d.between(0.2, 0.5) }),
  "plane, K of features": (d) => plane(d, featuresOnPlane(d.between(0.2, 0.8))),
  "plane, K Gaussian": (d) => plane(d, gaussianK(d.between(0.3, 1), d.between(0.6, 1.2), 2)),
  "plane, F not a sum": (d) => plane(d),
  "space": (d) => product(d, [[well("x", d.between(0.3, 1), 0.1)], [well("y", d.between(0.3, 1), 0)], [well("z", d.between(0.3, 1), -0.2)]]),
}; // biome-ignore format: a table

/** Problem number `index` of a seed; the kinds take turns. */
export function drawProblem(seed: number, index: number): DrawnProblem {
  const kinds = Object.keys(KINDS);
  const kind = kinds[index % kinds.length];
  const d = drawsOf(createStream(seed, index));
  const body = KINDS[kind](d);
  const dimension = Object.keys(body.definition.variables).length;
  return { kind, seed: index, tolerance: dimension === 1 ? d.scale(1e-4, 1e-2) : d.scale(2e-3, 1e-2), ...body };
}

const tilted = (d: Draws): parts.Part[] =>
  d.pick([
    () => [well("x", d.between(0.3, 1.5), d.between(-0.5, 0.5)), linear("x", d.between(-0.3, 0.3))],
    () => [doubleWell("x", d.between(0.2, 0.7), d.between(0.8, 1.3)), linear("x", d.between(-0.3, 0.3))],
    () => [well("x", d.between(0.2, 0.8), 0), bump("x", d.between(-0.5, 0.5), d.between(-0.5, 0.5), d.between(0.2, 0.5))],
  ])();

const broad = (d: Draws, share = 1) => normal(d.between(-0.8, 0.8), d.between(0.25, 0.45), share);

const twoPeaks = (d: Draws) => {
  const share = d.between(0.2, 0.8);
  return [broad(d, share), broad(d, 1 - share)];
};

/** A broad normal and a share of the mass in one that is 100 times as narrow, or more. */
const needle = (d: Draws) => {
  const share = d.between(0.02, 0.3);
  return [broad(d, 1 - share), normal(d.between(-1.2, 1.2), d.scale(5e-4, 5e-3), share)];
};

/** Terms written anew, so that the check owes nothing to src/. */
const TERMS = {
  "gradient-descent": { transport: true, reaction: "none" },
  unbalanced: { transport: true, reaction: "free" },
  "birth-death": { transport: true, reaction: "conserving" },
  "pure-birth-death": { transport: false, reaction: "conserving" },
} as const satisfies Record<string, Pick<Motion, "transport" | "reaction">>;
type Dynamics = keyof typeof TERMS;
const DYNAMICS = ["birth-death", "birth-death", "birth-death", "gradient-descent", "unbalanced", "pure-birth-death"] as const;
const IN_SPACE = ["birth-death", "birth-death", "gradient-descent", "unbalanced"] as const;

interface Choices {
  end?: number;
  dynamics?: Dynamics;
  /** alpha = a exp(-t / 2) (1 + sin(w t)^2) for [a, w], in place of a constant. */
  rate?: readonly [number, number];
}

function settingsOf(d: Draws, { rate, ...choices }: Choices = {}) {
  const dynamics = choices.dynamics ?? d.pick(DYNAMICS);
  const constant = d.between(0.3, 3);
  const end = choices.end ?? d.between(0.3, 1.5);
  const times = [0, Number((end / 3).toPrecision(3)), end];
  const settings = { times, dynamics, alpha: constant, motion: { ...TERMS[dynamics], alpha: () => constant } };
  if (rate === undefined) return settings;
  const [a, w] = rate;
  const alpha = (t: number) => a * Math.exp(-t / 2) * (1 + Math.sin(w * t) ** 2);
  return { ...settings, alpha: `${a}*exp(-t/2)*(1+sin(${w}*t)^2)`, motion: { ...TERMS[dynamics], alpha } };
}

const one: Phi = () => 1;
const identity: Phi = (x) => x;
const square: Phi = (x) => x * x;

const ON_LINE: Observables = {
  mean: { text: "x", terms: [[identity]] },
  second: { text: "x^2", terms: [[square]] },
  wave: { text: "cos(3*x)", terms: [[(x) => Math.cos(3 * x)]] },
};
const ON_CIRCLE: Observables = {
  cosine: { text: "cos(x)", terms: [[Math.cos]] },
  sine: { text: "sin(2*x)", terms: [[(x) => Math.sin(2 * x)]] },
};
const IN_PLANE: Observables = {
  mean: { text: "x", terms: [[identity]] },
  product: { text: "x*y", terms: [[identity, identity]] },
  radius: { text: "x^2+y^2", terms: [[square], [one, square]] },
};

const lineAxis = (half: number, cells: number, name = "x"): LineAxis => ({ name, min: -half, max: half, cells, periodic: false });

interface LineChoices extends Choices {
  /** The domain is [-half, half]. */
  half?: number;
  initial?: readonly parts.Component[];
  K?: DrawnKernel;
  /** Of the coarser check with K: steps, pieces a standard deviation, and whether mass may reach the walls. */
  steps?: number;
  pieces?: number;
  walls?: boolean;
}

function onLine(d: Draws, F: readonly parts.Part[], choices: LineChoices = {}): Body {
  const { half = 4.5, K, steps, pieces, walls } = choices;
  const axes = [lineAxis(half, d.pick([64, 100, 128, 200, 256]))];
  const initial = [blendOf("x", choices.initial ?? [broad(d)])];
  const setup = { axes, F: [sumOf(F)], initial };
  if (K !== undefined) {
    return bodyOf({ ...setup, K, observables: ON_LINE, ...settingsOf(d, choices), finenesses: finenessesOf(steps, pieces), walls });
  }
  const kink = d.between(-0.6, 0.6);
  const observables = { ...ON_LINE, kink: { text: `abs(x-(${kink}))`, terms: [[(x: number) => Math.abs(x - kink)]], kink } };
  return bodyOf({ ...setup, observables, ...settingsOf(d, choices) });
}

const finenessesOf = (steps = 60, pieces = 1) =>
  [1, 2].map((scale) => ({ pieces: scale * pieces, order: 8, steps: scale * steps }));

const circleAxis = (cells: number): LineAxis => ({ name: "x", min: -Math.PI, max: Math.PI, cells, periodic: true });

function onCircle(d: Draws): Body {
  const axes = [circleAxis(d.pick([64, 128, 180]))];
  const F = sumOf([
    ripple("x", d.between(0.3, 1), 1, d.between(0, 6)),
    ripple("x", d.between(0, 0.4), d.pick([2, 3]), d.between(0, 6)),
  ]);
  const component = d.pick([vonMises(d.between(-2, 2), d.between(0.5, 8)), normal(d.between(-3, 3), d.between(0.2, 0.9))]);
  return bodyOf({ axes, F: [F], initial: [blendOf("x", [component])], observables: ON_CIRCLE, ...settingsOf(d) });
}

function coupledOnCircle(d: Draws): Body {
  const axes = [circleAxis(d.pick([64, 128]))];
  const A = d.between(0.3, 1.5);
  const value: Field = (gradient, x) => {
    gradient[0] = -A * Math.sin(x);
    return A * Math.cos(x);
  };
  const K = convolution(`${A}*cos(x)`, value);
  const F = sumOf([ripple("x", d.between(0.2, 0.8), 1, d.between(0, 6)), ripple("x", d.between(0, 0.3), 2, d.between(0, 6))]);
  const initial = [blendOf("x", [vonMises(d.between(-2, 2), d.between(0.5, 6))])];
  return bodyOf({ axes, F: [F], K, initial, observables: ON_CIRCLE, ...settingsOf(d), finenesses: finenessesOf() });
}

function narrowK(d: Draws): Body {
  const s = d.scale(0.015, 0.08);
  const sd = d.between(0.25, 0.35);
  const K = gaussianK(d.between(0.5, 2), s, 1);
  const initial = [normal(d.between(-0.3, 0.3), sd)];
  // Eight nodes a piece, and two of them for each s.
  return onLine(d, tilted(d), { K, initial, pieces: Math.max(1, Math.ceil(sd / (4 * s))), end: d.between(0.2, 0.5) });
}

const NAMES = ["x", "y", "z"];
/** Cells of an axis by dimension. */
const CELLS = [128, 24, 12];

function product(
  d: Draws,
  F: readonly (readonly parts.Part[])[],
  choices: { initial?: readonly (readonly parts.Component[])[]; half?: readonly number[]; end?: number } = {},
): Body {
  const axes = F.map((_, a) => lineAxis(choices.half?.[a] ?? 4, CELLS[F.length - 1], NAMES[a]));
  const initial = axes.map(({ name }, a) => blendOf(name, choices.initial?.[a] ?? [broad(d)]));
  const dynamics = d.pick(IN_SPACE);
  const end = d.between(0.2, 0.6);
  const settings = settingsOf(d, { dynamics, end: choices.end ?? end });
  return bodyOf({ axes, F: F.map(sumOf), initial, observables: IN_PLANE, ...settings });
}

/** Two variables with an F that is no sum, and K. */
function plane(d: Draws, K?: DrawnKernel): Body {
  const axes = ["x", "y"].map((name) => lineAxis(4, 24, name));
  const [b, c] = [d.between(-0.4, 0.4), d.between(0.3, 0.8)];
  const F = [doubleWell("x", d.between(0.1, 0.3), 1), well("y", d.between(0.6, 1.2), 0)];
  const initial = axes.map(({ name }) => blendOf(name, [broad(d)]));
  const settings = settingsOf(d, { end: d.between(0.2, 0.6), dynamics: d.pick(IN_SPACE) });
  const field: Field = (gradient, x, y) => {
    gradient[0] = -b * c * Math.sin(c * x + y);
    gradient[1] = -b * Math.sin(c * x + y);
    return b * Math.cos(c * x + y);
  };
  const coupling = { text: `(${b})*cos(${c}*x+y)`, field };
  // Nodes of panels of two standard deviations: 8 x 4 or 6 an axis.
  const finenesses = [4, 6].map((order) => ({ pieces: 0.5, order, steps: order === 6 ? 40 : 24 }));
  return bodyOf({ axes, F, coupling, K, initial, observables: IN_PLANE, ...settings, finenesses });
}
