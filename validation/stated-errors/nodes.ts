import { gaussLegendre, type Quadrature, tensorProduct } from "../../src/numerics/quadrature.ts";
import type { LineAxis, Motion, Space } from "./check.ts";
import { type Blend, bisect, type Part, regionsOf } from "./parts.ts";

/** A field with its gradient at a point of at most two variables: returns the value and fills the gradient. */
export type Field = (gradient: Float64Array, ...theta: number[]) => number;

/** K of two points, as a function of their difference or as a sum over features. */
type Interaction = { type: "convolution"; value: Field } | { type: "features"; phi: readonly Field[]; weights: ArrayLike<number> };

export interface CoupledProblem {
  axes: readonly LineAxis[];
  /** A sum over variables, and what couples two of them. */
  F: readonly Part[];
  coupling: Field | null;
  K: Interaction;
  initial: readonly Blend[];
}

export interface CoupledFineness {
  /** Pieces a standard deviation of mu_0, with `order` Gauss nodes each. */
  pieces: number;
  order: number;
  steps: number;
}

/**
 * mu_t with V = F + int K dmu: weighted nodes on panels of Gauss-Legendre rules for mu_0,
 *
 *   x_j' = -grad V(x_j),   l_j' = -alpha (V - Vbar)(x_j),   mu = sum_j w_j e^{l_j} delta_{x_j},
 *
 * by the classical Runge-Kutta method of equal steps, with sums over all pairs. In one variable a node may reach a kink of F or, on the
 * `domain`, a wall within a step: its path is then ended there, and it goes on beyond or stays. That is of order 2 in the step, with a
 * constant as small as the mass that arrives in one step; all else is of order 4.
 */
