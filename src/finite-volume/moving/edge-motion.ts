import { createGradationWork, type Gradation, gradeEdges, NARROWEST } from "../../grid/graded-edges.ts";

/** Narrowest cells, as a share of their axis, towards which edges are drawn at once. */
const TOO_NARROW = 4 * NARROWEST;

/** Chooses where the edges of an axis go next. */
export interface EdgeMotion {
  /**
   * Edges move with the mass, by its mean velocity at each of them, and are drawn by a share of the way to those that the density asks for:
   *
   *   Z = Y + pull (G - Y),   Y = X + dt velocity,   G the graded edges of the density between X.
   *
   * The closer Z is to Y, the less mass changes cells, and the less the projection diffuses. Next to cells that are nearly as narrow as doubles allow, `pull` grows to 1;
   * where any two edges would cross or come closer than that, Z = G for all of them.
   *
   * @param density of the marginal of the axis, shape [cells].
   * @returns a place where what is wanted is not a finite number, or null.
   */
  next(
    out: Float64Array,
    edges: Float64Array,
    density: Float64Array,
    velocity: Float64Array | null,
    dt: number,
    pull: number,
  ): number | null;
}

export function createEdgeMotion(cells: number, periodic: boolean, gradation: Gradation): EdgeMotion {
  const work = createGradationWork(cells);
  const graded = new Float64Array(cells + 1);
  return {
    next(out, edges, density, velocity, dt, pull) {
      const failed = gradeEdges(graded, edges, density, periodic, gradation, work);
      if (failed !== null) return failed;
      out.set(graded);
      if (velocity === null) return null;
      const length = edges[cells] - edges[0];
      let crosses = false;
      for (let j = 1; j < cells; j++) {
        const moved = edges[j] + dt * velocity[j];
        const room = Math.min(edges[j + 1] - edges[j], edges[j] - edges[j - 1]) / length;
        const share = Math.min(1, Math.max(pull, (2 * TOO_NARROW) / room - 1));
        out[j] = moved + share * (graded[j] - moved);
        if (!(out[j] - out[j - 1] > NARROWEST * length)) crosses = true;
      }
      if (crosses || !(out[cells] - out[cells - 1] > NARROWEST * length)) out.set(graded);
      return null;
    },
  };
}
