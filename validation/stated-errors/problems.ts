import { gaussLegendre } from "../../src/numerics/quadrature.ts";
import { createStream, type RandomStream } from "../../src/numerics/random.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import type { LineAxis, LineProblem, Motion, Space, Truth } from "./check.ts";
import { type LineMeasure, solveOnLine } from "./line.ts";
import { type CoupledFineness, type CoupledProblem, coupledCellMasses, type Field, solveCoupled } from "./nodes.ts";
import {
  type Blend,
  blendOf,
  bump,
  type Component,
  doubleWell,
  hinge,
  linear,
  type Part,
  ramp,
  ripple,
  sumOf,
  well,
} from "./parts.ts";

/** A problem with a check of its own. */
export interface DrawnProblem {
  kind: string;
  seed: number;
  definition: ProblemInput;
  tolerance: number;
  /** mu_t at the snapshots, coarsely or finely. */
  check(space: Space, fine: boolean): Truth[];
}

/** Draws of numbers that are the same as text: four digits. */
function drawsOf(stream: RandomStream) {
  const between = (low: number, high: number) => Number((low + (high - low) * stream.uniform()).toPrecision(4));
  const pick = <T>(from: readonly T[]): T => from[stream.below(from.length)];
  return {
    between,
    pick,
    /** Even in the logarithm. */
    scale: (low: number, high: number) => Number(Math.exp(Math.log(low) + Math.log(high / low) * stream.uniform()).toPrecision(4)),
    sign: () => pick([-1, 1]),
  };
}

type Draws = ReturnType<typeof drawsOf>;
type Body = Pick<DrawnProblem, "definition" | "check">;

