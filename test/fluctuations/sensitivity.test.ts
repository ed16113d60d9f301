import { describe, expect, test } from "vitest";
import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { followMean, measureAlong, startNodes } from "../../src/fluctuations/mean-path.ts";
import { scheduleOf } from "../../src/fluctuations/schedule.ts";
import { type Derivative, type SensitivitySnapshot, sensitivities } from "../../src/fluctuations/sensitivity.ts";
import { createStepMap } from "../../src/mean-field-map/step-map.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { ruleOf, type SchemeName } from "../../src/schemes/schemes.ts";
import { problemOf } from "../fixtures.ts";
import { sized } from "../sizes.ts";

/** Of one observable, or of the energy, at every snapshot. */
type Values = Record<string, number[]>;

const derivativesOf = (snapshots: readonly SensitivitySnapshot[], of: (row: SensitivitySnapshot["energy"]) => Derivative) => {
  const names = ["energy", ...Object.keys(snapshots[0].observables)];
  return Object.fromEntries(
    names.map((name) => [name, snapshots.map((snapshot) => of(name === "energy" ? snapshot.energy : snapshot.observables[name]))]),
  );
};

/** Every derivative within its stated error, at most `stated`, and `room`; both are shares of the largest of its kind. */
function expectDerivatives(found: Record<string, Derivative[]>, expected: Values, room: number, stated = 1e-3): void {
  for (const [name, values] of Object.entries(expected)) {
    const largest = Math.max(...values.map(Math.abs));
    expect(found[name]).toHaveLength(values.length);
    values.forEach((value, s) => {
      const { value: own, error } = found[name][s];
      expect(error, `error of ${name} ${s}`).toBeLessThanOrEqual(stated * largest);
      expect(Math.abs(own - value), `${name} ${s}: ${own}, expected ${value}`).toBeLessThanOrEqual(error + room * largest);
    });
  }
}

describe("in the well, where every distribution is a Gaussian in closed form", () => {
  const [m, s, times] = [1, 0.5, [0.1, 0.3, 0.7]];
  const input: Partial<ProblemInput> = {
    initial: { x: { type: "normal", mean: m, sd: s } },
    time: { end: 0.7, snapshots: times },
    observables: { mean: "x", second: "x^2" },
  };
  /** Particles are carried to x0 c, of weight e^{-b x0^2 / 2}. */
  const normal = (c: number, b: number) => {
    const precision = 1 / s ** 2 + b;
    const mean = (c * m) / s ** 2 / precision;
    const second = mean ** 2 + c ** 2 / precision;
    return { mean, second, energy: second / 2 };
  };
  type Moments = ReturnType<typeof normal>;
  const table = (at: (t: number) => Moments): Values => ({
    mean: times.map((t) => at(t).mean),
    second: times.map((t) => at(t).second),
    energy: times.map((t) => at(t).energy),
  });
  const combine = (f: (...values: number[]) => number, ...tables: Values[]): Values =>
    Object.fromEntries(Object.keys(tables[0]).map((name) => [name, times.map((_, k) => f(...tables.map((one) => one[name][k])))]));
  /** c = e^{-dt}, b = alpha (1 - e^{-2 d t}) / 2 d with the drift d. */
  const exact = (alpha: number, drift: number) =>
    table((t) => normal(Math.exp(-drift * t), (alpha * -Math.expm1(-2 * drift * t)) / (2 * drift)));

  test("the derivatives in log alpha and in the drift are those of the formula", async () => {
    const found = sensitivities(await problemOf(input));
    const e = 1e-3;
    // Differences of order 4 in e leave 1e-12.
    const slope = (at: (shift: number) => Values) =>
      combine((a, b, c, d) => (a - 8 * b + 8 * c - d) / (12 * e), at(-2 * e), at(-e), at(e), at(2 * e));
    expectDerivatives(derivativesOf(found, ({ alpha }) => alpha), slope((x) => exact(1 + x, 1)), 1e-9); // biome-ignore format: one call
    expectDerivatives(derivativesOf(found, ({ drift }) => drift), slope((x) => exact(1, 1 + x)), 1e-9); // biome-ignore format: one call
  });

  test("the coefficient of dt is that of Euler steps with the weights of moved particles, and of the mean of both ends", async () => {
    const found = sensitivities(await problemOf(input));
    const steps = (share: number) => (h: number) =>
      table((t) => {
        let b = 0;
        const count = Math.round(t / h);
        for (let k = 0; k < count; k++) b += h * (share * (1 - h) ** (2 * k) + (1 - share) * (1 - h) ** (2 * k + 2));
        return normal((1 - h) ** count, b);
      });
    const limit = exact(1, 1);
    for (const [scheme, share] of [
      ["resampling", 0],
      ["event-process", 0.5],
    ] as const) {
      const at = steps(share);
      const h = 1 / 2000;
      // Twice extrapolated: v + c h + O(h^2) + O(h^3); the error is h^2 = 2.5e-7 times order 1.
      const coefficient = combine((x, y, v) => (4 * y - x - 3 * v) / h, at(h), at(h / 2), limit);
      expectDerivatives(derivativesOf(found, ({ step }) => step[scheme]!), coefficient, 1e-6); // biome-ignore format: one call
    }
  });
});

