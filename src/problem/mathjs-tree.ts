import type { MathNode } from "mathjs";

/** A node of mathjs's syntax tree, whose fields depend on its type. */
export type MathjsTree = MathNode & Record<string, unknown>;

/** The same tree with max(a, b) written (a + b + |a - b|) / 2 and so on, since mathjs differentiates abs but not max. */
export function withoutExtrema(tree: MathjsTree, parse: (text: string) => MathNode): MathNode {
  const rewritten = tree.map((child) => withoutExtrema(child as MathjsTree, parse)) as MathjsTree;
  if (rewritten.type !== "FunctionNode") return rewritten;
  const template = EXTREMA.get(functionName(rewritten));
  if (template === undefined) return rewritten;
  const args = rewritten.args as unknown as MathNode[];
  return parse(template).transform((node) => {
    const slot = ["first", "second"].indexOf((node as MathjsTree).name as string);
    return slot >= 0 ? args[slot] : node;
  });
}

/** Each level of nesting doubles the tree that is differentiated. */
export const DEEPEST_EXTREMA = 6;

export function extremaDepth(tree: MathjsTree): number {
  let deepest = 0;
  tree.forEach((child) => {
    deepest = Math.max(deepest, extremaDepth(child as MathjsTree));
  });
  return deepest + (tree.type === "FunctionNode" && EXTREMA.has(functionName(tree)) ? 1 : 0);
}

const EXTREMA: ReadonlyMap<string, string> = new Map([
  ["relu", "(first + abs(first)) / 2"],
  ["max", "(first + second + abs(first - second)) / 2"],
  ["min", "(first + second - abs(first - second)) / 2"],
]);

export function functionName(tree: MathjsTree): string {
  return (tree.fn as unknown as { name?: string }).name ?? String(tree.fn);
}
