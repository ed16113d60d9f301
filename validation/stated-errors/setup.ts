import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { cellMassesOf, coupledCellMasses } from "./cells.ts";
import type { LineAxis, Motion, Space, Truth } from "./check.ts";
import type { DrawnKernel } from "./kernels.ts";
import { solveOnLine } from "./line.ts";
import { type CoupledFineness, type CoupledProblem, type Field, solveCoupled } from "./nodes.ts";
import type { Blend, Part } from "./parts.ts";

type Definition = Omit<ProblemInput, "name">;

/** A problem as its file has it, and mu_t at its snapshots, coarsely or finely. */
export interface Body {
  definition: Definition;
  check(space: Space, fine: boolean): Truth[];
}

export type Phi = (x: number) => number;

/** A sum of products of functions of one variable each; those of the last variables may be missing, for 1. */
interface Observable {
  text: string;
  terms: readonly (readonly Phi[])[];
  /** Where the function of the first variable has a kink. */
  kink?: number;
}

export type Observables = Readonly<Record<string, Observable>>;

interface Setup {
  axes: readonly LineAxis[];
  F: readonly Part[];
  /** Added to the sum of the parts of F. */
  coupling?: { text: string; field: Field };
  K?: DrawnKernel | undefined;
  initial: readonly Blend[];
  observables: Observables;
  times: readonly number[];
  dynamics: NonNullable<ProblemInput["dynamics"]>;
  alpha: number | string;
  motion: Motion;
  /** With K or a coupling: the coarse check and the fine one, and whether mass may reach the walls. */
  finenesses?: readonly CoupledFineness[];
  walls?: boolean | undefined;
}

export function bodyOf(setup: Setup): Body {
  const check = setup.finenesses === undefined ? checkByLabels : checkByNodes;
  return { definition: definitionOf(setup), check: (space, fine) => check(setup, space, fine) };
}

const mapValues = <T, U>(record: Readonly<Record<string, T>>, of: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, of(value)]));

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Mixtures stand in a problem file as a density. */
const isRestricted = (initial: readonly Blend[]) => initial.some(({ components }) => components.length > 1);

function definitionOf({ axes, F, coupling, K, initial, observables, times, dynamics, alpha }: Setup): Definition {
  const named = <T>(of: (axis: LineAxis, a: number) => T) => Object.fromEntries(axes.map((axis, a) => [axis.name, of(axis, a)]));
  return {
    variables: named(({ min, max, cells, periodic }) => ({ min, max, cells, boundary: periodic ? "periodic" : "no-flux" })),
    potential: { F: [...F, coupling ?? []].flat().map(({ text }) => text).join(" + "), ...(K ? { K: K.definition } : {}) }, // biome-ignore format: one row
    alpha,
    dynamics,
    time: { end: times[times.length - 1], snapshots: [...times] },
    initial: isRestricted(initial)
      ? { density: initial.map(({ text }) => `(${text})`).join("*") }
      : named((_, a) => initial[a].components[0].definition),
    observables: mapValues(observables, ({ text }) => text),
  };
}

/** K = 0 and F a sum over variables: mu_t is a product, and each factor is a problem of one variable. */
function checkByLabels({ axes, F, initial, observables, times, motion }: Setup, space: Space, fine: boolean): Truth[] {
  const marks = Object.values(observables).flatMap(({ kink }) => kink ?? []);
  const restricted = isRestricted(initial);
  const fineness = { pieces: fine ? 2 : 1, step: fine ? 0.03 : 0.06 };
  return times.map((time): Truth => {
    const measures = axes.map((axis, a) =>
      solveOnLine({ axis, F: F[a], initial: initial[a], restricted }, motion, space, time, fineness, a === 0 ? marks : []),
    );
    const scales = measures.map(({ masses, start }) => (motion.reaction === "conserving" ? sum(masses) : start));
    const mean = (a: number, phi: Phi) => sum(measures[a].masses.map((mass, j) => mass * phi(measures[a].x[j]))) / scales[a];
    const masses = axes.map((_, a) => mean(a, () => 1));
    const over = (term: readonly Phi[]) => masses.reduce((value, each, a) => value * (term[a] ? mean(a, term[a]) : each), 1);
    const mass = over([]);
    return {
      energy: sum(F.map(({ value }, a) => (mean(a, value) * mass) / masses[a])),
      observables: mapValues(observables, ({ terms }) => sum(terms.map(over))),
      cellMasses: axes.length > 1 ? null : cellMassesOf(measures[0], axes[0], scales[0], space),
    };
  });
}

function checkByNodes(setup: Setup, space: Space, fine: boolean): Truth[] {
  const { axes, F, coupling, K, initial, observables, times, motion, finenesses = [], walls = false } = setup;
  const none = { type: "features", phi: [], weights: [] } as const;
  const problem: CoupledProblem = { axes, F, coupling: coupling?.field ?? null, K: K?.interaction ?? none, initial };
  return solveCoupled(problem, motion, walls ? space : "line", times, finenesses[fine ? 1 : 0]).map((snapshot): Truth => {
    const { energy, points, masses } = snapshot;
    const at = (term: readonly Phi[], j: number) => term.reduce((value, phi, a) => value * phi(points[a][j]), 1);
    return {
      energy,
      observables: mapValues(observables, ({ terms }) =>
        masses.reduce((total, mass, j) => total + mass * sum(terms.map((term) => at(term, j))), 0),
      ),
      cellMasses: axes.length > 1 ? null : coupledCellMasses(snapshot, axes[0]),
    };
  });
}
