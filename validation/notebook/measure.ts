import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { iterateMeanFieldMap } from "../../src/mean-field-map/mean-field-map.ts";
import { simulate } from "../../src/particles/simulate.ts";
import { createProblem, type Problem } from "../../src/problem/problem.ts";
import { requireConstant } from "../../src/problem-file/rate.ts";
import type { Range } from "../claims.ts";
import { withShift } from "../shared/mixture-closed-forms.ts";
import { orderOf } from "../shared/orders.ts";
import { type KeepPart, keepNoPart, partsOf } from "../shared/parts.ts";
import { inSequence } from "../shared/sizes.ts";

export const SCHEMES_COMPARED = ["algorithm-1", "authors-notebook"] as const;
export type Compared = (typeof SCHEMES_COMPARED)[number];

export interface NotebookConfig {
  /** The mixture of Gaussians as a network, up to the time at which all is compared. */
  problem: Problem;
  /** Numbers of steps to the end, ascending, and how many of the finest the order is fitted to. */
  steps: readonly number[];
  fitted: number;
  /** Nodes of the maps along each axis. */
  nodes: number;
  tolerance: number;
  /** Particles against the map of their scheme, at a coarse step. */
  particles: { n: number; replicas: number; steps: number };
  /** F + shift in place of F, for the maps at each of `coarse` numbers of steps. */
  shifts: readonly number[];
  coarse: readonly number[];
  /** Noise of particles under the shifts of it, none first. */
  noise: { n: number; replicas: number; steps: number; shifts: readonly number[] };
  seed: number;
  workers: number;
}

export type NotebookOutcome = Awaited<ReturnType<typeof measureNotebook>>;
export type OrderRow = NotebookOutcome["orders"][number];

/** With what the next term adds at the steps that are fitted. */
const ORDER_ONE: Range = [0.85, 1.15];

/** Observables and the energy at the end. */
function atEnd(problem: Problem, scheme: Compared, steps: number, nodes: number) {
  const states = iterateMeanFieldMap(problem, problem.end / steps, { scheme, nodes });
  const { energy, observables } = states[states.length - 1];
  return { ...observables, energy } as Record<string, number>;
}

export async function measureNotebook(config: NotebookConfig, onPart: (share: number) => void, keep: KeepPart = keepNoPart) {
  const { end, definition } = config.problem;
  const create = () => createProblem({ ...definition, time: { end, snapshots: [end] } });
  const exact = await keep("exact", async () => {
    const [solution] = solveCharacteristics(await create(), { tolerance: config.tolerance }).snapshots;
    return { ...solution.observables, energy: solution.energy } as Record<string, number>;
  });
  onPart(0.2);
  const orders = await keep("orders", async () => measureOrders(config, await create(), exact));
  onPart(0.4);
  const scores = await measureParticles(config, create, partsOf(keep, "particles"));
  onPart(0.6);
  const shifts = await keep("shifts", async () => measureShifts(config, await create()));
  onPart(0.7);
  const noise = await measureNoise(config, await create(), partsOf(keep, "noise"));
  onPart(1);
  return { exact, orders, scores, shifts, noise };
}

/** Map minus equation in each quantity. */
function measureOrders({ steps, fitted, nodes }: NotebookConfig, problem: Problem, exact: Record<string, number>) {
  const dts = steps.map((count) => problem.end / count);
  return SCHEMES_COMPARED.flatMap((scheme) => {
    const maps = steps.map((count) => atEnd(problem, scheme, count, nodes));
    return Object.keys(exact).map((quantity) => {
      const differences = maps.map((map) => map[quantity] - exact[quantity]);
      return { scheme, quantity, ...orderOf(`${scheme}, ${quantity}`, dts, differences, ORDER_ONE, fitted) };
    });
  });
}

/** Scores: (mean - map) / error, and the same from the other scheme's map. */
async function measureParticles(
  { particles, nodes, seed, workers }: NotebookConfig,
  create: () => Promise<Problem>,
  keep: KeepPart,
) {
  const { n, replicas, steps } = particles;
  const mapsAtEnd = (problem: Problem) => SCHEMES_COMPARED.map((scheme) => atEnd(problem, scheme, steps, nodes));
  const [own, theirs] = await keep("maps", async () => mapsAtEnd(await create()));
  const maps = { "algorithm-1": [own, theirs], "authors-notebook": [theirs, own] };
  const score = async (scheme: Compared, k: number) => {
    const problem = await create();
    const { snapshots } = await simulate(problem, { scheme, n, dt: problem.end / steps, replicas, seed: seed + k, workers });
    return Object.entries(snapshots[0].statistics.observables).map(([quantity, { mean, standardError: error }]) => {
      const [map, other] = maps[scheme].map((of) => of[quantity]);
      return { scheme, quantity, map, mean, error, score: (mean - map) / error, scoreFromOther: (mean - other) / error };
    });
  };
  const scores = await inSequence(SCHEMES_COMPARED, score, () => {}, keep);
  return scores.flat();
}

/** Shifted problems lack the constant of the network's energy, which is put back. */
async function shifted(problem: Problem, shift: number) {
  return { problem: await createProblem(withShift(problem.definition, shift)), lift: problem.potential.constant - shift };
}

/**
 * Energy minus shift at the end by the two maps and by that of gradient descent alone; perStep is alpha dt |shift|, deficit and events are the mass lost
 * before control and the events per particle in the last step of the notebook's map.
 */
async function measureShifts({ shifts, coarse, nodes }: NotebookConfig, plain: Problem) {
  const alpha = requireConstant(plain.alpha, "shifts of F");
  const still = await createProblem(withShift(plain.definition, 0), { dynamics: "gradient-descent" });
  const descents = coarse.map((steps) => {
    const { energy } = iterateMeanFieldMap(still, still.end / steps, { nodes }).at(-1)!;
    return energy + plain.potential.constant;
  });
  const rows = await inSequence(shifts, async (shift) => {
    const { problem, lift } = await shifted(plain, shift);
    return coarse.map((steps, k) => {
      const dt = problem.end / steps;
      const map = iterateMeanFieldMap(problem, dt, { scheme: "authors-notebook", nodes });
      const { energy, deficit, events } = map[map.length - 1];
      const own = atEnd(problem, "algorithm-1", steps, nodes).energy;
      const energies = { "algorithm-1": own + lift, "authors-notebook": energy + lift };
      return { shift, steps, perStep: alpha * dt * Math.abs(shift), energies, descent: descents[k], deficit, events };
    });
  });
  return rows.flat();
}

/** n Var of each observable with its standard error, and the mean energy minus shift. */
async function measureNoise({ noise, seed, workers }: NotebookConfig, plain: Problem, keep: KeepPart) {
  const { n, replicas, steps, shifts } = noise;
  const runs = SCHEMES_COMPARED.flatMap((scheme) => shifts.map((shift) => ({ scheme, shift })));
  const measure = async ({ scheme, shift }: (typeof runs)[number]) => {
    const { problem, lift } = await shifted(plain, shift);
    const options = { scheme, n, dt: problem.end / steps, replicas, seed: seed + 2, workers };
    const [{ statistics, energy }] = (await simulate(problem, options)).snapshots;
    const variances = Object.entries(statistics.observables).map(([quantity, { nVariance: value, nVarianceError: error }]) => {
      return { quantity, value, error };
    });
    return { scheme, shift, variances, energy: energy + lift };
  };
  return inSequence(runs, measure, () => {}, keep);
}
