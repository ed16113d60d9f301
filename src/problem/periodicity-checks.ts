import type { Distribution } from "../distributions/distribution.ts";
import { InputError } from "../errors.ts";
import type { Axis, Grid } from "../grid/grid.ts";
import { halton } from "../numerics/halton.ts";
import type { Kernel, Potential } from "../potential/potential.ts";

const SAMPLES = 16;
/** Largest difference between the two ends, of the largest value on the samples. */
const TOLERANCE = 1e-8;
const ROUNDING = 1e-14;

/** A function of theta that has to close up on periodic axes. */
interface Sampled {
  field: string;
  /** The function as it stands in the file. */
  text: string;
  name: string;
  /** values[i] and gradient[a][i] at points[.][i] for i < count; leaves `gradient` alone where there is none. */
  evaluate(values: Float64Array, gradient: readonly Float64Array[], points: readonly Float64Array[], count: number): void;
}

/** F and dF/dtheta. */
export function sampledPotential({ external, externalGradient }: Potential, field: string, text: string): Sampled {
  return {
    field,
    text,
    name: "F",
    evaluate(values, gradient, points, count) {
      external([values], 0, points, 0, count);
      externalGradient(gradient, 0, points, 0, count);
    },
  };
}

/** int K(theta, theta') nu(dtheta') for unequal weights on the sample points themselves: periodic in theta where K is. */
export function sampledKernel(kernel: Kernel, field: string, text: string): Sampled {
  return {
    field,
    text,
    name: "K",
    evaluate(values, gradient, points, count) {
      const weights = Float64Array.from({ length: count }, (_, i) => halton(i, 5));
      kernel.atPoints().add(values, gradient, points, weights, count);
    },
  };
}

/** The initial density; its gradient is not needed. */
export function sampledDensity(distribution: Distribution, field: string, text: string): Sampled {
  return { field, text, name: "density", evaluate: (values, _, points, count) => distribution.density(values, points, count) };
}

/**
 * Refuses a function that does not close up: on each periodic axis, its value and its derivatives at min and at max are compared on 16
 * spread-out points of the other axes, to 1e-8 of the largest on these points and as many inside.
 *
 * @throws InputError
 */
export function checkPeriodic({ field, text, name, evaluate }: Sampled, domain: Grid): void {
  domain.axes.forEach((axis, p) => {
    if (!axis.periodic) return;
    const count = 3 * SAMPLES;
    const points = domain.axes.map((other, a) => {
      const inside = Float64Array.from({ length: count }, (_, i) => other.min + (other.max - other.min) * halton(i % SAMPLES, a));
      return a === p ? inside.fill(axis.min, 0, SAMPLES).fill(axis.max, SAMPLES, 2 * SAMPLES) : inside;
    });
    const values = new Float64Array(count);
    const gradient = domain.axes.map(() => new Float64Array(count));
    evaluate(values, gradient, points, count);
    const scale = largest(values);
    const steepest = Math.max(scale / (axis.max - axis.min), ...gradient.map(largest));
    const functions = [
      { f: values, most: scale, what: name },
      ...gradient.map((f, a) => ({ f, most: steepest, what: `d${name}/d${domain.axes[a].name}` })),
    ];
    for (const { f, most, what } of functions) {
      for (let i = 0; i < SAMPLES; i++) {
        const [low, high] = [f[i], f[i + SAMPLES]];
        if (Math.abs(high - low) > TOLERANCE * most + ROUNDING) throw notPeriodic(field, text, what, axis, low, high);
      }
    }
  });
}

function notPeriodic(field: string, text: string, what: string, { name, min, max }: Axis, low: number, high: number): InputError {
  return new InputError(
    field,
    text,
    `not periodic in ${name}: ${what}(min) = ${low}, ${what}(max) = ${high}`,
    `use functions of period ${max - min}, or set variables.${name}.boundary to "no-flux"`,
  );
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0);
}
