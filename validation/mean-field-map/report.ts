import type { Problem } from "../../src/problem/problem.ts";
import { judgeSlope } from "../law-of-large-numbers/study.ts";
import { combine, type Finding, judgeInterval, type StudyResult, show, showInterval, showRange, type Verdict } from "../study.ts";
import type { MapConfig, MapOutcome } from "./measure.ts";
import type { ParticleOutcome } from "./particles.ts";

export const CLAIM =
  "The mean-field map tends to the equation at order 1 in dt. At fixed dt the particles tend to the map like n^-1/2, and so no closer to the equation than the map is.";

export const nameOf = (problem: Problem) => `mean-field map: ${problem.name}`;

/** Means of grids/double-well.json at t = 1, the map with dt = 0.05, as published. */
const published = {
  map: [-0.35479375, 0.7119656, -0.05373168],
  pde: [-0.36071075, 0.71380974, -0.05665245],
} as const;

/** Half a unit of the last published digit. */
const PRINTED = 5e-9;

const ORDER = [0.9, 1.1] as const;

/** Pass above the first, fail below the second: chance explains what lies between. */
const LIKELY = 0.01;
const UNLIKELY = 0.001;

/** By which particles are farther from the PDE than from the map, where dt is coarse. */
const FACTOR = 1.5;

export function reportMap(config: MapConfig, outcome: MapOutcome, isExample: boolean): StudyResult {
  const { problem, steps, fitted, coarseSteps } = config;
  const { pde, orders, particles } = outcome;
  const dt = problem.end / coarseSteps;
  const finest = steps.slice(-fitted);
  const smallest = Math.min(...orders.map(({ differences }) => Math.abs(differences[differences.length - 1])));
  const findings: Finding[] = [
    ...orders.map(({ quantity, fit }) => ({
      text: `map to PDE, ${quantity}: order ${fit.slope.toFixed(3)} in dt, 95% interval ${showInterval(fit.interval)}; asked ${showRange(ORDER)}`,
      verdict: judgeInterval(fit.interval, ORDER),
    })),
    {
      text: `two levels of the characteristics differ by ${show(pde.levelDifference / smallest)} of the smallest difference between map and PDE (asked: below 0.01)`,
      verdict: pde.levelDifference < 0.01 * smallest ? "pass" : "inconclusive",
    },
    ...(isExample ? [judgeWorkedExample(outcome)] : []),
    ...(particles === null ? [] : judgeParticles(particles, outcome.bias)),
  ];
  return {
    name: nameOf(problem),
    claim: CLAIM,
    verdict: combine(findings),
    findings,
    notes: [
      `Orders are fitted to dt = T/${finest[0]} to T/${finest[finest.length - 1]}, T = ${problem.end}; coarser steps are in the table. The PDE is solved along its characteristics, the map on nodes of the same kind.`,
      ...(particles === null
        ? ["There is no particle scheme for these dynamics, so the map is compared with the PDE alone."]
        : [
            `Particles: Algorithm 1 at dt = T/${coarseSteps} = ${show(dt)}, independent replicas, seed ${config.seed}. Discrepancies are in units of the standard deviation of each observable under mu, and averaged over observables.`,
            "Chi-square takes the correlation of the observables into account; the covariance of the replicas is pooled over all n.",
            "Algorithm 1 has a bias of O(1/n) of its own, against an error of the mean over R replicas of O((n R)^-1/2): it is below the noise where R is far below n, and bounded by that found at the smallest n.",
          ]),
    ],
    tables: tablesOf(config, outcome, isExample),
    figures: figuresOf(config, outcome),
    settings: { problem: problem.definition, steps, fitted, coarseSteps, sizes: config.sizes, seed: config.seed },
  };
}

function judgeWorkedExample({ map, pde }: MapOutcome): Finding {
  const misses = [...published.map.map((value, o) => map[o] - value), ...published.pde.map((value, o) => pde.means[o] - value)];
  const worst = Math.max(...misses.map(Math.abs));
  return {
    text: `the worked example of map and PDE is met to ${show(worst)} (asked: all printed digits, ${PRINTED})`,
    verdict: worst <= PRINTED ? "pass" : "fail",
  };
}

