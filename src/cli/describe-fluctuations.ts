import { formatNumber } from "../figures/numbers.ts";
import type { FiniteN } from "../fluctuations/finite-n.ts";
import type { Fluctuations } from "../fluctuations/predict.ts";
import type { ShortEnsemble } from "../fluctuations/short-ensemble.ts";
import type { SimulatedVariances } from "../plots/fluctuations.ts";
import type { SchemeName } from "../schemes/schemes.ts";
import { screenTable } from "./screen.ts";

/** The prediction and its check. A scheme without a theory of its noise has an ensemble in its place, with the means of a scheme that moves the mean alike. */
export type Found =
  | { predicted: Fluctuations; quadratureError: number; finite: FiniteN }
  | { scheme: SchemeName; predicted: Fluctuations; ensemble: ShortEnsemble };

/** n Var of the replicas that were simulated; null where there are none. */
export function simulatedOf(found: Found): SimulatedVariances | null {
  const ensemble = "scheme" in found ? found.ensemble : found.finite.ensemble;
  if (ensemble === null) return null;
  const { nVariances, nVarianceErrors, n, replicas } = ensemble;
  const P = Object.keys(found.predicted.snapshots[0]?.observables ?? {}).length;
  const snapshots = found.predicted.snapshots.map(({ time, observables }, s) => ({
    time,
    statistics: {
      observables: Object.fromEntries(
        Object.keys(observables).map((name, k) => [
          name,
          { nVariance: nVariances[s * P + k], nVarianceError: nVarianceErrors[s * P + k] },
        ]),
      ),
    },
  }));
  return { n, replicas, snapshots };
}

/** Row by row. */
function rowsOf(covariance: Float64Array, size: number, first: number, count: number): number[][] {
  return Array.from({ length: count }, (_, k) =>
    Array.from({ length: count }, (__, l) => covariance[(first + k) * size + first + l]),
  );
}

/** What the command writes as JSON. */
export function summaryOf(found: Found): object {
  const { parts: _, ...predicted } = found.predicted;
  const P = Object.keys(predicted.snapshots[0].observables).length;
  const size = predicted.snapshots.length * P;
  if ("scheme" in found) {
    const { ensemble, scheme } = found;
    const snapshots = predicted.snapshots.map(({ time, energy, eventRate, observables }, s) => ({
      time,
      energy,
      eventRate,
      observables: Object.fromEntries(
        Object.entries(observables).map(([name, { mean }], k) => {
          const i = s * P + k;
          return [name, { mean, nVariance: ensemble.nVariances[i], nVarianceError: ensemble.nVarianceErrors[i] }];
        }),
      ),
      covariance: rowsOf(ensemble.covariance, size, s * P, P),
    }));
    const { n, dt, replicas } = ensemble;
    return { scheme, n, dt, time: "step", theory: null, replicas, snapshots };
  }
  const { ensemble, ratio, where, bias, near } = found.finite;
  const snapshots = predicted.snapshots.map((snapshot, s) => ({
    ...snapshot,
    observables: Object.fromEntries(
      Object.entries(snapshot.observables).map(([name, quantity], k) => {
        const i = s * P + k;
        const simulatedAt = ensemble === null ? null : { nVariance: ensemble.nVariances[i], error: ensemble.nVarianceErrors[i] };
        return [name, { ...quantity, atN: simulatedAt }];
      }),
    ),
  }));
  const finiteN = { replicas: ensemble?.replicas ?? 0, near, ratio, where, bias };
  return { ...predicted, snapshots, quadratureError: found.quadratureError, finiteN };
}

