import fc from "fast-check";
import {
  derivative,
  isConstantNode,
  isFunctionNode,
  isOperatorNode,
  isParenthesisNode,
  isSymbolNode,
  type MathNode,
  parse,
} from "mathjs";
import { describe, expect, it } from "vitest";
import { differentiate } from "../../src/expressions/differentiate.ts";
import { createEvaluator } from "../../src/expressions/evaluate.ts";
import { parseExpression } from "../../src/expressions/expression.ts";
import { createGraphBuilder, type GraphNode } from "../../src/expressions/graph.ts";
import { compileGraph, type Program } from "../../src/expressions/program.ts";
import { FUNCTIONS } from "../../src/expressions/words.ts";
import { exact, type Rounded, randomTree, rounded, roundedUnary, runRounded } from "./random-expressions.ts";

const POINTS: readonly [number, number][] = [
  [0.3, 1.1],
  [1.7, -0.4],
  [-0.8, 0.6],
  [0.05, -1.9],
  [-2.1, 2.3],
];

const expression = (text: string) => parseExpression(text, "potential.F", { inputs: ["x", "y"], parameters: {} });

/** The outputs at a point, with bounds on the rounding in them. */
function outputsAt(program: Program, x: Rounded, y: Rounded): Rounded[] {
  const outputs = Array.from({ length: program.outputs }, () => new Float64Array(1));
  createEvaluator(program)(outputs, 0, [Float64Array.of(x.value), Float64Array.of(y.value)], 0, 1);
  return runRounded(program, [x, y]).map(({ error }, k) => ({ value: outputs[k][0], error }));
}

const valuesAt = (program: Program, x: number, y = 0) => outputsAt(program, exact(x), exact(y)).map(({ value }) => value);

/**
 * Whether two ways to a number could be compared. Each may leave its own rounding: 16 for exp, which is 2 ulp off, and for folded
 * constants and powers, whose roundings `error` does not count; nor does it count underflow, so numbers below 1e-100 count as 0.
 * Where that is much (a pole, a jump, a NaN) there is nothing to compare.
 */
function agree(found: Rounded, expected: Rounded, what: string): boolean {
  const tolerance = 16 * Number.EPSILON * (found.error + expected.error) + 1e-100;
  if (!(tolerance < 1e-9 * Math.max(1, Math.abs(expected.value)))) return false;
  expect(Math.abs(found.value - expected.value), what).toBeLessThanOrEqual(tolerance);
  return true;
}

const BY_ABS: Record<string, string> = {
  relu: "(u + abs(u)) / 2",
  max: "(u + v + abs(u - v)) / 2",
  min: "(u + v - abs(u - v)) / 2",
};

/** The same expression for mathjs, which differentiates abs but neither relu nor min nor max. */
function withAbs(node: MathNode): MathNode {
  const inner = node.map(withAbs);
  if (!isFunctionNode(inner) || !(inner.fn.name in BY_ABS)) return inner;
  const slot = (leaf: MathNode) => (isSymbolNode(leaf) ? ["u", "v"].indexOf(leaf.name) : -1);
  return parse(BY_ABS[inner.fn.name]).transform((leaf) => inner.args[slot(leaf)] ?? leaf);
}

const INFIX = { add: "+", subtract: "-", multiply: "*", divide: "/", pow: "^" } as const;

function evaluateMathjs(node: MathNode, at: Record<string, Rounded>): Rounded {
  if (isParenthesisNode(node)) return evaluateMathjs(node.content, at);
  if (isConstantNode(node)) return exact(Number(node.value));
  if (isSymbolNode(node)) return at[node.name];
  if (isFunctionNode(node) && node.fn.name !== "pow") return roundedUnary(node.fn.name, evaluateMathjs(node.args[0], at));
  if (!isOperatorNode(node) && !isFunctionNode(node)) throw new Error(node.type);
  const [u, v] = node.args.map((arg) => evaluateMathjs(arg, at));
  const name = isOperatorNode(node) ? String(node.fn) : "pow";
  if (name === "unaryMinus") return { value: -u.value, error: u.error };
  return rounded[INFIX[name as keyof typeof INFIX]](u, v);
}