function judgeParticles(
  { rows, fit, pValue, ownBias, ratio, ratioInterval, saturation }: ParticleOutcome,
  bias: number,
): Finding[] {
  const last = rows[rows.length - 1];
  const worst = Math.max(...last.scores.map(Math.abs));
  return [
    {
      text: `particles to map: the RMS discrepancy falls like n^${fit.slope.toFixed(3)}, 95% interval ${showInterval(fit.interval)}; asked: contains -0.5, half-width below 0.05`,
      verdict: judgeSlope(fit),
    },
    {
      text: `no bias is left between particles and map at n = ${last.n}: means within ${show(worst)} standard errors, chi-square p = ${show(pValue)} (asked: above ${LIKELY})`,
      verdict: pValue > LIKELY ? "pass" : pValue < UNLIKELY ? "fail" : "inconclusive",
    },
    {
      text: `Algorithm 1's own bias of O(1/n) is at most ${show(ownBias)} standard errors there (asked: below 1/4)`,
      verdict: ownBias < 1 / 4 ? "pass" : "inconclusive",
    },
    {
      text: `particles to PDE: at n = ${last.n} the discrepancy is ${show(ratio)} times that from the map, 95% interval ${showInterval(ratioInterval, 2)}; asked: above ${FACTOR}`,
      verdict: judgeInterval(ratioInterval, [FACTOR, Infinity]),
    },
    {
      text: `it is ${show(last.fromPde)}, where noise and the bias ${show(bias)} of dt add up to ${show(last.expectedFromPde)}: ${saturation.toFixed(2)} standard errors apart (asked: within 1.96)`,
      verdict: judgeScore(saturation),
    },
  ];
}

/** Within the 95% interval passes, outside even the 99.9% interval fails. */
function judgeScore(score: number): Verdict {
  if (Math.abs(score) <= 1.96) return "pass";
  return Math.abs(score) > 3.29 ? "fail" : "inconclusive";
}

function tablesOf(
  { problem, steps, coarseSteps }: MapConfig,
  { names, pde, orders, map, particles }: MapOutcome,
  isExample: boolean,
) {
  return [
    {
      title: "Map minus PDE",
      header: ["dt", ...orders.flatMap(({ quantity }) => [quantity, "order"])],
      rows: steps.map((count, k) => [
        problem.end / count,
        ...orders.flatMap(({ differences }) => [
          differences[k],
          k === 0 ? "" : Math.log2(Math.abs(differences[k - 1] / differences[k])).toFixed(3),
        ]),
      ]),
    },
    {
      title: `Map at dt = T/${coarseSteps} and PDE${isExample ? ", beside the worked example" : ""}`,
      header: [
        "observable",
        "map",
        "PDE",
        "map - PDE",
        ...(isExample ? ["map, published", "off by", "PDE, published", "off by"] : []),
      ],
      rows: names.map((name, o) => [
        name,
        map[o].toFixed(8),
        pde.means[o].toFixed(8),
        map[o] - pde.means[o],
        ...(isExample ? [published.map[o].toFixed(8), map[o] - published.map[o]] : []),
        ...(isExample ? [published.pde[o].toFixed(8), pde.means[o] - published.pde[o]] : []),
      ]),
    },
    ...(particles === null
      ? []
      : [
          {
            title: "RMS discrepancies of the particles",
            header: [
              "n",
              "replicas",
              "from the map",
              "+-",
              "from the PDE",
              "+-",
              "expected",
              ...names.map((name) => `z of ${name}`),
            ],
            rows: particles.rows.map((row) => [
              row.n,
              row.replicas,
              row.fromMap,
              row.fromMapError,
              row.fromPde,
              row.fromPdeError,
              row.expectedFromPde,
              ...row.scores.map((score) => score.toFixed(2)),
            ]),
          },
        ]),
  ];
}

function figuresOf({ problem, steps, coarseSteps }: MapConfig, { orders, bias, particles }: MapOutcome) {
  const dts = steps.map((count) => problem.end / count);
  const orderFigure = {
    title: `Map against PDE (${problem.name})`,
    x: { title: "dt", log: true },
    y: { title: "|map - PDE|", log: true },
    traces: orders.map(({ quantity, differences, fit }) => ({
      name: `${quantity}: ${fit.slope.toFixed(3)}`,
      x: dts,
      y: differences.map(Math.abs),
      mode: "lines+markers" as const,
    })),
  };
  if (particles === null) return [orderFigure];
  const { rows, fit } = particles;
  const n = rows.map((row) => row.n);
  return [
    orderFigure,
    {
      title: `Particles at dt = T/${coarseSteps} against map and PDE (${problem.name})`,
      x: { title: "particles n", log: true },
      y: { title: "RMS discrepancy", log: true },
      traces: [
        {
          name: `from the map: ${fit.slope.toFixed(3)}`,
          x: n,
          y: rows.map((row) => row.fromMap),
          errors: rows.map((row) => 1.96 * row.fromMapError),
          mode: "markers" as const,
        },
        {
          name: "from the PDE",
          x: n,
          y: rows.map((row) => row.fromPde),
          errors: rows.map((row) => 1.96 * row.fromPdeError),
          mode: "markers" as const,
        },
        {
          name: "n^-1/2",
          x: n,
          y: rows.map((row) => rows[0].fromMap * Math.sqrt(rows[0].n / row.n)),
          mode: "lines" as const,
          dashed: true,
        },
        {
          name: "sqrt(noise^2 + bias^2)",
          x: n,
          y: rows.map((row) => row.expectedFromPde),
          mode: "lines" as const,
        },
        { name: "bias of dt", x: n, y: rows.map(() => bias), mode: "lines" as const, dashed: true },
      ],
    },
  ];
}
