import { gaussLegendre, type Quadrature, tensorProduct } from "../../src/numerics/quadrature.ts";
import { type LineAxis, type Motion, type Space, wallsOf } from "./check.ts";
import { type Blend, bisect, increasing, type Part, panelsBetween, regionsOf } from "./parts.ts";

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
  const { transport, reaction, alpha } = motion;
  const d = axes.length;
  const line = d === 1;
  if (!line && F.some(({ kinks }) => kinks.length > 0)) throw new Error("kinks of a coupled problem need one variable");
  const rule = gaussLegendre(order, -1, 1);
  const { nodes, weights: start } = tensorProduct(
    initial.map((blend, a) => panelsBetween(cutsOf(blend, F[a], wallsOf(axes[a], space), pieces), rule, blend)),
  );
  const n = start.length;
  const total = start.reduce((sum, w) => sum + w, 0);
  for (let j = 0; j < n; j++) start[j] /= total;
  const now = createState(d, n);
  nodes.forEach((values, a) => {
    now.x[a].set(values);
  });

  // Which side of which kink a node is on; only in one variable.
  const { ends, regionAt, insideOf } = regionsOf(F[0].kinks, line ? wallsOf(axes[0], space) : [-Infinity, Infinity]);
  const region = Int32Array.from(now.x[0], regionAt);
  const stuck = new Uint8Array(n);

  const scratch = new Float64Array(d);
  const masses = new Float64Array(n);
  const V = new Float64Array(n);
  const addInteraction = createInteraction(K, d, n);
  /** Masses and V at a state, and its rates; returns int int K dmu dmu. */
  const evaluate = (out: Rates, { x, log }: State, t: number): number => {
    for (let j = 0; j < n; j++) masses[j] = start[j] * Math.exp(log[j]);
    const sum = reaction === "free" ? 1 : masses.reduce((all, mass) => all + mass, 0);
    for (let j = 0; j < n; j++) masses[j] /= sum;
    addInteraction(V.fill(0), out.pull, x, masses);
    let pairs = 0;
    let mean = 0;
    for (let j = 0; j < n; j++) {
      pairs += masses[j] * V[j];
      for (let a = 0; a < d; a++) {
        V[j] += F[a].value(x[a][j]);
        const own = F[a].slope(x[a][j], line ? insideOf(region[j]) : x[a][j]);
        out.x[a][j] = transport && stuck[j] === 0 ? -(own + out.pull[a][j]) : 0;
      }
      if (coupling !== null) {
        V[j] += coupling(scratch, ...x.map((points) => points[j]));
        for (let a = 0; a < d; a++) if (transport) out.x[a][j] -= scratch[a];
      }
      if (reaction === "conserving") mean += masses[j] * V[j];
    }
    out.rate = reaction === "none" ? 0 : alpha(t);
    for (let j = 0; j < n; j++) out.log[j] = -out.rate * (V[j] - mean);
    return pairs;
  };

  const stages = [0, 1, 2, 3].map((): Rates => ({ ...createState(d, n), pull: createState(d, n).x, rate: 0 }));
  const [first] = stages;
  const between = createState(d, n);
  const before = new Float64Array(n);
  const step = (t: number, h: number) => {
    evaluate(first, now, t);
    if (line) requireHeld(t);
    for (const [k, share] of [0.5, 0.5, 1].entries()) {
      for (let i = 0; i < now.all.length; i++) between.all[i] = now.all[i] + share * h * stages[k].all[i];
      evaluate(stages[k + 1], between, t + share * h);
    }
    const [k1, k2, k3, k4] = stages.map(({ all }) => all);
    before.set(now.x[0]);
    for (let i = 0; i < now.all.length; i++) {
      between.all[i] = (h / 6) * (k1[i] + 2 * (k2[i] + k3[i]) + k4[i]);
      now.all[i] += between.all[i];
    }
    if (line) for (let j = 0; j < n; j++) if (stuck[j] === 0) arrive(j, h, between.log[j]);
  };

  /** Ends the path of node j where it met a kink or a wall in the step just taken. */
  const arrive = (j: number, h: number, growth: number) => {
    const [x] = now.x;
    const out = x[j] > ends[region[j] + 1] ? 1 : x[j] < ends[region[j]] ? -1 : 0;
    if (out === 0) return;
    const end = out === 1 ? ends[region[j] + 1] : ends[region[j]];
    const v = first.x[0][j];
    // x(s) = x_0 + v s h + (x_1 - x_0 - v h) s^2 crosses at s in (0, 1).
    const bend = x[j] - before[j] - v * h;
    const [, arrival] = bisect((s) => !(out * (before[j] + v * h * s + bend * s * s - end) > 0), [0, 1], 50);
    // To first order in the way that is left, the growth at the kink is that at the start and the change of V on the way there.
    const rate = first.log[j];
    const there = rate + first.rate * v * (end - before[j]);
    now.log[j] += h * (0.5 * arrival * (rate + there) + (1 - arrival) * there) - growth;
    const onward = speedBeyond(j, end, region[j] + out);
    const goesOn = out * onward > 0;
    x[j] = goesOn ? end + (1 - arrival) * h * onward : end;
    if (goesOn) region[j] += out;
    else stuck[j] = 1;
  };

  /** The speed of node j at an end of a region, at the start of the step; 0 beyond a wall. */
  const speedBeyond = (j: number, end: number, beyond: number) =>
    beyond < 0 || beyond > ends.length - 2 ? 0 : -(F[0].slope(end, insideOf(beyond)) + first.pull[0][j]);

  const requireHeld = (t: number) => {
    for (let j = 0; j < n; j++) {
      if (stuck[j] === 0) continue;
      const x = now.x[0][j];
      const at = ends.indexOf(x);
      const leaves = speedBeyond(j, x, at - 1) < 0 || speedBeyond(j, x, at) > 0;
      if (leaves) throw new Error(`a node leaves the kink or wall at ${x} at t = ${t}: not followed`);
    }
  };

  const snapshots: CoupledSnapshot[] = [];
  let time = 0;
  for (const next of times) {
    const span = next - time;
    const count = Math.ceil((steps * span) / (times[times.length - 1] || 1) - 1e-9);
    for (let k = 0; k < count; k++) step(time + (span * k) / count, span / count);
    time = next;
    const pairs = evaluate(first, now, time);
    // int V dmu - 1/2 int int K dmu dmu.
    const energy = masses.reduce((sum, mass, j) => sum + mass * V[j], 0) - 0.5 * pairs;
    snapshots.push({ points: now.x.map((points) => points.slice()), masses: masses.slice(), energy, rule });
  }
  return snapshots;
}

