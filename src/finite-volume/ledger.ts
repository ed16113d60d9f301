import { InvariantError } from "../errors.ts";
import { describeCell, type Grid } from "../grid/grid.ts";
import type { Carried } from "../numerics/carried.ts";
import { createAccumulator } from "../numerics/sum.ts";
import { type EnergyState, measureEnergy } from "../potential/energy.ts";
import { termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import type { ReactionTerm } from "./reaction-term.ts";
import type { Stepper } from "./stepper.ts";
import type { ThermalState } from "./thermal/thermal-state.ts";

/** Relative drift of mass that is no longer rounding. */
const MASS_TOLERANCE = 1e-10;

/**
 * The defect of the energy identity that is tolerated, as a share of all that transport and reaction took off the energy or added to it. Where the grid resolves F
 * and mu it is O(h^2): below 0.001 for most problems, 0.077 in a collapse to points that starts at an edge. Where it is larger (0.12 at a kink where
 * mass sticks, 0.97 at a step of F within one cell) the steps do not follow the gradient flow of the energy that is printed.
 */
const DEFECT_LIMIT = 0.1;
/** Of the energy and Vbar, which are differences of sums over all cells, and of the mass, which is the first mass and all changes of it. */
const ROUNDING = 1e-12;

/** Energy and mass balance of a run: the cumulative right-hand side of (16), the mass the reaction added, and the first step that broke a balance. */
export interface Ledger {
  initialEnergy: number;
  state(): LedgerState;
  dissipated(): number;
  /** Whether what the energy lost differs from `dissipated` by more than the identity may: see DEFECT_LIMIT. */
  isDefective(): boolean;
  largestRise(): number;
  largestMassDrift(): number;
  /** Records a step taken from `time`, and checks the balances. */
  close(time: number, dt: number, massChange: number): void;
  carried: Carried;
}

/** What is measured at each step; more of it at a temperature. */
export type LedgerState = EnergyState | ThermalState;

/** What an F or a temperature that changes in time adds to the energy over a step of dt from `from`, by the trapezoidal rule. */
export interface Drive {
  added(before: LedgerState, after: LedgerState, from: number, dt: number): number;
  carried: Carried;
}

/** What is balanced: a density, or masses of cells, with their potential; and what errors say of an entry of it. */
type Ledgered = Pick<Stepper, "mu" | "V" | "potential"> &
  Partial<Pick<Stepper, "simd">> & { reaction: Pick<ReactionTerm, "loss"> | null; entry?: LedgerEntry };

/** What mu holds, and where in the domain its entry i is. */
export interface LedgerEntry {
  what: "density" | "mass";
  place(i: number): string;
}

/** One entry a step, by the trapezoidal rule; costs one measurement of the energy. */
export function createLedger(
  problem: Problem,
  grid: Grid,
  stepper: Ledgered,
  measure: (time: number) => LedgerState = () => measureEnergy(grid, stepper.potential, stepper.mu, stepper.V, stepper.simd),
  drive: Drive | null = null,
): Ledger {
  const { alpha } = problem;
  const { reaction, entry = { what: "density", place: (i: number) => describeCell(grid, i) } } = stepper;
  const describe = (i: number) => `${entry.what} ${stepper.mu[i]} in the cell at ${entry.place(i)}`;
  const { transport } = termsOf(problem);
  const measureLosses = (state: EnergyState) => ({
    byTransport: transport ? state.transportDissipation : 0,
    byReaction: reaction?.loss(state, stepper.mu, stepper.V) ?? 0,
  });
  const first = measure(0);
  const dissipated = createAccumulator();
  const moved = createAccumulator();
  const initialEnergy = first.energy;
  const carried = {
    state: first,
    losses: measureLosses(first),
    expectedMass: first.mass,
    largestMass: first.mass,
    largestRise: 0,
    largestMassDrift: 0,
    dissipated: dissipated.carried,
    moved: moved.carried,
    ...(drive === null ? {} : { drive: drive.carried }),
  };
  return {
    carried,
    initialEnergy,
    state: () => carried.state,
    dissipated: () => dissipated.value(),
    isDefective() {
      const { state } = carried;
      const defect = Math.abs(state.energy - initialEnergy + dissipated.value());
      const rounding = ROUNDING * (Math.abs(state.energy) + Math.abs(initialEnergy) + Math.abs(state.meanPotential));
      return defect > DEFECT_LIMIT * moved.value() + rounding;
    },
    largestRise: () => carried.largestRise,
    largestMassDrift: () => carried.largestMassDrift,
    close(time, dt, massChange) {
      const next = measure(time + dt);
      const { state, losses } = carried;
      const expectedMass = carried.expectedMass + massChange;
      const largestMass = Math.max(carried.largestMass, expectedMass);
      Object.assign(carried, { expectedMass, largestMass });
      if (!(Math.abs(next.mass - expectedMass) <= MASS_TOLERANCE * expectedMass + ROUNDING * largestMass)) {
        const bad = stepper.mu.findIndex((m) => !Number.isFinite(m));
        const where = bad >= 0 ? describe(bad) : `mass ${next.mass} instead of ${expectedMass}`;
        throw new InvariantError("mass is not conserved", time + dt, where);
      }
      if (next.minDensity < 0) {
        const bad = stepper.mu.findIndex((m) => m < 0);
        throw new InvariantError("the density became negative", time + dt, describe(bad));
      }
      carried.largestMassDrift = Math.max(carried.largestMassDrift, Math.abs(next.mass - expectedMass));
      const lossesNow = measureLosses(next);
      const rate = reaction === null ? 0 : alpha.integral(time, time + dt);
      for (const lost of [
        0.5 * dt * (losses.byTransport + lossesNow.byTransport),
        0.5 * rate * (losses.byReaction + lossesNow.byReaction),
        -(drive?.added(state, next, time, dt) ?? 0),
      ]) {
        dissipated.add(lost);
        moved.add(Math.abs(lost));
      }
      carried.losses = lossesNow;
      carried.largestRise = Math.max(carried.largestRise, next.energy - state.energy);
      carried.state = next;
    },
  };
}
