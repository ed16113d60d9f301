import { InputError } from "../errors.ts";
import type { Axis } from "../grid/grid.ts";
import { gaussLegendre, type Quadrature, trapezoid } from "../numerics/quadrature.ts";
import type { RandomStream } from "../numerics/random.ts";
import type { LawDefinition } from "./schema.ts";

/** A probability law of one variable. */
export interface Law {
  /** Mass in each cell of the axis, shape [cells], by quadrature of the density; what lies beyond a no-flux axis is missing. */
  cellMasses(axis: Axis): Float64Array;
  /** The density at a point, in 1/length. */
  density(x: number): number;
  /** An exact sample; on a periodic axis it may lie outside the period. */
  sample(stream: RandomStream): number;
  /** Where the density jumps. */
  breaks: readonly number[];
  /** Nodes and weights against the law, of one family or another; on a periodic axis they may lie outside the period. */
  quadrature(count: number, bulk: number, family?: NodeFamily): BulkQuadrature;
}

/** Nodes of two kinds that share none: what one misses the other is likely to see. The second is composite Gauss-Legendre. */
export type NodeFamily = "first" | "second";

export interface BulkQuadrature extends Quadrature {
  /** Whether a tail is left out that a larger `bulk` would include. */
  cutsTail: boolean;
}

/**
 * Standard deviations to either side of the mean that stand for the whole line in a quadrature: 6e-14 of the mass lies beyond. A
 * reaction can make a tail grow; then more are needed.
 */
export const BULK = 7.5;

/** A density to integrate over cells: smooth between `breaks`, on the length scale `scale`, negligible beyond `reach`. */
interface SmoothDensity {
  density(x: number): number;
  scale: number;
  /** Where the density jumps (and ends). */
  breaks: readonly number[];
  /** Interval that carries the mass to rounding. */
  reach: readonly [number, number];
  /** The quadrature rule that suits it, on the part of `support` within `bulk` standard deviations. */
  rule: typeof trapezoid | typeof gaussLegendre;
  support: readonly [number, number];
  bulkOf(bulk: number): readonly [number, number];
}

type LawMaker<T extends LawDefinition["type"]> = (law: Extract<LawDefinition, { type: T }>, axis: Axis, field: string) => Law;

const LAWS: { [T in LawDefinition["type"]]: LawMaker<T> } = {
  normal: ({ mean, sd }, axis, field) => {
    requirePositive(sd, `${field}.sd`);
    // 39 standard deviations underflow; 9 leave 1e-19.
    const smooth: SmoothDensity = {
      density: normalDensity(mean, sd),
      scale: sd,
      breaks: [],
      reach: [mean - 39 * sd, mean + 39 * sd],
      rule: trapezoid,
      support: [-Infinity, Infinity],
      bulkOf: (bulk) => [mean - bulk * sd, mean + bulk * sd],
    };
    return createSmoothLaw(smooth, axis, (stream) => mean + sd * stream.normal());
  },

  uniform: ({ min, max }, axis, field) => {
    requireInterval(min, max, axis, field);
    const smooth: SmoothDensity = {
      density: () => 1 / (max - min),
      scale: max - min,
      breaks: [min, max],
      reach: [min, max],
      rule: gaussLegendre,
      support: [min, max],
      bulkOf: () => [min, max],
    };
    return createSmoothLaw(smooth, axis, (stream) => min + (max - min) * stream.uniform());
  },

  "truncated-normal": ({ mean, sd, min, max }, axis, field) => {
    requirePositive(sd, `${field}.sd`);
    requireInterval(min, max, axis, field);
    // In a tail, z standard deviations out, the density falls off like exp(-z s), on the scale of sd / z.
    const tail = Math.max(1, (min - mean) / sd, (mean - max) / sd);
    const clip = (reach: number) => [Math.max(min, mean - reach * sd), Math.min(max, mean + reach * sd)] as const;
    const unnormalised: SmoothDensity = {
      density: normalDensity(mean, sd),
      scale: sd / tail,
      breaks: [min, max],
      reach: clip(39),
      rule: gaussLegendre,
      support: [min, max],
      // A law that is itself a tail ends where its density has dropped by as much.
      bulkOf: (bulk) => clip(Math.hypot(bulk, tail > 1 ? tail : 0)),
    };
    const total = integrateInterval(unnormalised, min, max);
    if (!(total > 1e-280)) {
      throw new InputError(field, { mean, sd, min, max }, "no mass between min and max", "move the mean nearer the interval");
    }
    const smooth = { ...unnormalised, density: (x: number) => unnormalised.density(x) / total };
    return createSmoothLaw(smooth, axis, (stream) => sampleTruncatedNormal(mean, sd, min, max, stream));
  },

  "von-mises": ({ mean, concentration }, axis, field) => {
    if (!(concentration >= 0)) {
      throw new InputError(`${field}.concentration`, concentration, "negative", "give a number >= 0");
    }
    if (!axis.periodic) {
      throw new InputError(
        `${field}.type`,
        "von-mises",
        `${axis.name} is not periodic`,
        `set variables.${axis.name}.boundary to "periodic"`,
      );
    }
    const period = axis.max - axis.min;
    const angle = (x: number) => (2 * Math.PI * (x - mean)) / period;
    const unnormalised: SmoothDensity = {
      density: (x) => Math.exp(concentration * (Math.cos(angle(x)) - 1)),
      scale: period / Math.sqrt(16 + 40 * concentration),
      breaks: [],
      reach: [axis.min, axis.max],
      rule: trapezoid,
      support: [mean - period / 2, mean + period / 2],
      bulkOf: (bulk) => bulkOfVonMises(mean, concentration, period, bulk),
    };
    const total = integrateInterval(unnormalised, axis.min, axis.max);
    const smooth = { ...unnormalised, density: (x: number) => unnormalised.density(x) / total };
    return createSmoothLaw(smooth, axis, (stream) => mean + (period * sampleVonMises(concentration, stream)) / (2 * Math.PI));
  },

  point: ({ value }, axis, field) => {
    if (!(value >= axis.min && value <= axis.max)) {
      throw new InputError(
        `${field}.value`,
        value,
        `outside the domain [${axis.min}, ${axis.max}] of ${axis.name}`,
        "move it or widen the domain",
      );
    }
    return {
      cellMasses: (cells) => spreadPoint(value, cells),
      density: () => {
        throw new InputError(field, value, "a point mass has no density", "give a narrow law in its place");
      },
      sample: () => value,
      breaks: [],
      quadrature: () => ({ nodes: Float64Array.of(value), weights: Float64Array.of(1), cutsTail: false }),
    };
  },
};

