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

const smooth = (text: string, value: Part["value"], slope: (x: number) => number): Part => ({ text, value, slope, kinks: [] });

export const linear = (name: string, b: number): Part => smooth(`(${b})*${name}`, (x) => b * x, () => b); // biome-ignore format: one row

/** k (x - c)^2 / 2. */
export const well = (name: string, k: number, c: number): Part =>
  smooth(
    `${k}*(${name}-(${c}))^2/2`,
    (x) => 0.5 * k * (x - c) ** 2,
    (x) => k * (x - c),
  );

/** k ((x/w)^2 - 1)^2. */
export const doubleWell = (name: string, k: number, w: number): Part =>
  smooth(
    `${k}*((${name}/${w})^2-1)^2`,
    (x) => k * ((x / w) ** 2 - 1) ** 2,
    (x) => (4 * k * x * ((x / w) ** 2 - 1)) / w ** 2,
  );

/** a cos(m x + p). */
export const ripple = (name: string, a: number, m: number, p = 0): Part =>
  smooth(
    `(${a})*cos(${m}*${name}+(${p}))`,
    (x) => a * Math.cos(m * x + p),
    (x) => -a * m * Math.sin(m * x + p),
  );

/** a exp(-(x - c)^2 / (2 s^2)). */
export const bump = (name: string, a: number, c: number, s: number): Part => {
  const value = (x: number) => a * Math.exp(-0.5 * ((x - c) / s) ** 2);
  return smooth(`(${a})*exp(-(${name}-(${c}))^2/(2*${s}^2))`, value, (x) => (-value(x) * (x - c)) / s ** 2);
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
    kinks: [...new Set(parts.flatMap(({ kinks }) => kinks))].sort((a, b) => a - b),
  };
}

/** One piece of an initial distribution of one variable. */
export type Component =
  | { share: number; type: "normal"; mean: number; sd: number }
  | { share: number; type: "uniform"; min: number; max: number }
  | { share: number; type: "von-mises"; mean: number; concentration: number };

/** A mixture of components, as a density, as text, and as places between which it is smooth and well resolved by a few nodes. */
export interface Blend {
  components: readonly Component[];
  text: string;
  density(x: number): number;
  /** Increasing; the first and the last enclose all but 1e-15 of the mass. @param fineness pieces a standard deviation. */
  cuts(fineness: number): number[];
}

const REACH = 8;

/** @param period of the axis, for von Mises components alone. */
export function blendOf(name: string, components: readonly Component[], period = 2 * Math.PI): Blend {
  const each = components.map((component) => pieceOf(name, component, period));
  return {
    components,
    text: each.map(({ text }, k) => `${components[k].share}*${text}`).join(" + "),
    density: (x) => each.reduce((total, { density }, k) => total + components[k].share * density(x), 0),
    cuts: (fineness) => [...new Set(each.flatMap(({ cuts }) => cuts(fineness)))].sort((a, b) => a - b),
  };
}

type Piece = Pick<Blend, "text" | "density" | "cuts">;

const evenly = (from: number, to: number, count: number) =>
  Array.from({ length: count + 1 }, (_, k) => from + ((to - from) * k) / count);

function pieceOf(name: string, component: Component, period: number): Piece {
  if (component.type === "normal") {
    const { mean, sd } = component;
    return {
      text: `exp(-(${name}-(${mean}))^2/(2*${sd}^2))/(${sd}*sqrt(2*pi))`,
      density: (x) => Math.exp(-0.5 * ((x - mean) / sd) ** 2) / (sd * Math.sqrt(2 * Math.PI)),
      cuts: (fineness) => evenly(mean - REACH * sd, mean + REACH * sd, Math.ceil(2 * REACH * fineness)),
    };
  }
  if (component.type === "uniform") {
    const { min, max } = component;
    return {
      text: "no expression is needed",
      density: (x) => (min <= x && x <= max ? 1 / (max - min) : 0),
      cuts: (fineness) => evenly(min, max, Math.ceil(8 * fineness)),
    };
  }
  const { mean, concentration } = component;
  const angle = (x: number) => (2 * Math.PI * (x - mean)) / period;
  const shape = (x: number) => Math.exp(concentration * (Math.cos(angle(x)) - 1));
  // The trapezoid rule on a period converges faster than any power.
  const total = (period / 4096) * evenly(0, period, 4096).slice(1).reduce((sum, x) => sum + shape(x), 0); // biome-ignore format: one sum
  return {
    text: "no expression is needed",
    density: (x) => shape(x) / total,
    cuts: (fineness) => evenly(mean - period / 2, mean + period / 2, Math.ceil(fineness * (8 + 4 * Math.sqrt(concentration)))),
  };
}

/** The line cut at kinks between two walls: in which region a place lies, and a place inside each. */
export function regionsOf(kinks: readonly number[], [floor, ceiling]: readonly [number, number]) {
  const ends = [floor, ...kinks.filter((kink) => kink > floor && kink < ceiling), ceiling];
  const regionAt = (x: number) =>
    Math.max(
      0,
      ends.slice(0, -1).findLastIndex((end) => end <= x),
    );
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
