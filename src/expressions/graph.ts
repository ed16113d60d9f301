import { erf } from "../numerics/erf.ts";
import { pow } from "../numerics/pow.ts";

/**
 * Expressions as a directed acyclic graph in which equal subexpressions are one node, folded as they are built:
 * constants are evaluated, sums are kept as a x + b y + c, powers with whole exponents become products, and the product
 * of two powers of one node is a power of it. Values agree with the text to a few ulp.
 */
export type GraphNode =
  | { kind: "constant"; value: number }
  | { kind: "input"; index: number }
  /** a x + b y + c; `y` is null where there is one term. */
  | { kind: "linear"; a: number; x: GraphNode; b: number; y: GraphNode | null; c: number }
  | { kind: "product"; x: GraphNode; y: GraphNode }
  | { kind: "quotient"; x: GraphNode; y: GraphNode }
  | { kind: "power"; x: GraphNode; y: GraphNode }
  | { kind: "unary"; name: UnaryName; x: GraphNode }
  | { kind: "extremum"; name: "min" | "max"; x: GraphNode; y: GraphNode };

/** Functions of one argument as plain numbers: what a block loop calls, and what folds constants. */
export const UNARY = {
  exp: Math.exp,
  log: Math.log,
  log10: Math.log10,
  sqrt: Math.sqrt,
  abs: Math.abs,
  sign: Math.sign,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  erf,
} as const;

export type UnaryName = keyof typeof UNARY;

/** Whole exponents up to this size are multiplied out. */
const LARGEST_PRODUCT_POWER = 32;

interface WholePower {
  base: GraphNode;
  exponent: number;
}

export interface GraphBuilder {
  constant(value: number): GraphNode;
  input(index: number): GraphNode;
  add(x: GraphNode, y: GraphNode): GraphNode;
  scale(factor: number, x: GraphNode): GraphNode;
  multiply(x: GraphNode, y: GraphNode): GraphNode;
  divide(x: GraphNode, y: GraphNode): GraphNode;
  power(x: GraphNode, y: GraphNode): GraphNode;
  unary(name: UnaryName, x: GraphNode): GraphNode;
  extremum(name: "min" | "max", x: GraphNode, y: GraphNode): GraphNode;
  /** A node as base^exponent with a whole exponent: itself to the first where it is no product of equal factors. */
  wholePowerOf(node: GraphNode): WholePower;
}

