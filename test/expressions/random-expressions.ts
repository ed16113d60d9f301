import fc from "fast-check";
import type { GraphBuilder, GraphNode, UnaryName } from "../../src/expressions/graph.ts";
import type { Instruction, Program } from "../../src/expressions/program.ts";

/** A value with a bound on the rounding that any sensible order of evaluation may leave in it, in units of eps. */
export interface Rounded {
  value: number;
  /** First-order propagation of one rounding of every operand and result, sums counted before they cancel. */
  error: number;
}

/** An expression as mathjs text, a direct evaluation of it at a point, and as a graph in which nodes stand for x and y. */
export interface Tree {
  text: string;
  at(x: number, y: number): Rounded;
  node(graph: GraphBuilder, x: GraphNode, y: GraphNode): GraphNode;
}

interface UnaryFunction {
  f: (u: number) => number;
  /** A bound on |f'|. */
  slope: (u: number) => number;
}

const SMOOTH: Record<string, UnaryFunction> = {
  exp: { f: Math.exp, slope: Math.exp },
  sin: { f: Math.sin, slope: () => 1 },
  cos: { f: Math.cos, slope: () => 1 },
  tan: { f: Math.tan, slope: (u) => 1 / Math.cos(u) ** 2 },
  atan: { f: Math.atan, slope: () => 1 },
  sinh: { f: Math.sinh, slope: Math.cosh },
  cosh: { f: Math.cosh, slope: Math.cosh },
  tanh: { f: Math.tanh, slope: () => 1 },
  asinh: { f: Math.asinh, slope: () => 1 },
  log: { f: Math.log, slope: (u) => 1 / Math.abs(u) },
  log10: { f: Math.log10, slope: (u) => 1 / Math.abs(u) },
  sqrt: { f: Math.sqrt, slope: (u) => 1 / Math.sqrt(Math.abs(u)) },
  asin: { f: Math.asin, slope: (u) => 1 / Math.sqrt(1 - u * u) },
  acos: { f: Math.acos, slope: (u) => 1 / Math.sqrt(1 - u * u) },
};

const KINKED: Record<string, UnaryFunction> = {
  abs: { f: Math.abs, slope: () => 1 },
  relu: { f: (u) => Math.max(u, 0), slope: () => 1 },
};

/** Functions that occur in derivatives only. */
const DERIVED: Record<string, UnaryFunction> = {
  sec: { f: (u) => 1 / Math.cos(u), slope: (u) => 1 / Math.cos(u) ** 2 },
  sech: { f: (u) => 1 / Math.cosh(u), slope: (u) => 1 / Math.cosh(u) },
};

const FUNCTIONS = { ...SMOOTH, ...KINKED, ...DERIVED };

export const exact = (value: number): Rounded => ({ value, error: 0 });

export function roundedUnary(name: string, { value, error }: Rounded): Rounded {
  // Rounding may turn a sign that is this close to its jump.
  if (name === "sign")
    return { value: Math.sign(value), error: Math.abs(value) <= 64 * Number.EPSILON * error && error > 0 ? Infinity : 0 };
  const { f, slope } = FUNCTIONS[name];
  return { value: f(value), error: (error + Math.abs(value)) * slope(value) + Math.abs(f(value)) };
}

function constant(value: number): Tree {
  const text = String(value);
  return { text: value < 0 ? `(${text})` : text, at: () => exact(value), node: (graph) => graph.constant(value) };
}

function unary(name: string, u: Tree): Tree {
  return {
    text: `${name}(${u.text})`,
    at: (x, y) => roundedUnary(name, u.at(x, y)),
    node(graph, x, y) {
      const argument = u.node(graph, x, y);
      return name === "relu" ? graph.extremum("max", argument, graph.constant(0)) : graph.unary(name as UnaryName, argument);
    },
  };
}

function power(u: Tree, exponent: number): Tree {
  return {
    text: `((${u.text})^${exponent < 0 ? `(${exponent})` : exponent})`,
    at: (x, y) => rounded["^"](u.at(x, y), exact(exponent)),
    node: (graph, x, y) => graph.power(u.node(graph, x, y), graph.constant(exponent)),
  };
}

type Rule = (u: Rounded, v: Rounded) => Rounded;

export const rounded: Record<"+" | "-" | "*" | "/" | "^" | "min" | "max", Rule> = {
  "+": (u, v) => ({ value: u.value + v.value, error: u.error + v.error + Math.abs(u.value) + Math.abs(v.value) }),
  "-": (u, v) => ({ value: u.value - v.value, error: u.error + v.error + Math.abs(u.value) + Math.abs(v.value) }),
  "*": (u, v) => {
    const value = u.value * v.value;
    return { value, error: Math.abs(u.value) * v.error + Math.abs(v.value) * u.error + Math.abs(value) };
  },
  "/": (u, v) => {
    const value = u.value / v.value;
    return { value, error: (u.error + Math.abs(value) * v.error) / Math.abs(v.value) + 2 * Math.abs(value) };
  },
  "^": (u, v) => {
    const value = u.value ** v.value;
    const byBase = v.value === 0 ? 0 : Math.abs(v.value * u.value ** (v.value - 1)) * u.error;
    // NaN where the base is negative and the exponent not exact: whether that is defined is a matter of rounding.
    const byExponent = v.error === 0 ? 0 : Math.abs(value * Math.log(u.value)) * v.error;
    return { value, error: byBase + byExponent + (1 + Math.abs(v.value)) * Math.abs(value) };
  },
  min: (u, v) => ({ value: Math.min(u.value, v.value), error: u.error + v.error }),
  max: (u, v) => ({ value: Math.max(u.value, v.value), error: u.error + v.error }),
};

