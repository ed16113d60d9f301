import type { Grid } from "../grid/grid.ts";
import type { Problem } from "../problem/problem.ts";
import type { Drive, LedgerState } from "./ledger.ts";

/**
 * What an F and a temperature that change in time add to the energy over a step, tau' int mu log mu + int d_t F dmu, by the trapezoidal rule:
 *
 *   (tau_1 - tau_0) (S_0 + S_1) / 2 + int (F_1 - F_0) d(mu_0 + mu_1) / 2,   S = int mu log mu.
 *
 * null where both are constant. 4 ns a cell where F changes.
 *
 * @param mu, external the current density and F, shapes [grid.size].
 */
export function createDrive(
  { temperature, potential }: Problem,
  grid: Grid,
  mu: Float64Array,
  external: Float64Array,
): Drive | null {
  const changesF = (potential.clock ?? null) !== null;
  const isCooled = temperature.constant === null;
  if (!changesF && !isCooled) return null;
  /** mu and F at the end of the last step. */
  const last = changesF ? { mu: mu.slice(), external: external.slice() } : null;
  const entropyOf = (state: LedgerState) => ("negativeEntropy" in state ? state.negativeEntropy : 0);
  return {
    carried: last ?? {},
    added(before, after, from, dt) {
      let added = 0;
      if (isCooled) added += 0.5 * (temperature.at(from + dt) - temperature.at(from)) * (entropyOf(before) + entropyOf(after));
      if (last !== null) {
        let sum = 0;
        for (let i = 0; i < mu.length; i++) sum += (external[i] - last.external[i]) * (mu[i] + last.mu[i]);
        added += 0.5 * grid.cellVolume * sum;
        last.mu.set(mu);
        last.external.set(external);
      }
      return added;
    },
  };
}
