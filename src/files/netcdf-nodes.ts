import type { Hdf5File } from "./hdf5.ts";
import { createIndex, explain } from "./netcdf-variables.ts";

/** Weighted nodes of mu at each time: int phi dmu = sum_j weights[s][j] phi(points[s][.][j]) for any phi. As many nodes at every time. */
export interface NodesOverTime {
  /** Names of the coordinates. */
  variables: readonly string[];
  /** points[s][a][j]: coordinate a of node j at time s. */
  points: readonly (readonly Float64Array[])[];
  /** Their masses, shape [nodes] at each time. */
  weights: readonly Float64Array[];
}

/** The stated error of where in the cells of the grid they say that mass is, for each time. */
export const NODE_ERROR = "node_wasserstein1_error";

/** Their names in a file. */
export const NODE_NAMES = ["node", "variable", "node_theta", "node_weight", NODE_ERROR] as const;

/** Writes `node_theta(time, node, variable)` and `node_weight(time, node)`, one time after the other. */
export function writeNodes(file: Hdf5File, { variables, points, weights }: NodesOverTime): void {
  const times = weights.length;
  const count = weights[0].length;
  const dimension = variables.length;
  createIndex(file, "node", count, "index of the nodes, which follow the flow");
  const names = file.create_dataset({ name: "variable", data: [...variables], shape: [dimension] });
  names.create_attribute("long_name", "name of the coordinate of a node");
  names.make_scale("variable");
  const theta = file.create_dataset({ name: "node_theta", data: new Float64Array(0), shape: [0, count, dimension], maxshape: [null, count, dimension], chunks: [1, count, dimension] }); // biome-ignore format: two alike
  const weight = file.create_dataset({ name: "node_weight", data: new Float64Array(0), shape: [0, count], maxshape: [null, count], chunks: [1, count] }); // biome-ignore format: two alike
  theta.resize([times, count, dimension]);
  weight.resize([times, count]);
  const interleaved = new Float64Array(count * dimension);
  for (let s = 0; s < times; s++) {
    for (let a = 0; a < dimension; a++) for (let j = 0; j < count; j++) interleaved[j * dimension + a] = points[s][a][j];
    theta.write_slice([[s, s + 1], [0, count], [0, dimension]], interleaved); // biome-ignore format: one slice
    weight.write_slice([[s, s + 1], [0, count]], weights[s]); // biome-ignore format: one slice
  }
  explain(theta, "weighted nodes of mu: int phi dmu = sum over nodes of node_weight phi(node_theta)");
  explain(weight, "masses of the nodes");
  for (const dataset of [theta, weight]) dataset.attach_scale(0, "/time");
  for (const dataset of [theta, weight]) dataset.attach_scale(1, "/node");
  theta.attach_scale(2, "/variable");
}

/** The nodes of a file from its variables of doubles; null where it has none, or they are of other lengths than `times` and `dimension` say. */
export function readNodes(
  series: ReadonlyMap<string, Float64Array>,
  times: number,
  dimension: number,
): Omit<NodesOverTime, "variables"> | null {
  const theta = series.get("node_theta");
  const weight = series.get("node_weight");
  if (theta === undefined || weight === undefined) return null;
  const count = weight.length / times;
  if (!Number.isInteger(count) || theta.length !== weight.length * dimension) return null;
  const each = <T>(make: (s: number) => T) => Array.from({ length: times }, (_, s) => make(s));
  return {
    points: each((s) =>
      Array.from({ length: dimension }, (_, a) =>
        Float64Array.from({ length: count }, (__, j) => theta[(s * count + j) * dimension + a]),
      ),
    ),
    weights: each((s) => weight.slice(s * count, (s + 1) * count)),
  };
}