/** The same for a person. */
export function describe(name: string, found: Found): string {
  const { predicted } = found;
  const { n, dt, time, snapshots, extrapolationError } = predicted;
  const names = Object.keys(snapshots[0]?.observables ?? {});
  const P = names.length;
  const cells = snapshots.flatMap(({ time: at, observables }, s) =>
    names.map((observable, k) => ({ at, observable, i: s * P + k, q: observables[observable] })),
  );
  const pairs = names.flatMap((left, k) => names.slice(k + 1).map((right) => `${left}, ${right}`));
  const covarianceTable = (rows: readonly number[][][]) =>
    pairs.length === 0
      ? []
      : [
          `\nn times the covariance\n${screenTable(
            ["time", ...pairs],
            snapshots.map(({ time: at }, s) => [at, ...rows[s].flatMap((row, k) => row.slice(k + 1))]),
          )}`,
        ];
  if ("scheme" in found) {
    const { scheme, ensemble } = found;
    const rows = cells.map(({ at, observable, i, q }) => [
      at,
      observable,
      q.mean,
      ensemble.nVariances[i],
      ensemble.nVarianceErrors[i],
    ]);
    return [
      `${name} (${scheme}, n = ${n}, dt = ${dt}: there is no theory of its noise, n Var is that of ${ensemble.replicas} replicas)`,
      `\n${screenTable(["time", "observable", "mean", "n Var", "+-"], rows, 6, 2)}`,
      ...covarianceTable(snapshots.map((_, s) => rowsOf(ensemble.covariance, snapshots.length * P, s * P, P))),
    ].join("\n");
  }
  const { finite, quadratureError } = found;
  const { ensemble } = finite;
  const warm = cells.some(({ q }) => q.motion !== undefined);
  const header = ["time", "observable", "mean", "n Var", "initial", ...(warm ? ["motion"] : []), "events", "control", "source"];
  if (ensemble !== null) header.splice(4, 0, `at n = ${n}`, "+-");
  const rows = cells.map(({ at, observable, i, q }) => [
    at,
    observable,
    q.mean,
    q.nVariance,
    ...(ensemble === null ? [] : [ensemble.nVariances[i], ensemble.nVarianceErrors[i]]),
    q.initial,
    ...(q.motion === undefined ? [] : [q.motion]),
    q.events,
    q.control,
    q.source,
  ]);
  const how =
    time === "step"
      ? `n = ${n}, dt = ${dt}, as n -> infinity`
      : `dt -> 0 at n dt = ${formatNumber(n * dt)}, two extrapolations differ by ${formatNumber(extrapolationError ?? 0, 2)}`;
  return [
    `${name} (${predicted.scheme}, ${how})`,
    `\n${screenTable(header, rows, 6, 2)}`,
    ...covarianceTable(snapshots.map(({ covariance }) => covariance)),
    `\nn Var, its parts initial${warm ? ", motion" : ""}, events and control, and the covariance: as n -> infinity`,
    "source: the contribution of independent births and deaths to `events` per unit of time, at that instant",
    ...describeResamplings(predicted),
    describeFiniteN(n, finite),
    `nodes: n Var differs by at most ${formatNumber(100 * quadratureError, 2)}% from that on 0.7 times as many${quadratureError > ROUGH ? "; not resolved, give more --nodes" : ""}`,
  ].join("\n");
}

/** Times that are listed. */
const MOST_LISTED = 6;

function describeResamplings({ n, resampleBelow, resamplings }: Fluctuations): string[] {
  if (resampleBelow === undefined || resamplings === undefined) return [];
  const head = `events: systematic resampling, in the order of the mean partition, after each step that leaves the effective sample size below ${resampleBelow} n`;
  const { times, timing } = resamplings;
  if (times.length === 0) return [`${head}: never here`];
  const count = times.reduce((total, { share }) => total + share, 0);
  const listed = times.slice(0, MOST_LISTED).map(({ time, share }) => {
    return `t = ${formatNumber(time, 4)}${share < SURE ? ` (${formatNumber(100 * share, 2)}% of replicas)` : ""}`;
  });
  const more = times.length > MOST_LISTED ? ", ..." : "";
  return [
    `${head}: ${formatNumber(count, 3)} times a replica, at ${listed.join(", ")}${more}`,
    ...(timing < NOTHING
      ? []
      : [
          `times of resampling: random at n = ${n}, spread as for independent particles; three times as much would change n Var by up to ${formatNumber(100 * timing, 2)}%`,
        ]),
  ];
}

/** Less of n Var is not said. */
const NOTHING = 1e-3;
/** The share of the replicas that counts as all. */
const SURE = 0.9995;

/** A difference of nodes that is said to be too large. */
const ROUGH = 0.02;

function describeFiniteN(n: number, { ensemble, ratio, where, bias, near }: FiniteN): string {
  if (ensemble !== null) {
    const { nVariances, nVarianceErrors, replicas } = ensemble;
    const noise = nVariances.reduce((most, value, i) => (value > 0 ? Math.max(most, nVarianceErrors[i] / value) : most), 0);
    return near
      ? `finite n: n Var of ${replicas} replicas at n = ${n} does not differ from the limit by more than noise (up to ${formatNumber(100 * noise, 2)}%)`
      : `finite n: NOT AT THE LIMIT. By ${replicas} replicas at n = ${n}, n Var of ${where} differs by a factor of ${formatNumber(ratio ?? 1, 3)}: take n Var from the column "at n = ${n}"`;
  }
  if (bias === null)
    return `finite n: not simulated, and the 1/n correction is not known: how far n = ${n} is from the limit is not known`;
  const share = `not simulated; the 1/n bias of the means is up to ${formatNumber(bias, 2)} of their standard deviation`;
  return near
    ? `finite n: ${share}, and n Var is near its limit`
    : `finite n: ${share}: n Var MAY BE FAR FROM THE LIMIT (give --replicas)`;
}