/** Every kind of problem in a row. */
const KINDS: readonly { kind: string; draw(d: Draws): Body }[] = [
  { kind: "well", draw: (d) => onLine(d, [well("x", d.between(0.3, 2), d.between(-0.5, 0.5)), ripple("x", d.between(0, 0.3), d.between(1, 3))]) },
  { kind: "double well", draw: (d) => onLine(d, [doubleWell("x", d.between(0.2, 1), d.between(0.8, 1.5)), linear("x", d.between(-0.3, 0.3))]) },
  { kind: "needle in mu_0", draw: (d) => onLine(d, tilted(d), { initial: needle(d) }) },
  { kind: "needle in mu_0, pure birth and death", draw: (d) => onLine(d, tilted(d), { initial: needle(d), dynamics: "pure-birth-death" }) },
  { kind: "narrow mu_0", draw: (d) => onLine(d, tilted(d), { initial: [{ share: 1, type: "normal", mean: d.between(-1, 1), sd: d.scale(1e-3, 0.03) }] }) },
  { kind: "two peaks in mu_0", draw: (d) => onLine(d, tilted(d), { initial: twoPeaks(d) }) },
  { kind: "jumps in mu_0", draw: (d) => onLine(d, tilted(d), { initial: [{ share: 1, type: "uniform", min: d.between(-1.5, -0.3), max: d.between(0.1, 1.5) }] }) },
  { kind: "wall that mass crosses", draw: (d) => onLine(d, [linear("x", d.sign() * d.between(0.5, 2))], { half: 1, initial: [{ share: 1, type: "uniform", min: -1, max: 1 }] }) },
  { kind: "wall and a normal mu_0", draw: (d) => onLine(d, [linear("x", -d.between(0.5, 1.5)), well("x", d.between(0.1, 0.5), 0)], { half: d.between(1.2, 2), initial: [{ share: 1, type: "normal", mean: d.between(0, 0.4), sd: d.between(0.2, 0.3) }] }) },
  { kind: "tail beyond the wall", draw: (d) => onLine(d, [well("x", d.between(0.3, 1.5), 0)], { half: d.between(1.5, 2.5), initial: [{ share: 1, type: "normal", mean: d.between(-0.5, 0.5), sd: d.between(0.4, 0.6) }] }) },
  { kind: "attracting kink", draw: (d) => onLine(d, [hinge("x", d.between(0.3, 1.2), d.between(-0.4, 0.4)), well("x", d.between(0.1, 0.6), d.between(-0.3, 0.3))]) },
  { kind: "repelling kink", draw: (d) => onLine(d, [hinge("x", -d.between(0.2, 0.6), d.between(-0.4, 0.4)), well("x", d.between(0.5, 1), 0)]) },
  { kind: "kink that is crossed", draw: (d) => onLine(d, [ramp("x", d.between(0.2, 0.8), d.between(-0.4, 0.4)), well("x", d.between(0.6, 1), d.between(-1.5, -1))]) },
  { kind: "rough F", draw: (d) => onLine(d, [well("x", d.between(0.1, 0.5), 0), ripple("x", d.between(0.003, 0.015), d.between(30, 90), d.between(0, 3))], { end: d.between(0.3, 1) }) },
  { kind: "narrow dent in F", draw: (d) => onLine(d, [well("x", d.between(0.3, 1), 0), bump("x", -d.between(0.02, 0.2), d.between(-0.8, 0.8), d.scale(0.01, 0.06))], { end: d.between(0.2, 0.6) }) },
  { kind: "ripples, late", draw: (d) => onLine(d, [well("x", d.between(0.3, 0.5), 0), ripple("x", d.between(0.2, 0.35), d.between(3.5, 4.5))], { end: 4 }) },
  { kind: "periodic", draw: (d) => onCircle(d) },
  { kind: "changing rate", draw: (d) => onLine(d, tilted(d), { rate: [d.between(0.5, 2), d.between(1, 8)] }) },
  { kind: "K Gaussian", draw: (d) => coupled(d, tilted(d), gaussianK(d.between(0.3, 1.5), d.between(0.4, 1.2), 1)) },
  { kind: "K narrow", draw: (d) => narrowK(d) },
  { kind: "K of features", draw: (d) => coupled(d, tilted(d), featuresOnLine(d)) },
  { kind: "K and jumps in mu_0", draw: (d) => coupled(d, tilted(d), gaussianK(d.between(0.3, 1.5), d.between(0.4, 1.2), 1), { initial: [{ share: 1, type: "uniform", min: d.between(-1.5, -0.3), max: d.between(0.1, 1.5) }] }) },
  { kind: "K and a needle in mu_0", draw: (d) => coupled(d, tilted(d), gaussianK(d.between(0.3, 1), d.between(0.5, 1), 1), { initial: needle(d) }) },
  { kind: "K and an attracting kink", draw: (d) => coupled(d, [hinge("x", d.between(0.8, 1.2), d.between(-0.2, 0.2))], gaussianK(d.between(0.2, 0.8), d.between(0.8, 1.2), 1), { steps: 240, end: d.between(0.3, 0.8) }) },
  { kind: "K and a wall", draw: (d) => coupled(d, [linear("x", -d.between(1, 1.6))], gaussianK(d.between(0.1, 0.3), d.between(0.8, 1.2), 1), { steps: 240, half: 1, walls: true, end: d.between(0.2, 0.5), initial: [{ share: 1, type: "uniform", min: -1, max: 1 }] }) },
  { kind: "K on a circle", draw: (d) => coupledOnCircle(d) },
  { kind: "plane", draw: (d) => product(d, [[well("x", d.between(0.3, 1.5), 0.2)], [doubleWell("y", d.between(0.2, 0.8), d.between(0.9, 1.3))]]) },
  { kind: "plane, needle in mu_0", draw: (d) => product(d, [tilted(d), [well("y", d.between(0.3, 1), 0)]], { initial: [needle(d), [broad(d)]] }) },
  { kind: "plane, jumps in mu_0", draw: (d) => product(d, [tilted(d), [well("y", d.between(0.3, 1), 0)]], { initial: [[{ share: 1, type: "uniform", min: -1, max: d.between(0.2, 1.2) }], [broad(d)]] }) },
  { kind: "plane, wall that mass crosses", draw: (d) => product(d, [[linear("x", -d.between(0.5, 1.5))], [well("y", d.between(0.3, 1), 0)]], { half: [1, 4], initial: [[{ share: 1, type: "uniform", min: -1, max: 1 }], [broad(d)]] }) },
  { kind: "plane, attracting kink", draw: (d) => product(d, [[hinge("x", d.between(0.3, 1), d.between(-0.3, 0.3))], [well("y", d.between(0.3, 1), 0)]]) },
  { kind: "plane, rough F", draw: (d) => product(d, [[well("x", d.between(0.2, 0.8), 0), ripple("x", d.between(0.005, 0.02), d.between(20, 60))], [well("y", d.between(0.3, 1), 0)]], { end: d.between(0.2, 0.5) }) },
  { kind: "plane, K of features", draw: (d) => plane(d, featuresOnPlane(d)) },
  { kind: "plane, K Gaussian", draw: (d) => plane(d, gaussianK(d.between(0.3, 1), d.between(0.6, 1.2), 2)) },
  { kind: "plane, F not a sum", draw: (d) => plane(d, null) },
  { kind: "space", draw: (d) => product(d, [[well("x", d.between(0.3, 1), 0.1)], [well("y", d.between(0.3, 1), 0)], [well("z", d.between(0.3, 1), -0.2)]]) },
]; // biome-ignore format: a table

