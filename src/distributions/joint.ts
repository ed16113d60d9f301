import * as z from "zod";
import { InputError } from "../errors.ts";
import { createEvaluator } from "../expressions/evaluate.ts";
import { type Names, parseExpression } from "../expressions/expression.ts";
import { type BoxBounds, createBoxBounds } from "../expressions/interval.ts";
import { expression } from "../expressions/names.ts";
import type { Program } from "../expressions/program.ts";
import type { Grid } from "../grid/grid.ts";
import type { BlockFunction } from "../numerics/block-function.ts";
import { gaussLegendre, tensorProduct, trapezoid } from "../numerics/quadrature.ts";
import { sum } from "../numerics/sum.ts";
import type { BoundedDensity } from "./box-gauge.ts";
import { type CellIntegrals, integrateCells } from "./cubature.ts";
import { type Distribution, type InitialQuadrature, type InitialQuadratureShape, normaliseMass } from "./distribution.ts";
import { createSamplingTable, type SamplingTable } from "./joint-sampling.ts";
import { compositeRule, type Panels, panelsOf } from "./panels.ts";

export const jointSchema = z.strictObject({ density: expression.describe("joint density, normalised on the domain") });

/** @param field where the density stands in the problem file. @param names the variables and parameters. */
export async function compileJointDensity({ density }: z.infer<typeof jointSchema>, field: string, names: Names): Promise<Program> {
  return (await parseExpression(density, field, names)).value;
}

export function createCompiledJoint(density: Program, domain: Grid, field: string): Distribution {
  return createJointDistribution(createEvaluator(density), domain, field, createBoxBounds(density));
}

/**
 * A joint density given by an expression, restricted to the domain and normalised there.
 *
 * Its masses in the cells of the domain are found by adaptive cubature (cubature.ts) before anything runs. Where the usual nodes, a tensor rule on
 * the whole domain, do not give the same total, the density is sharp and nodes are taken on panels instead (panels.ts).
 *
 * @param field where it stands in the problem file.
 * @param bounds of the density on boxes, which find peaks between samples; null: no search for them.
 */
export function createJointDistribution(
  value: BlockFunction,
  domain: Grid,
  field = "initial.density",
  bounds: BoxBounds | null = null,
): Distribution {
  const density: BoundedDensity = { value, bounds };
  let table: SamplingTable | undefined;
  let known: CellIntegrals | undefined;
  let chosen: Nodes | undefined;
  const integrals = () => {
    known ??= integrateCells(density, domain, field);
    return known;
  };
  const nodes = () => {
    chosen ??= chooseNodes(density, integrals(), domain, field);
    return chosen;
  };
  return {
    hasDensity: true,
    cellAverages(grid) {
      const { masses } = grid === domain ? integrals() : integrateCells(density, grid, field);
      const averages = masses.map((mass) => mass / grid.cellVolume);
      normaliseMass(grid, averages, field);
      return { density: averages, outside: 0 };
    },
    density(out, points, count) {
      density.value([out], 0, points, 0, count);
      for (let a = 0; a < domain.dimension; a++) {
        const { min, max, periodic } = domain.axes[a];
        if (!periodic) for (let i = 0; i < count; i++) if (!(points[a][i] >= min && points[a][i] <= max)) out[i] = 0;
      }
    },
    breaks: domain.axes.map(({ min, max, periodic }) => (periodic ? [] : [min, max])),
    quadrature: (shape) => nodes()(shape),
    sample(points, count, stream) {
      table ??= createSamplingTable(density.value, integrals().masses.map((mass) => mass / domain.cellVolume), domain, field); // biome-ignore format: one call
      for (let i = 0; i < count; i++) table.draw(points, i, stream);
    },
  };
}

type Nodes = (shape: InitialQuadratureShape) => InitialQuadrature;

/** Nodes along each axis at which the usual rule has to give the total of the cubature, by dimension, and to what share of it. */
const TRIED = [256, 128, 48] as const;
const AGREEMENT = [1e-8, 1e-7, 1e-6] as const;
/** Nodes in all. */
const MOST_NODES = 2 ** 20;

