import { type GraphNode, operands, type UnaryName } from "./graph.ts";

/**
 * A straight-line program over blocks of points, as plain data: it can be sent to a worker thread. Operands and targets are
 * registers (>= 0), inputs as operands (-1 - index), outputs as targets (-1 - index).
 */
export interface Program {
  inputs: number;
  outputs: number;
  registers: number;
  instructions: Instruction[];
}

export type Instruction =
  /** c */
  | { op: "fill"; to: number; c: number }
  /** a x + c */
  | { op: "affine"; to: number; a: number; x: number; c: number }
  /** a x + b y + c */
  | { op: "linear"; to: number; a: number; x: number; b: number; y: number; c: number }
  /** a x y + c */
  | { op: "product"; to: number; a: number; x: number; y: number; c: number }
  /** a x y + b z + c */
  | { op: "product-sum"; to: number; a: number; x: number; y: number; b: number; z: number; c: number }
  /** a x / y */
  | { op: "quotient"; to: number; a: number; x: number; y: number }
  /** a / y */
  | { op: "reciprocal"; to: number; a: number; y: number }
  | { op: "power"; to: number; x: number; y: number }
  /** exp(a x + c) */
  | { op: "exp"; to: number; a: number; x: number; c: number }
  | { op: "unary"; to: number; name: UnaryName; x: number }
  | { op: "extremum"; to: number; name: "min" | "max"; x: number; y: number };

/**
 * Orders a graph into a program, one instruction a node; a product used once is fused into the sum that uses it, an affine
 * argument into the exponential. Registers are reused after the last use of what they hold.
 */
export function compileGraph(roots: readonly GraphNode[], inputs: number): Program {
  const uses = new Map<GraphNode, number>();
  const visit = (node: GraphNode) => {
    const seen = uses.get(node) ?? 0;
    uses.set(node, seen + 1);
    if (seen === 0) operands(node).forEach(visit);
  };
  roots.forEach(visit);
  /** Used more than once in the graph. `uses` counts down as registers are released, so it cannot tell. */
  const shared = new Set([...uses].flatMap(([node, count]) => (count > 1 ? [node] : [])));

  const instructions: Instruction[] = [];
  const place = new Map<GraphNode, number>();
  const free: number[] = [];
  let registers = 0;

  const isFused = (node: GraphNode) => node.kind === "product" && !shared.has(node);

  function release(node: GraphNode): void {
    const left = (uses.get(node) ?? 0) - 1;
    uses.set(node, left);
    const register = place.get(node);
    if (left === 0 && register !== undefined && register >= 0) free.push(register);
  }

  /** Emits what `node` needs, then the instruction that `make` builds for a target. */
  function emit(node: GraphNode, target?: number): number {
    const known = place.get(node);
    if (known !== undefined && target === undefined) return known;
    if (node.kind === "input" && target === undefined) {
      place.set(node, -1 - node.index);
      return -1 - node.index;
    }
    const { build, used } = lower(node);
    // Operands are released before the target is chosen: block loops read x[i] before they write out[i].
    used.forEach(release);
    const to = target ?? free.pop() ?? registers++;
    instructions.push(build(to));
    if (target === undefined) place.set(node, to);
    return to;
  }

  function lower(node: GraphNode): { build: (to: number) => Instruction; used: GraphNode[] } {
    switch (node.kind) {
      case "constant":
        return { build: (to) => ({ op: "fill", to, c: node.value }), used: [] };
      case "input":
        return { build: (to) => ({ op: "affine", to, a: 1, x: -1 - node.index, c: 0 }), used: [] };
      case "linear":
        return lowerLinear(node);
      case "product": {
        const x = emit(node.x);
        const y = emit(node.y);
        return { build: (to) => ({ op: "product", to, a: 1, x, y, c: 0 }), used: [node.x, node.y] };
      }
      case "quotient": {
        const y = emit(node.y);
        if (node.x.kind === "constant") {
          const a = node.x.value;
          return { build: (to) => ({ op: "reciprocal", to, a, y }), used: [node.y] };
        }
        const x = emit(node.x);
        return { build: (to) => ({ op: "quotient", to, a: 1, x, y }), used: [node.x, node.y] };
      }
      case "power":
      case "extremum": {
        const x = emit(node.x);
        const y = emit(node.y);
        const used = [node.x, node.y];
        if (node.kind === "power") return { build: (to) => ({ op: "power", to, x, y }), used };
        return { build: (to) => ({ op: "extremum", to, name: node.name, x, y }), used };
      }
      case "unary": {
        if (node.name !== "exp") {
          const x = emit(node.x);
          return { build: (to) => ({ op: "unary", to, name: node.name, x }), used: [node.x] };
        }
        const argument = node.x;
        if (argument.kind === "linear" && argument.y === null && !shared.has(argument) && !isFused(argument.x)) {
          const x = emit(argument.x);
          return { build: (to) => ({ op: "exp", to, a: argument.a, x, c: argument.c }), used: [argument.x] };
        }
        const x = emit(argument);
        return { build: (to) => ({ op: "exp", to, a: 1, x, c: 0 }), used: [argument] };
      }
    }
  }

  function lowerLinear(node: Extract<GraphNode, { kind: "linear" }>) {
    const { a, x, b, y, c } = node;
    if (y !== null && isFused(y) && !isFused(x)) return lowerLinear({ ...node, a: b, x: y, b: a, y: x });
    if (isFused(x) && x.kind === "product") {
      const p = emit(x.x);
      const q = emit(x.y);
      if (y === null) return { build: (to: number): Instruction => ({ op: "product", to, a, x: p, y: q, c }), used: [x.x, x.y] };
      const z = emit(y);
      return {
        build: (to: number): Instruction => ({ op: "product-sum", to, a, x: p, y: q, b, z, c }),
        used: [x.x, x.y, y],
      };
    }
    const p = emit(x);
    if (y === null) return { build: (to: number): Instruction => ({ op: "affine", to, a, x: p, c }), used: [x] };
    const q = emit(y);
    return { build: (to: number): Instruction => ({ op: "linear", to, a, x: p, b, y: q, c }), used: [x, y] };
  }

  roots.forEach((root, k) => {
    const output = -1 - k;
    if (!shared.has(root)) emit(root, output);
    else instructions.push({ op: "affine", to: output, a: 1, x: emit(root), c: 0 });
  });
  return { inputs, outputs: roots.length, registers, instructions };
}