/** Problem number `index` of a seed; the kinds take turns. */
export function drawProblem(seed: number, index: number): DrawnProblem {
  const { kind, draw } = KINDS[index % KINDS.length];
  const d = drawsOf(createStream(seed, index));
  const body = draw(d);
  const dimension = Object.keys(body.definition.variables).length;
  return { kind, seed: index, tolerance: dimension === 1 ? d.scale(1e-4, 1e-2) : d.scale(2e-3, 1e-2), ...body };
}

const tilted = (d: Draws): Part[] =>
  d.pick([
    () => [well("x", d.between(0.3, 1.5), d.between(-0.5, 0.5)), linear("x", d.between(-0.3, 0.3))],
    () => [doubleWell("x", d.between(0.2, 0.7), d.between(0.8, 1.3)), linear("x", d.between(-0.3, 0.3))],
    () => [well("x", d.between(0.2, 0.8), 0), bump("x", d.between(-0.5, 0.5), d.between(-0.5, 0.5), d.between(0.2, 0.5))],
  ])();

const broad = (d: Draws): Component => ({ share: 1, type: "normal", mean: d.between(-0.8, 0.8), sd: d.between(0.25, 0.45) });

const twoPeaks = (d: Draws): Component[] => {
  const share = d.between(0.2, 0.8);
  return [
    { ...broad(d), share },
    { ...broad(d), share: 1 - share },
  ];
};

/** A broad normal and a share of the mass in one that is 100 times as narrow, or more. */
const needle = (d: Draws): Component[] => {
  const share = d.between(0.02, 0.3);
  return [
    { ...broad(d), share: 1 - share },
    { share, type: "normal", mean: d.between(-1.2, 1.2), sd: d.scale(5e-4, 5e-3) },
  ];
};

interface Choices {
  initial: readonly Component[];
  /** The domain is [-half, half]. */
  half: number;
  end: number;
  dynamics: "gradient-descent" | "unbalanced" | "birth-death" | "pure-birth-death";
  /** alpha = a exp(-t / 2) (1 + sin(w t)^2) for [a, w], in place of a constant. */
  rate: readonly [number, number];
}

