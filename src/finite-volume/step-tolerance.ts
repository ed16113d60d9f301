import { InputError } from "../errors.ts";
import { integrate } from "../grid/density.ts";
import { pow } from "../numerics/pow.ts";
import { observablesOnGrid, type Problem } from "../problem/problem.ts";
import type { GridSnapshot } from "../problem/snapshot.ts";

/** The error of the steps in time, from runs with shorter and shorter ones; the error of the cells is not in it. */
export interface StepError {
  tolerance: number;
  /** Whether `error` is at most the tolerance. */
  reached: boolean;
  /** Estimated error of the last run, relative to the size of each quantity: the largest. */
  error: number;
  /** Which that is, in the words of messages. */
  worst: string;
  runs: { /** Of the usual steps. */ share: number; steps: number /** From the run before. */; difference: number | null }[];
}

const MOST_RUNS = 6;
/** Share of the tolerance that the next run aims at. */
const AIM = 0.8;
const SHORTEST = 1 / 8;
/** Shortest steps that are tried, over the usual ones: beyond, rounding in V decides how long they may be. */
const LEAST_SHARE = 2 ** -10;

/**
 * Shortens the steps until their error is at most a tolerance. Two runs with steps h and q h, of a method of order p, differ by C (1 - q^p) h^p, so that the error of the
 * second is
 *
 *   C (q h)^p = difference q^p / (1 - q^p),
 *
 * and the next q follows; a run that ends early ends the search, its error unknown (Infinity). Compared are energy, Vbar and observables at every snapshot, relative to the largest size up to then: int |phi| dmu for an
 * observable; the standard deviation of V and 1e-4 (|E| + |Vbar|) for energies, so that a constant in F counts little.
 *
 * @param order of the method in dt. @param run solves with steps of a share of the usual length.
 */
export function refineSteps<Run extends { steps: number; snapshots: readonly GridSnapshot[]; failure?: string | null }>(
  problem: Problem,
  tolerance: number,
  order: number,
  run: (share: number) => Run,
): { run: Run; stepError: StepError } {
  if (!(tolerance > 0 && tolerance < Infinity))
    throw new InputError("tolerance", tolerance, "not a positive number", "give a tolerance such as 1e-6");
  const phis = observablesOnGrid(problem.observables, problem.grid);
  let share = 1;
  let latest = run(share);
  const stepError: StepError = {
    tolerance,
    reached: false,
    error: Infinity,
    worst: "",
    runs: [{ share, steps: latest.steps, difference: null }],
  };
  let ratio = 0.5;
  while (!stepError.reached && stepError.runs.length < MOST_RUNS) {
    if (latest.failure != null) break;
    share *= ratio;
    const next = run(share);
    if (next.failure != null) {
      // Nothing is known of the snapshots that it did not reach.
      latest = next;
      stepError.error = Infinity;
      stepError.runs.push({ share, steps: next.steps, difference: null });
      break;
    }
    const { difference, worst } = compare(problem, phis, latest.snapshots, next.snapshots);
    const shrink = pow(ratio, order);
    latest = next;
    stepError.error = (difference * shrink) / (1 - shrink);
    stepError.worst = worst;
    stepError.reached = stepError.error <= tolerance;
    stepError.runs.push({ share, steps: next.steps, difference });
    ratio = Math.min(0.5, Math.max(SHORTEST, pow((AIM * tolerance) / stepError.error, 1 / order)));
    if (!(share * ratio >= LEAST_SHARE)) break;
  }
  return { run: latest, stepError };
}

function compare(
  { grid }: Problem,
  phis: ReadonlyMap<string, Float64Array>,
  before: readonly GridSnapshot[],
  after: readonly GridSnapshot[],
): { difference: number; worst: string } {
  let difference = 0;
  let worst = "energy";
  const largest = new Map<string, number>();
  after.forEach((now, s) => {
    const old = before[s];
    // A run that failed has fewer.
    if (old === undefined) return;
    const energy = now.residualOnSupport + 1e-4 * (Math.abs(now.energy) + Math.abs(now.meanPotential));
    const quantities: [string, number, number, number][] = [
      ["energy", now.energy, old.energy, energy],
      ["Vbar", now.meanPotential, old.meanPotential, energy],
      ...[...phis].map(([name, phi]): [string, number, number, number] => [
        `observable "${name}"`,
        now.observables[name],
        old.observables[name],
        integrate(grid, now.density, phi.map(Math.abs)),
      ]),
    ];
    for (const [name, value, other, size] of quantities) {
      const scale = Math.max(largest.get(name) ?? 0, size);
      largest.set(name, scale);
      const change = value === other ? 0 : Math.abs(value - other) / scale;
      if (change <= difference) continue;
      difference = change;
      worst = `${name} at t = ${now.time}`;
    }
  });
  return { difference, worst };
}
