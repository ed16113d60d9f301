import { Command } from "@commander-js/extra-typings";
import { InputError } from "../errors.ts";
import { type Fluctuations, predictFluctuations } from "../fluctuations/predict.ts";
import { type PredictedScheme, THEORIES } from "../fluctuations/scheme-laws.ts";
import { DYNAMICS } from "../problem/terms.ts";
import { inputsOf, isOutOfMemory, readProblem } from "./files.ts";
import { overridesOf, parseChoice, parseCount, parsePositive, parseRate } from "./options.ts";
import { printResults, summaryAt, withOutputs } from "./outputs.ts";
import { startProgress } from "./progress.ts";
import { formatNumber, formatTable } from "./table.ts";

const schemes = Object.keys(THEORIES) as PredictedScheme[];

export const createFluctuationsCommand = () =>
  new Command("fluctuations")
    .description("Predict n Var and covariance of the observables of a particle scheme, as n -> infinity")
    .argument("<problem>", "problem file, e.g. grids/double-well.json")
    .option(
      "--scheme <name>",
      `one of ${schemes.join(", ")} (default: as the dynamics of the file)`,
      parseChoice("--scheme", schemes),
    )
    .option("--n <count>", "particles; n dt matters to algorithm-1 and resampling", parseCount("--n"), 1000)
    .option("--dt <step>", "time step; snapshots must be multiples of it", parsePositive("--dt"), 0.01)
    .option("--continuous", "the limit dt -> 0 at the same n dt, in place of the scheme at its own dt", false)
    .option("--nodes <count>", "quadrature nodes along each axis", parseCount("--nodes"))
    .option("--alpha <rate>", "rate of birth and death instead of that of the file: a number or an expression in t", parseRate)
    .option("--dynamics <name>", "dynamics instead of that of the file", parseChoice("--dynamics", DYNAMICS))
    .option("--end <time>", "end time instead of that of the file", parsePositive("--end"))
    .option("--summary <file>", "write the predictions as JSON (- for standard output)")
    .option("--force", "overwrite the file of --summary", false)
    .action(async (path, options) => {
      const { scheme, n, dt, nodes, continuous } = options;
      const problem = await readProblem(path, overridesOf({ ...options, cells: undefined }));
      const given = { inputs: inputsOf(path, problem), force: options.force };
      await withOutputs([summaryAt(options.summary)], given, async ([file]) => {
        const started = performance.now();
        const progress = startProgress(`predicting ${problem.name}`, 1, "of the work");
        let found: Fluctuations;
        try {
          found = predictFluctuations(problem, {
            ...(scheme === undefined ? {} : { scheme }),
            ...(nodes === undefined ? {} : { nodes }),
            ...(continuous ? { time: "continuous" as const } : {}),
            n,
            dt,
            onProgress: progress.update,
          });
        } catch (error) {
          if (!isOutOfMemory(error)) throw error;
          throw new InputError("--dt", dt, "not enough memory for its steps", "use a larger dt or fewer --nodes");
        } finally {
          progress.stop();
        }
        const elapsedSeconds = (performance.now() - started) / 1000;
        const { parts: _, ...rest } = found;
        const summary = { problem: problem.name, method: "fluctuations", ...rest, elapsedSeconds };
        printResults(options.summary, file, summary, describe(problem.name, found));
      });
    });

function describe(name: string, { scheme, n, dt, time, snapshots, extrapolationError }: Fluctuations): string {
  const header = ["time", "observable", "mean", "n Var", "initial", "events", "control", "source"];
  const rows = snapshots.flatMap(({ time: at, observables }) =>
    Object.entries(observables).map(([observable, q]) => [
      at,
      observable,
      q.mean,
      q.nVariance,
      q.initial,
      q.events,
      q.control,
      q.source,
    ]),
  );
  const names = Object.keys(snapshots[0]?.observables ?? {});
  const covariances = snapshots.map(({ time: at, covariance }) => [at, ...covariance.flatMap((row, k) => row.slice(k + 1))]);
  const pairs = names.flatMap((left, k) => names.slice(k + 1).map((right) => `${left}, ${right}`));
  const how =
    time === "step"
      ? `n = ${n}, dt = ${dt}, as n -> infinity`
      : `dt -> 0 at n dt = ${formatNumber(n * dt)}, two extrapolations differ by ${formatNumber(extrapolationError ?? 0, 2)}`;
  return [
    `${name} (${scheme}, ${how})`,
    `\n${formatTable(header, rows)}`,
    ...(pairs.length > 0 ? [`\nn times the covariance\n${formatTable(["time", ...pairs], covariances)}`] : []),
    "\nsource: what independent births and deaths add to `events` per unit of time at that instant",
  ].join("\n");
}