export function solveCoupled(
  problem: CoupledProblem,
  motion: Motion,
  space: Space,
  times: readonly number[],
  { pieces, order, steps }: CoupledFineness,
): CoupledSnapshot[] {
  const { axes, F, coupling, K, initial } = problem;
  const d = axes.length;
  const { transport, reaction, alpha } = motion;
  const panels = initial.map((blend, a) => panelsOf(blend, F[a], axes[a], space, pieces, order));
  const { nodes: x, weights: start } = tensorProduct(panels);
  const n = start.length;
  const total = start.reduce((sum, w) => sum + w, 0);
  for (let j = 0; j < n; j++) start[j] /= total;
  const log = new Float64Array(n);

  // Which side of which kink a node is on; only in one variable.
  const line = d === 1;
  const held = line && space === "domain" && !axes[0].periodic;
  if (!line && F.some(({ kinks }) => kinks.length > 0)) throw new Error("kinks of a coupled problem need one variable");
  const { ends, regionAt, insideOf } = regionsOf(F[0].kinks, held ? [axes[0].min, axes[0].max] : [-Infinity, Infinity]);
  const region = Int32Array.from(x[0], regionAt);
  const stuck = new Uint8Array(n);

  const scratch = new Float64Array(d);
  const field = createInteraction(K, d, n);
  /** Masses, V, velocities and growth at a state; returns int int K dmu dmu. */
  const evaluate = (out: Rates, at: readonly Float64Array[], l: Float64Array, t: number): number => {
    const { masses, V, velocity, pull } = out;
    let sum = 0;
    for (let j = 0; j < n; j++) {
      masses[j] = start[j] * Math.exp(l[j]);
      sum += masses[j];
    }
    if (reaction !== "free") for (let j = 0; j < n; j++) masses[j] /= sum;
    field(V, pull, at, masses);
    let pairs = 0;
    for (let j = 0; j < n; j++) {
      pairs += masses[j] * V[j];
      for (let a = 0; a < d; a++) {
        V[j] += F[a].value(at[a][j]);
        const own = F[a].slope(at[a][j], line ? insideOf(region[j]) : at[a][j]);
        velocity[a][j] = transport && stuck[j] === 0 ? -(own + pull[a][j]) : 0;
      }
      if (coupling !== null) {
        V[j] += coupling(scratch, ...at.map((points) => points[j]));
        for (let a = 0; a < d; a++) if (transport) velocity[a][j] -= scratch[a];
      }
    }
    let mean = 0;
    if (reaction === "conserving") for (let j = 0; j < n; j++) mean += masses[j] * V[j];
    out.rate = reaction === "none" ? 0 : alpha(t);
    for (let j = 0; j < n; j++) out.growth[j] = -out.rate * (V[j] - mean);
    return pairs;
  };

  const stages = [0, 1, 2, 3].map(() => createRates(d, n));
  const stageX = axes.map(() => new Float64Array(n));
  const stageL = new Float64Array(n);
  const before = new Float64Array(n);
  const step = (t: number, h: number) => {
    evaluate(stages[0], x, log, t);
    if (line) requireHeld(stages[0], t);
    for (const [k, share] of [0.5, 0.5, 1].entries()) {
      const { velocity, growth } = stages[k];
      for (let j = 0; j < n; j++) {
        for (let a = 0; a < d; a++) stageX[a][j] = x[a][j] + share * h * velocity[a][j];
        stageL[j] = log[j] + share * h * growth[j];
      }
      evaluate(stages[k + 1], stageX, stageL, t + share * h);
    }
    const [k1, k2, k3, k4] = stages;
    before.set(x[0]);
    for (let j = 0; j < n; j++) {
      for (let a = 0; a < d; a++) {
        x[a][j] += (h / 6) * (k1.velocity[a][j] + 2 * (k2.velocity[a][j] + k3.velocity[a][j]) + k4.velocity[a][j]);
      }
      const growth = (h / 6) * (k1.growth[j] + 2 * (k2.growth[j] + k3.growth[j]) + k4.growth[j]);
      log[j] += growth;
      if (line && stuck[j] === 0) arrive(j, h, growth);
    }
  };

  /** Ends the path of node j where it met a kink or a wall in the step just taken. */
  const arrive = (j: number, h: number, growth: number) => {
    const out = x[0][j] > ends[region[j] + 1] ? 1 : x[0][j] < ends[region[j]] ? -1 : 0;
    if (out === 0) return;
    const end = out === 1 ? ends[region[j] + 1] : ends[region[j]];
    const [first] = stages;
    const v = first.velocity[0][j];
    // x(s) = x_0 + v s h + (x_1 - x_0 - v h) s^2 crosses at s in (0, 1).
    const bend = x[0][j] - before[j] - v * h;
    const [, arrival] = bisect((s) => !(out * (before[j] + v * h * s + bend * s * s - end) > 0), [0, 1], 50);
    // To first order in the way that is left, the growth at the kink is that at the start and the change of V on the way there.
    const rate = first.growth[j];
    const there = rate + first.rate * v * (end - before[j]);
    log[j] += h * (0.5 * arrival * (rate + there) + (1 - arrival) * there) - growth;
    const beyond = region[j] + out;
    const onward = beyond < 0 || beyond > ends.length - 2 ? 0 : -(F[0].slope(end, insideOf(beyond)) + first.pull[0][j]);
    if (out * onward > 0) {
      region[j] = beyond;
      x[0][j] = end + (1 - arrival) * h * onward;
    } else {
      stuck[j] = 1;
      x[0][j] = end;
    }
  };

  const requireHeld = ({ pull }: Rates, t: number) => {
    for (let j = 0; j < n; j++) {
      if (stuck[j] === 0) continue;
      const at = ends.indexOf(x[0][j]);
      const left = at === 0 ? 1 : -(F[0].slope(x[0][j], insideOf(at - 1)) + pull[0][j]);
      const right = at === ends.length - 1 ? -1 : -(F[0].slope(x[0][j], insideOf(at)) + pull[0][j]);
      if (left < 0 || right > 0) throw new Error(`a node leaves the kink or wall at ${x[0][j]} at t = ${t}: not followed`);
    }
  };

  const snapshots: CoupledSnapshot[] = [];
  let now = 0;
  const end = times[times.length - 1];
  for (const time of times) {
    const count = Math.ceil((steps * (time - now)) / (end > 0 ? end : 1) - 1e-9);
    for (let k = 0; k < count; k++) step(now + ((time - now) * k) / count, (time - now) / count);
    now = time;
    const [{ masses, V }] = stages;
    const pairs = evaluate(stages[0], x, log, time);
    // int V dmu - 1/2 int int K dmu dmu.
    const energy = masses.reduce((sum, mass, j) => sum + mass * V[j], 0) - 0.5 * pairs;
    snapshots.push({ points: x.map((points) => points.slice()), masses: masses.slice(), energy, panels: panels[0] });
  }
  return snapshots;
}

export interface CoupledSnapshot {
  points: Float64Array[];
  masses: Float64Array;
  energy: number;
  /** Of the first variable. */
  panels: Panels;
}

interface Rates {
  masses: Float64Array;
  V: Float64Array;
  velocity: Float64Array[];
  /** The gradient of int K dmu alone. */
  pull: Float64Array[];
  growth: Float64Array;
  rate: number;
}

function createRates(d: number, n: number): Rates {
  const each = () => Array.from({ length: d }, () => new Float64Array(n));
  const [masses, V, growth] = [0, 1, 2].map(() => new Float64Array(n));
  return { masses, V, growth, velocity: each(), pull: each(), rate: 0 };
}

