import { nameOfDynamics } from "../../src/problem/dynamics.ts";
import { atMost, type ChanceClaim, type Claim, consistent, estimated, needs, normalInterval, show } from "../claims.ts";
import { AXES } from "../shared/axes.ts";
import { shadesOf } from "../shared/colours.ts";
import { drawCurve, drawGuide, logLog } from "../shared/draw.ts";
import { claimOrder, drawOrders, localOrders } from "../shared/orders.ts";
import { claimRoot, DISCREPANCY, drawEstimates, drawRoot, showSlope } from "../shared/root-n.ts";
import { resultOf, type StudyResult, tabulate, tabulateFields } from "../study.ts";
import type { MapConfig, MapOutcome } from "./measure.ts";
import type { ParticleOutcome } from "./particles.ts";

/** Means of grids/double-well.json at t = 1, the map with dt = 0.05, as published. */
const published = {
  map: [-0.35479375, 0.7119656, -0.05373168],
  pde: [-0.36071075, 0.71380974, -0.05665245],
} as const;

/** Half a unit of the last published digit. */
const PRINTED = 5e-9;

/** By which particles are farther from the PDE than from the map, where dt is coarse. */
const FACTOR = 1.5;

export function reportMap(name: string, config: MapConfig, outcome: MapOutcome, isExample: boolean): StudyResult {
  const { problem, steps, fitted, coarseSteps, sizes, seed } = config;
  const { pde, orders, particles } = outcome;
  const finest = steps.slice(-fitted);
  const smallest = Math.min(...orders.map(({ errors }) => Math.abs(errors[errors.length - 1])));
  const known = "difference of two refinements of the characteristics, as a share of the smallest between map and PDE";
  return resultOf({
    name,
    claims: [
      ...orders.map((order) => claimOrder("the map tends to the PDE", order, 3)),
      needs(known, pde.difference / smallest, 0.01, "the PDE is not known well enough"),
      ...(isExample ? [claimExample(outcome)] : []),
      ...(particles === null ? [] : claimParticles(particles, outcome.bias)),
    ],
    notes: [
      `Orders are fitted to dt = T/${finest[0]} to T/${finest[finest.length - 1]}, T = ${problem.end}; coarser steps are in the table. The PDE is solved along its characteristics, the map on nodes of the same kind.`,
      ...(particles === null
        ? ["There is no particle scheme for these dynamics, so the map is compared with the PDE alone."]
        : [
            `Particles: Algorithm 1 at dt = T/${coarseSteps} = ${show(problem.end / coarseSteps)}, independent replicas, seed ${seed}. Discrepancies are in units of the standard deviation of each observable under mu, and averaged over observables.`,
            "Chi-square takes the correlation of the observables into account; the covariance of the replicas is pooled over all n.",
            "Algorithm 1 has a bias of O(1/n) of its own, against an error of the mean over R replicas of O((n R)^-1/2): it is below the noise where R is far below n, and bounded by that found at the smallest n.",
          ]),
    ],
    tables: tablesOf(config, outcome, isExample),
    figures: figuresOf(config, outcome),
    settings: { problem, steps, fitted, coarseSteps, sizes, seed },
  });
}

function claimExample({ map, pde }: MapOutcome): Claim {
  const misses = [...published.map.map((value, o) => map[o] - value), ...published.pde.map((value, o) => pde.means[o] - value)];
  return atMost("the worked example of map and PDE is met to", Math.max(...misses.map(Math.abs)), PRINTED, "all printed digits");
}

function claimParticles(
  { rows, fit, pValue, ownBias, ratio, ratioInterval, saturation }: ParticleOutcome,
  bias: number,
): (Claim | ChanceClaim)[] {
  const { n, scores, fromPde, expectedFromPde } = rows[rows.length - 1];
  const larger = `particles to PDE: at n = ${n} the discrepancy is ${show(ratio)} times that from the map`;
  const worst = Math.max(...scores.map(Math.abs));
  return [
    claimRoot("particles to map: the RMS discrepancy", fit),
    consistent(`no bias between particles and map at n = ${n}, means within ${show(worst)} standard errors, by chi-square`, {
      p: pValue,
    }),
    needs("Algorithm 1's own bias of O(1/n) there, in standard errors", ownBias, 1 / 4, "it may hide a bias"),
    estimated(larger, [normalInterval(ratioInterval, "log")], [FACTOR, Infinity], 2),
    consistent(
      `it is ${show(fromPde.value)}, where noise and the bias ${show(bias)} of dt add up to ${show(expectedFromPde)}, which is off by`,
      { z: saturation },
    ),
  ];
}

function tablesOf({ steps, coarseSteps }: MapConfig, { names, pde, orders, map, particles }: MapOutcome, isExample: boolean) {
  const example = (o: number, of: "map" | "pde", found: number) =>
    isExample ? [published[of][o].toFixed(8), found - published[of][o]] : [];
  const withScores = ({ scores, ...row }: ParticleOutcome["rows"][number]) => ({
    ...row,
    ...Object.fromEntries(names.map((name, o) => [`z of ${name}`, scores[o].toFixed(2)])),
  });
  return [
    tabulate("Map minus PDE", ["dt", ...orders.flatMap(({ label }) => [label, "order"])], steps, (_, k) => [
      orders[0].h[k],
      ...orders.flatMap((order) => [order.errors[k], localOrders(order)[k]]),
    ]),
    tabulate(
      `Map at dt = T/${coarseSteps} and PDE${isExample ? ", beside the worked example" : ""}`,
      [
        ...["observable", "map", "PDE", "map - PDE"],
        ...(isExample ? ["map, published", "off by", "PDE, published", "off by"] : []),
      ],
      names,
      (name, o) => [
        ...[name, map[o].toFixed(8), pde.means[o].toFixed(8), map[o] - pde.means[o]],
        ...[...example(o, "map", map[o]), ...example(o, "pde", pde.means[o])],
      ],
    ),
    ...(particles === null ? [] : [tabulateFields("RMS discrepancies of the particles", particles.rows.map(withScores))]),
  ];
}

function figuresOf({ problem, coarseSteps }: MapConfig, { orders, bias, particles }: MapOutcome) {
  const dynamics = nameOfDynamics(problem.dynamics);
  const orderFigure = drawOrders(
    `Map against PDE (${problem.name})`,
    AXES.step,
    { title: "difference of map and PDE", symbol: "|map - PDE|" },
    orders,
    { dynamics: () => dynamics, digits: 3 },
  );
  if (particles === null) return [orderFigure];
  const { rows, fit } = particles;
  const [toMap, toPde] = shadesOf(dynamics, 2);
  const sizes = [rows[0].n, rows[rows.length - 1].n] as const;
  const noise = Math.sqrt(rows[0].expectedFromPde ** 2 - bias ** 2);
  const expected = (n: number) => Math.hypot(noise * Math.sqrt(sizes[0] / n), bias);
  return [
    orderFigure,
    logLog(`Particles at dt = T/${coarseSteps} against map and PDE (${problem.name})`, AXES.particles, DISCREPANCY, [
      drawEstimates(`from the map, slope ${showSlope(fit, 3)}`, rows, (row) => row.fromMap, toMap),
      drawEstimates("from the PDE", rows, (row) => row.fromPde, toPde),
      drawRoot(rows, (row) => row.fromMap),
      drawCurve("sqrt(noise^2 + bias^2)", sizes, expected, { spacing: "log", colour: toPde.colour }),
      drawGuide("bias of dt", sizes, [bias, bias]),
    ]),
  ];
}
