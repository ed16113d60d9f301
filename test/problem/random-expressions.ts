import fc from "fast-check";

/** A value with a bound on the rounding that any sensible order of evaluation may leave in it, in units of eps. */
export interface Rounded {
  value: number;
  /** First-order propagation of one rounding of every operand and result, sums counted before they cancel. */
  error: number;
}

/** An expression as mathjs text, and a direct evaluation of it at a point. */
export interface Tree {
  text: string;
  at(x: number, y: number): Rounded;
}

interface UnaryFunction {
  f: (u: number) => number;
  /** |f'|. */
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

function constant(value: number): Tree {
  const text = String(value);
  return { text: value < 0 ? `(${text})` : text, at: () => ({ value, error: 0 }) };
}

function unary(name: string, { f, slope }: UnaryFunction, u: Tree): Tree {
  return {
    text: `${name}(${u.text})`,
    at(x, y) {
      const { value, error } = u.at(x, y);
      return { value: f(value), error: (error + Math.abs(value)) * slope(value) + Math.abs(f(value)) };
    },
  };
}

function power(u: Tree, exponent: number): Tree {
  return {
    text: `(${u.text})^${exponent < 0 ? `(${exponent})` : exponent}`,
    at(x, y) {
      const { value, error } = u.at(x, y);
      const result = value ** exponent;
      const slope = Math.abs(exponent * value ** (exponent - 1));
      return { value: result, error: slope * error + (1 + Math.abs(exponent)) * Math.abs(result) };
    },
  };
}

type Rule = (u: Rounded, v: Rounded) => Rounded;

const BINARY: Record<string, Rule> = {
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
};

const EXTREMA: Record<string, Rule> = {
  min: (u, v) => ({ value: Math.min(u.value, v.value), error: u.error + v.error }),
  max: (u, v) => ({ value: Math.max(u.value, v.value), error: u.error + v.error }),
};

const infix = (op: string, u: Tree, v: Tree): Tree => ({
  text: `(${u.text} ${op} ${v.text})`,
  at: (x, y) => BINARY[op](u.at(x, y), v.at(x, y)),
});

const prefix = (name: string, u: Tree, v: Tree): Tree => ({
  text: `${name}(${u.text}, ${v.text})`,
  at: (x, y) => EXTREMA[name](u.at(x, y), v.at(x, y)),
});

/** An expression with a hole, into which a shared subexpression is put: equal subexpressions are what registers are shared for. */
type Template = (hole: Tree) => Tree;

/** Random expressions in x and y in which one random subexpression may occur many times. */
export function randomTree(kinks: boolean): fc.Arbitrary<Tree> {
  const functions = Object.entries(kinks ? { ...SMOOTH, ...KINKED } : SMOOTH);
  const number = fc.integer({ min: -24, max: 24 }).map((quarters) => quarters / 8);
  const exponent = fc.constantFrom(0, 1, 2, 3, 4, 7, -1, -2, 0.5, 1.5);
  const leaf: fc.Arbitrary<Template> = fc.oneof(
    { weight: 2, arbitrary: fc.constant<Template>(() => ({ text: "x", at: (x) => ({ value: x, error: 0 }) })) },
    { weight: 2, arbitrary: fc.constant<Template>(() => ({ text: "y", at: (_, y) => ({ value: y, error: 0 }) })) },
    { weight: 3, arbitrary: fc.constant<Template>((hole) => hole) },
    { weight: 2, arbitrary: number.map((value) => () => constant(value)) },
  );
  const { template } = fc.letrec<{ template: Template }>((tie) => ({
    template: fc.oneof(
      { maxDepth: 5, depthIdentifier: "tree" },
      { weight: 2, arbitrary: leaf },
      {
        weight: 6,
        arbitrary: fc.tuple(fc.constantFrom(...Object.keys(BINARY)), tie("template"), tie("template")).map(
          ([op, u, v]): Template =>
            (hole) =>
              infix(op, u(hole), v(hole)),
        ),
      },
      {
        weight: 3,
        arbitrary: fc.tuple(fc.constantFrom(...functions), tie("template")).map(
          ([[name, f], u]): Template =>
            (hole) =>
              unary(name, f, u(hole)),
        ),
      },
      {
        weight: 1,
        arbitrary: fc.tuple(tie("template"), exponent).map(
          ([u, n]): Template =>
            (hole) =>
              power(u(hole), n),
        ),
      },
      {
        weight: kinks ? 1 : 0,
        arbitrary: fc.tuple(fc.constantFrom("min", "max"), tie("template"), tie("template")).map(
          ([name, u, v]): Template =>
            (hole) =>
              prefix(name, u(hole), v(hole)),
        ),
      },
    ),
  }));
  const x: Tree = { text: "x", at: (value) => ({ value, error: 0 }) };
  return fc.tuple(template, template).map(([outer, inner]) => outer(inner(x)));
}