/** Written anew, so that the check owes nothing to src/. */
const TERMS: Record<Choices["dynamics"], Pick<Motion, "transport" | "reaction">> = {
  "gradient-descent": { transport: true, reaction: "none" },
  unbalanced: { transport: true, reaction: "free" },
  "birth-death": { transport: true, reaction: "conserving" },
  "pure-birth-death": { transport: false, reaction: "conserving" },
};
const DYNAMICS = ["birth-death", "birth-death", "birth-death", "gradient-descent", "unbalanced", "pure-birth-death"] as const;
const IN_SPACE = ["birth-death", "birth-death", "gradient-descent", "unbalanced"] as const;

type Settings = ReturnType<typeof settingsOf>;

function settingsOf(d: Draws, choices: Pick<Partial<Choices>, "end" | "dynamics" | "rate">) {
  const dynamics = choices.dynamics ?? d.pick(DYNAMICS);
  const constant = d.between(0.3, 3);
  const end = choices.end ?? d.between(0.3, 1.5);
  const [a, w] = choices.rate ?? [];
  const [alpha, text] =
    a === undefined || w === undefined
      ? [() => constant, constant]
      : [(t: number) => a * Math.exp(-t / 2) * (1 + Math.sin(w * t) ** 2), `${a}*exp(-t/2)*(1+sin(${w}*t)^2)`];
  const motion: Motion = { ...TERMS[dynamics], alpha };
  const times = [0, Number((end / 3).toPrecision(3)), end];
  return { motion, times, definition: { alpha: text, dynamics, time: { end, snapshots: times } } };
}

type Phi = (x: number) => number;

/** A sum of products of functions of one variable each; null, as what is left out, for 1. */
interface Observable {
  text: string;
  terms: readonly (readonly (Phi | null)[])[];
  /** Where the function of the first variable has a kink. */
  kink?: number;
}

type Observables = Readonly<Record<string, Observable>>;

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
  radius: { text: "x^2+y^2", terms: [[square], [null, square]] },
};

const mapValues = <T, U>(record: Readonly<Record<string, T>>, of: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, of(value)]));

/** What a problem file says of a problem, but for its settings. */
interface Setup {
  name: string;
  axes: readonly LineAxis[];
  /** What is added to the sum of the parts of F. */
  coupling?: { text: string; field: Field };
  F: readonly Part[];
  K?: DrawnKernel | null;
  initial: readonly Blend[];
  observables: Observables;
}

/** Mixtures stand in a problem file as a density. */
const isRestricted = (initial: readonly Blend[]) => initial.some(({ components }) => components.length > 1);

function definitionOf({ name, axes, F, coupling, K, initial, observables }: Setup, { definition }: Settings): ProblemInput {
  const named = <T>(of: (axis: LineAxis, a: number) => T) => Object.fromEntries(axes.map((axis, a) => [axis.name, of(axis, a)]));
  return {
    name,
    variables: named(({ min, max, cells, periodic }) => ({ min, max, cells, boundary: periodic ? "periodic" : "no-flux" })),
    potential: {
      F: [...F, ...(coupling === undefined ? [] : [coupling])].map(({ text }) => text).join(" + "),
      ...(K ? { K: K.definition } : {}),
    },
    ...definition,
    initial: isRestricted(initial)
      ? { density: initial.map(({ text }) => `(${text})`).join("*") }
      : named((_, a) => {
          const { share: _share, ...distribution } = initial[a].components[0];
          return distribution;
        }),
    observables: mapValues(observables, ({ text }) => text),
  };
}

