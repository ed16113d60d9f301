import { plainFields } from "../../grid/fields.ts";
import type { Gradation } from "../../grid/graded-edges.ts";
import type { Grid } from "../../grid/grid.ts";
import { termsOf } from "../../problem/dynamics.ts";
import type { Problem } from "../../problem/problem.ts";
import { thermalTermsOf } from "../../problem/thermal.ts";
import { bandwidthOf } from "../../problem-file/smoothing.ts";
import { setEdges } from "../rows/row-edges.ts";
import { createStepPotential } from "../step-potential.ts";
import { refuseNarrow } from "../thermal/free-reaction.ts";
import { createThermalFlow, nextStep } from "../thermal/thermal-flow.ts";
import { createThermalMeasure, type ThermalState } from "../thermal/thermal-state.ts";
import { createCellSmoothing } from "./cell-smoothing.ts";
import { createMovingCells } from "./moving-cells.ts";
import type { MovingStepper } from "./moving-stepper.ts";
import { projectMasses } from "./project-grid.ts";
import { measureCells, thermalRecord } from "./thermal-cells.ts";

/** alpha dt times the spread of R. */
const REACTION_NUMBER = 0.2;
/** Widths of cells by which a wanted edge is away from where it is, at most: then all edges move. */
const FAR = 1;

/**
 * One step at a temperature on cells with edges of their own: transport and diffusion by the exchange of masses between neighbours (DiffusionStep) and the exact reaction (createThermalReaction) as on
 * fixed cells, by Strang's splitting, with densities m / |C|; then, where those that the density asks for are more than a width of a cell away, new edges, onto which the parabolas of each row
 * are projected. V is that of the middle of the step (StepPotential), on the lattice of the domain; the potential of a cell is
 *
 *   U = V - tau sum_a log cosh(z_a) / (1 + z_a^4),   V the mean of both nodes of each axis, z_a half their difference along axis a over tau.
 *
 * or without diffusion, with the tilts s_a of the density (fillTilts) V_a half the difference of the nodes along a,
 *
 *   U = V + sum_a (s_a V_a + tau s_a^2 / 2),   the last term for R = V_tau alone: of order 4, the mean of R over the mass of the cell less tau log(m / |C|).
 *
 * With diffusion, where V changes by less than tau across a cell, |C| e^{-U / tau} is the integral of e^{-V / tau} over it, of order 4, and where by more U is V. For a fixed V the masses |C| e^{-U / tau} are a fixed
 * point of the exchange and of the reaction with R = V_tau, and the energy of measureCells falls in both; the projection conserves mass, keeps masses >= 0, has order 3, and may add to the energy. Order 2
 * in dt and in the cells; where V changes by more than tau across cells with mass, order 1.
 *
 * Steps follow accuracy as on fixed cells (ThermalFlow). About twice the time of a step there.
 */