/** Unit mass at x on the two cells nearest to it, with mean x; on the first or the last cell where x is nearer to an end than its centre. */
function spreadPoint(x: number, { cells, min, width, periodic }: Axis): Float64Array {
  const masses = new Float64Array(cells);
  const place = (x - min) / width - 0.5;
  const left = Math.floor(place);
  const share = place - left;
  const cell = (i: number) => (periodic ? (i + cells) % cells : Math.min(cells - 1, Math.max(0, i)));
  masses[cell(left)] += 1 - share;
  masses[cell(left + 1)] += share;
  return masses;
}

/** @throws InputError for parameters that define no law on this axis. */
export function createLaw(definition: LawDefinition, axis: Axis, field: string): Law {
  return (LAWS[definition.type] as LawMaker<LawDefinition["type"]>)(definition, axis, field);
}

/** A law on the whole line. */
export function createLineLaw(definition: LawDefinition, field: string): Law {
  return createLaw(
    definition,
    { name: "the line", min: -Infinity, max: Infinity, cells: 1, width: Infinity, periodic: false },
    field,
  );
}

function requirePositive(value: number, field: string): void {
  if (!(value > 0)) throw new InputError(field, value, "not positive: there is no density", "give a number > 0");
}

function requireInterval(min: number, max: number, axis: Axis, field: string): void {
  if (!(min < max)) throw new InputError(field, `[${min}, ${max}]`, "min must be below max", "exchange or correct them");
  if (min < axis.min || max > axis.max) {
    throw new InputError(
      field,
      `[${min}, ${max}]`,
      `reaches beyond the domain [${axis.min}, ${axis.max}] of ${axis.name}`,
      "widen the domain or narrow the law",
    );
  }
}

function normalDensity(mean: number, sd: number): (x: number) => number {
  const factor = 1 / (sd * Math.sqrt(2 * Math.PI));
  return (x) => factor * Math.exp(-0.5 * ((x - mean) / sd) ** 2);
}

const RULE = gaussLegendre(6, 0, 1);

/** int density over [a, b]: Gauss-Legendre with 6 points on pieces of at most half the scale; relative error near rounding. */
function integrateInterval({ density, scale, breaks, reach }: SmoothDensity, a: number, b: number): number {
  const from = Math.max(a, reach[0]);
  const to = Math.min(b, reach[1]);
  if (!(from < to)) return 0;
  const ends = [from, ...breaks.filter((x) => from < x && x < to), to];
  let total = 0;
  for (let k = 0; k + 1 < ends.length; k++) {
    const length = ends[k + 1] - ends[k];
    const pieces = Math.max(1, Math.ceil(length / (0.5 * scale)));
    for (let p = 0; p < pieces; p++) {
      for (let q = 0; q < RULE.nodes.length; q++) {
        total += (RULE.weights[q] * density(ends[k] + (length * (p + RULE.nodes[q])) / pieces) * length) / pieces;
      }
    }
  }
  return total;
}