/** K = 0 and F a sum over variables: mu_t is a product, and each factor is a problem of one variable. */
function productOf(setup: Setup, settings: Settings): Body {
  const { axes, F, initial, observables } = setup;
  const { motion, times } = settings;
  const lines = axes.map((axis, a): LineProblem => ({ axis, F: F[a], initial: initial[a], restricted: isRestricted(initial) }));
  const marks = Object.values(observables).flatMap(({ kink }) => kink ?? []);
  return {
    definition: definitionOf(setup, settings),
    check: (space, fine) =>
      times.map((time): Truth => {
        const fineness = { pieces: fine ? 2 : 1, step: fine ? 0.03 : 0.06 };
        const measures = lines.map((line, a) => solveOnLine(line, motion, space, time, fineness, a === 0 ? marks : []));
        const scales = measures.map(({ masses, start }) => (motion.reaction === "conserving" ? total(masses) : start));
        const mean = (a: number, phi: Phi) =>
          measures[a].masses.reduce((sum, mass, j) => sum + mass * phi(measures[a].x[j]), 0) / scales[a];
        const masses = lines.map((_, a) => mean(a, () => 1));
        const mass = masses.reduce((value, each) => value * each, 1);
        const over = (term: readonly (Phi | null)[]) =>
          masses.reduce((value, each, a) => value * (term[a] ? mean(a, term[a]) : each), 1);
        return {
          energy: F.reduce((sum, { value }, a) => sum + (mean(a, value) * mass) / masses[a], 0),
          observables: mapValues(observables, ({ terms }) => terms.reduce((sum, term) => sum + over(term), 0)),
          cellMasses: lines.length > 1 ? null : cellMassesOf(measures[0], axes[0], scales[0], space),
        };
      }),
  };
}

const total = (masses: readonly number[]) => masses.reduce((sum, mass) => sum + mass, 0);

function cellMassesOf({ x, masses }: LineMeasure, { min, max, cells, periodic }: LineAxis, scale: number, space: Space) {
  const found = new Float64Array(cells);
  x.forEach((place, j) => {
    const i = Math.floor(((place - min) / (max - min)) * cells);
    const cell = periodic ? ((i % cells) + cells) % cells : space === "domain" ? Math.min(Math.max(i, 0), cells - 1) : i;
    if (cell >= 0 && cell < cells) found[cell] += masses[j] / scale;
  });
  return found;
}

const lineAxis = (d: Draws, half: number, name = "x", cells = d.pick([64, 100, 128, 200, 256])): LineAxis => ({
  name,
  min: -half,
  max: half,
  cells,
  periodic: false,
});

const circleAxis = (cells: number): LineAxis => ({ name: "x", min: -Math.PI, max: Math.PI, cells, periodic: true });

function onLine(d: Draws, parts: readonly Part[], choices: Partial<Choices> = {}): Body {
  const axes = [lineAxis(d, choices.half ?? 4.5)];
  const initial = [blendOf("x", choices.initial ?? [broad(d)])];
  const kink = d.between(-0.6, 0.6);
  const observables = { ...ON_LINE, kink: { text: `abs(x-(${kink}))`, terms: [[(x: number) => Math.abs(x - kink)]], kink } };
  return productOf({ name: "line", axes, F: [sumOf(parts)], initial, observables }, settingsOf(d, choices));
}

function onCircle(d: Draws): Body {
  const axes = [circleAxis(d.pick([64, 128, 180]))];
  const F = sumOf([
    ripple("x", d.between(0.3, 1), 1, d.between(0, 6)),
    ripple("x", d.between(0, 0.4), d.pick([2, 3]), d.between(0, 6)),
  ]);
  const component: Component = d.pick([
    { share: 1, type: "von-mises", mean: d.between(-2, 2), concentration: d.between(0.5, 8) },
    { share: 1, type: "normal", mean: d.between(-3, 3), sd: d.between(0.2, 0.9) },
  ]);
  const initial = [blendOf("x", [component])];
  return productOf({ name: "circle", axes, F: [F], initial, observables: ON_CIRCLE }, settingsOf(d, {}));
}

/** Cells of an axis by dimension. */
const CELLS = [128, 24, 12];

