import { solve } from "../../src/finite-volume/solve.ts";
import { simulate } from "../../src/particles/simulate.ts";
import { nameOfDynamics } from "../../src/problem/dynamics.ts";
import { createProblem, type Problem, withSnapshots } from "../../src/problem/problem.ts";
import { atMost, consistent, show } from "../claims.ts";
import { AXES } from "../shared/axes.ts";
import { shadesOf } from "../shared/colours.ts";
import { draw, linear } from "../shared/draw.ts";
import { type KeepPart, keepNoPart } from "../shared/parts.ts";
import { resultOf, type StudyResult, tabulateFields } from "../study.ts";

export interface PlaneConfig {
  problem: Problem;
  /** Cells of each variable on the coarse and on the fine grid. */
  coarse: readonly number[];
  fine: readonly number[];
  /** Algorithm 1: few and many particles at step dt, and few at 2 dt. */
  n: readonly [few: number, many: number];
  replicas: readonly [few: number, many: number];
  dt: number;
  seed: number;
  workers: number;
}

/** Intervals of the curve of the energy. */
const CURVE = 120;

/**
 * Values on grids of widths h and q h, of second order: v = v_h + (v_h - v_qh) / (q^2 - 1). Means over replicas have biases b / n and c dt: with m particles
 * in many, k in few,
 *
 *   v = many + (many - few) k / (m - k) + (few at dt - few at 2 dt).
 */
export async function measurePlane(config: PlaneConfig, onPart: (share: number) => void, keep: KeepPart = keepNoPart) {
  const { problem, coarse, fine, n, replicas, dt, seed, workers } = config;
  const axes = Object.keys(problem.definition.variables);
  const onCells = ({ definition }: Problem, cells: readonly number[]) =>
    createProblem(definition, { cells: Object.fromEntries(axes.map((name, a) => [name, cells[a]])) });
  const solveOn = async (cells: readonly number[]) => {
    const { snapshots, unresolvedSince } = solve(await onCells(problem, cells));
    const numbersOf = ({ energy, observables, edgeMass }: (typeof snapshots)[number]) => ({ energy, observables, edgeMass });
    return { snapshots: snapshots.map(numbersOf), unresolvedSince };
  };
  const grids = [await keep("coarse", () => solveOn(coarse))];
  onPart(0.1);
  grids.push(await keep("fine", () => solveOn(fine)));
  onPart(0.35);
  // Of the coarse grid, whose steps a recording at many times changes: what is judged is recorded at the times of the problem alone.
  const curve = await keep("curve", async () => {
    const times = Array.from({ length: CURVE + 1 }, (_, k) => (k * problem.end) / CURVE);
    const { snapshots } = solve(await onCells(withSnapshots(problem, times), coarse));
    return snapshots.map(({ time, energy }) => ({ time, energy }));
  });
  onPart(0.4);
  const run = (k: 0 | 1, step: number, from: number) =>
    keep(`particles-${from + 1}`, async () => {
      const own = await createProblem(problem.definition);
      const options = { scheme: "algorithm-1", n: n[k], dt: step, replicas: replicas[k], seed: seed + from, workers } as const;
      return (await simulate(own, options)).snapshots;
    });
  const few = await run(0, dt, 0);
  onPart(0.65);
  const rough = await run(0, 2 * dt, 1);
  onPart(0.75);
  const many = await run(1, dt, 2);
  onPart(1);
  const refinement = (fine[0] / coarse[0]) ** 2;
  const weight = n[0] / (n[1] - n[0]);
  const names = ["energy", ...problem.observables.map(({ name }) => name)];
  const rows = problem.snapshotTimes.flatMap((time, s) =>
    names.flatMap((quantity) => {
      if (time === 0) return [];
      const quantityOf = <T>({ energy, observables }: { energy: T; observables: Record<string, T> }) =>
        quantity === "energy" ? energy : observables[quantity];
      const [rougher, finer] = grids.map(({ snapshots }) => quantityOf(snapshots[s]));
      const [a, b, c] = [few, rough, many].map((snapshots) => quantityOf(snapshots[s].statistics));
      const correction = (finer - rougher) / (refinement - 1);
      const grid = finer + correction;
      // The error left is of higher order than what extrapolation adds.
      const gridError = Math.abs(correction) / 2;
      const particles = c.mean + (c.mean - a.mean) * weight + (a.mean - b.mean);
      const standardError = Math.hypot((1 + weight) * c.standardError, (1 - weight) * a.standardError, b.standardError);
      /** Beyond the error of the grid, in standard errors. */
      const deviation = Math.max(0, Math.abs(grid - particles) - gridError) / standardError;
      return { quantity, time, grid, gridError, few: a.mean, many: c.mean, particles, standardError, deviation };
    }),
  );
  const { snapshots, unresolvedSince } = grids[1];
  return {
    rows,
    curve,
    edgeMass: Math.max(...snapshots.map((snapshot) => snapshot.edgeMass)),
    unresolvedSince,
    outside: Math.max(...many.map((snapshot) => snapshot.outside)),
  };
}

