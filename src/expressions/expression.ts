import { InputError } from "../errors.ts";
import { differentiate } from "./differentiate.ts";
import { createGraphBuilder, dependsOn, type GraphBuilder, type GraphNode, type UnaryName } from "./graph.ts";
import type { MathNode } from "./parser.ts";
import { compileGraph, type Program } from "./program.ts";
import { checkReading } from "./text.ts";
import { CONSTANTS, FUNCTIONS, insteadOfFunction, insteadOfSymbol } from "./words.ts";

/**
 * Text to programs. mathjs parses; only numbers, declared names, + - * / ^ and the functions below pass from its syntax tree into our
 * graph, so text from a file is never run as code. Derivatives are taken on the graph.
 */

/** What names stand for in an expression: inputs by position, parameters by value. */
export interface Names {
  inputs: readonly string[];
  parameters: Readonly<Record<string, number>>;
}

/** A parsed expression: programs for its value and for derivatives in some of the inputs. */
export interface Expression {
  value: Program;
  /** Value, then d/d(inputs[k]) for each k in `by`. */
  valueAndGradient(by: readonly number[]): Program;
  gradient(by: readonly number[]): Program;
  /** One output: the sum over k in `by` of d^2/d(inputs[k])^2, without the point masses at kinks. */
  laplacian(by: readonly number[]): Program;
  /** Value, then d/d(inputs[k]) for each k in `by`, then the Laplacian over `by`. */
  valueGradientLaplacian(by: readonly number[]): Program;
  /** Whether the expression is input k times a function of the other inputs. */
  isLinearIn(k: number): boolean;
}

const MOST_CHARACTERS = 10000;

/**
 * @param field where the text stands, for messages: `potential.F`.
 * @throws InputError for anything but a whitelisted expression in the declared names.
 */
export async function parseExpression(given: string, field: string, names: Names): Promise<Expression> {
  const text = given.normalize("NFC");
  // mathjs is most of what there is to load, so the first expression loads it.
  const { parseTree } = await import("./parser.ts");
  const refuse = (problem: string, remedy: string) => new InputError(field, text, problem, remedy);
  const tooDeep = () => refuse("too long or too deeply nested", `use at most ${MOST_CHARACTERS} characters and fewer parentheses`);
  if (text.length > MOST_CHARACTERS) throw tooDeep();
  if (text.includes("#")) throw refuse("a comment (#) is not allowed", "leave it out");
  const isNumber = (name: string) => CONSTANTS.has(name) || names.inputs.includes(name) || Object.hasOwn(names.parameters, name);
  checkReading(text, isNumber, refuse);
  const guard = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw error instanceof RangeError ? tooDeep() : error;
    }
  };
  const tree = guard(() => {
    try {
      return parseTree(text) as MathjsTree;
    } catch (error) {
      if (error instanceof RangeError) throw error;
      throw refuse(`not an expression (${(error as Error).message})`, "use mathjs syntax, e.g. 0.5*x^2");
    }
  });
  const graph = createGraphBuilder();
  const bindings = new Map<string, GraphNode>();
  for (const [name, value] of CONSTANTS) bindings.set(name, graph.constant(value));
  for (const [name, value] of Object.entries(names.parameters)) bindings.set(name, graph.constant(value));
  names.inputs.forEach((name, k) => {
    bindings.set(name, graph.input(k));
  });
  const valueNode = guard(() => convert(tree, bindings, graph, refuse));

  const slope = (k: number) => differentiate(valueNode, k, graph);
  const laplacian = (by: readonly number[]) =>
    by.map((k) => differentiate(slope(k), k, graph)).reduce((sum, node) => graph.add(sum, node), graph.constant(0));
  const compile = (roots: () => GraphNode[]) => guard(() => compileGraph(roots(), names.inputs.length));
  return {
    value: compile(() => [valueNode]),
    gradient: (by) => compile(() => by.map(slope)),
    valueAndGradient: (by) => compile(() => [valueNode, ...by.map(slope)]),
    laplacian: (by) => compile(() => [laplacian(by)]),
    valueGradientLaplacian: (by) => compile(() => [valueNode, ...by.map(slope), laplacian(by)]),
    isLinearIn: (k) =>
      guard(() => {
        const atZero = new Map(bindings).set(names.inputs[k], graph.constant(0));
        const rest = convert(tree, atZero, graph, refuse);
        return rest.kind === "constant" && rest.value === 0 && !dependsOn(slope(k), k);
      }),
  };
}

/** `np.exp(x)`, `Math.PI`: the name behind the dot is often one of ours. */
function insteadOfProperty(accessor: MathjsTree): string {
  const { dimensions } = (accessor.index ?? {}) as { dimensions?: { value?: unknown }[] };
  const name = dimensions?.[0]?.value;
  if (typeof name !== "string") return "call functions by their names";
  return FUNCTIONS.has(name) ? `call functions by their names: write ${name}(...)` : insteadOfSymbol(name);
}