function product(
  d: Draws,
  parts: readonly (readonly Part[])[],
  choices: { initial?: readonly (readonly Component[])[]; half?: readonly number[]; end?: number } = {},
): Body {
  const names = ["x", "y", "z"].slice(0, parts.length);
  const axes = names.map((name, a) => lineAxis(d, choices.half?.[a] ?? 4, name, CELLS[parts.length - 1]));
  const initial = names.map((name, a) => blendOf(name, choices.initial?.[a] ?? [broad(d)]));
  const dynamics = d.pick(IN_SPACE);
  const end = d.between(0.2, 0.6);
  const setup = { name: "product", axes, F: parts.map(sumOf), initial, observables: IN_PLANE };
  return productOf(setup, settingsOf(d, { dynamics, end: choices.end ?? end }));
}

/** K as it stands in a problem file, and as a function. */
interface DrawnKernel {
  definition: NonNullable<Extract<ProblemInput["potential"], { F: string }>["K"]>;
  interaction: CoupledProblem["K"];
}

/** A exp(-|r|^2 / (2 s^2)). */
function gaussianK(A: number, s: number, dimension: 1 | 2): DrawnKernel {
  const far = 8.5 * s;
  const value: Field = (gradient, x, y = 0) => {
    if (Math.abs(x) > far || Math.abs(y) > far) {
      gradient.fill(0);
      return 0;
    }
    const K = A * Math.exp((-0.5 * (x * x + y * y)) / (s * s));
    gradient[0] = (-K * x) / (s * s);
    if (dimension === 2) gradient[1] = (-K * y) / (s * s);
    return K;
  };
  const expression = `${A}*exp(-(${dimension === 1 ? "x^2" : "x^2+y^2"})/(2*${s}^2))`;
  return { definition: { type: "convolution", expression }, interaction: { type: "convolution", value } };
}

/** Of features phi that are integrated over z, with the weight A. */
function featuresK(A: number, points: number, expression: string, phi: (z: number) => Field): DrawnKernel {
  const { nodes, weights } = gaussLegendre(points, -1, 1);
  return {
    definition: { type: "features", expression, inputs: { z: { min: -1, max: 1, points } }, weight: `${A}+0*z` },
    interaction: { type: "features", weights: weights.map((weight) => A * weight), phi: Array.from(nodes, phi) },
  };
}

const featuresOnLine = (d: Draws) =>
  featuresK(d.between(0.3, 1.5), 12, "exp(-(x-z)^2/2)", (z) => (gradient, x) => {
    const value = Math.exp(-0.5 * (x - z) ** 2);
    gradient[0] = -value * (x - z);
    return value;
  });

const featuresOnPlane = (d: Draws) =>
  featuresK(d.between(0.2, 0.8), 10, "(1+y/2)*tanh(x-z)", (z) => (gradient, x, y) => {
    const value = Math.tanh(x - z);
    gradient[0] = (1 + y / 2) * (1 - value * value);
    gradient[1] = value / 2;
    return (1 + y / 2) * value;
  });

interface CoupledChoices extends Choices {
  /** Of the coarser check. */
  steps: number;
  pieces: number;
  walls: boolean;
}

function coupled(d: Draws, parts: readonly Part[], K: DrawnKernel, choices: Partial<CoupledChoices> = {}): Body {
  const axes = [lineAxis(d, choices.half ?? 4.5)];
  const initial = [blendOf("x", choices.initial ?? [broad(d)])];
  return coupledOnAxis(d, { axes, F: [sumOf(parts)], K, initial, observables: ON_LINE }, choices);
}

function narrowK(d: Draws): Body {
  const s = d.scale(0.015, 0.08);
  const sd = d.between(0.25, 0.35);
  const K = gaussianK(d.between(0.5, 2), s, 1);
  const initial: Component[] = [{ share: 1, type: "normal", mean: d.between(-0.3, 0.3), sd }];
  // Eight nodes a piece, and two of them for each s.
  return coupled(d, tilted(d), K, { initial, pieces: Math.max(1, Math.ceil(sd / (4 * s))), end: d.between(0.2, 0.5) });
}