const INFIX = ["+", "-", "*", "/"] as const;
const PREFIX = ["min", "max"] as const;
const BUILD = { "*": "multiply", "/": "divide", "^": "power" } as const;

function binary(op: keyof typeof rounded, u: Tree, v: Tree): Tree {
  return {
    text: op === "min" || op === "max" ? `${op}(${u.text}, ${v.text})` : `(${u.text} ${op} ${v.text})`,
    at: (x, y) => rounded[op](u.at(x, y), v.at(x, y)),
    node(graph, x, y) {
      const [first, second] = [u, v].map((operand) => operand.node(graph, x, y));
      if (op === "min" || op === "max") return graph.extremum(op, first, second);
      if (op === "+" || op === "-") return graph.add(first, graph.scale(op === "+" ? 1 : -1, second));
      return graph[BUILD[op]](first, second);
    },
  };
}

const X: Tree = { text: "x", at: exact, node: (_, x) => x };
const Y: Tree = { text: "y", at: (_, y) => exact(y), node: (_graph, _x, y) => y };

/** An expression with a hole, into which a shared subexpression is put: equal subexpressions are what registers are shared for. */
type Template = (hole: Tree) => Tree;

/** Random expressions in x and y in which one random subexpression may occur many times. */
export function randomTree(kinks: boolean): fc.Arbitrary<Tree> {
  const functions = Object.keys(kinks ? { ...SMOOTH, ...KINKED } : SMOOTH);
  const number = fc.integer({ min: -24, max: 24 }).map((quarters) => quarters / 8);
  const exponent = fc.constantFrom(0, 1, 2, 3, 4, 7, -1, -2, 0.5, 1.5, -1.5);
  const leaf: fc.Arbitrary<Template> = fc.oneof(
    { weight: 2, arbitrary: fc.constant<Template>(() => X) },
    { weight: 2, arbitrary: fc.constant<Template>(() => Y) },
    { weight: 3, arbitrary: fc.constant<Template>((hole) => hole) },
    { weight: 2, arbitrary: number.map((value) => () => constant(value)) },
  );
  const { template } = fc.letrec<{ template: Template }>((tie) => {
    const two = (ops: readonly (keyof typeof rounded)[]) =>
      fc.tuple(fc.constantFrom(...ops), tie("template"), tie("template")).map(
        ([op, u, v]): Template =>
          (hole) =>
            binary(op, u(hole), v(hole)),
      );
    return {
      template: fc.oneof(
        { maxDepth: 5, depthIdentifier: "tree" },
        { weight: 4, arbitrary: leaf },
        { weight: 12, arbitrary: two(INFIX) },
        {
          weight: 6,
          arbitrary: fc.tuple(fc.constantFrom(...functions), tie("template")).map(
            ([name, u]): Template =>
              (hole) =>
                unary(name, u(hole)),
          ),
        },
        {
          weight: 2,
          arbitrary: fc.tuple(tie("template"), exponent).map(
            ([u, n]): Template =>
              (hole) =>
                power(u(hole), n),
          ),
        },
        { weight: 1, arbitrary: two(["^"]) },
        { weight: kinks ? 2 : 0, arbitrary: two(PREFIX) },
      ),
    };
  });
  return fc.tuple(template, template).map(([outer, inner]) => outer(inner(X)));
}

/** The outputs of a program with the bounds on rounding of its own instructions. */
export function runRounded(program: Program, inputs: readonly Rounded[]): Rounded[] {
  const registers: Rounded[] = [];
  const outputs: Rounded[] = [];
  const at = (place: number) => (place >= 0 ? registers[place] : inputs[-1 - place]);
  const scaled = (factor: number, u: Rounded) => rounded["*"](exact(factor), u);
  const shifted = (u: Rounded, c: number) => (c === 0 ? u : rounded["+"](u, exact(c)));
  const apply = (step: Instruction): Rounded => {
    switch (step.op) {
      case "fill":
        return exact(step.c);
      case "affine":
        return shifted(scaled(step.a, at(step.x)), step.c);
      case "linear":
        return shifted(rounded["+"](scaled(step.a, at(step.x)), scaled(step.b, at(step.y))), step.c);
      case "product":
        return shifted(rounded["*"](scaled(step.a, at(step.x)), at(step.y)), step.c);
      case "product-sum": {
        const product = rounded["*"](scaled(step.a, at(step.x)), at(step.y));
        return shifted(rounded["+"](product, scaled(step.b, at(step.z))), step.c);
      }
      case "quotient":
        return rounded["/"](scaled(step.a, at(step.x)), at(step.y));
      case "reciprocal":
        return rounded["/"](exact(step.a), at(step.y));
      case "power":
        return rounded["^"](at(step.x), at(step.y));
      case "exp":
        return roundedUnary("exp", shifted(scaled(step.a, at(step.x)), step.c));
      case "unary":
        return roundedUnary(step.name, at(step.x));
      case "extremum":
        return rounded[step.name](at(step.x), at(step.y));
    }
  };
  for (const step of program.instructions) {
    const value = apply(step);
    if (step.to >= 0) registers[step.to] = value;
    else outputs[-1 - step.to] = value;
  }
  return outputs;
}