export function createGraphBuilder(): GraphBuilder {
  const interned = new Map<string, GraphNode>();
  const identities = new Map<GraphNode, number>();
  const id = (node: GraphNode | null) => (node === null ? -1 : identities.get(node));
  const wholePowers = new Map<GraphNode, WholePower>();
  const wholePowerOf = (node: GraphNode) => wholePowers.get(node) ?? { base: node, exponent: 1 };

  function intern(key: string, make: () => GraphNode): GraphNode {
    let node = interned.get(key);
    if (node === undefined) {
      node = make();
      interned.set(key, node);
      identities.set(node, identities.size);
    }
    return node;
  }

  const constant = (value: number) => intern(`c ${Object.is(value, -0) ? 0 : value}`, () => ({ kind: "constant", value }));

  function linear(a: number, x: GraphNode, b: number, y: GraphNode | null, c: number): GraphNode {
    if (y !== null && b === 0) return linear(a, x, 0, null, c);
    if (a === 0) return y === null ? constant(c) : linear(b, y, 0, null, c);
    if (y === null && a === 1 && c === 0) return x;
    return intern(`l ${a} ${id(x)} ${b} ${id(y)} ${c}`, () => ({ kind: "linear", a, x, b, y, c }));
  }

  /** x as factor * node + offset, with factor and offset drawn out where x is a sum of one term. */
  function affine(x: GraphNode): { factor: number; node: GraphNode; offset: number } {
    if (x.kind === "linear" && x.y === null) return { factor: x.a, node: x.x, offset: x.c };
    if (x.kind === "linear" && x.c !== 0) return { factor: 1, node: linear(x.a, x.x, x.b, x.y, 0), offset: x.c };
    return { factor: 1, node: x, offset: 0 };
  }

  /** x as factor * node. */
  function scaled(x: GraphNode): { factor: number; node: GraphNode } {
    if (x.kind === "linear" && x.y === null && x.c === 0) return { factor: x.a, node: x.x };
    return { factor: 1, node: x };
  }

  function scale(factor: number, x: GraphNode): GraphNode {
    if (x.kind === "constant") return constant(factor * x.value);
    if (x.kind === "linear") return linear(factor * x.a, x.x, factor * x.b, x.y, factor * x.c);
    return linear(factor, x, 0, null, 0);
  }

  function add(x: GraphNode, y: GraphNode): GraphNode {
    if (x.kind === "constant" && y.kind === "constant") return constant(x.value + y.value);
    if (y.kind === "constant") return addConstant(x, y.value);
    if (x.kind === "constant") return addConstant(y, x.value);
    const p = affine(x);
    const q = affine(y);
    if (p.node === q.node) return linear(p.factor + q.factor, p.node, 0, null, p.offset + q.offset);
    return linear(p.factor, p.node, q.factor, q.node, p.offset + q.offset);
  }

  function addConstant(x: GraphNode, value: number): GraphNode {
    if (value === 0) return x;
    if (x.kind === "linear") return linear(x.a, x.x, x.b, x.y, x.c + value);
    return linear(1, x, 0, null, value);
  }

  function multiply(x: GraphNode, y: GraphNode): GraphNode {
    if (x.kind === "constant") return scale(x.value, y);
    if (y.kind === "constant") return scale(y.value, x);
    const p = scaled(x);
    const q = scaled(y);
    return scale(p.factor * q.factor, product(p.node, q.node));
  }

  function product(x: GraphNode, y: GraphNode): GraphNode {
    const u = wholePowerOf(x);
    const v = wholePowerOf(y);
    const exponent = u.exponent + v.exponent;
    return u.base === v.base && exponent <= LARGEST_PRODUCT_POWER ? wholePower(u.base, exponent) : pair(x, y);
  }

  function pair(x: GraphNode, y: GraphNode): GraphNode {
    return intern(`* ${[id(x), id(y)].sort().join(" ")}`, () => ({ kind: "product", x, y }));
  }

  function wholePower(base: GraphNode, exponent: number): GraphNode {
    if (exponent === 1) return base;
    if (base.kind === "unary" && base.name === "abs") {
      // |u|^2 = u^2, whose second derivative is 2 at u = 0 as well.
      const even = multipliedOut(base.x, exponent - (exponent % 2));
      return exponent % 2 === 0 ? even : multiply(even, base);
    }
    const half = wholePower(base, Math.floor(exponent / 2));
    const node = exponent % 2 === 0 ? pair(half, half) : pair(wholePower(base, exponent - 1), base);
    wholePowers.set(node, { base, exponent });
    return node;
  }

  function divide(x: GraphNode, y: GraphNode): GraphNode {
    if (y.kind === "constant") return scale(1 / y.value, x);
    if (x.kind === "constant" && x.value === 0) return x;
    const p = x.kind === "constant" ? { factor: x.value, node: constant(1) } : scaled(x);
    const q = scaled(y);
    return scale(
      p.factor / q.factor,
      intern(`/ ${id(p.node)} ${id(q.node)}`, () => ({ kind: "quotient", x: p.node, y: q.node })),
    );
  }

  function power(x: GraphNode, y: GraphNode): GraphNode {
    if (y.kind === "constant") {
      const n = y.value;
      if (x.kind === "constant") return constant(pow(x.value, n));
      if (n === 0) return constant(1);
      if (n === 0.5) return unary("sqrt", x);
      if (Number.isInteger(n) && Math.abs(n) <= LARGEST_PRODUCT_POWER) {
        return n > 0 ? multipliedOut(x, n) : divide(constant(1), multipliedOut(x, -n));
      }
    }
    return intern(`^ ${id(x)} ${id(y)}`, () => ({ kind: "power", x, y }));
  }

  function multipliedOut(x: GraphNode, n: number): GraphNode {
    const { factor, node } = scaled(x);
    const { base, exponent } = wholePowerOf(node);
    const whole = exponent * n <= LARGEST_PRODUCT_POWER ? wholePower(base, exponent * n) : wholePower(node, n);
    return scale(pow(factor, n), whole);
  }

  function unary(name: UnaryName, x: GraphNode): GraphNode {
    if (x.kind === "constant") return constant(UNARY[name](x.value));
    return intern(`${name} ${id(x)}`, () => ({ kind: "unary", name, x }));
  }

  return {
    constant,
    input: (index) => intern(`i ${index}`, () => ({ kind: "input", index })),
    add,
    scale,
    multiply,
    divide,
    power,
    unary,
    extremum(name, x, y) {
      if (x.kind === "constant" && y.kind === "constant") return constant(Math[name](x.value, y.value));
      return intern(`${name} ${id(x)} ${id(y)}`, () => ({ kind: "extremum", name, x, y }));
    },
    wholePowerOf,
  };
}

/** The nodes an expression is made of, itself last. */
export function operands(node: GraphNode): GraphNode[] {
  switch (node.kind) {
    case "constant":
    case "input":
      return [];
    case "unary":
      return [node.x];
    case "linear":
      return node.y === null ? [node.x] : [node.x, node.y];
    default:
      return [node.x, node.y];
  }
}

/** Whether the value of a node depends on an input. */
export function dependsOn(node: GraphNode, input: number): boolean {
  const reached = new Set([node]);
  // A set is walked in the order of its insertions, those made on the way included.
  for (const each of reached) {
    if (each.kind === "input" && each.index === input) return true;
    for (const operand of operands(each)) reached.add(operand);
  }
  return false;
}
