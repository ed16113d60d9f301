import { symmetricEigenvalues } from "../../src/numerics/eigenvalues.ts";

export interface Spectrum {
  /** Of F: its first and second derivative. */
  slope(x: number): number;
  curvature(x: number): number;
  /** The line from -reach to reach, where e^{-F / (2 tau)} has vanished at the ends. */
  reach: number;
  points: number;
}

/**
 * Rates at which Langevin dynamics in F on a line relaxes: the eigenvalues, ascending from 0, of minus its generator, L f = tau f'' - F' f', made symmetric
 * by f = e^{F / (2 tau)} g (Witten's operator),
 *
 *   -tau g'' + (F'^2 / (4 tau) - F'' / 2) g.
 *
 * On sinc functions at equal distances h (Colbert & Miller 1992, J. Chem. Phys. 96, 1982, eq. 2.10): -g'' is pi^2 / (3 h^2) on the diagonal and 2 (-1)^(i - j) / (h (i - j))^2 off it.
 * The error falls faster than any power of h. It shares nothing with the solvers.
 */
export function relaxationRates(temperature: number, { slope, curvature, reach, points }: Spectrum): number[] {
  const h = (2 * reach) / (points - 1);
  const matrix = new Float64Array(points * points);
  for (let i = 0; i < points; i++) {
    const x = -reach + i * h;
    for (let j = 0; j < points; j++) {
      const sign = (i - j) % 2 === 0 ? 1 : -1;
      matrix[i * points + j] = (temperature / (h * h)) * (i === j ? Math.PI ** 2 / 3 : (2 * sign) / (i - j) ** 2);
    }
    matrix[i * points + i] += slope(x) ** 2 / (4 * temperature) - curvature(x) / 2;
  }
  return symmetricEigenvalues(matrix, points);
}
