import { gaussLegendre } from "../../src/numerics/quadrature.ts";
import { type Fineness, type LineProblem, type Motion, type Space, wallsOf } from "./check.ts";
import { bisect, increasing, type Part, panelsBetween, regionsOf } from "./parts.ts";

/**
 * mu_t of one variable with V = F: label s moves by x' = -F'(x) and has the weight e^{-I}, I = int alpha F(x) dt, so that
 *
 *   int phi dmu_t = int phi(X(s)) e^{-I(s)} rho_0(s) ds     (over the same with phi = 1 where mass is conserved).
 *
 * Labels are cut where X or I is not smooth: at kinks of F and their preimages, where walls are reached, at preimages of all edges of cells
 * (so that masses of cells are exact), at breaks and needles of rho_0, and finer and finer towards maxima of F, where labels part.
 * Paths by the classical Runge-Kutta method of order 4; a step ends at a kink or a wall that it would cross, found by bisection. There a
 * label goes on if the other side takes it on, and stays if that pushes it back.
 */
export function solveOnLine(
  line: LineProblem,
  motion: Motion,
  space: Space,
  time: number,
  fineness: Fineness,
  marks: readonly number[] = [],
): LineMeasure {
  const { axis, F } = line;
  const inDomain = !axis.periodic && (space === "domain" || line.restricted);
  const all = line.initial.cuts(fineness.pieces);
  const clip = (s: number) => (inDomain ? Math.min(Math.max(s, axis.min), axis.max) : s);
  const [low, high] = [clip(all[0]), clip(all[all.length - 1])];
  const stepAt = createSteps(F, low, high, time, fineness.step);
  const trace = createTracer(F, motion, wallsOf(axis, space), stepAt, time);
  // Labels move one way, so that a path back to one of them never leaves these.
  const [first, last] = [low, high].map((s) => trace(s).x);
  const hull: [number, number] = [Math.min(low, first), Math.max(high, last)];
  const backward = createTracer(F, { ...motion, reaction: "none" }, hull, stepAt, time, -1);

  const period = axis.max - axis.min;
  const shifts = axis.periodic ? Math.ceil(Math.max(axis.max - first, last - axis.min) / period) + 1 : 0;
  const edges = Array.from({ length: (2 * shifts + 1) * axis.cells + 1 }, (_, i) => axis.min + period * (i / axis.cells - shifts));
  const tops = maximaOf(F, low, high);
  const gap = Math.min((high - low) / 8, ...tops.slice(1).map((top, k) => (top - tops[k]) / 4));
  const cuts = [
    ...[low, high, ...all, ...F.kinks, ...tops.flatMap((top) => gradedTo(top, gap))],
    ...[...F.kinks, ...marks].flatMap((kink) => [-1, 1].map((side) => backward(kink, kink + side * 1e-9).x)),
    ...edges.filter((edge) => edge >= first && edge <= last).map((edge) => backward(edge).x),
  ];
  const labels = increasing(cuts.filter((s) => s >= low && s <= high));
  const { nodes, weights } = panelsBetween(labels, gaussLegendre(6, -1, 1), line.initial);
  const measure: LineMeasure = { x: [], masses: [], start: weights.reduce((sum, weight) => sum + weight, 0) };
  weights.forEach((amount, k) => {
    if (amount === 0) return;
    const { x, exponent } = trace(nodes[k]);
    measure.x.push(x);
    measure.masses.push(amount * Math.exp(-exponent));
  });
  return measure;
}

/** Points with masses; `start` is the mass of mu_0 in the same units. */
export interface LineMeasure {
  x: number[];
  masses: number[];
  start: number;
}

/** A speed that is rounding of F', as it is at a minimum. */
const REST = 1e-11;

interface End {
  x: number;
  /** int alpha F dt along the path. */
  exponent: number;
}

