import type { Quadrature } from "../../src/numerics/quadrature.ts";

/**
 * Functions that stand twice: as text for a problem file, and as plain TypeScript with its derivative, so that a check of the problem needs
 * nothing of the program under test.
 */

/** A function of one variable, smooth between its kinks. */
export interface Part {
  text: string;
  value(x: number): number;
  /** Its derivative at x; at a kink that of the side on which `inside` lies. */
  slope(x: number, inside: number): number;
  /** Where the derivative jumps. */
  kinks: readonly number[];
}

type Smooth = Pick<Part, "value"> & { slope(x: number): number };

const smooth = (text: string, functions: Smooth): Part => ({ text, ...functions, kinks: [] });

export const linear = (name: string, b: number) => smooth(`(${b})*${name}`, { value: (x) => b * x, slope: () => b });

/** k (x - c)^2 / 2. */
export const well = (name: string, k: number, c: number) =>
  smooth(`${k}*(${name}-(${c}))^2/2`, { value: (x) => 0.5 * k * (x - c) ** 2, slope: (x) => k * (x - c) });

/** k ((x/w)^2 - 1)^2. */
export const doubleWell = (name: string, k: number, w: number) =>
  smooth(`${k}*((${name}/${w})^2-1)^2`, {
    value: (x) => k * ((x / w) ** 2 - 1) ** 2,
    slope: (x) => (4 * k * x * ((x / w) ** 2 - 1)) / w ** 2,
  });

/** a cos(m x + p). */
export const ripple = (name: string, a: number, m: number, p = 0) =>
  smooth(`(${a})*cos(${m}*${name}+(${p}))`, { value: (x) => a * Math.cos(m * x + p), slope: (x) => -a * m * Math.sin(m * x + p) });

/** a exp(-(x - c)^2 / (2 s^2)). */
export const bump = (name: string, a: number, c: number, s: number) => {
  const value = (x: number) => a * Math.exp(-0.5 * ((x - c) / s) ** 2);
  return smooth(`(${a})*exp(-(${name}-(${c}))^2/(2*${s}^2))`, { value, slope: (x) => (-value(x) * (x - c)) / s ** 2 });
};

/** a |x - c|. */
export const hinge = (name: string, a: number, c: number): Part => ({
  text: `(${a})*abs(${name}-(${c}))`,
  value: (x) => a * Math.abs(x - c),
  slope: (_, inside) => a * Math.sign(inside - c),
  kinks: [c],
});

/** a max(x - c, 0). */
export const ramp = (name: string, a: number, c: number): Part => ({
  text: `(${a})*relu(${name}-(${c}))`,
  value: (x) => a * Math.max(x - c, 0),
  slope: (_, inside) => (inside > c ? a : 0),
  kinks: [c],
});

export function sumOf(parts: readonly Part[]): Part {
  return {
    text: parts.map(({ text }) => text).join(" + "),
    value: (x) => parts.reduce((total, part) => total + part.value(x), 0),
    slope: (x, inside) => parts.reduce((total, part) => total + part.slope(x, inside), 0),
    kinks: increasing(parts.flatMap(({ kinks }) => kinks)),
  };
}

/** A share of an initial distribution of one variable. */
export interface Component {
  share: number;
  /** As it stands in a problem file. */
  definition:
    | { type: "normal"; mean: number; sd: number }
    | { type: "uniform"; min: number; max: number }
    | { type: "von-mises"; mean: number; concentration: number };
  /** Its density as an expression; empty where no mixture has it. */
  text(name: string): string;
  density(x: number): number;
  /** Places between which it is smooth and well resolved by a few nodes. @param fineness pieces a standard deviation. */
  cuts(fineness: number): number[];
}

const REACH = 8;