const doubleWell = "0.25*(x^2-1)^2 + 0.15*x";
const line: Partial<ProblemInput> = {
  variables: { x: { min: -4, max: 4, cells: 512 } },
  potential: { F: doubleWell },
  alpha: 3,
  initial: { x: { type: "normal", mean: 0.3, sd: 0.5 } },
  time: { end: 0.5, snapshots: [0.25, 0.5] },
  observables: { mean: "x", wave: "cos(2*x)" },
};
const space: Partial<ProblemInput> = {
  variables: Object.fromEntries(["x", "y", "z"].map((name) => [name, { min: -3, max: 3, cells: 64 }])),
  potential: { F: "0.5*x^2 + 0.3*y^2 + 0.2*z + 0.1*x*y" },
  alpha: 1,
  initial: Object.fromEntries(
    ["x", "y", "z"].map((name) => [name, { type: "normal", mean: 0.3, sd: 0.5 }]),
  ) as ProblemInput["initial"],
  time: { end: 0.25, snapshots: [0.25] },
  observables: { sum: "x + 2*y + z^2" },
};
const problems: Record<string, Partial<ProblemInput>> = {
  "on a line": line,
  "with K": { ...line, potential: { F: doubleWell, K: { type: "convolution", expression: "1.5*exp(-x^2)" } } },
  "without transport": { ...line, dynamics: "pure-birth-death", potential: { F: doubleWell, K: { type: "convolution", expression: "exp(-x^2)" } } },
  "without a reaction": { ...line, dynamics: "gradient-descent", potential: { F: doubleWell, K: { type: "convolution", expression: "exp(-x^2)" } } },
  "with an alpha that changes and is switched off": { ...line, alpha: { rate: "4*(1 + sin(5*t))", until: 0.375 } as never },
  "without conservation": { ...line, alpha: 1, dynamics: "unbalanced" },
  "on a circle": {
    ...line,
    variables: { x: { min: 0, max: 2, cells: 256, boundary: "periodic" } },
    potential: { F: "cos(pi*x)", K: { type: "convolution", expression: "1.5*cos(pi*x)" } },
    initial: { x: { type: "von-mises", mean: 1.8, concentration: 2 } },
    observables: { wave: "sin(pi*x)", second: "cos(2*pi*x)" },
  },
  "in the plane": {
    ...line,
    variables: { x: { min: -3, max: 3, cells: 64 }, y: { min: -3, max: 3, cells: 64 } },
    potential: { F: "0.5*x^2 + 0.3*y^2", K: { type: "features", expression: "x*tanh(y + z)", inputs: { z: { min: -1, max: 1, points: 5 } } } },
    initial: { x: { type: "normal", mean: 0.3, sd: 0.5 }, y: { type: "normal", mean: -0.2, sd: 0.4 } },
    observables: { product: "x*y", wave: "sin(x + 2*y)" },
  },
  "in space": space,
}; // biome-ignore format: a table

/** What few nodes leave in the plane and in space. */
const STATED: Record<string, number> = { "in the plane": 2e-2, "in space": 1e-2 };

const TOLERANCE = [1e-9, 1e-7, 1e-6];

const valuesOf = async (input: Partial<ProblemInput>): Promise<Values> => {
  const problem = await problemOf(input);
  const { snapshots } = solveCharacteristics(problem, { tolerance: TOLERANCE[problem.grid.dimension - 1] });
  const names = Object.keys(snapshots[0].observables);
  return Object.fromEntries([
    ["energy", snapshots.map(({ energy }) => energy)],
    ...names.map((name) => [name, snapshots.map(({ observables }) => observables[name])]),
  ]);
};

const known = new Map<string, Promise<SensitivitySnapshot[]>>();
/** Of a problem of the table, once. */
function sensitivitiesOf(name: string): Promise<SensitivitySnapshot[]> {
  const found = known.get(name) ?? problemOf(problems[name]).then((problem) => sensitivities(problem));
  known.set(name, found);
  return found;
}

