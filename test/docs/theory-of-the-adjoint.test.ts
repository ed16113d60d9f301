import { expect, test } from "vitest";
import { predictFluctuations } from "../../src/fluctuations/predict.ts";
import { problemOf } from "../fixtures.ts";
import { rungeKutta, sum } from "./arithmetic.ts";

/** F = x^2 / 2, K = 1.5 cos(x - x'), alpha = 2, mu_0 = N(0.8, 0.7^2), phi = x at T = 0.5. */
const [ALPHA, SIZE, T] = [2, 1.5, 0.5];
const NODES = 121;
const STEPS = 40;

/** Nodes that move with the flow, and their masses. */
interface State {
  x: number[];
  m: number[];
}

/** V, its slope, and sums of a(theta') times K and d_1 K (theta', .) over the masses. */
function fields({ x, m }: State) {
  const [c, s] = [x.map(Math.cos), x.map(Math.sin)];
  // cos(a - b) and -sin(a - b) by the sums of cos and sin.
  const against = (a: readonly number[]) => {
    const [C, S] = [sum(a.map((v, i) => v * c[i])), sum(a.map((v, i) => v * s[i]))];
    return {
      K: x.map((_, j) => SIZE * (C * c[j] + S * s[j])),
      slope: x.map((_, j) => -SIZE * (S * c[j] - C * s[j])),
    };
  };
  const { K, slope } = against(m);
  // d K / d theta' is minus that in theta, of an even K.
  return { V: x.map((y, j) => y ** 2 / 2 + K[j]), gradient: x.map((y, j) => y - slope[j]), against };
}

/** Derivatives along the labels of evenly spaced nodes, of order 4; one-sided and of order 1 at the ends, where there is no mass. */
const along = (f: readonly number[]) =>
  f.map((_, i) =>
    i < 2 || i > f.length - 3
      ? f[Math.min(i + 1, f.length - 1)] - f[Math.max(i - 1, 0)]
      : (f[i - 2] - 8 * f[i - 1] + 8 * f[i + 1] - f[i + 2]) / 12,
  );

function pathOf(transport: boolean): State[] {
  const x = Array.from({ length: NODES }, (_, i) => 0.8 + 0.7 * 6 * (-1 + (2 * i) / (NODES - 1)));
  const density = x.map((y) => Math.exp(-0.5 * ((y - 0.8) / 0.7) ** 2));
  const states = [{ x, m: density.map((value) => value / sum(density)) }];
  const rate = (y: readonly number[]) => {
    const state = { x: y.slice(0, NODES), m: y.slice(NODES) };
    const { V, gradient } = fields(state);
    const Vbar = sum(V.map((v, j) => v * state.m[j]));
    return [...gradient.map((g) => (transport ? -g : 0)), ...V.map((v, j) => -ALPHA * (v - Vbar) * state.m[j])];
  };
  for (let k = 0; k < 2 * STEPS; k++) {
    const last = states[k];
    const y = rungeKutta([...last.x, ...last.m], T / (2 * STEPS), rate);
    states.push({ x: y.slice(0, NODES), m: y.slice(NODES) });
  }
  return states;
}

test.each([true, false])(
  "the adjoint and the sources of noise.md with K, solved as printed, are those of the library (motion: %s)",
  async (transport) => {
    const states = pathOf(transport);
    const known = states.map(fields);
    /** d u / ds along the nodes: the printed equation, its first term taken up by their motion. */
    const rate = (u: readonly number[], k: number) => {
      const { x, m } = states[k];
      const { V, against } = known[k];
      const mean = (f: readonly number[]) => sum(f.map((value, j) => m[j] * value));
      const [Vbar, ubar] = [mean(V), mean(u)];
      const [du, dx] = [along(u), along(x)];
      const byMotion = transport ? against(m.map((mass, i) => (mass * du[i]) / dx[i])).slope : x.map(() => 0);
      const byMasses = against(m.map((mass, i) => mass * (u[i] - ubar))).K;
      return u.map((value, j) => ALPHA * (V[j] - Vbar) * value - ALPHA * V[j] * ubar + byMotion[j] + ALPHA * byMasses[j]);
    };
    const sourceAt = (u: readonly number[], k: number) => {
      const { m } = states[k];
      const { V } = known[k];
      const mean = (f: readonly number[]) => sum(f.map((value, j) => m[j] * value));
      const [Vbar, ubar] = [mean(V), mean(u)];
      const size = V.map((v) => Math.abs(v - Vbar));
      const squares = u.map((value) => (value - ubar) ** 2);
      return { variance: mean(squares), q: ALPHA * mean(size.map((v, j) => v * squares[j])) + ALPHA * mean(size) * mean(squares) };
    };
    let u = states[2 * STEPS].x.slice();
    const sources = [sourceAt(u, 2 * STEPS)];
    for (let k = 2 * STEPS; k > 0; k -= 2) {
      u = rungeKutta(u, -T / STEPS, (y, which) => rate(y, k - which));
      sources.unshift(sourceAt(u, k - 2));
    }
    // Simpson's rule over the ends of steps.
    const noise = (T / STEPS / 3) * sum(sources.map(({ q }, k) => (k === 0 || k === STEPS ? 1 : k % 2 === 1 ? 4 : 2) * q));

    const problem = await problemOf({
      potential: { F: "x^2/2", K: { type: "convolution", expression: `${SIZE}*cos(x)` } },
      alpha: ALPHA,
      dynamics: transport ? "birth-death" : "pure-birth-death",
      initial: { x: { type: "normal", mean: 0.8, sd: 0.7 } },
      time: { end: T, snapshots: [T] },
      observables: { mean: "x" },
    });
    const { initial, nVariance } = predictFluctuations(problem, { scheme: "event-process", n: 10, dt: 0.1, time: "continuous", nodes: 121 }).snapshots[0].observables.mean; // biome-ignore format: one line
    // The library extrapolates its steps until they agree to 1e-4; here nodes and steps err by far less.
    expect(Math.abs(initial / sources[0].variance - 1)).toBeLessThan(1e-4);
    expect(Math.abs(nVariance / (sources[0].variance + noise) - 1)).toBeLessThan(1e-4);
  },
);