export function createThermalMovingStepper(problem: Problem, domain: Grid, gradation: Gradation): MovingStepper {
  const { temperature, definition } = problem;
  const { reaction } = termsOf(problem);
  const { logTerm, descends } = thermalTermsOf(problem);
  const bandwidth = bandwidthOf(definition);
  if (logTerm === "smoothed") refuseNarrow(domain, bandwidth);
  const { cells, work } = createMovingCells(problem, domain, gradation);
  const { rows, masses, mu, V, potential } = cells;
  const { transfer, W, halves, next, deposit } = work;
  const array = () => new Float64Array(domain.size);
  const [U, logVolumes, saved, tilts] = [array(), array(), array(), array()];
  const ofTilt = logTerm === "density" ? 0.5 : 0;
  const smoothing = logTerm === "smoothed" ? createCellSmoothing(domain, bandwidth) : null;
  const smoothedLog =
    smoothing === null
      ? null
      : (out: Float64Array, of: Float64Array) => {
          smoothing.apply(out, of);
          for (let i = 0; i < out.length; i++) out[i] = Math.log(Math.max(out[i], Number.MIN_VALUE));
        };
  const flow = createThermalFlow(problem, domain, "strang", { logVolumes, smoothedLog });
  const ofCells = { size: domain.size, cellVolume: 1 };
  const energyOf = (of: Float64Array, using: Float64Array) => measureCells(potential, of, using, W, V);
  const measureState = createThermalMeasure(ofCells, energyOf, logTerm, flow.diffusion, smoothedLog, logVolumes);
  const ofSteps = createStepPotential(potential, V, plainFields(domain.size), false, (time) => temperature.at(time));
  const carried = {
    masses,
    edges: rows.map((row) => row.edges),
    mu,
    V,
    W,
    accurate: { dt: Infinity, factor: 1 },
    /** (int (R - Rbar)^2 dmu / mass)^(1/2) of the current density. */
    deviation: 0,
    /** Rbar - min R. */
    growth: 0,
    potential: ofSteps.carried,
  };

  function placeCells(): void {
    logVolumes.fill(0);
    work.resume();
    rows.forEach((row, a) => {
      flow.diffusion?.place(a, row.edges);
      smoothing?.place(a, row.edges);
      const stride = domain.strides[a];
      for (let i = 0; i < logVolumes.length; i++) logVolumes[i] += Math.log(row.widths[Math.floor(i / stride) % row.cells]);
    });
    flow.forget();
  }

  /** U of a field on the lattice. */
  function readCells(field: Float64Array, tau: number): Float64Array {
    transfer.read(U, halves, field, null);
    if (flow.diffusion === null) {
      halves.forEach((half, a) => {
        work.tiltsAlong(tilts, a);
        for (let i = 0; i < U.length; i++) U[i] += tilts[i] * (half[i] + ofTilt * tau * tilts[i]);
      });
      return U;
    }
    if (tau === 0) return U;
    for (const half of halves) {
      for (let i = 0; i < U.length; i++) {
        const z = Math.abs(half[i] / tau);
        const square = z * z;
        U[i] -= (tau * (z + Math.log1p(Math.exp(-2 * z)) - Math.LN2)) / (1 + square * square);
      }
    }
    return U;
  }

  /** Moves the edges of all axes where those that the density asks for are far from them. */
  function follow(time: number): void {
    work.chooseEdges(time, () => null, 0, 1);
    let farthest = 0;
    rows.forEach(({ cells, edges, widths }, a) => {
      for (let j = 1; j < cells; j++) {
        farthest = Math.max(farthest, Math.abs(next[a][j] - edges[j]) / Math.min(widths[j - 1], widths[j]));
      }
    });
    if (farthest <= FAR) return;
    masses.set(projectMasses(masses, rows, next));
    rows.forEach((row, a) => {
      setEdges(row, next[a]);
    });
    placeCells();
  }

  placeCells();
  deposit();
  ofSteps.start(mu);
  return {
    ...cells,
    carried,
    resume: placeCells,
    flux: "scharfetter-gummel",
    loss: reaction === null ? null : (state) => (state as ThermalState).covariance,
    measure(time) {
      const tau = temperature.at(time);
      readCells(V, tau);
      flow.measure(U, tau, ofSteps.fixed);
      const state = measureState(masses, U, tau);
      carried.deviation = Math.sqrt(state.reactionVariance / state.mass);
      carried.growth = state.growth;
      return state;
    },
    longest(alpha, { stepShare }) {
      if (carried.accurate.dt === Infinity) {
        readCells(V, temperature.at(0));
        carried.accurate = { dt: flow.firstStep(masses, U), factor: 1 };
      }
      const rate = alpha * (reaction === null ? 0 : flow.spread(carried.deviation));
      const ofReaction = rate === 0 ? Infinity : (stepShare * REACTION_NUMBER) / rate;
      return { dt: Math.min(ofReaction, nextStep(carried.accurate, stepShare)), why: "the density changes too fast" };
    },
    atCells() {
      transfer.read(U, halves, V, null);
      return U;
    },
    growth: () => carried.growth,
    record(snapshot) {
      const tau = temperature.at(snapshot.time);
      if (tau === 0) return snapshot;
      readCells(V, tau);
      return thermalRecord(snapshot, domain, { masses, logVolumes, U, V }, tau, descends);
    },
    step(time, dt) {
      const tau = flow.meanTau(time, dt);
      const ready = (using: Float64Array) => {
        readCells(using, tau);
        flow.measure(U, tau, ofSteps.fixed);
      };
      const used = ofSteps.of(time, dt, mu, (using) => {
        saved.set(masses);
        ready(using);
        flow.advance(masses, U, time, dt / 2);
        deposit();
        masses.set(saved);
      });
      ready(used);
      const difference = flow.take(masses, U, time, dt);
      follow(time + dt);
      deposit();
      ofSteps.finish(time, dt, mu);
      carried.accurate = { dt, factor: Math.min(flow.growth(difference, time, dt), ofSteps.growth(mu)) };
      return 0;
    },
  };
}