/** Points of a panel at most in the second family of nodes. */
const PANEL_POINTS = 16;

/** Gauss-Legendre on equal panels, two at least, with about `count` nodes in all. */
function compositeGauss(count: number, low: number, high: number): Quadrature {
  const panels = Math.max(2, Math.ceil(count / PANEL_POINTS));
  const each = Math.ceil(count / panels);
  const { nodes, weights } = gaussLegendre(each, 0, 1);
  const width = (high - low) / panels;
  return {
    nodes: Float64Array.from({ length: panels * each }, (_, k) => low + width * (Math.floor(k / each) + nodes[k % each])),
    weights: Float64Array.from({ length: panels * each }, (_, k) => width * weights[k % each]),
  };
}

/** On a periodic axis the images of the law are added up. */
function createSmoothLaw(smooth: SmoothDensity, domain: Axis, sample: (stream: RandomStream) => number): Law {
  const [from, to] = smooth.reach;
  const period = domain.max - domain.min;
  const firstImage = domain.periodic ? Math.ceil((from - domain.max) / period + 1e-12) : 0;
  const lastImage = domain.periodic ? Math.floor((to - domain.min) / period - 1e-12) : 0;
  const overImages = (f: (shift: number) => number) => {
    let total = 0;
    for (let image = firstImage; image <= lastImage; image++) total += f(image * period);
    return total;
  };
  return {
    cellMasses: (axis) =>
      Float64Array.from({ length: axis.cells }, (_, i) => {
        const left = axis.min + i * axis.width;
        return overImages((shift) => integrateInterval(smooth, left + shift, left + axis.width + shift));
      }),
    density: (x) => overImages((shift) => (from <= x + shift && x + shift <= to ? smooth.density(x + shift) : 0)),
    sample,
    breaks: smooth.breaks,
    quadrature(count, bulk, family = "first") {
      const [low, high] = smooth.bulkOf(bulk);
      const { nodes, weights } = family === "first" ? smooth.rule(count, low, high) : compositeGauss(count, low, high);
      return {
        nodes,
        weights: weights.map((weight, k) => weight * smooth.density(nodes[k])),
        cutsTail: low > smooth.support[0] || high < smooth.support[1],
      };
    },
  };
}

/** Where exp(k (cos a - 1)) > exp(-bulk^2 / 2): the whole period unless the law is concentrated. */
function bulkOfVonMises(mean: number, concentration: number, period: number, bulk: number): [number, number] {
  const drop = bulk ** 2 / (2 * concentration);
  const half = drop < 2 ? (Math.acos(1 - drop) * period) / (2 * Math.PI) : period / 2;
  return [mean - half, mean + half];
}

/** Rejection from a uniform, or from an exponential where the interval is a tail (Robert 1995). */
function sampleTruncatedNormal(mean: number, sd: number, min: number, max: number, stream: RandomStream): number {
  const a = (min - mean) / sd;
  const b = (max - mean) / sd;
  if (b < 0) return mean + mean - sampleTruncatedNormal(mean, sd, 2 * mean - max, 2 * mean - min, stream);
  if (a > 0 && b - a > 1 / a) {
    for (;;) {
      const z = a - Math.log(1 - stream.uniform()) / a;
      if (z <= b && stream.uniform() < Math.exp(-0.5 * (z - a) ** 2)) return mean + sd * z;
    }
  }
  if (a <= 0 && b - a > 4) {
    for (;;) {
      const z = stream.normal();
      if (a <= z && z <= b) return mean + sd * z;
    }
  }
  const nearest = Math.max(a, 0);
  for (;;) {
    const z = a + (b - a) * stream.uniform();
    if (stream.uniform() < Math.exp(0.5 * (nearest * nearest - z * z))) return mean + sd * z;
  }
}

/** An angle with density proportional to exp(k cos a): Best & Fisher (1979). */
function sampleVonMises(k: number, stream: RandomStream): number {
  if (k < 1e-8) return Math.PI * (2 * stream.uniform() - 1);
  const tau = 1 + Math.sqrt(1 + 4 * k * k);
  const rho = (tau - Math.sqrt(2 * tau)) / (2 * k);
  const r = (1 + rho * rho) / (2 * rho);
  for (;;) {
    const z = Math.cos(Math.PI * stream.uniform());
    const f = (1 + r * z) / (r + z);
    const c = k * (r - f);
    const u = 1 - stream.uniform();
    if (c * (2 - c) > u || Math.log(c / u) + 1 >= c) {
      return (stream.uniform() < 0.5 ? -1 : 1) * Math.acos(Math.max(-1, Math.min(1, f)));
    }
  }
}