export const normal = (mean: number, sd: number, share = 1): Component => ({
  share,
  definition: { type: "normal", mean, sd },
  text: (name) => `exp(-(${name}-(${mean}))^2/(2*${sd}^2))/(${sd}*sqrt(2*pi))`,
  density: (x) => Math.exp(-0.5 * ((x - mean) / sd) ** 2) / (sd * Math.sqrt(2 * Math.PI)),
  cuts: (fineness) => evenly(mean - REACH * sd, mean + REACH * sd, Math.ceil(2 * REACH * fineness)),
});

export const uniform = (min: number, max: number): Component => ({
  share: 1,
  definition: { type: "uniform", min, max },
  text: () => "",
  density: (x) => (min <= x && x <= max ? 1 / (max - min) : 0),
  cuts: (fineness) => evenly(min, max, Math.ceil(8 * fineness)),
});

/** Of the period 2 pi. */
export function vonMises(mean: number, concentration: number): Component {
  const shape = (x: number) => Math.exp(concentration * (Math.cos(x - mean) - 1));
  // The trapezoid rule on a period converges faster than any power.
  const total = evenly(0, 2 * Math.PI, 4096).slice(1).reduce((sum, x) => sum + shape(x) * (2 * Math.PI) / 4096, 0); // biome-ignore format: one sum
  return {
    share: 1,
    definition: { type: "von-mises", mean, concentration },
    text: () => "",
    density: (x) => shape(x) / total,
    cuts: (fineness) => evenly(mean - Math.PI, mean + Math.PI, Math.ceil(fineness * (8 + 4 * Math.sqrt(concentration)))),
  };
}

const evenly = (from: number, to: number, count: number) =>
  Array.from({ length: count + 1 }, (_, k) => from + ((to - from) * k) / count);

/** A mixture of components: its cuts are increasing, and the first and the last enclose all but 1e-15 of the mass. */
export interface Blend extends Pick<Component, "density" | "cuts"> {
  components: readonly Component[];
  text: string;
}

export function blendOf(name: string, components: readonly Component[]): Blend {
  return {
    components,
    text: components.map(({ share, text }) => `${share}*${text(name)}`).join(" + "),
    density: (x) => components.reduce((total, { share, density }) => total + share * density(x), 0),
    cuts: (fineness) => increasing(components.flatMap(({ cuts }) => cuts(fineness))),
  };
}

export const increasing = (places: Iterable<number>) => [...new Set(places)].sort((a, b) => a - b);

/** A rule of Gauss nodes for rho_0 on each piece between cuts. */
export function panelsBetween(cuts: readonly number[], { nodes, weights }: Quadrature, { density }: Blend): Quadrature {
  const middle = cuts.slice(1).flatMap((cut, k) => {
    const half = (cut - cuts[k]) / 2;
    return Array.from(nodes, (s, q) => ({ node: cuts[k] + half * (1 + s), weight: half * weights[q] }));
  });
  return {
    nodes: Float64Array.from(middle, ({ node }) => node),
    weights: Float64Array.from(middle, ({ node, weight }) => weight * density(node)),
  };
}

/** The line cut at kinks between two walls: in which region a place lies, and a place inside each. */
export function regionsOf(kinks: readonly number[], [floor, ceiling]: readonly [number, number]) {
  const ends = [floor, ...kinks.filter((kink) => kink > floor && kink < ceiling), ceiling];
  const inner = ends.slice(1, -1);
  const regionAt = (x: number) => inner.filter((end) => end <= x).length;
  const insideOf = (region: number) => {
    const [a, b] = [ends[region], ends[region + 1]];
    if (a === -Infinity) return b === Infinity ? 0 : b - 1;
    return b === Infinity ? a + 1 : 0.5 * (a + b);
  };
  return { ends, regionAt, insideOf };
}

/** Halves an interval again and again about the place up to which something holds. */
export function bisect(holds: (s: number) => boolean, [a, b]: readonly [number, number], rounds: number): [number, number] {
  let [low, high] = [a, b];
  for (let round = 0; round < rounds; round++) {
    const middle = 0.5 * (low + high);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return [low, high];
}
