import { type GraphBuilder, type GraphNode, operands, type UnaryName } from "./graph.ts";

/**
 * (u v)' = u' v + u v', (u / v)' = (u' - (u / v) v') / v, h(u)' = h'(u) u', node by node on the expression graph.
 * |u|' = sign(u) u' with sign(0) = 0: at its kink a slope is the mean of both sides. sign' = 0: second derivatives leave out the point
 * mass at a kink. In that point itself they need not be the mean of both sides: exp(-|u|)'' is 0 at u = 0, and 1 beside it.
 * A node is differentiated once however often it occurs, without recursion: time and the nodes made are proportional to the graph.
 */
export function differentiate(node: GraphNode, input: number, graph: GraphBuilder): GraphNode {
  const derivatives = new Map<GraphNode, GraphNode>();
  const open = [node];
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const missing = operands(top).filter((operand) => !derivatives.has(operand));
    if (missing.length > 0) open.push(...missing);
    else {
      derivatives.set(top, derivativeOf(top, input, derivatives, graph));
      open.pop();
    }
  }
  return derivatives.get(node)!;
}

const isZero = (node: GraphNode) => node.kind === "constant" && node.value === 0;

/** The derivative of f from those of its operands. The builder folds 0 u to 0, so what does not depend on the input drops out. */
function derivativeOf(f: GraphNode, input: number, derivatives: ReadonlyMap<GraphNode, GraphNode>, graph: GraphBuilder): GraphNode {
  const d = (node: GraphNode) => derivatives.get(node)!;
  switch (f.kind) {
    case "constant":
      return graph.constant(0);
    case "input":
      return graph.constant(f.index === input ? 1 : 0);
    case "linear": {
      const first = graph.scale(f.a, d(f.x));
      return f.y === null ? first : graph.add(first, graph.scale(f.b, d(f.y)));
    }
    case "product": {
      const { base, exponent } = graph.wholePowerOf(f);
      if (exponent === 1) return graph.add(graph.multiply(d(f.x), f.y), graph.multiply(f.x, d(f.y)));
      return graph.scale(exponent, graph.multiply(graph.power(base, graph.constant(exponent - 1)), d(base)));
    }
    case "quotient":
      return ofQuotient(f, f.x, f.y, d, graph);
    case "power":
      return ofPower(f, f.x, f.y, d, graph);
    case "unary":
      return graph.multiply(SLOPES[f.name](f.x, f, graph), d(f.x));
    case "extremum": {
      // w x' + (1 - w) y' with w = 1 where x is taken, 0 where y is, 1/2 at a tie: the slope not taken leaves no rounding.
      const sign = graph.unary("sign", graph.add(f.x, graph.scale(-1, f.y)));
      const half = f.name === "max" ? 0.5 : -0.5;
      const weight = (signed: number) => graph.add(graph.scale(signed, sign), graph.constant(0.5));
      return graph.add(graph.multiply(weight(half), d(f.x)), graph.multiply(weight(-half), d(f.y)));
    }
  }
}

/** (u / v)' = (u' - f v') / v with f = u / v; where u' = 0, (u / b^n)' = -n f b' / b and (1 / b)' = -f^2 b'. */
function ofQuotient(f: GraphNode, u: GraphNode, v: GraphNode, d: (node: GraphNode) => GraphNode, graph: GraphBuilder): GraphNode {
  if (!isZero(d(u))) return graph.divide(graph.add(d(u), graph.scale(-1, graph.multiply(f, d(v)))), v);
  const { base, exponent } = graph.wholePowerOf(v);
  if (u.kind === "constant" && exponent === 1) return graph.scale(-1, graph.multiply(graph.multiply(f, f), d(base)));
  return graph.scale(-exponent, graph.divide(graph.multiply(f, d(base)), base));
}

/**
 * (u^v)' = v u^(v - 1) u' where v' = 0, which is finite at u = 0 for v >= 1; for a number v < 0, infinite there, v f u' / u without a
 * second power. Otherwise f (v' log u + v u' / u), and 0 for the number u = 0.
 */
function ofPower(f: GraphNode, u: GraphNode, v: GraphNode, d: (node: GraphNode) => GraphNode, graph: GraphBuilder): GraphNode {
  if (isZero(d(v))) {
    if (v.kind === "constant" && v.value < 0) return graph.scale(v.value, graph.divide(graph.multiply(f, d(u)), u));
    return graph.multiply(graph.multiply(v, graph.power(u, graph.add(v, graph.constant(-1)))), d(u));
  }
  if (isZero(u)) return u;
  const byExponent = graph.multiply(graph.unary("log", u), d(v));
  return graph.multiply(f, graph.add(byExponent, graph.divide(graph.multiply(v, d(u)), u)));
}

/** h'(u), from f = h(u) where that spares an evaluation. */
const SLOPES: Record<UnaryName, (u: GraphNode, f: GraphNode, graph: GraphBuilder) => GraphNode> = {
  exp: (_, f) => f,
  log: (u, _, graph) => graph.divide(graph.constant(1), u),
  log10: (u, _, graph) => graph.divide(graph.constant(Math.LOG10E), u),
  sqrt: (_, f, graph) => graph.divide(graph.constant(0.5), f),
  abs: (u, _, graph) => graph.unary("sign", u),
  sign: (_u, _f, graph) => graph.constant(0),
  sin: (u, _, graph) => graph.unary("cos", u),
  cos: (u, _, graph) => graph.scale(-1, graph.unary("sin", u)),
  tan: (_, f, graph) => squarePlus(1, f, 1, graph),
  asin: (u, _, graph) => inverse(graph.unary("sqrt", squarePlus(-1, u, 1, graph)), graph),
  acos: (u, _, graph) => graph.scale(-1, inverse(graph.unary("sqrt", squarePlus(-1, u, 1, graph)), graph)),
  atan: (u, _, graph) => inverse(squarePlus(1, u, 1, graph), graph),
  sinh: (u, _, graph) => graph.unary("cosh", u),
  cosh: (u, _, graph) => graph.unary("sinh", u),
  tanh: (_, f, graph) => squarePlus(-1, f, 1, graph),
  asinh: (u, _, graph) => inverse(graph.unary("sqrt", squarePlus(1, u, 1, graph)), graph),
  erf: (u, _, graph) => graph.scale(2 / Math.sqrt(Math.PI), graph.unary("exp", graph.scale(-1, graph.multiply(u, u)))),
};

/** a u^2 + c. */
const squarePlus = (a: number, u: GraphNode, c: number, graph: GraphBuilder) =>
  graph.add(graph.scale(a, graph.multiply(u, u)), graph.constant(c));

const inverse = (node: GraphNode, graph: GraphBuilder) => graph.divide(graph.constant(1), node);
