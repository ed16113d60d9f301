import * as z from "zod";
import { InputError } from "../errors.ts";
import { type Grid, intoPeriod } from "../grid/grid.ts";
import { tensorProduct } from "../numerics/quadrature.ts";
import { sum } from "../numerics/sum.ts";
import { type Distribution, normaliseMass } from "./distribution.ts";
import { createUnivariate, distributionTypeOf, univariateSchema } from "./distributions.ts";

export const productSchema = z.record(z.string(), univariateSchema).describe("one distribution for each variable");

/** Share of the nodes of an axis, at either end, that count as its tail. */
const TAIL = 0.02;

/** Independent variables, each with its distribution; samples are exact. @param field where they stand in the problem file, for messages. */
export function createProductDistribution(
  definitions: z.infer<typeof productSchema>,
  domain: Grid,
  field = "initial",
): Distribution {
  const factors = domain.axes.map((axis) => {
    const definition = Object.hasOwn(definitions, axis.name) ? definitions[axis.name] : undefined;
    if (definition === undefined) {
      throw new InputError(
        `${field}.${axis.name}`,
        undefined,
        "missing",
        "give a distribution for every variable, or a joint density",
      );
    }
    return createUnivariate(definition, axis, `${field}.${axis.name}`);
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
    hasDensity: Object.values(definitions).every((definition) => distributionTypeOf(definition).hasDensity),
    cellAverages(grid) {
      const masses = factors.map((factor, a) => factor.cellMasses(grid.axes[a]));
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
        for (let a = 0; a < factors.length; a++) out[i] *= factors[a].density(intoPeriod(points[a][i], domain.axes[a]));
      }
    },
    breaks: factors.map((factor) => factor.breaks),
    quadrature({ counts, bulk, family = "first" }) {
      const rules = factors.map((factor, a) => factor.quadrature(counts[a], bulk, family));
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
      return { points: nodes, weights, total: 1, doubt: 0, unresolved: 0, lattice: rules.map((rule) => rule.nodes), inTail };
    },
    sample(points, count, stream) {
      for (let i = 0; i < count; i++) {
        for (let a = 0; a < factors.length; a++) points[a][i] = intoPeriod(factors[a].sample(stream), domain.axes[a]);
      }
    },
  };
}
