import { Command } from "@commander-js/extra-typings";
import { InputError } from "../errors.ts";
import { atFiniteN } from "../fluctuations/finite-n.ts";
import { type FluctuationOptions, type Fluctuations, predictFluctuations, quadratureErrorOf } from "../fluctuations/predict.ts";
import { describeUnreached, unreachedVariance } from "../fluctuations/reach.ts";
import { affordableReplicas, ENSEMBLE_BUDGET, type ShortEnsemble, shortEnsemble } from "../fluctuations/short-ensemble.ts";
import { EDGE_MASS_LIMIT } from "../grid/density.ts";
import { type Keep, keepNothing, keepWithin } from "../numerics/keep.ts";
import { PLAIN_NAMES } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import {
  describeSchemes,
  hasWeights,
  likePredicted,
  PREDICTED_SCHEMES,
  type SchemeName,
  SIMULATED_SCHEMES,
} from "../schemes/schemes.ts";
import { checkpointOf, KEEP_EVERY, sayParts } from "./checkpoint.ts";
import { describeOutside } from "./coverage-warnings.ts";
import { describe, type Found, simulatedOf, summaryOf } from "./describe-fluctuations.ts";
import { PROBLEM, problemPath } from "./examples.ts";
import { isOutOfMemory } from "./failures.ts";
import { inputsOf, readProblem } from "./files.ts";
import { overridesOf, parseChoice, parseCount, parsePositive, parseRate, parseTemperature, RESAMPLE_BELOW } from "./options.ts";
import { printResults, summaryAt, withOutputs } from "./outputs.ts";
import { PLOT, plotAt, writePlot } from "./plot.ts";
import { startProgress } from "./progress.ts";

const SCHEMES = [...PREDICTED_SCHEMES, ...SIMULATED_SCHEMES];

export const createFluctuationsCommand = () =>
  new Command("fluctuations")
    .argument("<problem>", PROBLEM, problemPath)
    .option(
      "--scheme <name>",
      `one of these (default: the first that follows the dynamics): ${describeSchemes(SCHEMES)}. n Var of ${SIMULATED_SCHEMES.join(" and ")} is simulated`,
      parseChoice("--scheme", SCHEMES),
    )
    .option("--n <count>", "particles; n dt matters to algorithm-1, authors-notebook and resampling", parseCount("--n"), 1000)
    .option("--dt <step>", "time step; snapshots must be multiples of it", parsePositive("--dt"), 0.01)
    .option("--resample-below <share>", RESAMPLE_BELOW, parsePositive("--resample-below"))
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
          ...resampling,
          n,
          dt,
        };
        let found: Found;
        try {
          const onProgress = (share: number) => progress.update(0.5 * share);
          const predicted = predictFluctuations(problem, { ...inLimit, onProgress, keep: keepWithin(keep, "all-nodes") });
          found =
            scheme !== undefined && isSimulated(scheme)
              ? { scheme, predicted, ensemble: simulate(problem, scheme, { n, dt }, replicas, keep) }
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
        const unreached =
          hasWeights(found.predicted.scheme) && !("scheme" in found) && found.predicted.resampleBelow === undefined
            ? unreachedVariance(problem, inLimit, found.predicted)
            : null;
        const warnings = [...warningsOf(found.predicted), ...(unreached === null ? [] : [describeUnreached(unreached, n)])];
        for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
        await writePlot(plot, options.plot, async () => ({
          title: `${problem.name}: ${scheme ?? found.predicted.scheme}, n = ${n}, dt = ${dt}`,
          warnings,
          figures: (await import("../plots/fluctuations.ts")).fluctuationFigures(
            "scheme" in found ? null : found.predicted,
            simulatedOf(found),
          ),
        }));
        printResults(
          options.summary,
          file,
          { ...head, ...summaryOf(found), unreached, elapsedSeconds },
          describe(problem.name, found),
        );
      });
    });

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

function simulate(
  problem: Problem,
  scheme: SchemeName,
  sizes: { n: number; dt: number },
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