/** int K dmu and its gradient at the nodes: sums over all pairs, or over features. */
function createInteraction(K: Interaction, d: number, n: number) {
  const gradient = new Float64Array(d);
  const phi = new Float64Array(n);
  const slopes = Array.from({ length: d }, () => new Float64Array(n));
  return (W: Float64Array, pull: readonly Float64Array[], at: readonly Float64Array[], masses: Float64Array): void => {
    W.fill(0);
    for (const axis of pull) axis.fill(0);
    if (K.type === "features") {
      K.phi.forEach((feature, p) => {
        let sum = 0;
        for (let j = 0; j < n; j++) {
          phi[j] = feature(gradient, at[0][j], at[d - 1][j]);
          for (let a = 0; a < d; a++) slopes[a][j] = gradient[a];
          sum += masses[j] * phi[j];
        }
        sum *= K.weights[p];
        for (let j = 0; j < n; j++) {
          W[j] += sum * phi[j];
          for (let a = 0; a < d; a++) pull[a][j] += sum * slopes[a][j];
        }
      });
      return;
    }
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        const value =
          d === 1 ? K.value(gradient, at[0][i] - at[0][j]) : K.value(gradient, at[0][i] - at[0][j], at[1][i] - at[1][j]);
        W[i] += masses[j] * value;
        W[j] += masses[i] * value;
        for (let a = 0; a < d; a++) {
          pull[a][i] += masses[j] * gradient[a];
          pull[a][j] -= masses[i] * gradient[a];
        }
      }
      W[i] += masses[i] * K.value(gradient, 0, 0);
    }
  };
}

interface Panels extends Quadrature {
  /** That of each panel, on [-1, 1]. */
  rule: Quadrature;
}

/** Gauss nodes for rho_0 on panels between its cuts and the kinks of F. */
function panelsOf(blend: Blend, F: Part, axis: LineAxis, space: Space, pieces: number, order: number): Panels {
  const held = space === "domain" && !axis.periodic;
  const own = blend.cuts(pieces);
  const [low, high] = [own[0], own[own.length - 1]];
  const places = [...own, ...F.kinks, ...(held ? [axis.min, axis.max] : [])];
  const inside = (s: number) => s >= low && s <= high && (!held || (s >= axis.min && s <= axis.max));
  const cuts = [...new Set(places.filter(inside))].sort((a, b) => a - b);
  const rule = gaussLegendre(order, -1, 1);
  const nodes: number[] = [];
  const weights: number[] = [];
  for (let k = 0; k + 1 < cuts.length; k++) {
    const half = (cuts[k + 1] - cuts[k]) / 2;
    rule.nodes.forEach((s, q) => {
      const node = cuts[k] + half * (1 + s);
      nodes.push(node);
      weights.push(half * rule.weights[q] * blend.density(node));
    });
  }
  return { nodes: Float64Array.from(nodes), weights: Float64Array.from(weights), rule };
}

/**
 * Masses in the cells of an axis: on each panel place and mass are polynomials in the label, and the mass up to an edge is that up to its
 * label. Places increase with the labels.
 */
export function coupledCellMasses({ points: [x], masses, panels: { rule } }: CoupledSnapshot, axis: LineAxis): Float64Array {
  const found = new Float64Array(axis.cells);
  const order = rule.nodes.length;
  const period = axis.max - axis.min;
  const width = period / axis.cells;
  // masses / weights of the rule is the density of mass in the label of the panel.
  const densities = masses.map((mass, j) => mass / rule.weights[j % order]);
  for (let k = 0; k < x.length; k += order) {
    const placeAt = (s: number) => interpolate(rule.nodes, x, k, s);
    const massTo = (s: number) =>
      rule.nodes.reduce((total, node, q) => {
        const density = interpolate(rule.nodes, densities, k, -1 + 0.5 * (s + 1) * (1 + node));
        return total + 0.5 * (s + 1) * rule.weights[q] * density;
      }, 0);
    const [first, last] = [placeAt(-1), placeAt(1)];
    let done = 0;
    let from = -1;
    // A node at a wall lies in the cell beside it.
    const within = (place: number) =>
      axis.periodic ? place : Math.min(Math.max(place, axis.min + 1e-9 * period), axis.max - 1e-9 * period);
    const held = first >= axis.min - 1e-9 * period && last <= axis.max + 1e-9 * period;
    const [start, stop] = held ? [within(first), within(last)] : [first, last];
    for (let i = Math.floor((start - axis.min) / width); ; i++) {
      const edge = axis.min + (i + 1) * width;
      const reaches = edge < stop;
      const to = reaches ? bisect((s) => placeAt(s) < edge, [from, 1], 50)[1] : 1;
      const upTo = massTo(to);
      const cell = axis.periodic ? ((i % axis.cells) + axis.cells) % axis.cells : i;
      if (cell >= 0 && cell < axis.cells) found[cell] += upTo - done;
      if (!reaches) break;
      done = upTo;
      from = to;
    }
  }
  return found;
}

/** Lagrange interpolation of values[k ...] at the nodes of a rule. */
function interpolate(nodes: Float64Array, values: Float64Array, k: number, s: number): number {
  let total = 0;
  for (let p = 0; p < nodes.length; p++) {
    let factor = values[k + p];
    for (let q = 0; q < nodes.length; q++) if (q !== p) factor *= (s - nodes[q]) / (nodes[p] - nodes[q]);
    total += factor;
  }
  return total;
}
