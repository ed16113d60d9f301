import { InputError } from "../errors.ts";
import { integrate, type RightHandSide } from "../numerics/dormand-prince.ts";
import { termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { smoothPieces } from "../problem-file/rate.ts";
import type { NodeFlow } from "./flow.ts";
import { createFoldedPotential } from "./folded-potential.ts";
import type { Trajectory } from "./trajectory.ts";

/**
 * Points that the flow of a known mu_t carries along, forwards or backwards in time:
 *
 *   theta' = -grad V(theta, [mu_t]),    p' = -alpha (V - L),    q' = lap V - alpha (V - L)
 *
 * with L = Vbar, or 0 if unbalanced. Along a path p is the growth of the mass it carries and q that of the
 * logarithm of the density.
 */
export interface Tracer {
  /**
   * From t back to 0: points[a][i] is replaced by the foot of its path, and `growth` is set to the change of q along it. Points beyond all
   * of mu_t get a growth of -Infinity, and end on the box of mu_0 where they lie beyond it.
   */
  back(points: readonly Float64Array[], growth: Float64Array, count: number, t: number): void;
  /** From 0 to t: points[a][i] is replaced by the end of its path, and `growth` is set to the change of p along it. */
  ahead(points: readonly Float64Array[], growth: Float64Array, count: number, t: number): void;
}

/** Points handled at a time: the integrator keeps about 20 (d + 1) doubles of each. */
const CHUNK = 2 ** 17;

/**
 * Cost: at each of 12 evaluations a step, the sums over K of all nodes at all points.
 *
 * Backwards, the flow of a confining V runs away in finite time. Therefore velocities fade to 0 outside the box that holds the nodes at
 * that time: a path from mu_0 stays in the box and feels nothing, and by uniqueness no other path can join one.
 *
 * @param tolerance relative, of positions, growths and sums over K.
 * @param stages of every smooth piece of time, integrated one after the other: so many steps at least.
 */
export function createTracer(problem: Problem, flow: NodeFlow, trajectory: Trajectory, tolerance: number, stages = 1): Tracer {
  const d = problem.grid.dimension;
  const { alpha } = problem;
  const { transport, reaction, baseline: L } = termsOf(problem);
  const potential = createFoldedPotential(problem, tolerance);
  const state = new Float64Array(flow.size);
  const nodes = flow.view(state);
  const weights = new Float64Array(flow.count);
  const box = createBox(problem, SLACK * tolerance);

  /** Nodes, weights and box at time t. */
  function goTo(t: number): void {
    if (!(t >= 0 && t <= trajectory.end)) {
      throw new InputError("t", t, "outside the run", `give a time from 0 to ${trajectory.end}`);
    }
    trajectory.at(state, t);
    flow.weigh(weights, nodes.logWeights);
    box.fit(nodes.points);
  }

  /** L of int alpha Vbar / int alpha over [0, t]: in place of L[mu_t] a constant, which leaves the growth over the whole of [0, t] as it is. */
  function baselineUpTo(t: number): number {
    if (t === 0) return 0;
    trajectory.at(state, t);
    const total = alpha.integral(0, t);
    return total === 0 ? 0 : L.of(flow.view(state).baselineIntegral / total);
  }

  /** Carries `count` points from one time to another; `place` and `growth` are overwritten. */
  function carry(place: readonly Float64Array[], growth: Float64Array, count: number, from: number, to: number): void {
    const V = new Float64Array(count);
    const laplacian = transport && to < from ? new Float64Array(count) : null;
    const fade = new Float64Array(count);
    const baseline = baselineUpTo(Math.max(from, to));
    const y = new Float64Array((d + 1) * count);
    place.forEach((x, a) => {
      y.set(x.subarray(0, count), a * count);
    });
    const views = new WeakMap<Float64Array, { place: Float64Array[]; growth: Float64Array }>();
    const partsOf = (whole: Float64Array) => {
      let parts = views.get(whole);
      if (parts === undefined) {
        parts = {
          place: Array.from({ length: d }, (_, a) => whole.subarray(a * count, (a + 1) * count)),
          growth: whole.subarray(d * count, (d + 1) * count),
        };
        views.set(whole, parts);
      }
      return parts;
    };
    const rightHandSide =
      (alphaAt: (t: number) => number): RightHandSide =>
      (dy, t, whole) => {
        const rate = alphaAt(t);
        const { place: at } = partsOf(whole);
        const { place: velocity, growth: rise } = partsOf(dy);
        goTo(t);
        const field = { value: V, gradient: transport ? velocity : null, laplacian };
        potential.field(field, at, count, nodes.points, weights, flow.count);
        box.fade(fade, at, count);
        // Outside V may be infinite or undefined, and nothing there matters.
        for (const v of velocity) for (let i = 0; i < count; i++) v[i] = transport && fade[i] > 0 ? -fade[i] * v[i] : 0;
        for (let i = 0; i < count; i++) {
          const local = (laplacian === null ? 0 : laplacian[i]) - rate * (V[i] - baseline);
          rise[i] = fade[i] > 0 ? fade[i] * local : 0;
        }
      };
    let end: Float64Array = y;
    for (const [start, stop] of smoothPieces(alpha, from, to)) {
      const alphaAt = reaction === null ? () => 0 : alpha.on(start, stop);
      const tolerances = { relativeTolerance: tolerance, absoluteTolerance: tolerance, maxStep: alpha.longestStep };
      const length = (stop - start) / stages;
      for (let stage = 1; stage <= stages; stage++) {
        const until = stage === stages ? stop : start + stage * length;
        end = integrate(rightHandSide(alphaAt), start + (stage - 1) * length, end, until, tolerances).y;
      }
    }
    const parts = partsOf(end);
    place.forEach((x, a) => {
      x.set(parts.place[a]);
    });
    const sign = to > from ? 1 : -1;
    for (let i = 0; i < count; i++) growth[i] = sign * parts.growth[i];
  }

  goTo(0);
  const initialBox = box.ends();
  return {
    back(points, growth, count, t) {
      growth.fill(Number.NEGATIVE_INFINITY, 0, count);
      goTo(t);
      const fade = new Float64Array(count);
      box.fade(fade, points, count);
      const inside: number[] = [];
      const ends = box.ends();
      for (let i = 0; i < count; i++) {
        if (fade[i] === 1) inside.push(i);
        else
          points.forEach((x, a) => {
            if (problem.grid.axes[a].periodic) return;
            if (x[i] < ends[a][0]) x[i] = initialBox[a][0];
            else if (x[i] > ends[a][1]) x[i] = initialBox[a][1];
          });
      }
      for (let first = 0; first < inside.length; first += CHUNK) {
        const chosen = inside.slice(first, first + CHUNK);
        const place = points.map((x) => Float64Array.from(chosen, (i) => x[i]));
        const change = new Float64Array(chosen.length);
        carry(place, change, chosen.length, t, 0);
        chosen.forEach((i, k) => {
          for (let a = 0; a < d; a++) points[a][i] = place[a][k];
          growth[i] = change[k];
        });
      }
    },
    ahead(points, growth, count, t) {
      growth.fill(0, 0, count);
      if (t === 0) return;
      for (let first = 0; first < count; first += CHUNK) {
        const last = Math.min(first + CHUNK, count);
        carry(points.map((x) => x.subarray(first, last)), growth.subarray(first, last), last - first, 0, t); // biome-ignore format: one call
      }
    },
  };
}

/** Shares of the width of the box: it is widened by one, since mu_0 reaches beyond its outermost nodes, and fades over the other. */
const MARGIN = 0.05;
const FADING = 0.2;

/** Tolerances by which a path may have strayed from the nodes: more than the box is wide where mu_t has drawn together. */
const SLACK = 100;

/**
 * The box of the nodes at one time; an axis with a period has no ends.
 *
 * @param slack how far paths may have strayed from those of the nodes, relative to coordinates above 1.
 */
function createBox(problem: Problem, slack: number) {
  const { axes } = problem.grid;
  const low = axes.map(() => 0);
  const high = axes.map(() => 0);
  /** Distance from the outermost nodes at which the box ends, and then over which it fades. */
  const margin = axes.map(() => 0);
  const fading = axes.map(() => 0);
  return {
    fit(points: readonly Float64Array[]): void {
      for (let a = 0; a < axes.length; a++) {
        if (axes[a].periodic) continue;
        const x = points[a];
        let least = Infinity;
        let most = -Infinity;
        for (let j = 0; j < x.length; j++) {
          if (x[j] < least) least = x[j];
          if (x[j] > most) most = x[j];
        }
        low[a] = least;
        high[a] = most;
        const strayed = slack * Math.max(1, Math.abs(least), Math.abs(most));
        margin[a] = MARGIN * (most - least) + strayed;
        fading[a] = FADING * (most - least) + strayed;
      }
    },
    /** The ends of the box; of no meaning on an axis with a period. */
    ends: () => low.map((x, a) => [x - margin[a], high[a] + margin[a]] as const),
    /** out[i] = 1 in the box, falling to 0 within FADING of its width, with four continuous derivatives. */
    fade(out: Float64Array, points: readonly Float64Array[], count: number): void {
      out.fill(1, 0, count);
      for (let a = 0; a < axes.length; a++) {
        if (axes[a].periodic) continue;
        const x = points[a];
        for (let i = 0; i < count; i++) {
          const beyond = Math.max(low[a] - x[i], x[i] - high[a]) - margin[a];
          if (beyond <= 0) continue;
          const s = Math.max(0, 1 - beyond / fading[a]);
          out[i] *= s * s * s * s * s * (126 + s * (-420 + s * (540 + s * (-315 + s * 70))));
        }
      }
    },
  };
}