type Refuse = (problem: string, remedy: string) => InputError;

/** A node of mathjs's syntax tree, whose fields depend on its type. */
type MathjsTree = MathNode & Record<string, unknown>;

function convert(tree: MathjsTree, bindings: ReadonlyMap<string, GraphNode>, graph: GraphBuilder, refuse: Refuse): GraphNode {
  const recur = (child: unknown) => convert(child as MathjsTree, bindings, graph, refuse);
  switch (tree.type) {
    case "ParenthesisNode":
      return recur(tree.content);
    case "ConstantNode": {
      if (typeof tree.value !== "number" || !Number.isFinite(tree.value)) {
        const shown = typeof tree.value === "number" ? String(tree.value) : JSON.stringify(tree.value);
        throw refuse(`${shown} is not a number`, "use numbers and declared names only");
      }
      return graph.constant(tree.value);
    }
    case "SymbolNode": {
      const node = bindings.get(tree.name as string);
      if (node === undefined) {
        const known = [...bindings.keys()].join(", ");
        throw refuse(`unknown symbol "${tree.name}"`, `${insteadOfSymbol(tree.name as string)} (known here: ${known})`);
      }
      return node;
    }
    case "OperatorNode": {
      const args = (tree.args as unknown[]).map(recur);
      return applyOperator(tree.fn as unknown as string, args, graph, refuse);
    }
    case "FunctionNode": {
      // x.sin(2) parses as a call as well, with the name of the property for its own.
      const called = tree.fn as unknown as MathjsTree;
      if (called.type !== "SymbolNode") throw refuse(`${describe(called.type)} is not allowed`, insteadOfProperty(called));
      const name = called.name as string;
      if (bindings.has(name)) {
        const product = `${name}*(${(tree.args as MathjsTree[]).map(String).join(", ")})`;
        throw refuse(`unknown function "${name}": it is a number here`, `write ${product} for a product`);
      }
      return applyFunction(name, tree.args as unknown[], recur, graph, refuse);
    }
    default:
      throw refuse(
        `${describe(tree.type)} is not allowed`,
        tree.type === "AccessorNode" ? insteadOfProperty(tree) : "use numbers, declared names, + - * / ^ and functions only",
      );
  }
}

function applyOperator(name: string, args: GraphNode[], graph: GraphBuilder, refuse: Refuse): GraphNode {
  const [x, y] = args;
  switch (name) {
    case "add":
      return graph.add(x, y);
    case "subtract":
      return graph.add(x, graph.scale(-1, y));
    case "multiply":
      return graph.multiply(x, y);
    case "divide":
      return graph.divide(x, y);
    case "pow":
      return graph.power(x, y);
    case "unaryMinus":
      return graph.scale(-1, x);
    case "unaryPlus":
      return x;
    default:
      throw refuse(
        `the operator "${name}" is not allowed`,
        name === "ctranspose" ? "write x_prime for the second point of K" : "use + - * / ^",
      );
  }
}

function applyFunction(
  name: string,
  args: readonly unknown[],
  recur: (child: unknown) => GraphNode,
  graph: GraphBuilder,
  refuse: Refuse,
): GraphNode {
  const arity = FUNCTIONS.get(name);
  if (arity === undefined) {
    throw refuse(`unknown function "${name}"`, insteadOfFunction(name));
  }
  if (args.length !== arity) {
    const found = `${args.length} argument${args.length === 1 ? "" : "s"}`;
    throw refuse(
      `${name} takes ${arity} argument${arity === 1 ? "" : "s"}, not ${found}`,
      `write ${name}(${"x, y".slice(0, arity * 3 - 2)})`,
    );
  }
  const nodes = args.map(recur);
  if (name === "pow") return graph.power(nodes[0], nodes[1]);
  if (name === "relu") return graph.extremum("max", nodes[0], graph.constant(0));
  if (name === "min" || name === "max") return graph.extremum(name, nodes[0], nodes[1]);
  return graph.unary(name as UnaryName, nodes[0]);
}

const DESCRIPTIONS: ReadonlyMap<string, string> = new Map([
  ["AccessorNode", "access to a property"],
  ["AssignmentNode", "an assignment"],
  ["FunctionAssignmentNode", "a function definition"],
  ["BlockNode", "a sequence of expressions"],
  ["ConditionalNode", "a condition"],
  ["RelationalNode", "a comparison"],
  ["ArrayNode", "an array"],
  ["ObjectNode", "an object"],
  ["RangeNode", "a range"],
  ["IndexNode", "an index"],
]);

function describe(type: string): string {
  return DESCRIPTIONS.get(type) ?? type;
}
