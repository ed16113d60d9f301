import { solve } from "../../src/finite-volume/solve.ts";
import { changeProblem, type Problem } from "../../src/problem/problem.ts";
import type { GridSnapshot } from "../../src/problem/snapshot.ts";
import { solveSpectral } from "../../src/spectral/solve.ts";
import { DOUBLE_WELL, doubleWell } from "../shared/double-well.ts";
import { type KeepPart, keepNoPart } from "../shared/parts.ts";
import { QUADRATIC, relaxingQuadratic, relaxingWell, TILT } from "./problems.ts";
import { ratesAt } from "./relaxation.ts";

export interface StationaryRow {
  problem: string;
  method: "finite-volume" | "spectral";
  end: number;
  mean: number;
  second: number;
  energy: number;
  /** The largest difference of the three from those of Gibbs. */
  error: number;
  /** int |mu - Gibbs| on the cells, or of the modes. */
  gibbsResidual: number;
}

interface Known {
  mean: number;
  second: number;
  energy: number;
}

/** A decay by e^-25 leaves 1e-11. */
const DECAY = 25;
const WELL = { temperature: 0.2, alpha: 2, dynamics: "birth-death" } as const;
/** How long modes start and stay at Gibbs. */
const STAY = 1;

/** Finite volumes run until nothing is left of their start, and modes started at Gibbs, where they must stay; beside Gibbs by a quadrature of its own, and in closed form. */
export async function measureStationary(cells: number, keep: KeepPart = keepNoPart): Promise<StationaryRow[]> {
  const wellEnd = Math.ceil(DECAY / (ratesAt(WELL.temperature)[1] + WELL.alpha * WELL.temperature));
  // The mean relaxes at the rate k + b, the variance at 2 k.
  const { k, c, b, temperature } = QUADRATIC;
  const quadraticEnd = Math.ceil(DECAY / (k + b));
  const cases = [
    {
      load: (end: number) => relaxingWell(WELL, cells, end, 1),
      end: wellEnd,
      known: gibbsOfWell(WELL.temperature),
      gibbs: { density: `exp(-(${DOUBLE_WELL})/${WELL.temperature})` },
    },
    {
      load: (end: number) => relaxingQuadratic(cells, end),
      end: quadraticEnd,
      known: gibbsOfQuadratic(),
      gibbs: { x: { type: "normal", mean: (k * c) / (k + b), sd: Math.sqrt(temperature / k) } },
    },
  ] as const;
  const rows: StationaryRow[] = [];
  for (const [index, { load, end, known, gibbs }] of cases.entries()) {
    const measure = async () => {
      const stationary = await changeProblem(await load(STAY), { initial: gibbs });
      const relaxing = await load(end);
      return [
        rowOf(relaxing, "finite-volume", solve(relaxing).snapshots[1], known),
        rowOf(stationary, "spectral", solveSpectral(stationary).snapshots[1], known),
      ];
    };
    rows.push(...(await keep(`case-${index + 1}`, measure)));
  }
  return rows;
}

type Found = Pick<GridSnapshot, "energy" | "observables"> & { gibbsResidual?: number | null };

function rowOf(problem: Problem, method: StationaryRow["method"], snapshot: Found, known: Known): StationaryRow {
  const { energy, observables, gibbsResidual } = snapshot;
  const found: Known = { mean: observables.mean, second: observables.second, energy };
  const error = Math.max(...(["mean", "second", "energy"] as const).map((key) => Math.abs(found[key] - known[key])));
  return { problem: problem.name, method, end: problem.end, ...found, error, gibbsResidual: gibbsResidual ?? Number.NaN };
}

/** E_tau = -tau log Z without K; sums at equal distances of what vanishes at the ends: exact to rounding. */
function gibbsOfWell(temperature: number): Known {
  const [points, reach] = [4000, 4];
  let [Z, first, second] = [0, 0, 0];
  const h = (2 * reach) / points;
  for (let i = 0; i < points; i++) {
    const x = -reach + i * h;
    const weight = h * Math.exp(-doubleWell(x, TILT) / temperature);
    Z += weight;
    first += weight * x;
    second += weight * x * x;
  }
  return { mean: first / Z, second: second / Z, energy: -temperature * Math.log(Z) };
}

/** Normal with mean m = k c / (k + b) and variance v = tau / k: E = k (v + (m - c)^2) / 2 + b m^2 / 2, int mu log mu = -log(2 pi e v) / 2. */
function gibbsOfQuadratic(): Known {
  const { k, c, b, temperature } = QUADRATIC;
  const [m, v] = [(k * c) / (k + b), temperature / k];
  const energy = (k * (v + (m - c) ** 2) + b * m * m) / 2 - (temperature * Math.log(2 * Math.PI * Math.E * v)) / 2;
  return { mean: m, second: v + m * m, energy };
}