/** @param direction 1 forwards, -1 for the label from which a place is reached. */
function createTracer(
  F: Part,
  { transport, reaction, alpha }: Motion,
  walls: readonly [number, number],
  stepAt: (x: number, velocity: number) => number,
  time: number,
  direction = 1,
) {
  const { ends, regionAt, insideOf } = regionsOf(F.kinks, walls);
  const reacts = reaction !== "none";
  let [nextX, nextI] = [0, 0];
  const velocity = (x: number, inside: number) => (transport ? -direction * F.slope(x, inside) : 0);
  const take = (x: number, inside: number, t: number, h: number) => {
    const k1 = velocity(x, inside);
    const k2 = velocity(x + 0.5 * h * k1, inside);
    const k3 = velocity(x + 0.5 * h * k2, inside);
    const k4 = velocity(x + h * k3, inside);
    nextX = x + (h / 6) * (k1 + 2 * k2 + 2 * k3 + k4);
    if (!reacts) return;
    // The same stages; two of them at the midpoint.
    const middle = alpha(t + 0.5 * h);
    const rates = alpha(t) * F.value(x) + 2 * middle * (F.value(x + 0.5 * h * k1) + F.value(x + 0.5 * h * k2));
    nextI = (h / 6) * (rates + alpha(t + h) * F.value(x + h * k3));
  };
  return (start: number, side = start): End => {
    let region = regionAt(side);
    let x = Math.min(Math.max(start, walls[0]), walls[1]);
    let exponent = 0;
    let stuck = !transport;
    let t = 0;
    while (t < time) {
      const inside = insideOf(region);
      // At rest at a minimum of F as well.
      if (stuck || Math.abs(velocity(x, inside)) < REST) {
        if (reacts) exponent += F.value(x) * integral(alpha, t, time);
        break;
      }
      // A step that would leave less than a rounding ends with the run.
      const h = Math.min(stepAt(x, velocity(x, inside)), time - t);
      take(x, inside, t, h);
      const out = nextX > ends[region + 1] ? 1 : nextX < ends[region] ? -1 : 0;
      if (out === 0) {
        x = nextX;
        exponent += nextI;
        t = time - t - h < 1e-14 * time ? time : t + h;
        continue;
      }
      const end = out === 1 ? ends[region + 1] : ends[region];
      const isBefore = (part: number) => {
        take(x, inside, t, part);
        return !(out * (nextX - end) > 0);
      };
      const [a] = bisect(isBefore, [0, h], 48);
      take(x, inside, t, a);
      exponent += nextI;
      x = end;
      t += a;
      const beyond = region + out;
      if (beyond < 0 || beyond > ends.length - 2 || out * velocity(end, insideOf(beyond)) <= 0) stuck = true;
      else region = beyond;
    }
    return { x, exponent };
  };
}

/** int f over an interval, by Simpson's rule. */
function integral(f: (t: number) => number, from: number, to: number): number {
  const count = 200;
  let total = f(from) - f(to);
  const h = (to - from) / count;
  for (let k = 1; k <= count; k++) total += 4 * f(from + (k - 0.5) * h) + 2 * f(from + k * h);
  return (h / 6) * total;
}

/** The step at a place: `step` over the largest |F''| in reach of it, by differences; no step goes further than that reach. */
function createSteps(F: Part, low: number, high: number, time: number, step: number) {
  const count = 4096;
  const reach = 16;
  const h = (high - low) / count;
  const steepness = Float64Array.from({ length: count }, (_, k) => {
    const middle = low + (k + 0.5) * h;
    if (F.kinks.some((kink) => Math.abs(kink - middle) < h)) return 0;
    return Math.abs(F.slope(middle + 0.5 * h, middle) - F.slope(middle - 0.5 * h, middle)) / h;
  });
  const near = steepness.map((_, k) => Math.max(...steepness.subarray(Math.max(0, k - reach), k + reach + 1), 1e-3));
  return (x: number, velocity: number) => {
    const k = Math.min(count - 1, Math.max(0, Math.floor((x - low) / h)));
    // All go with `step`: two finenesses must differ in every step.
    return step * Math.min(2 * time, 1 / near[k], (8 * reach * h) / Math.abs(velocity));
  };
}

/** Where F' turns from positive to negative. */
function maximaOf(F: Part, low: number, high: number): number[] {
  const count = 4096;
  const h = (high - low) / count;
  const found: number[] = [];
  for (let k = 0; k < count; k++) {
    const [a, b] = [low + k * h, low + (k + 1) * h];
    if (!(F.slope(a, a) > 0 && F.slope(b, b) <= 0)) continue;
    const [before, after] = bisect((x) => F.slope(x, x) > 0, [a, b], 60);
    found.push(0.5 * (before + after));
  }
  return found;
}

/** Labels this near to a maximum, in shares of the way to the next, are so few that it does not matter where they go. */
const FINEST = 1e-6;

function gradedTo(place: number, length: number): number[] {
  const found = [place];
  for (let size = length; size > FINEST * length; size /= 6) found.push(place - size, place + size);
  return found;
}