function coupledOnCircle(d: Draws): Body {
  const axes = [circleAxis(d.pick([64, 128]))];
  const A = d.between(0.3, 1.5);
  const value: Field = (gradient, x) => {
    gradient[0] = -A * Math.sin(x);
    return A * Math.cos(x);
  };
  const K: DrawnKernel = {
    definition: { type: "convolution", expression: `${A}*cos(x)` },
    interaction: { type: "convolution", value },
  };
  const F = sumOf([ripple("x", d.between(0.2, 0.8), 1, d.between(0, 6)), ripple("x", d.between(0, 0.3), 2, d.between(0, 6))]);
  const component: Component = { share: 1, type: "von-mises", mean: d.between(-2, 2), concentration: d.between(0.5, 6) };
  return coupledOnAxis(d, { axes, F: [F], K, initial: [blendOf("x", [component])], observables: ON_CIRCLE });
}

function coupledOnAxis(d: Draws, setup: Omit<Setup, "name">, choices: Partial<CoupledChoices> = {}): Body {
  const { steps = 60, pieces = 1, walls = false } = choices;
  const at = (scale: number): CoupledFineness => ({ pieces: scale * pieces, order: 8, steps: scale * steps });
  return coupledOf({ name: "coupled", ...setup }, settingsOf(d, choices), [at(1), at(2)], walls);
}

/** @param walls whether mass may reach them. */
function coupledOf(setup: Setup, settings: Settings, [coarse, fine]: readonly CoupledFineness[], walls = false): Body {
  const { axes, F, coupling, K, initial, observables } = setup;
  const none = { type: "features", phi: [], weights: [] } as const;
  const problem: CoupledProblem = { axes, F, coupling: coupling?.field ?? null, K: K?.interaction ?? none, initial };
  return {
    definition: definitionOf(setup, settings),
    check: (space, finely) =>
      solveCoupled(problem, settings.motion, walls ? space : "line", settings.times, finely ? fine : coarse).map(
        (snapshot): Truth => {
          const { energy, points, masses } = snapshot;
          const at = (term: readonly (Phi | null)[], j: number) =>
            term.reduce((value, phi, a) => value * (phi === null ? 1 : phi(points[a][j])), 1);
          return {
            energy,
            observables: mapValues(observables, ({ terms }) =>
              masses.reduce((sum, mass, j) => sum + mass * terms.reduce((value, term) => value + at(term, j), 0), 0),
            ),
            cellMasses: axes.length > 1 ? null : coupledCellMasses(snapshot, axes[0]),
          };
        },
      ),
  };
}

/** Two variables with an F that is no sum, and K. */
function plane(d: Draws, K: DrawnKernel | null): Body {
  const axes = ["x", "y"].map((name) => lineAxis(d, 4, name, 24));
  const [b, c] = [d.between(-0.4, 0.4), d.between(0.3, 0.8)];
  const F = [doubleWell("x", d.between(0.1, 0.3), 1), well("y", d.between(0.6, 1.2), 0)];
  const initial = ["x", "y"].map((name) => blendOf(name, [broad(d)]));
  const settings = settingsOf(d, { end: d.between(0.2, 0.6), dynamics: d.pick(IN_SPACE) });
  const field: Field = (gradient, x, y) => {
    gradient[0] = -b * c * Math.sin(c * x + y);
    gradient[1] = -b * Math.sin(c * x + y);
    return b * Math.cos(c * x + y);
  };
  const coupling = { text: `(${b})*cos(${c}*x+y)`, field };
  // Nodes of panels of two standard deviations: 8 x 4 or 6 an axis.
  const finenesses = [4, 6].map((order) => ({ pieces: 0.5, order, steps: order === 6 ? 40 : 24 }));
  return coupledOf({ name: "plane", axes, F, coupling, K, initial, observables: IN_PLANE }, settings, finenesses);
}