export interface CoupledSnapshot {
  points: Float64Array[];
  masses: Float64Array;
  energy: number;
  /** Of each panel, on [-1, 1]. */
  rule: Quadrature;
}

/** Places and log-weights of the nodes: views of one array. */
interface State {
  all: Float64Array;
  x: Float64Array[];
  log: Float64Array;
}

/** Their rates, with the gradient of int K dmu alone and the rate of the reaction. */
interface Rates extends State {
  pull: Float64Array[];
  rate: number;
}

function createState(d: number, n: number): State {
  const all = new Float64Array((d + 1) * n);
  return { all, x: Array.from({ length: d }, (_, a) => all.subarray(a * n, (a + 1) * n)), log: all.subarray(d * n) };
}

/** Adds int K dmu at the nodes to W and takes its gradient: sums over all pairs, or over features. */
function createInteraction(K: Interaction, d: number, n: number) {
  const gradient = new Float64Array(d);
  const { x: slopes, log: phi } = createState(d, n);
  return (W: Float64Array, pull: readonly Float64Array[], at: readonly Float64Array[], masses: Float64Array): void => {
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
      for (let j = 0; j <= i; j++) {
        const value = K.value(gradient, at[0][i] - at[0][j], d === 1 ? 0 : at[1][i] - at[1][j]);
        W[i] += masses[j] * value;
        if (j === i) continue;
        W[j] += masses[i] * value;
        for (let a = 0; a < d; a++) {
          pull[a][i] += masses[j] * gradient[a];
          pull[a][j] -= masses[i] * gradient[a];
        }
      }
    }
  };
}

/** The cuts of rho_0 and the kinks of F, between walls. */
function cutsOf(blend: Blend, F: Part, [floor, ceiling]: readonly [number, number], pieces: number): number[] {
  const own = blend.cuts(pieces);
  const low = Math.max(own[0], floor);
  const high = Math.min(own[own.length - 1], ceiling);
  return increasing([low, ...own, ...F.kinks, high].filter((s) => s >= low && s <= high));
}