function mathjsDerivative(text: string, ...by: string[]): (x: number, y: number) => Rounded {
  const node = by.reduce<MathNode>((f, name) => derivative(f, name, { simplify: false }), withAbs(parse(text)));
  return (x, y) => evaluateMathjs(node, { x: exact(x), y: exact(y) });
}

describe("first and second derivatives", () => {
  it("agree with mathjs's on random expressions", async () => {
    const compared = [0, 0];
    await fc.assert(
      fc.asyncProperty(randomTree(true), async ({ text, at }) => {
        const { gradient, laplacian } = await expression(text);
        const points = POINTS.filter(([x, y]) => Number.isFinite(at(x, y).value));
        for (const [k, name] of ["x", "y"].entries()) {
          const pairs = [
            [gradient([k]), mathjsDerivative(text, name)],
            [laplacian([k]), mathjsDerivative(text, name, name)],
          ] as const;
          pairs.forEach(([program, reference], order) => {
            for (const [x, y] of points) {
              const [found] = outputsAt(program, exact(x), exact(y));
              compared[order] += Number(agree(found, reference(x, y), `d^${order + 1}/d${name} ${text} at ${x}, ${y}`));
            }
          });
        }
      }),
      { seed: 311, numRuns: 250 },
    );
    expect(compared[0]).toBeGreaterThan(1200);
    expect(compared[1]).toBeGreaterThan(1200);
  });

  for (const [name, arity] of FUNCTIONS) {
    // mathjs does not differentiate erf; test/numerics/erf.test.ts does.
    if (name === "erf") continue;
    it(`of ${name} agree with mathjs's to its rounding, inside the domain of every function`, async () => {
      for (const text of arity === 1 ? [`${name}(x)`, `${name}(0.3*x^2 + 0.2*y)`] : [`${name}(x, y)`, `${name}(x*y, 0.3 + x)`]) {
        const { gradient, laplacian } = await expression(text);
        for (const [x, y] of [0.1, 0.35, 0.6, 0.85].map((x) => [x, 1 - 0.8 * x])) {
          const found = [...valuesAt(gradient([0, 1]), x, y), ...valuesAt(laplacian([0]), x, y)];
          [["x"], ["y"], ["x", "x"]].forEach((by, k) => {
            const { value, error } = mathjsDerivative(text, ...by)(x, y);
            expect(Math.abs(found[k] - value), `d/d${by} ${text} at ${x}, ${y}`).toBeLessThanOrEqual(8 * Number.EPSILON * error);
          });
        }
      }
    });
  }

  it("agree with central differences of the value and of the first derivative", async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(randomTree(false), async ({ text }) => {
        const { gradient, laplacian } = await expression(text);
        for (const k of [0, 1]) {
          const slope = gradient([k]);
          const second = laplacian([k]);
          for (const [x, y] of POINTS) {
            const difference = (h: number) => {
              const [up, down] = [h, -h].map(
                (s) => outputsAt(slope, exact(x + (k === 0 ? s : 0)), exact(y + (k === 1 ? s : 0)))[0],
              );
              return { slope: (up.value - down.value) / (2 * h), error: (Number.EPSILON * (up.error + down.error)) / (2 * h) };
            };
            // The error h^2 f'''' / 6 is a third of the change on halving h. Rounding adds eps f' / h. Of two halvings the larger change
            // counts, and only small ones, since what oscillates within h may change little.
            const [widest, wide, fine] = [4e-4, 2e-4, 1e-4].map(difference);
            const change = Math.max(Math.abs(widest.slope - wide.slope), Math.abs(wide.slope - fine.slope));
            const tolerance = change + 4 * (wide.error + fine.error) + 1e-11;
            if (!(tolerance < 1e-5 * Math.max(1, Math.abs(fine.slope)))) continue;
            compared++;
            const [found] = valuesAt(second, x, y);
            expect(Math.abs(found - fine.slope), `d^2/d${"xy"[k]} ${text} at ${x}, ${y}`).toBeLessThanOrEqual(tolerance);
          }
        }
      }),
      { seed: 312, numRuns: 400 },
    );
    expect(compared).toBeGreaterThan(1500);
  });
});

