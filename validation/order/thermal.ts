import { solveMoving } from "../../src/finite-volume/moving/solve-moving.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import type { DynamicsName } from "../../src/problem/dynamics.ts";
import { createProblem } from "../../src/problem/problem.ts";
import { solveSpectral } from "../../src/spectral/solve.ts";
import type { Range } from "../claims.ts";
import { gaussianAt, type QuadraticCase } from "../shared/gaussian-closed-form.ts";
import { type Order, orderOf } from "../shared/orders.ts";
import { type KeepPart, keepNoPart } from "../shared/parts.ts";
import { inSequence } from "../shared/sizes.ts";

export type CellKind = "fixed" | "moving";

export interface ThermalOrderConfig {
  /** Cells of every axis, ascending, of lines and planes; none to leave these out. */
  cells: Readonly<Record<CellKind, readonly [line: readonly number[], plane: readonly number[]]>>;
}

interface Setting extends Pick<QuadraticCase, "alpha" | "reaction"> {
  label: string;
  dimension: 1 | 2;
}

const REACTIONS = [
  { what: "Langevin", alpha: 0, reaction: "free-energy" },
  { what: "births and deaths by V + tau log mu", alpha: 2, reaction: "free-energy" },
  { what: "births and deaths by V", alpha: 2, reaction: "energy" },
] as const;

const SETTINGS: readonly Setting[] = ([1, 2] as const).flatMap((dimension) =>
  REACTIONS.map(({ what, alpha, reaction }) => ({ label: `${what}, ${dimension}D`, alpha, reaction, dimension })),
);

/** The dynamics of an order of `measureThermalOrders`, by its label. */
export function dynamicsOfSetting(label: string): DynamicsName {
  return SETTINGS.some((setting) => label.endsWith(setting.label) && setting.alpha === 0) ? "gradient-descent" : "birth-death";
}

const [TEMPERATURE, END] = [0.3, 0.6];
/** Wells along x and y, with what starts in them; V changes by less than tau across cells with mass on every grid. */
const WELLS = [
  { k: 0.9, c: 0.3, mean: -0.5, sd: 0.4 },
  { k: 2.2, c: -0.2, mean: 0.3, sd: 0.5 },
] as const;
const NAMES = ["x", "y"] as const;

/** e^{-F / tau} and the start are below 1e-9 of their largest at the ends; modes need them below rounding. */
const REACH = { cells: 4, modes: 5 };

function gaussianProblem({ dimension, alpha, reaction }: Setting, cells: number, reach: number) {
  const axes = WELLS.slice(0, dimension).map((well, a) => ({ ...well, name: NAMES[a] }));
  return createProblem({
    name: "gaussian",
    variables: Object.fromEntries(axes.map(({ name }) => [name, { min: -reach, max: reach, cells }])),
    potential: { F: axes.map(({ name, k, c }) => `${k / 2}*(${name}-(${c}))^2`).join(" + ") },
    temperature: TEMPERATURE,
    alpha,
    reaction,
    initial: Object.fromEntries(axes.map(({ name, mean, sd }) => [name, { type: "normal" as const, mean, sd }])),
    observables: Object.fromEntries(axes.flatMap(({ name }) => [[`mean${name}`, name], [`square${name}`, `${name}^2`]])), // biome-ignore format: pairs
    time: { end: END, snapshots: 1 },
  });
}

/** Sum of the absolute errors of the mean and the variance along each axis. */
function errorOf({ dimension, alpha, reaction }: Setting, observables: Readonly<Record<string, number>>): number {
  return WELLS.slice(0, dimension).reduce((total, well, a) => {
    const exact = gaussianAt(END, { ...well, temperature: TEMPERATURE, alpha, reaction });
    const [mean, square] = [observables[`mean${NAMES[a]}`], observables[`square${NAMES[a]}`]];
    return total + Math.abs(mean - exact.mean) + Math.abs(square - mean * mean - exact.variance);
  }, 0);
}

/** Steps on the coarsest cells, as a share of the longest; on others in proportion to the width of cells. */
const SHARE = 0.5;

/**
 * The error is c h^2 (1 + d h^2), so that the order between two widths is 2 + 2 d h^2 to first order. On fixed cells d h^2 is below 0.01 on the coarsest; moving cells, which follow the mass, have a smaller c
 * and d h^2 to 0.15, so that orders there come down to 2 from at most 2.3. Any other whole order is outside.
 */
const EXPECTED: Readonly<Record<CellKind, Range>> = { fixed: [1.95, 2.05], moving: [1.9, 2.3] };

/** Errors of finite volumes at a temperature against a Gaussian in closed form. */
export async function measureThermalOrders(
  { cells }: ThermalOrderConfig,
  onDone: (count: number, of: number) => void = () => {},
  keep: KeepPart = keepNoPart,
): Promise<Order[]> {
  const each = (["fixed", "moving"] as const)
    .flatMap((kind) => SETTINGS.map((setting) => ({ kind, setting, counts: cells[kind][setting.dimension - 1] })))
    .filter(({ counts }) => counts.length > 0);
  return inSequence(
    each,
    async ({ kind, setting, counts }) => {
      const errors = await inSequence(counts, async (count) => {
        const problem = await gaussianProblem(setting, count, REACH.cells);
        const options = { stepShare: (SHARE * counts[0]) / count };
        const solution = kind === "moving" ? solveMoving(problem, options) : solve(problem, options);
        return errorOf(setting, solution.snapshots[1].observables);
      });
      const h = counts.map((count) => (2 * REACH.cells) / count);
      return orderOf(`${kind} cells, ${setting.label}`, h, errors, EXPECTED[kind]);
    },
    (count) => onDone(count, each.length),
    keep,
  );
}

export interface ModesRow {
  setting: string;
  nodes: readonly number[];
  steps: number;
  error: number;
}

/** Errors of the spectral method against the same, refined until two solutions agree to its default tolerance, 1e-8. */
export async function measureModes(keep: KeepPart = keepNoPart): Promise<ModesRow[]> {
  return inSequence(
    SETTINGS,
    async (setting): Promise<ModesRow> => {
      const { snapshots, levels, steps } = solveSpectral(await gaussianProblem(setting, 32, REACH.modes));
      return {
        setting: setting.label,
        nodes: levels[levels.length - 1].nodes,
        steps,
        error: errorOf(setting, snapshots[1].observables),
      };
    },
    () => {},
    keep,
  );
}
