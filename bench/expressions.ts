import { createEvaluator } from "../src/expressions/evaluate.ts";
import { parseExpression } from "../src/expressions/expression.ts";
import type { BlockFunction } from "../src/numerics/block-function.ts";
import { createStream } from "../src/numerics/random.ts";
import { measure, printTable, type Row } from "./measure.ts";

const doubleWell: BlockFunction = ([out], o, [x], p, n) => {
  for (let i = 0; i < n; i++) {
    const v = x[p + i];
    out[o + i] = 0.25 * (v * v - 1) * (v * v - 1) + 0.15 * v;
  }
};

const gaussian: BlockFunction = ([value, slope], o, [x], p, n) => {
  const ell = 0.6;
  for (let i = 0; i < n; i++) {
    const v = x[p + i];
    value[o + i] = Math.exp((-v * v) / (2 * ell * ell));
    slope[o + i] = (-v / (ell * ell)) * value[o + i];
  }
};

const mixtureUnit: BlockFunction = ([value, byC, byY], o, [c, y, x], p, n) => {
  const s = 0.5;
  const scale = 1 / Math.sqrt(2 * Math.PI * s);
  for (let i = 0; i < n; i++) {
    const d = x[p + i] - y[p + i];
    byC[o + i] = scale * Math.exp((-d * d) / (2 * s));
    value[o + i] = c[p + i] * byC[o + i];
    byY[o + i] = (value[o + i] * d) / s;
  }
};

/** Enough points that both sweep the second-level cache. */
const POINTS = 8192;

export async function benchExpressions(quick: boolean): Promise<void> {
  const parameters = { a: 0.15, ell: 0.6, s: 0.5 };
  const rows: Row[] = [];
  for (const { name, text, inputs, gradient, plain } of [
    { name: "double well", text: "0.25*(x^2-1)^2 + a*x", inputs: ["x"], gradient: [], plain: doubleWell },
    { name: "Gaussian and gradient", text: "exp(-x^2/(2*ell^2))", inputs: ["x"], gradient: [0], plain: gaussian },
    {
      name: "mixture unit and gradient",
      text: "c*exp(-(x-y)^2/(2*s))/sqrt(2*pi*s)",
      inputs: ["c", "y", "x"],
      gradient: [0, 1],
      plain: mixtureUnit,
    },
  ]) {
    const expression = await parseExpression(text, name, { inputs, parameters });
    const evaluate = createEvaluator(gradient.length === 0 ? expression.value : expression.valueAndGradient(gradient));
    const stream = createStream(1);
    const points = inputs.map(() => Float64Array.from({ length: POINTS }, () => stream.normal()));
    const outputs = Array.from({ length: gradient.length + 1 }, () => new Float64Array(POINTS));
    const [cost, byHand] = measure(
      POINTS,
      [() => evaluate(outputs, 0, points, 0, POINTS), () => plain(outputs, 0, points, 0, POINTS)],
      quick,
    );
    rows.push({ name, cost, plain: byHand, aimRatio: 3 });
  }
  printTable("Expressions, beside hand-written loops with Math.exp", "point", rows);
}
