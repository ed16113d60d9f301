import { Command } from "@commander-js/extra-typings";
import { InputError } from "../errors.ts";
import { formatNumber } from "../figures/numbers.ts";
import { atFiniteN, type FiniteN } from "../fluctuations/finite-n.ts";
import { type FluctuationOptions, type Fluctuations, predictFluctuations, quadratureErrorOf } from "../fluctuations/predict.ts";
import {
  affordableReplicas,
  ENSEMBLE_BUDGET,
  type EnsembleSizes,
  type ShortEnsemble,
  shortEnsemble,
} from "../fluctuations/short-ensemble.ts";
import { EDGE_MASS_LIMIT } from "../grid/density.ts";
import { type Keep, keepNothing, keepWithin } from "../numerics/keep.ts";
import { checkResampling, defaultScheme } from "../particles/simulate-options.ts";
import { PLAIN_NAMES } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { describeSchemes, likePredicted, PREDICTED_SCHEMES, type SchemeName, SIMULATED_SCHEMES } from "../schemes/schemes.ts";
import { checkpointOf, KEEP_EVERY, sayParts } from "./checkpoint.ts";
import { describeOutside } from "./coverage-warnings.ts";
import { isOutOfMemory } from "./failures.ts";
import { inputsOf, readProblem } from "./files.ts";
import { overridesOf, parseChoice, parseCount, parsePositive, parseRate, parseTemperature, RESAMPLE_BELOW } from "./options.ts";
import { printResults, summaryAt, withOutputs } from "./outputs.ts";
import { PLOT, plotAt, writePlot } from "./plot.ts";
import type { NVariance } from "./plots/fluctuations.ts";
import { startProgress } from "./progress.ts";
import { screenTable } from "./screen.ts";

const SCHEMES = [...PREDICTED_SCHEMES, ...SIMULATED_SCHEMES];

export const createFluctuationsCommand = () =>
  new Command("fluctuations")
    .argument("<problem>", "problem file, e.g. grids/double-well.json")
    .option(
      "--scheme <name>",
      `one of these (default: the first that follows the dynamics): ${describeSchemes(SCHEMES)}. n Var of ${SIMULATED_SCHEMES.join(" and ")} is simulated`,
      parseChoice("--scheme", SCHEMES),
    )
    .option("--n <count>", "particles; n dt matters to algorithm-1, authors-notebook and resampling", parseCount("--n"), 1000)
    .option("--dt <step>", "time step; snapshots must be multiples of it", parsePositive("--dt"), 0.01)
    .option("--resample-below <share>", `${RESAMPLE_BELOW}; n Var is then simulated`, parsePositive("--resample-below"))
    .option("--continuous", "the limit dt -> 0 at the same n dt, in place of the scheme at its own dt", false)
    .option("--nodes <count>", "quadrature nodes along each axis", parseCount("--nodes"))
    .option(
      "--replicas <count>",
      "replicas of the short ensemble at this n, 0 for none (default: up to 2000, as many as about a second allows)",
      parseReplicas,
    )
    .option("--alpha <rate>", "rate of birth and death instead of that of the file: a number or an expression in t", parseRate)
    .option("--temperature <tau>", "temperature instead of that of the file: a number or an expression in t", parseTemperature)
    .option("--dynamics <name>", "dynamics instead of that of the file", parseChoice("--dynamics", PLAIN_NAMES))
    .option("--end <time>", "end time instead of that of the file", parsePositive("--end"))
    .option("--checkpoint <folder>", "keep what is finished in a folder, and compute only the rest if the same command was stopped")
    .option(
      "--checkpoint-every <seconds>",
      `parts that took less than a thirtieth of this are not kept (default: ${KEEP_EVERY})`,
      parsePositive("--checkpoint-every"),
    )
    .option("--summary <file>", "write the predictions as JSON (- for standard output)")
    .option("--plot <file>", PLOT)
    .option("--force", "overwrite the files of --plot and --summary", false)
    .action(async (path, options) => {
      const { scheme, n, dt, nodes, continuous, replicas, resampleBelow } = options;
      const problem = await readProblem(path, overridesOf({ ...options, cells: undefined }));
      if (resampleBelow !== undefined) checkResampling(scheme ?? defaultScheme(problem), resampleBelow);
      if (continuous && resampleBelow !== undefined)
        throw new InputError(
          "--continuous",
          undefined,
          "n Var of particles that are resampled is simulated, at its dt",
          "leave it out",
        );
      const resampling = resampleBelow === undefined ? {} : { resampleBelow };
      const given = { inputs: inputsOf(path, problem), force: options.force };
      await withOutputs([plotAt(options.plot), summaryAt(options.summary)], given, async ([plot, file]) => {
        const started = performance.now();
        const checkpoint = await checkpointOf(options, problem, {
          command: "fluctuations",
          ...{
            scheme: scheme ?? "default",
            n,
            dt,
            nodes: nodes ?? "default",
            continuous,
            replicas: replicas ?? "default",
            ...resampling,
          },
        });
        if (checkpoint !== null) sayParts(checkpoint);
        const keep = checkpoint?.keep ?? keepNothing;
        const progress = startProgress(`predicting ${problem.name}`, 1);
        const inLimit: FluctuationOptions = {
          ...(scheme === undefined ? {} : { scheme: likePredicted(scheme) ?? scheme }),
          ...(nodes === undefined ? {} : { nodes }),
          ...(continuous ? { time: "continuous" as const } : {}),
          n,
          dt,
        };
        let found: Found;
        try {
          const onProgress = (share: number) => progress.update(0.5 * share);
          const predicted = predictFluctuations(problem, { ...inLimit, onProgress, keep: keepWithin(keep, "all-nodes") });
          found =
            scheme !== undefined && (resampleBelow !== undefined || isSimulated(scheme))
              ? { scheme, predicted, ensemble: simulate(problem, scheme, { n, dt, ...resampling }, replicas, keep) }
              : {
                  predicted,
                  quadratureError: quadratureErrorOf(problem, { ...inLimit, keep: keepWithin(keep, "fewer-nodes") }, predicted),
                  finite: atFiniteN(problem, predicted, replicas, keep),
                };
        } catch (error) {
          if (!isOutOfMemory(error)) throw error;
          throw new InputError("--dt", dt, "not enough memory for its steps", "use a larger dt or fewer --nodes");
        } finally {
          progress.stop();
        }
        const elapsedSeconds = (performance.now() - started) / 1000;
        const head = { problem: problem.name, method: "fluctuations" };
        for (const warning of warningsOf(found.predicted)) process.stderr.write(`warning: ${warning}\n`);
        await writePlot(plot, options.plot, async () => ({
          title: `${problem.name}: ${scheme ?? found.predicted.scheme}, n = ${n}, dt = ${dt}`,
          warnings: warningsOf(found.predicted),
          figures: (await import("./plots/fluctuations.ts")).fluctuationFigures(nVariancesOf(found)),
        }));
        printResults(options.summary, file, { ...head, ...summaryOf(found), elapsedSeconds }, describe(problem.name, found));
      });
    });