describe("the rules of derivatives hold on random expressions", () => {
  const graph = createGraphBuilder();
  const [X, Y] = [graph.input(0), graph.input(1)];
  const d = (node: GraphNode, k = 0) => differentiate(node, k, graph);
  const at = (nodes: readonly GraphNode[], x: Rounded, y: Rounded) => outputsAt(compileGraph(nodes, 2), x, y);
  const { "+": plus, "*": times } = rounded;

  /** Compares a node with a combination of the values of others at all points, over random expressions. */
  function identity(
    seed: number,
    trees: number,
    sides: (nodes: GraphNode[]) => { left: GraphNode; of: GraphNode[]; right: Combination },
  ) {
    let compared = 0;
    const tuple = fc.tuple(...Array.from({ length: trees }, () => randomTree(true)));
    fc.assert(
      fc.property(tuple, (chosen) => {
        const { left, of, right } = sides(chosen.map((tree) => tree.node(graph, X, Y)));
        for (const [x, y] of POINTS.map((point) => point.map(exact))) {
          if (!chosen.every((tree) => Number.isFinite(tree.at(x.value, y.value).value))) continue;
          const what = `${chosen.map(({ text }) => text)} at ${x.value}, ${y.value}`;
          compared += Number(agree(at([left], x, y)[0], right(...at(of, x, y)), what));
        }
      }),
      { seed, numRuns: 300 },
    );
    expect(compared).toBeGreaterThan(500);
  }
  type Combination = (...values: Rounded[]) => Rounded;

  it("linearity: (2.5 f - 0.7 g)' = 2.5 f' - 0.7 g'", () => {
    identity(321, 2, ([f, g]) => ({
      left: d(graph.add(graph.scale(2.5, f), graph.scale(-0.7, g))),
      of: [d(f), d(g)],
      right: (df, dg) => plus(times(exact(2.5), df), times(exact(-0.7), dg)),
    }));
  });

  it("Leibniz: (f g)'' = f'' g + 2 f' g' + f g''", () => {
    identity(322, 2, ([f, g]) => ({
      left: d(d(graph.multiply(f, g))),
      of: [f, g, d(f), d(g), d(d(f)), d(d(g))],
      right: (f, g, df, dg, ddf, ddg) => plus(plus(times(ddf, g), times(f, ddg)), times(exact(2), times(df, dg))),
    }));
  });

  it("symmetry: d/dx d/dy f = d/dy d/dx f", () => {
    identity(323, 1, ([f]) => ({ left: d(d(f, 0), 1), of: [d(d(f, 1), 0)], right: (mixed) => mixed }));
  });

  it("chain: f(g, h)' = f_1(g, h) g' + f_2(g, h) h'", () => {
    let compared = 0;
    fc.assert(
      fc.property(randomTree(true), randomTree(true), randomTree(true), (f, g, h) => {
        const [u, v] = [g, h].map((tree) => tree.node(graph, X, Y));
        const outer = f.node(graph, X, Y);
        for (const [x, y] of POINTS.map((point) => point.map(exact))) {
          const composed = f.node(graph, u, v);
          const [value, whole, inner1, inner2, du, dv] = at([composed, d(composed), u, v, d(u), d(v)], x, y);
          if (!Number.isFinite(value.value)) continue;
          const [f1, f2] = at([d(outer, 0), d(outer, 1)], inner1, inner2);
          const what = `${f.text} with ${g.text}, ${h.text} at ${x.value}, ${y.value}`;
          compared += Number(agree(whole, plus(times(f1, du), times(f2, dv)), what));
        }
      }),
      { seed: 324, numRuns: 300 },
    );
    expect(compared).toBeGreaterThan(300);
  });
});
