/** A quadrature rule on an interval: int f ~ sum_k weights[k] f(nodes[k]). */
export interface Quadrature {
  nodes: Float64Array;
  weights: Float64Array;
}

/**
 * Gauss-Legendre rule with `points` nodes on [min, max], exact for polynomials of degree 2 points - 1. Newton's method on the
 * three-term recurrence from Tricomi's initial guess; nodes and weights to a few ulp for up to thousands of points.
 */
export function gaussLegendre(points: number, min: number, max: number): Quadrature {
  const nodes = new Float64Array(points);
  const weights = new Float64Array(points);
  const half = (max - min) / 2;
  const middle = (max + min) / 2;
  for (let k = 0; k < Math.ceil(points / 2); k++) {
    let x = Math.cos((Math.PI * (k + 0.75)) / (points + 0.5));
    let slope = 1;
    for (let iteration = 0; iteration < 100; iteration++) {
      let p = 1;
      let previous = 0;
      for (let j = 1; j <= points; j++) [p, previous] = [((2 * j - 1) * x * p - (j - 1) * previous) / j, p];
      slope = (points * (x * p - previous)) / (x * x - 1);
      const step = p / slope;
      x -= step;
      if (Math.abs(step) < 1e-15) break;
    }
    const weight = (2 * half) / ((1 - x * x) * slope * slope);
    nodes[k] = middle - half * x;
    nodes[points - 1 - k] = middle + half * x;
    weights[k] = weight;
    weights[points - 1 - k] = weight;
  }
  if (points % 2 === 1) nodes[(points - 1) / 2] = middle;
  return { nodes, weights };
}

/** Tensor product of rules: nodes[k][p] is coordinate k of node p, the last coordinate running fastest. */
export function tensorProduct(rules: readonly Quadrature[]): { nodes: Float64Array[]; weights: Float64Array } {
  const size = rules.reduce((product, rule) => product * rule.nodes.length, 1);
  const weights = new Float64Array(size).fill(1);
  let repeat = size;
  const nodes = rules.map((rule) => {
    const count = rule.nodes.length;
    repeat /= count;
    return Float64Array.from({ length: size }, (_, p) => {
      const k = Math.floor(p / repeat) % count;
      weights[p] *= rule.weights[k];
      return rule.nodes[k];
    });
  });
  return { nodes, weights };
}

/**
 * The trapezoidal rule shifted by half a step: `points` equal weights at min + (k + 1/2) (max - min) / points. Its error falls faster
 * than any power for a smooth function that is periodic, or that vanishes with its derivatives at both ends.
 */
export function trapezoid(points: number, min: number, max: number): Quadrature {
  const h = (max - min) / points;
  return { nodes: Float64Array.from({ length: points }, (_, k) => min + (k + 0.5) * h), weights: new Float64Array(points).fill(h) };
}
