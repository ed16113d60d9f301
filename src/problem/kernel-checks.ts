import { InputError } from "../errors.ts";
import type { Grid } from "../grid/grid.ts";
import { symmetricEigenvalues } from "../numerics/eigenvalues.ts";
import { halton } from "../numerics/halton.ts";
import type { Kernel } from "../potential/potential.ts";

const SPREAD = 64;
const CLUSTER = 32;
/** Rounding leaves eigenvalues of about -1e-15 of the largest; a kernel below this share is meant to be something else. */
const CLEARLY_NEGATIVE = 1e-4;
const REMEDY_LARGE = "scale K down; for features and networks, narrow the ranges of the inputs or lower the weight";

/**
 * Refuses a K that is not finite, not symmetric or clearly not positive semi-definite, judged by its matrix on 64 points spread
 * over the domain and 32 neighbouring ones (so that both slow and fast oscillations are seen).
 *
 * @throws InputError
 */
export function checkKernel(kernel: Kernel, domain: Grid, text: string): void {
  const n = SPREAD + CLUSTER;
  const points = domain.axes.map((axis, a) =>
    Float64Array.from({ length: n }, (_, i) =>
      i < SPREAD
        ? axis.min + (axis.max - axis.min) * halton(i, a)
        : (axis.min + axis.max) / 2 + (i - SPREAD - CLUSTER / 2) * axis.width * (a + 1),
    ),
  );
  const gram = new Float64Array(n * n);
  kernel.gram(gram, points, n);
  const at = (i: number) => domain.axes.map((axis, a) => `${axis.name} = ${points[a][i].toPrecision(4)}`).join(", ");
  let largest = 0;
  for (let k = 0; k < n * n; k++) {
    if (!Number.isFinite(gram[k])) {
      const where = `between ${at(Math.floor(k / n))} and ${at(k % n)}`;
      throw new InputError("potential.K", text, `not finite (${gram[k]}) ${where}`, "change K so that it is finite on the domain");
    }
    largest = Math.max(largest, Math.abs(gram[k]));
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      if (Math.abs(gram[i * n + j] - gram[j * n + i]) > 1e-10 * largest) {
        throw new InputError(
          "potential.K",
          text,
          `not symmetric between ${at(i)} and ${at(j)}`,
          "exchange of theta and theta' must not change K; use an even function of the displacement",
        );
      }
    }
  }
  if (!Number.isFinite(largest * largest)) {
    throw new InputError("potential.K", text, `so large (${largest.toPrecision(3)}) that its square overflows`, REMEDY_LARGE);
  }
  // Scaled to 1, nothing overflows or underflows on the way to the eigenvalues.
  if (largest > 0) for (let k = 0; k < n * n; k++) gram[k] /= largest;
  const eigenvalues = symmetricEigenvalues(gram, n);
  if (eigenvalues[0] < -CLEARLY_NEGATIVE * Math.max(eigenvalues[n - 1], -eigenvalues[0])) {
    throw new InputError(
      "potential.K",
      text,
      `not positive semi-definite (eigenvalue ${(eigenvalues[0] * largest).toPrecision(3)} against ${(eigenvalues[n - 1] * largest).toPrecision(3)})`,
      "the energy is convex only for K >= 0, e.g. a Gaussian or a sum of features; check its sign",
    );
  }
}
