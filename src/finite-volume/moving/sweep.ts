import type { Axis, Grid } from "../../grid/grid.ts";
import { project } from "../rows/project.ts";
import { createRowDensity, RECONSTRUCTIONS } from "../rows/reconstruct.ts";
import type { RowEdges } from "../rows/row-edges.ts";
import { createRowVelocity, setVelocity } from "../rows/row-velocity.ts";
import { traceByRungeKutta } from "../rows/trace.ts";

/** V as the rows along an axis see it: see LatticeTransfer.read. */
export interface RowPotential {
  mean: Float64Array;
  halves: readonly Float64Array[];
}

/** One axis of a moving grid. */
export interface Sweep {
  /**
   * Transports the masses along the axis by dt, from the cells of `row` to those between `edges`. A row is moved by the velocity at its centre of mass: with
   * s_b the tilt of its cells along another axis b,
   *
   *   u = -d/dx (mean of V) - sum_b s_b d/dx (half difference of V along b).
   *
   * @param tilts s_b for every other axis b, shape [grid.size].
   */
  transport(
    masses: Float64Array,
    potential: RowPotential,
    tilts: readonly Float64Array[],
    row: RowEdges,
    edges: Float64Array,
    dt: number,
  ): void;
  /** The mean velocity of mass at each edge of `edges`, found by the last transport: 0 where there was none. Shape [cells + 1]. */
  velocity: Float64Array;
}

const { reconstruct } = RECONSTRUCTIONS.parabolic;

export function createSweep(grid: Grid, a: number): Sweep {
  const axis = grid.axes[a];
  const { cells } = axis;
  const stride = grid.strides[a];
  const others = grid.axes.flatMap((_, b) => (b === a ? [] : [b]));
  const u = createRowVelocity(axis, 6);
  const shear = createRowVelocity(axis, 6);
  const density = createRowDensity(cells);
  const [before, after, line] = [0, 1, 2].map(() => new Float64Array(cells));
  const feet = new Float64Array(cells + 1);
  const faces = createFaceReader(axis);
  const velocity = new Float64Array(cells + 1);
  const weight = new Float64Array(cells + 1);
  return {
    velocity,
    transport(masses, { mean, halves }, tilts, row, edges, dt) {
      faces.place(row.edges);
      velocity.fill(0);
      weight.fill(0);
      for (let slab = 0; slab < grid.size; slab += stride * cells) {
        for (let from = slab; from < slab + stride; from++) {
          let mass = 0;
          for (let i = 0; i < cells; i++) {
            before[i] = masses[from + i * stride];
            mass += before[i];
          }
          if (mass === 0) continue;
          for (let i = 0; i < cells; i++) line[i] = mean[from + i * stride];
          setVelocity(u, line);
          for (const b of others) {
            for (let i = 0; i < cells; i++) line[i] = halves[b][from + i * stride];
            setVelocity(shear, line);
            faces.addSheared(u, shear, tilts[b], from, stride);
          }
          traceByRungeKutta(feet, u, edges, dt);
          reconstruct(density, row, before);
          project(after, row, density, before, feet);
          for (let i = 0; i < cells; i++) masses[from + i * stride] = after[i];
          for (let j = 1; j < cells; j++) {
            const there = after[j] + after[j - 1];
            velocity[j] += there * (edges[j] - feet[j]);
            weight[j] += there;
          }
        }
      }
      for (let j = 1; j < cells; j++) velocity[j] = weight[j] > 0 ? velocity[j] / (weight[j] * dt) : 0;
    },
  };
}

/** Tilts of cells at the faces of the lattice: straight lines between the centres of cells. */
function createFaceReader({ min, width, cells, periodic }: Axis) {
  const near = new Int32Array(cells + 1);
  const far = new Int32Array(cells + 1);
  const share = new Float64Array(cells + 1);
  const tilt = new Float64Array(cells + 1);
  return {
    place(edges: Float64Array): void {
      let i = 0;
      for (let f = 0; f <= cells; f++) {
        const x = min + f * width;
        while (i < cells - 1 && x > edges[i + 1]) i++;
        const centre = 0.5 * (edges[i] + edges[i + 1]);
        const other = x < centre ? i - 1 : i + 1;
        near[f] = i;
        far[f] = other >= 0 && other < cells ? other : i;
        share[f] = far[f] === i ? 0 : (x - centre) / (0.5 * (edges[other] + edges[other + 1]) - centre);
      }
    },
    /** u += s shear, with the slope of the product. */
    addSheared(
      u: { values: Float64Array; slopes: Float64Array },
      shear: typeof u,
      tilts: Float64Array,
      from: number,
      stride: number,
    ): void {
      for (let f = 0; f <= cells; f++) {
        tilt[f] = (1 - share[f]) * tilts[from + near[f] * stride] + share[f] * tilts[from + far[f] * stride];
      }
      for (let f = 0; f <= cells; f++) {
        const ahead = f < cells ? tilt[f + 1] : periodic ? tilt[1] : tilt[f];
        const behind = f > 0 ? tilt[f - 1] : periodic ? tilt[cells - 1] : tilt[f];
        const slope = f > 0 && f < cells ? 0.5 * (ahead - behind) : ahead - behind;
        u.values[f] += tilt[f] * shear.values[f];
        u.slopes[f] += tilt[f] * shear.slopes[f] + slope * shear.values[f];
      }
    },
  };
}
