import type { Gradation } from "../../grid/graded-edges.ts";
import type { Grid } from "../../grid/grid.ts";
import type { Carried } from "../../numerics/carried.ts";
import type { EnergyState } from "../../potential/energy.ts";
import { termsOf } from "../../problem/dynamics.ts";
import type { Problem } from "../../problem/problem.ts";
import type { Snapshot } from "../../problem/snapshot.ts";
import { createFieldRates, type FieldRates } from "../field-rates.ts";
import type { AnyFluxName } from "../fluxes.ts";
import { leastOf } from "../mass-bound.ts";
import { createReaction } from "../reaction.ts";
import type { ReactionTerm } from "../reaction-term.ts";
import { setEdges } from "../rows/row-edges.ts";
import { type MovingState, measureMoving } from "./measure.ts";
import { createMovingCells, type MovingCells } from "./moving-cells.ts";
import { createSweep } from "./sweep.ts";

/** Steps of a density on cells that move. */
export interface MovingStepper extends MovingCells {
  /** The flux that summaries name. */
  flux: AnyFluxName;
  /** int (R - Rbar) V_tau dmu, see ReactionTerm; null without a reaction. */
  loss: ReactionTerm["loss"] | null;
  measure(time: number): EnergyState;
  /** The longest step from here, where the largest alpha to come is this, and why none longer. */
  longest(alpha: number, options: { stepNumber: number; stepShare: number }): { dt: number; why: string };
  /** The largest Rbar - R where there is mass, R = V at temperature 0. */
  growth(): number;
  /** V at the cells, at their centres of mass: a buffer that the next step overwrites. */
  atCells(): Float64Array;
  /** Adds to a snapshot of now what a temperature makes of it. */
  record(snapshot: Snapshot): Snapshot;
  /**
   * Advances by dt; returns the mass that the reaction added. @throws InvariantError where edges would cross or their wanted widths are not finite. @throws StepSizeError where a shorter
   * step is needed; nothing has changed.
   */
  step(time: number, dt: number): number;
  carried: Carried;
  /** To be called when what another stepper carried has been taken over. */
  resume(): void;
}

/** Masses below this are none: no number that is printed knows of them, and subnormal numbers are slow. */
const NOTHING = 1e-200;

/** The first step is that much shorter: nothing is known yet of how V answers. */
const FIRST = 0.2;
/** Change of the density in a step below which rounding would tell how V answers. */
const LEAST_CHANGE = 1e-8;

/**
 * One step at temperature 0 by Strang's splitting (1968), all with one V,
 *
 *   R(dt/2) X_1(dt/2) ... X_d(dt) ... X_1(dt/2) R(dt/2),     X_a the transport along axis a, R the reaction,
 *
 * that of the middle of the step: F at that time, and int K dmu extrapolated from the last two densities (the first step: evaluated after half a step), with one evaluation of it; order 2 in dt.
 * The edges of an axis move in its first transport. Mass is conserved to rounding, and densities stay non-negative, at every dt. Cost in two dimensions: about 1 microsecond a cell and step.
 */
