import type { Grid } from "../../grid/grid.ts";

/** The pairs of axes whose joint densities are drawn. */
export function planesOf(grid: Grid): (readonly [number, number])[] {
  if (grid.dimension === 1) return [];
  return grid.dimension === 2 ? [[0, 1]] : [[0, 1], [0, 2], [1, 2]]; // biome-ignore format: one line
}

/** Cells of one plane of a grid, the axes in their order, the second fastest. */
export interface Plane {
  size: number;
  /** Cell of the plane for each cell of the grid; null where they are the same. */
  cellOf: Int32Array | null;
  /** Length or area of the hidden axis's cell, 1 where none is hidden. */
  hiddenWidth: number;
}

export function createPlane(grid: Grid, pair: readonly [number, number] | null): Plane {
  if (pair === null || grid.dimension === 2) return { size: grid.size, cellOf: null, hiddenWidth: 1 };
  const [first, second] = pair;
  const cells = grid.shape[second];
  const indexOf = (i: number, a: number) => Math.floor(i / grid.strides[a]) % grid.shape[a];
  const hidden = [0, 1, 2].find((a) => a !== first && a !== second)!;
  return {
    size: grid.shape[first] * cells,
    cellOf: Int32Array.from({ length: grid.size }, (_, i) => indexOf(i, first) * cells + indexOf(i, second)),
    hiddenWidth: grid.axes[hidden].width,
  };
}

/** Density of the two variables of a plane: int mu over the hidden one. */
export function projectDensity({ size, cellOf, hiddenWidth }: Plane, mu: Float64Array): Float32Array {
  if (cellOf === null) return Float32Array.from(mu);
  const out = new Float64Array(size);
  for (let i = 0; i < mu.length; i++) out[cellOf[i]] += mu[i] * hiddenWidth;
  return Float32Array.from(out);
}

/** Mean of V over the hidden variable: by mu where there is mass, otherwise even. */
export function projectPotential({ size, cellOf }: Plane, V: Float64Array, mu: Float64Array): Float32Array {
  if (cellOf === null) return Float32Array.from(V);
  const weighted = new Float64Array(size);
  const weight = new Float64Array(size);
  const plain = new Float64Array(size);
  for (let i = 0; i < V.length; i++) {
    weighted[cellOf[i]] += mu[i] * V[i];
    weight[cellOf[i]] += mu[i];
    plain[cellOf[i]] += (V[i] * size) / V.length;
  }
  return Float32Array.from(plain, (even, c) => (weight[c] > 0 ? weighted[c] / weight[c] : even));
}

/** Density of the variables of a plane in cells that follow the mass. @param shown the axes on show. */
export function densityOfCells(
  { size, cellOf }: Plane,
  shown: readonly number[],
  { edges, masses }: { edges: readonly Float64Array[]; masses: Float64Array },
): Float32Array {
  const out = new Float64Array(size);
  for (let i = 0; i < masses.length; i++) out[cellOf === null ? i : cellOf[i]] += masses[i];
  const [first, second] = shown.length > 0 ? shown.map((a) => edges[a]) : edges;
  const rows = second === undefined ? 1 : second.length - 1;
  return Float32Array.from(out, (mass, k) => {
    const [i, j] = [Math.floor(k / rows), k % rows];
    return mass / ((first[i + 1] - first[i]) * (second === undefined ? 1 : second[j + 1] - second[j]));
  });
}
