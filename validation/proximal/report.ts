import { nameOfDynamics } from "../../src/problem/dynamics.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { atMost, show, within } from "../claims.ts";
import { AXES } from "../shared/axes.ts";
import { shadesOf } from "../shared/colours.ts";
import { draw, drawKey, logX } from "../shared/draw.ts";
import { claimOrder, drawOrders, type Order, tabulateOrders } from "../shared/orders.ts";
import { resultOf, type StudyResult, tabulateFields } from "../study.ts";
import { type DecayRow, RISE_LIMIT, SEED, type Threshold } from "./measure.ts";

export const CLAIM =
  "A reaction with V taken at its end is a minimisation and lowers the energy whatever tau; with V taken at its start it does not beyond alpha tau lambda = 2. Both are of order 1 in tau.";

/** tau from small to huge; with transport, whose sub-steps stay short, not quite so far. */
export const TAUS = {
  "birth-death": [1 / 16, 1 / 4, 1, 4, 16],
  "pure-birth-death": [1 / 16, 1 / 4, 1, 4, 16, 64, 256, 1024, 4096],
};
export const DYNAMICS = ["birth-death", "pure-birth-death"] as const;
export const FEWEST_STEPS = 6;
export const THRESHOLD_STEPS = 50;

/** Of the threshold over its prediction, which is of the stationary state alone; transport damps the mode too, so that with it the prediction is a lower bound. */
const THRESHOLD_RATIO = { "pure-birth-death": [0.9, 1.1], "birth-death": [0.9, Infinity] } as const;
const MASS_LIMIT = 1e-12;

const EXPLICIT = [4, 3];

export function reportProximal(
  problem: Problem,
  decays: readonly DecayRow[],
  thresholds: readonly Threshold[],
  orders: readonly Order[],
): StudyResult {
  const implicit = decays.filter(({ kind }) => kind === "implicit");
  const most = (rows: readonly DecayRow[], of: (row: DecayRow) => number) => Math.max(...rows.map(of));
  const rise = most(implicit, (row) => Math.max(row.largestRise, row.largestReactionRise));
  const falls = `implicit: the energy never rises, up to tau = ${most(implicit, ({ tau }) => tau)}, in units of its initial size`;
  const proximal = "implicit: E[mu+] + KL(mu+ | mu) / (alpha tau) - E[mu], in the same units";
  return resultOf({
    name: `proximal: ${problem.name}`,
    claim: CLAIM,
    claims: [
      atMost(falls, rise, RISE_LIMIT, "its rounding"),
      atMost(proximal, most(implicit, ({ largestExcess }) => largestExcess), RISE_LIMIT), // biome-ignore format: one claim
      atMost("the mass differs from 1 by", most(decays, ({ massDrift }) => massDrift), MASS_LIMIT), // biome-ignore format: one claim
      ...thresholds.map(({ dynamics, predicted, found: [low, high] }) => {
        const what = `explicit, ${dynamics}: the reaction raises the energy from a tau between ${show(low)} and ${show(high)} on, alpha tau lambda = 2 at ${show(predicted)}; ratio`;
        return within(what, [low / predicted, high / predicted], THRESHOLD_RATIO[dynamics]);
      }),
      ...orders.map((order) => claimOrder("the L1 error falls in tau", order, 3)),
    ],
    notes: [
      `Transport over tau by muscl, then mu+ = mu exp(-alpha tau V) / Z with V of mu+ (implicit) or of mu (explicit); ${problem.grid.shape.join(" x ")} cells, to t = ${problem.end} and at least ${FEWEST_STEPS} steps. pure-birth-death has no transport.`,
      thresholds.length === 0
        ? "Without K the implicit and the explicit step are the same, and exact."
        : `lambda is the largest eigenvalue of P K mu P at the minimiser of E, by power iteration: ${show(thresholds[0].eigenvalue)}. Thresholds are bisected over ${THRESHOLD_STEPS} steps from the initial distribution, on whose way lambda may be larger than at its end.`,
      "Order: L1 error at the end against muscl + strang on the same grid.",
    ],
    tables: [
      tabulateFields(
        "Energy over steps of tau (rises relative to its initial size)",
        decays.map(({ energies, ...row }) => ({ ...row, steps: energies.length })),
      ),
      tabulateOrders("Error in tau", ["V", "tau", "L1 error"], orders, ({ label, h, errors }, k) => [label, h[k], errors[k]]),
    ],
    figures: [
      ...DYNAMICS.map((dynamics) => {
        const rows = decays.filter((row) => row.dynamics === dynamics);
        const taus = [...new Set(rows.map(({ tau }) => tau))];
        const traces = rows.map(({ kind, tau, energies }) =>
          draw(`tau = ${tau}`, energies, "time", "energy", {
            ...shadesOf(dynamics, taus.length)[taus.indexOf(tau)],
            ...(kind === "explicit" ? { dash: EXPLICIT, symbol: "x", unnamed: true } : { dash: [], symbol: "circle" }),
            size: 6,
          }),
        );
        return logX(`Energy against time, ${dynamics} (${problem.name})`, AXES.time, AXES.energy, [
          drawKey("V of the end of a step (implicit)", { mode: "lines+markers", symbol: "circle", size: 6 }),
          drawKey("V of its start (explicit)", { mode: "lines+markers", symbol: "x", size: 6, dash: EXPLICIT }),
          ...traces,
        ]);
      }),
      drawOrders(
        `L1 error against tau (${problem.name})`,
        { title: "step of the reaction", symbol: "tau" },
        { title: "L1 error", symbol: "|mu_tau - mu|" },
        orders,
        { dynamics: ({ label }) => DYNAMICS.find((name) => label.endsWith(name)) ?? nameOfDynamics(problem.dynamics) },
      ),
    ],
    settings: { seed: SEED, problem, taus: TAUS, steps: FEWEST_STEPS, thresholdSteps: THRESHOLD_STEPS },
  });
}