export type PlaneOutcome = Awaited<ReturnType<typeof measurePlane>>;
export type PlaneRow = PlaneOutcome["rows"][number];

/** Mass within 2% of the edges. */
const EDGE_LIMIT = 1e-6;

export function reportPlane(config: PlaneConfig, outcome: PlaneOutcome): StudyResult {
  const { coarse, fine, n, replicas, dt } = config;
  const { rows, curve, edgeMass, unresolvedSince, outside } = outcome;
  const worst = rows.reduce((most, row) => (row.deviation > most.deviation ? row : most));
  const energies = rows.filter(({ quantity }) => quantity === "energy");
  const times = new Set(rows.map(({ time }) => time)).size;
  const agrees = `energy and means of Algorithm 1, extrapolated in n and dt, against the equation on its grid and beyond its error, at ${times} times, the worst of ${rows.length} (${worst.quantity} at t = ${worst.time})`;
  const away = `the mass stays away from the edges, with a share ${show(outside)} of the particles outside; within 2% of them`;
  const looks = shadesOf(nameOfDynamics(config.problem.dynamics), 5);
  const marked = { mode: "markers" } as const;
  return resultOf({
    name: "figure 2: the mean field of student and teacher in the plane",
    claim:
      "For inputs on a circle the mean-field equation of relu units, solved on a grid in (c, a, b), is what Algorithm 1 tends to.",
    claims: [consistent(agrees, { z: worst.deviation }, rows.length), atMost(away, edgeMass, EDGE_LIMIT)],
    notes: [
      `Grids of ${coarse.join(" x ")} and ${fine.join(" x ")} cells, extrapolated at order 2; the stated error is half of what that adds. ${n[0]} particles in ${replicas[0]} replicas and ${n[1]} in ${replicas[1]}, dt = ${dt}; ${n[0]} also at 2 dt. The 1/n bias of the energy is seen in the columns of n.`,
      ...(unresolvedSince === null
        ? []
        : [`By its measure of sharpness the fine grid is too coarse from t = ${unresolvedSince} on.`]),
    ],
    tables: [
      tabulateFields(
        `Grid against particles: few are ${n[0]}, many ${n[1]}, particles the extrapolation to n -> inf, dt -> 0; deviation in standard errors beyond the error of the grid`,
        rows,
      ),
    ],
    figures: [
      linear("Energy of the student in the plane", AXES.time, { ...AXES.energy, title: "energy, half the loss" }, [
        draw(`equation on ${coarse.join(" x ")} cells`, curve, "time", "energy", { ...looks[0], mode: "lines" }),
        draw("equation, extrapolated", energies, "time", "grid", { ...looks[1], ...marked }),
        draw("Algorithm 1, extrapolated, 95%", energies, "time", "particles", { error: (row) => 1.96 * row.standardError, ...looks[2], ...marked }), // biome-ignore format: one call
        draw(`Algorithm 1, n = ${n[0]}`, energies, "time", "few", { ...looks[3], ...marked }),
        draw(`Algorithm 1, n = ${n[1]}`, energies, "time", "many", { ...looks[4], ...marked }),
      ]),
    ],
    settings: config,
  });
}
