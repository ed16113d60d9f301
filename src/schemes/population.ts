import { type Grid, intoPeriod } from "../grid/grid.ts";

/** n particles: coordinate a of particle i is points[a][i]. */
export type Points = readonly Float64Array[];

/** theta <- theta - dt grad V, wrapped into the period on periodic axes; particles may leave the domain through any other. */
export function moveAlong(points: Points, gradient: Points, dt: number, domain: Grid, count: number): void {
  for (let a = 0; a < points.length; a++) {
    const x = points[a];
    const slope = gradient[a];
    let i = 0;
    // Four at a time, reads before writes, as in expressions/evaluate.ts.
    for (; i + 3 < count; i += 4) {
      const x0 = x[i] - dt * slope[i];
      const x1 = x[i + 1] - dt * slope[i + 1];
      const x2 = x[i + 2] - dt * slope[i + 2];
      const x3 = x[i + 3] - dt * slope[i + 3];
      x[i] = x0;
      x[i + 1] = x1;
      x[i + 2] = x2;
      x[i + 3] = x3;
    }
    for (; i < count; i++) x[i] -= dt * slope[i];
    const axis = domain.axes[a];
    if (axis.periodic) for (let i = 0; i < count; i++) x[i] = intoPeriod(x[i], axis);
  }
}

/** Particle `to` becomes a copy of particle `from`. */
export function copyParticle(points: Points, from: number, to: number): void {
  for (const x of points) x[to] = x[from];
}

/** How many of the particles lie outside the domain. */
export function countOutside(points: Points, domain: Grid, count: number): number {
  let outside = 0;
  for (let i = 0; i < count; i++) {
    for (let a = 0; a < points.length; a++) {
      const x = points[a][i];
      if (!(x >= domain.axes[a].min && x <= domain.axes[a].max)) {
        outside++;
        break;
      }
    }
  }
  return outside;
}