/** Counts along an axis of the usual rule that stand for one point an axis of a panel, by dimension. */
const COUNT_OF_PANEL_POINT = [8, 6, 4] as const;

/**
 * The first family of nodes: the usual rule where it gives the total of the cubature at two high counts, otherwise panels. The second: panels, of
 * another order where they are the first as well.
 */
function chooseNodes(density: BoundedDensity, integrals: CellIntegrals, domain: Grid, field: string): Nodes {
  const d = domain.dimension;
  const total = sum(integrals.masses);
  if (!(total > 0)) {
    throw new InputError(
      field,
      undefined,
      "has no mass in the domain",
      "give a distribution or density that is positive somewhere in it",
    );
  }
  const smooth = [TRIED[d - 1], TRIED[d - 1] + 1].every((count) => {
    const found = sum(timesDensity(density, usualRule(domain, new Array(d).fill(count))));
    return Math.abs(found / total - 1) <= AGREEMENT[d - 1];
  });
  const shares = { doubt: integrals.doubt / total, unresolved: integrals.unresolved / total };
  let panels: Panels | undefined;
  return ({ counts, family = "first" }) => {
    if (smooth && family === "first") return weigh(density, usualRule(domain, counts), shares, field);
    panels ??= panelsOf(integrals, density.value, domain);
    const less = !smooth && family === "second" ? 1 : 0;
    const orders = counts.map((count) => Math.max(3, Math.ceil(count / COUNT_OF_PANEL_POINT[d - 1]) - less));
    const count = panels.boxes.length * orders.reduce((product, m) => product * m, 1);
    if (count > MOST_NODES) throw new InputError("--tolerance", undefined, `needs ${count} nodes for ${field}, which is sharp`, "use a larger one"); // biome-ignore format: one line
    const missed = panels.unresolved / total;
    return weigh(density, { ...compositeRule(panels.boxes, orders), lattice: null }, { doubt: shares.doubt + missed, unresolved: shares.unresolved + missed }, field); // biome-ignore format: one line
  };
}

interface Rule {
  nodes: Float64Array[];
  weights: Float64Array;
  lattice: readonly Float64Array[] | null;
}

/** Gauss-Legendre on no-flux axes, the trapezoidal rule on periodic ones. */
function usualRule(domain: Grid, counts: readonly number[]): Rule {
  const rules = domain.axes.map(({ min, max, periodic }, a) => (periodic ? trapezoid : gaussLegendre)(counts[a], min, max));
  return { ...tensorProduct(rules), lattice: rules.map(({ nodes }) => nodes) };
}

/** Weights times the density; not numbers where it is negative or not finite. */
function timesDensity(density: BoundedDensity, { nodes, weights }: Rule): Float64Array {
  const values = new Float64Array(weights.length);
  density.value([values], 0, nodes, 0, values.length);
  return values.map((value, j) => (value >= 0 && value < Infinity ? value * weights[j] : Number.NaN));
}

function weigh(
  density: BoundedDensity,
  rule: Rule,
  shares: Pick<InitialQuadrature, "doubt" | "unresolved">,
  field: string,
): InitialQuadrature {
  const weights = timesDensity(density, rule);
  const bad = weights.findIndex(Number.isNaN);
  if (bad >= 0) {
    const where = rule.nodes.map((x) => Number(x[bad].toPrecision(6))).join(", ");
    throw new InputError(field, undefined, `negative or not finite at ${where}`, "give a density >= 0");
  }
  const total = sum(weights);
  if (!(total > 0)) {
    throw new InputError(field, undefined, `vanishes at all of ${weights.length} nodes`, "use more nodes (--nodes)");
  }
  for (let j = 0; j < weights.length; j++) weights[j] /= total;
  return { points: rule.nodes, weights, total, ...shares, lattice: rule.lattice, inTail: new Uint8Array(weights.length) };
}
