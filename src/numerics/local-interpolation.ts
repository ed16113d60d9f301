/** Values on an axis at other places than the nodes: out[i] = sum_k weights[i * order + k] values[first[i] + k]. */
export interface LocalInterpolation {
  order: number;
  first: Int32Array;
  weights: Float64Array;
}

/** Lagrange interpolation from the `order` nodes around each place, or as many as there are; beyond the outermost nodes it goes on by their polynomial. @param nodes ascending. */
export function localInterpolation(nodes: Float64Array, places: Float64Array, most: number): LocalInterpolation {
  const order = Math.min(most, nodes.length);
  const first = new Int32Array(places.length);
  const weights = new Float64Array(places.length * order);
  let above = 0;
  for (let i = 0; i < places.length; i++) {
    while (above < nodes.length && nodes[above] < places[i]) above++;
    const from = Math.min(Math.max(0, above - (order >> 1)), nodes.length - order);
    first[i] = from;
    for (let k = 0; k < order; k++) {
      let weight = 1;
      for (let l = 0; l < order; l++) {
        if (l !== k) weight *= (places[i] - nodes[from + l]) / (nodes[from + k] - nodes[from + l]);
      }
      weights[i * order + k] = weight;
    }
    if (i + 1 < places.length && places[i + 1] < places[i]) above = 0;
  }
  return { order, first, weights };
}

/** From values on the tensor product of the nodes of two axes, the last one running fastest, to that of their places, into `out`. */
export function interpolateInPlane(
  out: Float64Array,
  values: Float64Array,
  nodes: number,
  [one, two]: readonly [LocalInterpolation, LocalInterpolation],
): void {
  const rows = one.first.length;
  const columns = two.first.length;
  const row = new Float64Array(nodes);
  for (let i = 0; i < rows; i++) {
    row.fill(0);
    for (let k = 0; k < one.order; k++) {
      const weight = one.weights[i * one.order + k];
      const start = (one.first[i] + k) * nodes;
      for (let j = 0; j < nodes; j++) row[j] += weight * values[start + j];
    }
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      const start = two.first[j];
      for (let k = 0; k < two.order; k++) sum += two.weights[j * two.order + k] * row[start + k];
      out[i * columns + j] = sum;
    }
  }
}