/** alpha times a, V times v. */
function scaled(input: Partial<ProblemInput>, a: number, v: number): Partial<ProblemInput> {
  const rate = input.alpha as number | { rate: string };
  const alpha = typeof rate === "number" ? a * rate : { ...rate, rate: `${a}*(${rate.rate})` };
  const { F, K } = input.potential as { F: string; K?: { type: string; expression: string } };
  // Features enter K squared.
  const factor = K?.type === "features" ? Math.sqrt(v) : v;
  const interaction = K === undefined ? {} : { K: { ...K, expression: `${factor}*(${K.expression})` } };
  return { ...input, alpha, potential: { F: `${v}*(${F})`, ...interaction } } as Partial<ProblemInput>;
}

describe("the derivatives are those of differences of solveCharacteristics", () => {
  const slope = async (
    e: number,
    at: (shift: number) => Partial<ProblemInput>,
    energyScale: (shift: number) => number,
  ): Promise<Values> => {
    const [up, down] = await Promise.all([valuesOf(at(e)), valuesOf(at(-e))]);
    return Object.fromEntries(
      Object.entries(up).map(([name, values]) => {
        const scale = name === "energy" ? energyScale : () => 1;
        return [name, values.map((value, s) => (value / scale(e) - down[name][s] / scale(-e)) / (2 * e))];
      }),
    );
  };

  test.each(sized(["with K", "without transport", "in the plane"], Object.keys(problems)))("%s", async (name) => {
    const input = problems[name];
    const found = await sensitivitiesOf(name);
    // Differences leave e^2 / 6 of a third derivative of order 1 to 10, and the tolerance of the solutions over 2 e.
    const d = Object.keys(input.variables ?? {}).length;
    const e = d === 3 ? 1e-2 : 1e-3;
    const room = d === 1 ? 1e-5 : 2e-4;
    const rate = await slope(e, (x) => scaled(input, 1 + x, 1), () => 1); // biome-ignore format: one call
    expectDerivatives(derivativesOf(found, ({ alpha }) => alpha), rate, room, STATED[name]); // biome-ignore format: one call
    if (d === 3) return;
    // V times 1 + e with alpha over it scales the drift alone.
    const drift = await slope(e, (x) => scaled(input, 1 / (1 + x), 1 + x), (x) => 1 + x); // biome-ignore format: one call
    if (name !== "without transport")
      expectDerivatives(derivativesOf(found, (row) => row.drift), drift, room, STATED[name]); // biome-ignore format: one call
    else expect(found[0].energy.drift).toEqual({ value: 0, error: 0 });
    if (name === "without a reaction") expect(found[0].observables.mean.alpha).toEqual({ value: 0, error: 0 });
  });
});

describe("the coefficient of dt is that of the mean-field map of every scheme", () => {
  const mapped = Object.keys(problems).filter((name) => name !== "without conservation");
  test.each(sized(["with K", "without a reaction", "with an alpha that changes and is switched off"], mapped))(
    "%s",
    async (name) => {
      const problem = await problemOf(problems[name]);
      const found = await sensitivitiesOf(name);
      const exact = await valuesOf(problems[name]);
      const schemes = Object.keys(found[0].energy.step) as SchemeName[];
      expect(schemes.length).toBe(name === "without a reaction" ? 1 : name === "without transport" ? 6 : 7);
      const start = startNodes(problem, problem.grid.axes.map(() => [100, 24, 16][problem.grid.dimension - 1])); // biome-ignore format: one call
      for (const scheme of schemes) {
        if (scheme.startsWith("resampling-")) continue;
        const [first, second, third] = [1, 2, 4].map((halves): Values => {
          const dt = 1 / 64 / halves;
          const map = createStepMap(problem, ruleOf(scheme), { tolerance: 1e-9 });
          const { means, energies } = measureAlong(problem, map, followMean(map, start, scheduleOf(problem, dt)));
          return {
            ...Object.fromEntries(problem.observables.map(({ name: observable }, k) => [observable, means.map((row) => row[k])])),
            energy: energies,
          };
        });
        const coefficient: Values = {};
        for (const [quantity, values] of Object.entries(exact)) {
          coefficient[quantity] = values.map((value, s) => {
            const [a, b, c] = [first, second, third].map((run, k) => (run[quantity][s] - value) * 64 * 2 ** k);
            return (8 * c - 6 * b + a) / 3;
          });
        }
        // Three steps leave the third power of dt = 1/64 ... 1/256 times up to 1e2, and 1e-8 times 256.
        expectDerivatives(derivativesOf(found, ({ step }) => step[scheme]!), coefficient, 3e-4, STATED[name]); // biome-ignore format: one call
      }
    },
  );
});

test("dynamics with reinjection have no prediction", async () => {
  const prior = { x: { type: "normal", mean: 0, sd: 1 } } as const;
  const problem = await problemOf({ dynamics: { type: "reinjection", law: "net-deficit", prior }, observables: { mean: "x" } });
  expect(() => sensitivities(problem)).toThrow(/net-deficit/);
});