/** Each n Var of the prediction, and of replicas. */
function nVariancesOf(found: Found): NVariance[] {
  const { snapshots, n } = found.predicted;
  const ensemble = "scheme" in found ? found.ensemble : found.finite.ensemble;
  const P = Object.keys(snapshots[0]?.observables ?? {}).length;
  return snapshots.flatMap(({ time, observables }, s) =>
    Object.entries(observables).map(([observable, { nVariance, initial, motion, events, control }], k) => ({
      time,
      observable,
      predicted:
        "scheme" in found
          ? null
          : { total: nVariance, parts: { initial, ...(motion === undefined ? {} : { motion }), events, control } },
      simulated:
        ensemble === null
          ? null
          : {
              value: ensemble.nVariances[s * P + k],
              error: ensemble.nVarianceErrors[s * P + k],
              label: `${ensemble.replicas} replicas of n = ${n}, +- 2 standard errors`,
            },
    })),
  );
}

function warningsOf({ snapshots }: Fluctuations): string[] {
  const since = snapshots.find(({ outside }) => outside > EDGE_MASS_LIMIT)?.time;
  if (since === undefined) return [];
  const share = Math.max(...snapshots.map(({ outside }) => outside));
  return [describeOutside(since, share, "here no-flux axes are the whole line, as they are for particles")];
}

function parseReplicas(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isInteger(value) && (value === 0 || value >= 8)) return value;
  throw new InputError("--replicas", text, "neither 0 nor a whole number >= 8", "give a count such as 400");
}

const isSimulated = (scheme: SchemeName): boolean => SIMULATED_SCHEMES.includes(scheme);

/** The prediction and its check. A scheme without a theory of its noise has an ensemble in its place, with the means of a scheme that moves the mean alike. */
type Found =
  | { predicted: Fluctuations; quadratureError: number; finite: FiniteN }
  | { scheme: SchemeName; predicted: Fluctuations; ensemble: ShortEnsemble };

function simulate(
  problem: Problem,
  scheme: SchemeName,
  sizes: EnsembleSizes,
  replicas: number | undefined,
  keep: Keep,
): ShortEnsemble {
  const count = replicas ?? affordableReplicas(problem, sizes, ENSEMBLE_BUDGET);
  if (count > 0) return shortEnsemble(problem, scheme, sizes, count, keep);
  if (replicas === 0) throw new InputError("--replicas", 0, `n Var of ${scheme} is simulated`, "give a count such as 400");
  throw new InputError(
    "--n",
    sizes.n,
    `n Var of ${scheme} is simulated, which takes long at this n and dt`,
    "use fewer, or give --replicas",
  );
}

/** Row by row. */
function rowsOf(covariance: Float64Array, size: number, first: number, count: number): number[][] {
  return Array.from({ length: count }, (_, k) =>
    Array.from({ length: count }, (__, l) => covariance[(first + k) * size + first + l]),
  );
}

function summaryOf(found: Found): object {
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
    const { n, dt, replicas, resampleBelow } = ensemble;
    const resampling = resampleBelow === undefined ? {} : { resampleBelow };
    return { scheme, n, dt, ...resampling, time: "step", theory: null, replicas, snapshots };
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

function describe(name: string, found: Found): string {
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
    const resampling = ensemble.resampleBelow === undefined ? "" : `, resampled below ${ensemble.resampleBelow} n`;
    const rows = cells.map(({ at, observable, i, q }) => [
      at,
      observable,
      q.mean,
      ensemble.nVariances[i],
      ensemble.nVarianceErrors[i],
    ]);
    return [
      `${name} (${scheme}, n = ${n}, dt = ${dt}${resampling}: there is no theory of its noise, n Var is that of ${ensemble.replicas} replicas)`,
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
    describeFiniteN(n, finite),
    `nodes: n Var differs by at most ${formatNumber(100 * quadratureError, 2)}% from that on 0.7 times as many${quadratureError > ROUGH ? "; not resolved, give more --nodes" : ""}`,
  ].join("\n");
}

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
