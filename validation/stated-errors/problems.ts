import { createStream, type RandomStream } from "../../src/numerics/random.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import type { Fineness, LineAxis, LineProblem, Motion, Space, Truth } from "./check.ts";
import { solveOnLine } from "./line.ts";
import {
  type CoupledFineness,
  type CoupledProblem,
  coupledCellMasses,
  type Field,
  type Interaction,
  solveCoupled,
} from "./nodes.ts";
import {
  type Blend,
  blendOf,
  bump,
  type Component,
  doubleWell,
  gaussRule,
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
  { kind: "K Gaussian", draw: (d) => coupled(d, tilted(d), gaussianK(d, d.between(0.3, 1.5), d.between(0.4, 1.2), 1)) },
  { kind: "K narrow", draw: (d) => narrowK(d) },
  { kind: "K of features", draw: (d) => coupled(d, tilted(d), featuresOnLine(d)) },
  { kind: "K and jumps in mu_0", draw: (d) => coupled(d, tilted(d), gaussianK(d, d.between(0.3, 1.5), d.between(0.4, 1.2), 1), { initial: [{ share: 1, type: "uniform", min: d.between(-1.5, -0.3), max: d.between(0.1, 1.5) }] }) },
  { kind: "K and a needle in mu_0", draw: (d) => coupled(d, tilted(d), gaussianK(d, d.between(0.3, 1), d.between(0.5, 1), 1), { initial: needle(d) }) },
  { kind: "K and an attracting kink", draw: (d) => coupled(d, [hinge("x", d.between(0.8, 1.2), d.between(-0.2, 0.2))], gaussianK(d, d.between(0.2, 0.8), d.between(0.8, 1.2), 1), { steps: 240, end: d.between(0.3, 0.8) }) },
  { kind: "K and a wall", draw: (d) => coupled(d, [linear("x", -d.between(1, 1.6))], gaussianK(d, d.between(0.1, 0.3), d.between(0.8, 1.2), 1), { steps: 240, half: 1, walls: true, end: d.between(0.2, 0.5), initial: [{ share: 1, type: "uniform", min: -1, max: 1 }] }) },
  { kind: "K on a circle", draw: (d) => coupledOnCircle(d) },
  { kind: "plane", draw: (d) => product(d, [[well("x", d.between(0.3, 1.5), 0.2)], [doubleWell("y", d.between(0.2, 0.8), d.between(0.9, 1.3))]]) },
  { kind: "plane, needle in mu_0", draw: (d) => product(d, [tilted(d), [well("y", d.between(0.3, 1), 0)]], { initial: [needle(d), [broad(d)]] }) },
  { kind: "plane, jumps in mu_0", draw: (d) => product(d, [tilted(d), [well("y", d.between(0.3, 1), 0)]], { initial: [[{ share: 1, type: "uniform", min: -1, max: d.between(0.2, 1.2) }], [broad(d)]] }) },
  { kind: "plane, wall that mass crosses", draw: (d) => product(d, [[linear("x", -d.between(0.5, 1.5))], [well("y", d.between(0.3, 1), 0)]], { half: [1, 4], initial: [[{ share: 1, type: "uniform", min: -1, max: 1 }], [broad(d)]] }) },
  { kind: "plane, attracting kink", draw: (d) => product(d, [[hinge("x", d.between(0.3, 1), d.between(-0.3, 0.3))], [well("y", d.between(0.3, 1), 0)]]) },
  { kind: "plane, rough F", draw: (d) => product(d, [[well("x", d.between(0.2, 0.8), 0), ripple("x", d.between(0.005, 0.02), d.between(20, 60))], [well("y", d.between(0.3, 1), 0)]], { end: d.between(0.2, 0.5) }) },
  { kind: "plane, K of features", draw: (d) => plane(d, featuresOnPlane(d)) },
  { kind: "plane, K Gaussian", draw: (d) => plane(d, gaussianK(d, d.between(0.3, 1), d.between(0.6, 1.2), 2)) },
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

function settingsOf(d: Draws, choices: Partial<Choices>) {
  const dynamics = choices.dynamics ?? d.pick(DYNAMICS);
  const constant = d.between(0.3, 3);
  const end = choices.end ?? d.between(0.3, 1.5);
  const { rate } = choices;
  const motion: Motion = {
    ...TERMS[dynamics],
    alpha: rate === undefined ? () => constant : (t) => rate[0] * Math.exp(-t / 2) * (1 + Math.sin(rate[1] * t) ** 2),
  };
  const times = [0, Number((end / 3).toPrecision(3)), end];
  return {
    motion,
    times,
    definition: {
      alpha: rate === undefined ? constant : `${rate[0]}*exp(-t/2)*(1+sin(${rate[1]}*t)^2)`,
      dynamics,
      time: { end, snapshots: times },
    },
  };
}

/** How mu_0 stands in a problem file: by a distribution of each variable, or as a density where one of them is a mixture. */
function initialOf(
  axes: readonly LineAxis[],
  blends: readonly Blend[],
): { definition: ProblemInput["initial"]; restricted: boolean } {
  if (blends.every(({ components }) => components.length === 1)) {
    const definition = Object.fromEntries(axes.map(({ name }, a) => {
      const { share: _, ...distribution } = blends[a].components[0];
      return [name, distribution];
    })); // biome-ignore format: one map
    return { definition, restricted: false };
  }
  return { definition: { density: blends.map(({ text }) => `(${text})`).join("*") }, restricted: true };
}

const variablesOf = (axes: readonly LineAxis[]) =>
  Object.fromEntries(
    axes.map(({ name, min, max, cells, periodic }) => [
      name,
      { min, max, cells, boundary: periodic ? ("periodic" as const) : ("no-flux" as const) },
    ]),
  );

/** A product of functions of one variable each, summed: int phi dmu of a product measure. */
interface Observable {
  name: string;
  text: string;
  terms: readonly (readonly (((x: number) => number) | null)[])[];
  /** Places where the function of the first variable has a kink. */
  kinks: readonly number[];
}

const COARSE: Fineness = { pieces: 1, step: 0.06 };
const FINE: Fineness = { pieces: 2, step: 0.03 };

/** K = 0 and F a sum over variables: mu_t is a product, and each factor is a problem of one variable. */
function productOf(
  name: string,
  lines: readonly LineProblem[],
  observables: readonly Observable[],
  { motion, times, definition }: ReturnType<typeof settingsOf>,
  initial: ProblemInput["initial"],
): Body {
  const axes = lines.map(({ axis }) => axis);
  return {
    definition: {
      name,
      variables: variablesOf(axes),
      potential: { F: lines.map(({ F }) => F.text).join(" + ") },
      ...definition,
      initial,
      observables: Object.fromEntries(observables.map(({ name: each, text }) => [each, text])),
    },
    check: (space, fine) =>
      times.map((time): Truth => {
        const marks = observables.flatMap(({ kinks }) => kinks);
        const measures = lines.map((line, a) => solveOnLine(line, motion, space, time, fine ? FINE : COARSE, a === 0 ? marks : []));
        const scales = measures.map(({ masses, start }) =>
          motion.reaction === "conserving" ? masses.reduce((sum, mass) => sum + mass, 0) : start,
        );
        const mean = (a: number, phi: ((x: number) => number) | null) =>
          measures[a].masses.reduce((sum, mass, j) => sum + mass * (phi === null ? 1 : phi(measures[a].x[j])), 0) / scales[a];
        const masses = lines.map((_, a) => mean(a, null));
        const over = (phis: readonly (((x: number) => number) | null)[]) => phis.reduce((value, phi, a) => value * mean(a, phi), 1);
        const mass = masses.reduce((value, each) => value * each, 1);
        const energy = lines.reduce((sum, { F }, a) => sum + (mean(a, F.value) * mass) / masses[a], 0);
        return {
          mass,
          energy,
          observables: Object.fromEntries(
            observables.map(({ name: each, terms }) => [each, terms.reduce((sum, term) => sum + over(term), 0)]),
          ),
          cellMasses: lines.length > 1 ? null : cellMassesOf(measures[0], axes[0], scales[0], space),
        };
      }),
  };
}

function cellMassesOf(
  { x, masses }: { x: readonly number[]; masses: readonly number[] },
  axis: LineAxis,
  scale: number,
  space: Space,
): Float64Array {
  const { min, max, cells, periodic } = axis;
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

const identity = (x: number) => x;
const square = (x: number) => x * x;
const wave = (x: number) => Math.cos(3 * x);

function onLine(d: Draws, parts: readonly Part[], choices: Partial<Choices> = {}): Body {
  const axis = lineAxis(d, choices.half ?? 4.5);
  const initial = blendOf("x", choices.initial ?? [broad(d)]);
  const { definition, restricted } = initialOf([axis], [initial]);
  const c = d.between(-0.6, 0.6);
  const observables: Observable[] = [
    { name: "mean", text: "x", terms: [[identity]], kinks: [] },
    { name: "second", text: "x^2", terms: [[square]], kinks: [] },
    { name: "wave", text: "cos(3*x)", terms: [[wave]], kinks: [] },
    { name: "kink", text: `abs(x-(${c}))`, terms: [[(x) => Math.abs(x - c)]], kinks: [c] },
  ];
  return productOf("line", [{ axis, F: sumOf(parts), initial, restricted }], observables, settingsOf(d, choices), definition);
}

function onCircle(d: Draws): Body {
  const axis: LineAxis = { name: "x", min: -Math.PI, max: Math.PI, cells: d.pick([64, 128, 180]), periodic: true };
  const F = sumOf([
    ripple("x", d.between(0.3, 1), 1, d.between(0, 6)),
    ripple("x", d.between(0, 0.4), d.pick([2, 3]), d.between(0, 6)),
  ]);
  const component: Component = d.pick([
    { share: 1, type: "von-mises", mean: d.between(-2, 2), concentration: d.between(0.5, 8) },
    { share: 1, type: "normal", mean: d.between(-3, 3), sd: d.between(0.2, 0.9) },
  ]);
  const initial = blendOf("x", [component]);
  const observables: Observable[] = [
    { name: "cosine", text: "cos(x)", terms: [[Math.cos]], kinks: [] },
    { name: "sine", text: "sin(2*x)", terms: [[(x) => Math.sin(2 * x)]], kinks: [] },
  ];
  return productOf(
    "circle",
    [{ axis, F, initial, restricted: false }],
    observables,
    settingsOf(d, {}),
    initialOf([axis], [initial]).definition,
  );
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
  const blends = names.map((name, a) => blendOf(name, choices.initial?.[a] ?? [broad(d)]));
  const { definition, restricted } = initialOf(axes, blends);
  const rest = names.slice(2).map(() => null);
  const observables: Observable[] = [
    { name: "mean", text: "x", terms: [[identity, null, ...rest]], kinks: [] },
    { name: "product", text: "x*y", terms: [[identity, identity, ...rest]], kinks: [] },
    { name: "radius", text: "x^2+y^2", terms: [[square, null, ...rest], [null, square, ...rest]], kinks: [] }, // biome-ignore format: one row
  ];
  const lines = axes.map((axis, a) => ({ axis, F: sumOf(parts[a]), initial: blends[a], restricted }));
  const dynamics = d.pick(["birth-death", "birth-death", "gradient-descent", "unbalanced"] as const);
  return productOf("product", lines, observables, settingsOf(d, { end: d.between(0.2, 0.6), dynamics, ...("end" in choices ? { end: choices.end ?? 1 } : {}) }), definition); // biome-ignore format: one call
}

/** K as it stands in a problem file, and as a function. */
interface DrawnKernel {
  definition: NonNullable<Extract<ProblemInput["potential"], { F: string }>["K"]>;
  interaction: Interaction;
}

/** A exp(-|r|^2 / (2 s^2)). */
function gaussianK(_: Draws, A: number, s: number, dimension: 1 | 2): DrawnKernel {
  const far = 8.5 * s;
  return {
    definition: { type: "convolution", expression: `${A}*exp(-(${dimension === 1 ? "x^2" : "x^2+y^2"})/(2*${s}^2))` },
    interaction: {
      type: "convolution",
      value: (gradient, x, y = 0) => {
        if (Math.abs(x) > far || Math.abs(y) > far) {
          gradient.fill(0);
          return 0;
        }
        const value = A * Math.exp((-0.5 * (x * x + y * y)) / (s * s));
        gradient[0] = (-value * x) / (s * s);
        if (dimension === 2) gradient[1] = (-value * y) / (s * s);
        return value;
      },
    },
  };
}

/** phi = exp(-(x - z)^2 / 2), integrated over z. */
function featuresOnLine(d: Draws): DrawnKernel {
  const [min, max, points] = [-1, 1, 12];
  const A = d.between(0.3, 1.5);
  const { nodes, weights } = gaussRule(points);
  return {
    definition: { type: "features", expression: "exp(-(x-z)^2/2)", inputs: { z: { min, max, points } }, weight: `${A}+0*z` },
    interaction: {
      type: "features",
      weights: weights.map((weight) => A * weight),
      phi: nodes.map((z): Field => (gradient, x) => {
        const value = Math.exp(-0.5 * (x - z) ** 2);
        gradient[0] = -value * (x - z);
        return value;
      }), // biome-ignore format: one map
    },
  };
}

/** phi = (1 + y / 2) tanh(x - z). */
function featuresOnPlane(d: Draws): DrawnKernel {
  const [min, max, points] = [-1, 1, 10];
  const A = d.between(0.2, 0.8);
  const { nodes, weights } = gaussRule(points);
  return {
    definition: { type: "features", expression: "(1+y/2)*tanh(x-z)", inputs: { z: { min, max, points } }, weight: `${A}+0*z` },
    interaction: {
      type: "features",
      weights: weights.map((weight) => A * weight),
      phi: nodes.map((z): Field => (gradient, x, y) => {
        const value = Math.tanh(x - z);
        gradient[0] = (1 + y / 2) * (1 - value * value);
        gradient[1] = value / 2;
        return (1 + y / 2) * value;
      }), // biome-ignore format: one map
    },
  };
}

interface CoupledChoices extends Choices {
  /** Of the coarser check. */
  steps: number;
  pieces: number;
  walls: boolean;
}

function coupled(d: Draws, parts: readonly Part[], K: DrawnKernel, choices: Partial<CoupledChoices> = {}): Body {
  const axis = lineAxis(d, choices.half ?? 4.5);
  return coupledOf(d, axis, sumOf(parts), choices.initial ?? [broad(d)], K, choices, { mean: "x", second: "x^2", wave: "cos(3*x)" }, [identity, square, wave]); // biome-ignore format: one call
}

function narrowK(d: Draws): Body {
  const s = d.scale(0.015, 0.08);
  const sd = d.between(0.25, 0.35);
  const K = gaussianK(d, d.between(0.5, 2), s, 1);
  const initial: Component[] = [{ share: 1, type: "normal", mean: d.between(-0.3, 0.3), sd }];
  // Eight nodes a piece, and two of them for each s.
  return coupled(d, tilted(d), K, { initial, pieces: Math.max(1, Math.ceil(sd / (4 * s))), end: d.between(0.2, 0.5) });
}

function coupledOnCircle(d: Draws): Body {
  const axis: LineAxis = { name: "x", min: -Math.PI, max: Math.PI, cells: d.pick([64, 128]), periodic: true };
  const A = d.between(0.3, 1.5);
  const K: DrawnKernel = {
    definition: { type: "convolution", expression: `${A}*cos(x)` },
    interaction: {
      type: "convolution",
      value: (gradient, x) => {
        gradient[0] = -A * Math.sin(x);
        return A * Math.cos(x);
      },
    },
  };
  const F = sumOf([ripple("x", d.between(0.2, 0.8), 1, d.between(0, 6)), ripple("x", d.between(0, 0.3), 2, d.between(0, 6))]);
  const initial: Component[] = [{ share: 1, type: "von-mises", mean: d.between(-2, 2), concentration: d.between(0.5, 6) }];
  return coupledOf(d, axis, F, initial, K, {}, { cosine: "cos(x)", sine: "sin(2*x)" }, [Math.cos, (x) => Math.sin(2 * x)]);
}

function coupledOf(
  d: Draws,
  axis: LineAxis,
  F: Part,
  components: readonly Component[],
  K: DrawnKernel,
  choices: Partial<CoupledChoices>,
  texts: Record<string, string>,
  phis: readonly ((x: number) => number)[],
): Body {
  const initial = blendOf("x", components);
  const { motion, times, definition } = settingsOf(d, choices);
  const problem: CoupledProblem = { axes: [axis], F: [F], coupling: null, K: K.interaction, initial: [initial] };
  const { steps = 60, pieces = 1, walls = false } = choices;
  return {
    definition: {
      name: "coupled",
      variables: variablesOf([axis]),
      potential: { F: F.text, K: K.definition },
      ...definition,
      initial: initialOf([axis], [initial]).definition,
      observables: texts,
    },
    check: (space, fine) => {
      const fineness: CoupledFineness = { pieces: fine ? 2 * pieces : pieces, order: 8, steps: fine ? 2 * steps : steps };
      return solveCoupled(problem, motion, walls ? space : "line", times, fineness).map((snapshot): Truth => ({
        mass: snapshot.masses.reduce((sum, mass) => sum + mass, 0),
        energy: snapshot.energy,
        observables: Object.fromEntries(
          Object.keys(texts).map((name, k) => [name, snapshot.masses.reduce((sum, mass, j) => sum + mass * phis[k](snapshot.points[0][j]), 0)]),
        ),
        cellMasses: coupledCellMasses(snapshot, axis),
      })); // biome-ignore format: one map
    },
  };
}

/** Two variables with an F that is no sum, and K. */
function plane(d: Draws, K: DrawnKernel | null): Body {
  const axes = ["x", "y"].map((name) => lineAxis(d, 4, name, 24));
  const [b, c] = [d.between(-0.4, 0.4), d.between(0.3, 0.8)];
  const F = [sumOf([doubleWell("x", d.between(0.1, 0.3), 1)]), sumOf([well("y", d.between(0.6, 1.2), 0)])];
  const blends = ["x", "y"].map((name) => blendOf(name, [broad(d)]));
  const { motion, times, definition } = settingsOf(d, {
    end: d.between(0.2, 0.6),
    dynamics: d.pick(["birth-death", "birth-death", "gradient-descent", "unbalanced"]),
  });
  const coupling: Field = (gradient, x, y) => {
    const wave = Math.cos(c * x + y);
    gradient[0] = -b * c * Math.sin(c * x + y);
    gradient[1] = -b * Math.sin(c * x + y);
    return b * wave;
  };
  const problem: CoupledProblem = {
    axes,
    F,
    coupling,
    K: K?.interaction ?? { type: "features", phi: [], weights: [] },
    initial: blends,
  };
  const phis: Record<string, { text: string; value(x: number, y: number): number }> = {
    mean: { text: "x", value: (x) => x },
    product: { text: "x*y", value: (x, y) => x * y },
    radius: { text: "x^2+y^2", value: (x, y) => x * x + y * y },
  };
  return {
    definition: {
      name: "plane",
      variables: variablesOf(axes),
      potential: {
        F: `${F.map(({ text }) => text).join(" + ")} + (${b})*cos(${c}*x+y)`,
        ...(K === null ? {} : { K: K.definition }),
      },
      ...definition,
      initial: initialOf(axes, blends).definition,
      observables: Object.fromEntries(Object.entries(phis).map(([name, { text }]) => [name, text])),
    },
    check: (_, fine) =>
      // Nodes of panels of two standard deviations: 8 x 4 or 6 an axis.
      solveCoupled(problem, motion, "line", times, { pieces: 0.5, order: fine ? 6 : 4, steps: fine ? 40 : 24 }).map(
        ({ masses, points: [x, y], energy }): Truth => ({
          mass: masses.reduce((sum, mass) => sum + mass, 0),
          energy,
          observables: Object.fromEntries(
            Object.entries(phis).map(([name, { value }]) => [
              name,
              masses.reduce((sum, mass, j) => sum + mass * value(x[j], y[j]), 0),
            ]),
          ),
          cellMasses: null,
        }),
      ),
  };
}
