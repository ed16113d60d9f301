import { InputError } from "../errors.ts";
import { type Grid, intoPeriod } from "../grid/grid.ts";
import { tensorProduct } from "../numerics/quadrature.ts";
import type { RandomStream } from "../numerics/random.ts";
import { sum } from "../numerics/sum.ts";
import type { LawDefinition } from "./schema.ts";
import { createLaw, type NodeFamily } from "./univariate.ts";

/** A law on the domain: the initial mu_0, or the prior mu_b of a reinjection. */
export interface InitialLaw {
  /**
   * Cell averages on a grid, shape [grid.size], normalised to mass 1, and the mass of the law that lay outside the domain before
   * (0 for a joint density, which is defined by its restriction).
   */
  cellAverages(grid: Grid): { density: Float64Array; outside: number };
  /** Whether it has a density: all have but those with a `point`. */
  hasDensity: boolean;
  /**
   * out[i] = the density at points[.][i], on the whole line of an axis that truncates it; up to one factor, the `total` of its
   * quadratures, where it is given by an expression.
   */
  density(out: Float64Array, points: readonly Float64Array[], count: number): void;
  /** Where the density jumps, for each axis. */
  breaks: readonly (readonly number[])[];
  /** Nodes and weights for integrals against mu_0, converging faster than any power of the counts where the density is smooth. */
  quadrature(shape: InitialQuadratureShape): InitialQuadrature;
  /** Draws points[a][i] for i < count, independent. */
  sample(points: readonly Float64Array[], count: number, stream: RandomStream): void;
}

export interface InitialQuadratureShape {
  /** Nodes along each axis. */
  counts: readonly number[];
  /** Half-width, in standard deviations, of the interval that stands for the line; see BULK. */
  bulk: number;
  /** Default `first`. */
  family?: NodeFamily;
}

/** int phi dmu_0 ~ sum_j weights[j] phi(points[.][j]). */
export interface InitialQuadrature {
  points: Float64Array[];
  /** Their sum is 1. */
  weights: Float64Array;
  /** int of `density`. */
  total: number;
  /** Share of the mass of mu_0 that its adaptive cubature leaves in doubt, and the part of it that could not be resolved. */
  doubt: number;
  unresolved: number;
  /** 1 for the nodes at an end of an axis that cuts off a tail which a larger `bulk` would include. */
  inTail: Uint8Array;
}

/** Share of the nodes of an axis, at either end, that count as its tail. */
const TAIL = 0.02;

/** Independent laws, one for each variable; samples are exact. @param field where they stand in the problem file, for messages. */
export function createProductLaw(
  definitions: Readonly<Record<string, LawDefinition>>,
  domain: Grid,
  field = "initial",
): InitialLaw {
  const laws = domain.axes.map((axis) => {
    const definition = Object.hasOwn(definitions, axis.name) ? definitions[axis.name] : undefined;
    if (definition === undefined) {
      throw new InputError(`${field}.${axis.name}`, undefined, "missing", "give a law for every variable, or a joint density");
    }
    return createLaw(definition, axis, `${field}.${axis.name}`);
  });
  for (const name of Object.keys(definitions)) {
    if (!domain.axes.some((axis) => axis.name === name)) {
      throw new InputError(
        `${field}.${name}`,
        undefined,
        "not a variable",
        `use ${domain.axes.map((axis) => axis.name).join(", ")}`,
      );
    }
  }
  return {
    hasDensity: Object.values(definitions).every(({ type }) => type !== "point"),
    cellAverages(grid) {
      const masses = laws.map((law, a) => law.cellMasses(grid.axes[a]));
      const density = new Float64Array(grid.size);
      for (let i = 0; i < grid.size; i++) {
        let product = 1;
        for (let a = 0; a < grid.dimension; a++) product *= masses[a][Math.floor(i / grid.strides[a]) % grid.shape[a]];
        density[i] = product / grid.cellVolume;
      }
      const inside = normaliseMass(grid, density, field);
      if (inside < 0.5) {
        throw new InputError(
          field,
          undefined,
          `only ${inside.toPrecision(3)} of its mass lies in the domain`,
          "move or widen the domain (variables.*.min, max)",
        );
      }
      return { density, outside: Math.max(0, 1 - inside) };
    },
    density(out, points, count) {
      for (let i = 0; i < count; i++) {
        out[i] = 1;
        for (let a = 0; a < laws.length; a++) out[i] *= laws[a].density(intoPeriod(points[a][i], domain.axes[a]));
      }
    },
    breaks: laws.map((law) => law.breaks),
    quadrature({ counts, bulk, family = "first" }) {
      const rules = laws.map((law, a) => law.quadrature(counts[a], bulk, family));
      const { nodes, weights } = tensorProduct(rules);
      const total = sum(weights);
      for (let j = 0; j < weights.length; j++) weights[j] /= total;
      const inTail = new Uint8Array(weights.length);
      for (let j = 0; j < weights.length; j++) {
        let rest = j;
        for (let a = rules.length - 1; a >= 0; a--) {
          const count = rules[a].nodes.length;
          const index = rest % count;
          rest = Math.floor(rest / count);
          const layer = Math.max(1, Math.round(TAIL * count));
          if (rules[a].cutsTail && (index < layer || index >= count - layer)) inTail[j] = 1;
        }
      }
      return { points: nodes, weights, total: 1, doubt: 0, unresolved: 0, inTail };
    },
    sample(points, count, stream) {
      for (let i = 0; i < count; i++) {
        for (let a = 0; a < laws.length; a++) points[a][i] = intoPeriod(laws[a].sample(stream), domain.axes[a]);
      }
    },
  };
}

/** Scales to mass 1 and returns the mass before. */
export function normaliseMass(grid: Grid, density: Float64Array, field: string): number {
  const total = grid.cellVolume * sum(density);
  if (!(total > 0 && Number.isFinite(total))) {
    throw new InputError(field, undefined, "has no mass in the domain", "give a law or density that is positive somewhere in it");
  }
  for (let i = 0; i < density.length; i++) density[i] /= total;
  return total;
}