export function createMovingStepper(problem: Problem, domain: Grid, gradation: Gradation, pull: number): MovingStepper {
  const { alpha } = problem;
  const terms = termsOf(problem);
  const { cells, work } = createMovingCells(problem, domain, gradation);
  const { rows, masses, mu, V, potential } = cells;
  const { transfer, W, halves, next } = work;
  const { interacting, external } = potential;
  const changes = potential.moveTo !== undefined;
  const moveTo = potential.moveTo ?? (() => {});
  const sweeps = domain.axes.map((_, a) => createSweep(domain, a));
  const ratesOf = createFieldRates(domain);
  const array = () => new Float64Array(domain.size);
  const [before, middle, mean, still] = [array(), array(), array(), array()];
  /** int K dmu where F changes, otherwise V: what is extrapolated. */
  const interaction = changes && interacting ? array() : V;
  const tilts = domain.axes.map(array);
  const reaction = terms.reaction === null ? null : createReaction({ ...domain, cellVolume: 1 }, terms.normalises);
  const last = domain.dimension - 1;
  const carried = {
    masses,
    edges: rows.map((row) => row.edges),
    velocities: sweeps.map(({ velocity }) => velocity),
    W,
    mu,
    V,
    before,
    ...(changes ? { interaction } : {}),
    stepBefore: 0,
    answer: 0,
    began: null as FieldRates | null,
    state: null as MovingState | null,
  };

  function evaluate(time: number): void {
    work.deposit();
    moveTo(time);
    potential.evaluate(V, mu);
    if (interaction !== V) for (let i = 0; i < V.length; i++) interaction[i] = V[i] - external[i];
    carried.state = null;
  }

  /** mean <- V at the centres of mass of the cells. */
  function readCells(field: Float64Array): void {
    transfer.read(mean, halves, field, null);
    for (let b = 0; b <= last; b++) {
      work.tiltsAlong(tilts[b], b);
      const [s, half] = [tilts[b], halves[b]];
      for (let i = 0; i < mean.length; i++) mean[i] += s[i] * half[i];
    }
  }

  function react(rate: number, field: Float64Array): number {
    if (reaction === null || rate === 0) return 0;
    readCells(field);
    const change = reaction.apply(masses, masses, mean, rate, false);
    for (let i = 0; i < masses.length; i++) if (masses[i] >= 0 && masses[i] < NOTHING) masses[i] = 0;
    return change;
  }

  function transport(a: number, dt: number, field: Float64Array, edges: Float64Array): void {
    transfer.read(mean, halves, field, a);
    for (let b = 0; b <= last; b++) if (b !== a) work.tiltsAlong(tilts[b], b);
    sweeps[a].transport(masses, { mean, halves }, tilts, rows[a], edges, dt);
    if (edges !== rows[a].edges) {
      setEdges(rows[a], edges);
      transfer.place(a, edges);
    }
  }

  /** The parts of a step; `edges` null where they stay. @returns the mass that the reaction added. */
  function take(time: number, dt: number, field: Float64Array, edges: readonly Float64Array[] | null): number {
    const half = reaction === null ? 0 : alpha.integral(time, time + dt) / 2;
    const velocity = terms.transport ? field : still;
    let change = react(half, field);
    for (let a = 0; a < last; a++) transport(a, dt / 2, velocity, edges?.[a] ?? rows[a].edges);
    transport(last, dt, velocity, edges?.[last] ?? rows[last].edges);
    for (let a = last - 1; a >= 0; a--) transport(a, dt / 2, velocity, rows[a].edges);
    change += react(half, field);
    return change;
  }

  const leastDensity = () => {
    let least = Infinity;
    for (let i = 0; i < masses.length; i++) if (!(masses[i] >= least)) least = masses[i];
    return least;
  };
  function current(): MovingState {
    carried.state ??= measureMoving(domain, potential, ratesOf, W, V, leastDensity());
    return carried.state;
  }

  /**
   * The rate at which the density changes its shape, in 1/time: r(V) = strain + alpha deviation, and with K the rate at which int K dmu answers to that, r(its change) / (dt r(V_before)), both
   * of the last step: how far the right-hand side of the equation changes with the density.
   */
  function rateOf(alphaNow: number): number {
    const { strain, crossing, deviation } = current().rates;
    const own = (terms.transport ? strain + crossing : 0) + alphaNow * deviation;
    if (!interacting || (!terms.transport && reaction === null)) return own;
    const { began, stepBefore } = carried;
    if (began === null) return own / FIRST;
    const change = stepBefore * ((terms.transport ? began.strain : 0) + alphaNow * began.deviation);
    if (change > LEAST_CHANGE) {
      for (let i = 0; i < V.length; i++) middle[i] = interaction[i] - before[i];
      const difference = ratesOf(W, middle);
      carried.answer = (difference.strain + alphaNow * difference.deviation) / change;
    }
    return own + carried.answer;
  }

  /** middle <- V of the middle of the step. */
  function findMiddle(time: number, dt: number): void {
    moveTo(time + dt / 2);
    if (!interacting) {
      middle.set(changes ? external : V);
      return;
    }
    const { stepBefore } = carried;
    if (stepBefore > 0) {
      const share = (0.5 * dt) / stepBefore;
      for (let i = 0; i < V.length; i++) middle[i] = interaction[i] + share * (interaction[i] - before[i]);
      if (changes) for (let i = 0; i < V.length; i++) middle[i] += external[i];
      before.set(interaction);
      return;
    }
    const saved = masses.slice();
    before.set(interaction);
    take(time, dt / 2, V, null);
    evaluate(time + dt / 2);
    middle.set(V);
    masses.set(saved);
  }

  evaluate(0);
  return {
    ...cells,
    carried,
    resume: work.resume,
    flux: "large-step",
    loss: reaction === null ? null : terms.baseline.squareOf,
    measure: current,
    longest(alphaNow, { stepNumber, stepShare }) {
      const rate = rateOf(alphaNow);
      return { dt: (stepShare * stepNumber) / rate, why: `V varies at the rate ${rate} where there is mass` };
    },
    growth: () => current().meanPotential - leastOf(V),
    record: (snapshot) => snapshot,
    atCells() {
      readCells(V);
      return mean;
    },
    step(time, dt) {
      const { rates } = current();
      const share = Math.min(1, pull * rates.strain * dt);
      // Zeros before the first step. A step however short moves edges however little: the energy changes by the error of a projection, whatever dt.
      work.chooseEdges(time, (a) => (terms.transport ? sweeps[a].velocity : null), dt, share);
      findMiddle(time, dt);
      const change = take(time, dt, middle, next);
      Object.assign(carried, { began: rates, stepBefore: dt });
      evaluate(time + dt);
      return change;
    },
  };
}
