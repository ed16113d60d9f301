import type { Grid } from "../grid/grid.ts";
import { createRealFftNd } from "../numerics/fft.ts";

/**
 * Averages over the cells of a grid of the trigonometric interpolant of values at the nodes of a lattice of the same domain, exact. Along an axis, with x_0 the first node and k = 2 pi m / (max - min),
 *
 *   average over [x - w/2, x + w/2] = sum_k c_k sin(k w / 2) / (k w / 2) e^{i k (x - x_0)},
 *
 * the highest mode as a cosine. Cost: for each line along an axis a transform of its N nodes, and N products for each of its cells.
 */
export function createCellAverages(lattice: Grid, cells: Grid): (values: Float64Array) => Float64Array {
  const lines = lattice.axes.map((axis, a) => averagesOfLine(axis.cells, axis.max - axis.min, cells.axes[a].cells));
  return (values) => {
    let current = values;
    const shape = [...lattice.shape];
    lines.forEach((line, a) => {
      const [n, count] = [shape[a], cells.shape[a]];
      const stride = shape.slice(a + 1).reduce((product, length) => product * length, 1);
      const outer = shape.slice(0, a).reduce((product, length) => product * length, 1);
      const next = new Float64Array(outer * count * stride);
      const [nodes, averages] = [new Float64Array(n), new Float64Array(count)];
      for (let o = 0; o < outer; o++) {
        for (let s = 0; s < stride; s++) {
          for (let i = 0; i < n; i++) nodes[i] = current[(o * n + i) * stride + s];
          line(averages, nodes);
          for (let c = 0; c < count; c++) next[(o * count + c) * stride + s] = averages[c];
        }
      }
      shape[a] = count;
      current = next;
    });
    return current;
  };
}

function averagesOfLine(n: number, length: number, count: number): (out: Float64Array, nodes: Float64Array) => void {
  const fft = createRealFftNd([n], [n]);
  const half = n / 2;
  const width = length / count;
  const [cosines, sines] = [new Float64Array(count * (half + 1)), new Float64Array(count * (half + 1))];
  for (let m = 0; m <= half; m++) {
    const k = (2 * Math.PI * m) / length;
    const share = m === 0 ? 1 : Math.sin(0.5 * k * width) / (0.5 * k * width);
    const factor = (share * (m === 0 || m === half ? 1 : 2)) / n;
    for (let c = 0; c < count; c++) {
      const angle = k * ((c + 0.5) * width - 0.5 * (length / n));
      cosines[c * (half + 1) + m] = factor * Math.cos(angle);
      sines[c * (half + 1) + m] = m === half ? 0 : factor * Math.sin(angle);
    }
  }
  const spectrum = new Float64Array(fft.spectrumLength);
  return (out, nodes) => {
    fft.forward(spectrum, nodes);
    for (let c = 0; c < count; c++) {
      const from = c * (half + 1);
      let total = 0;
      for (let m = 0; m <= half; m++) total += cosines[from + m] * spectrum[2 * m] - sines[from + m] * spectrum[2 * m + 1];
      out[c] = total;
    }
  };
}
