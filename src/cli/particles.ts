import { Command } from "@commander-js/extra-typings";
import { InputError } from "../errors.ts";
import { createParticlesFile, particlesBytes } from "../files/particles-file.ts";
import { type SummarisedEnsemble, simulateSummary } from "../particles/simulate.ts";
import { checkSimulateOptions, defaultScheme } from "../particles/simulate-options.ts";
import { describeSchemes, SCHEME_NAMES, WEIGHTED_SCHEMES } from "../schemes/schemes.ts";
import { MOST_THREADS_PER_CORE, threadsFor } from "../threads/pool.ts";
import { describeEnsemble, outsideWarnings, summariseSnapshots } from "./describe-ensemble.ts";
import { PROBLEM, problemPath } from "./examples.ts";
import { isOutOfMemory } from "./failures.ts";
import { checkMemory, inputsOf, readProblem } from "./files.ts";
import {
  overridesOf,
  parseChoice,
  parseCount,
  parseNumber,
  parsePositive,
  parseRate,
  parseTemperature,
  RESAMPLE_BELOW,
} from "./options.ts";
import { printResults, summaryAt, withOutputs } from "./outputs.ts";
import { PLOT, plotAt, writePlot } from "./plot.ts";
import { startProgress } from "./progress.ts";

export const createParticlesCommand = () =>
  new Command("particles")
    .argument("<problem>", PROBLEM, problemPath)
    .option(
      "--scheme <name>",
      `one of these (default: the first that follows the dynamics): ${describeSchemes(SCHEME_NAMES)}`,
      parseChoice("--scheme", SCHEME_NAMES),
    )
    .option("--n <count>", "particles in each replica", parseCount("--n"), 1000)
    .option("--dt <step>", "time step; snapshots must be multiples of it", parsePositive("--dt"), 0.01)
    .option("--resample-below <share>", RESAMPLE_BELOW, parsePositive("--resample-below"))
    .option("--replicas <count>", "independent replicas", parseCount("--replicas"), 1)
    .option("--seed <integer>", "seed of all random numbers", parseNumber("--seed"), 0)
    .option(
      "--workers <count>",
      `threads (default: one for each core; at most one for each replica and ${MOST_THREADS_PER_CORE} for each core); results do not depend on it`,
      parseCount("--workers"),
    )
    .option("--alpha <rate>", "rate of birth and death instead of that of the file: a number or an expression in t", parseRate)
    .option("--temperature <tau>", "temperature instead of that of the file: a number or an expression in t", parseTemperature)
    .option("--end <time>", "end time instead of that of the file", parsePositive("--end"))
    .option("--out <file>", "write the particles at each snapshot (.npz)")
    .option("--plot <file>", PLOT)
    .option("--force", "overwrite the files of --out, --plot and --summary", false)
    .option("--summary <file>", "write means and n Var as JSON (- for standard output)")
    .action(async (path, options) => {
      const { n, dt, replicas, seed, workers } = options;
      const problem = await readProblem(path, overridesOf(options));
      const scheme = options.scheme ?? defaultScheme(problem);
      const resampling = options.resampleBelow === undefined ? {} : { resampleBelow: options.resampleBelow };
      checkSimulateOptions(problem, scheme, { n, dt, replicas, seed, ...resampling });
      noteThreads(workers, replicas);
      const kept = options.out === undefined ? 0 : problem.snapshotTimes.length;
      const memory = 8 * n * problem.grid.dimension * (kept + COPIES) * threadsFor(replicas, workers);
      checkMemory("--n", n, memory, "use fewer particles or snapshots, or fewer --workers");
      const particles = { n, dt, replicas, seed, scheme };
      const meta = { ...particles, ...resampling, weighted: WEIGHTED_SCHEMES.includes(scheme) };
      const out = { option: "--out", path: options.out, format: "npz", bytes: particlesBytes(problem, meta) } as const;
      const given = { inputs: inputsOf(path, problem), force: options.force };
      await withOutputs([out, plotAt(options.plot), summaryAt(options.summary)], given, async ([npz, plot, file]) => {
        const started = performance.now();
        const progress = startProgress(`simulating ${problem.name}`, replicas, "replicas");
        const archive = npz?.attempt(() => createParticlesFile(npz.part, problem, meta)) ?? null;
        let ensemble: SummarisedEnsemble;
        try {
          ensemble = await simulateSummary(problem, {
            ...particles,
            ...resampling,
            ...(workers === undefined ? {} : { workers }),
            ...(archive === null ? {} : { onPositions: (...replica) => npz?.attempt(() => archive.addReplica(...replica)) }),
            onProgress: progress.update,
          });
        } catch (error) {
          throw isOutOfMemory(error)
            ? new InputError("--n", n, "not enough memory", "use fewer particles or snapshots, or fewer --workers")
            : error;
        } finally {
          progress.stop();
        }
        if (archive !== null) npz?.attempt(archive.finish);
        npz?.publish();
        const elapsedSeconds = (performance.now() - started) / 1000;
        const warnings = outsideWarnings(ensemble.snapshots);
        for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
        await writePlot(plot, options.plot, async () => ({
          title: `${problem.name}: ${scheme}, n = ${n}, dt = ${dt}, ${replicas} replica${replicas === 1 ? "" : "s"}, seed ${seed}`,
          warnings,
          figures: (await import("../plots/particles.ts")).particleFigures(ensemble),
        }));
        const summary = {
          problem: problem.name,
          method: "particles",
          scheme,
          n,
          dt,
          replicas,
          seed,
          ...resampling,
          snapshots: summariseSnapshots(ensemble.snapshots),
          elapsedSeconds,
        };
        printResults(options.summary, file, summary, describeEnsemble(problem, ensemble));
      });
    });

/** Least number of arrays of all particles in a scheme, beside those it keeps for output: the particles and their offspring. */
const COPIES = 2;

/** Says it where fewer threads are used than wanted. */
export function noteThreads(wanted: number | undefined, replicas: number): void {
  if (wanted === undefined || threadsFor(replicas, wanted) === wanted) return;
  process.stderr.write(
    `note: ${threadsFor(replicas, wanted)} threads in place of ${wanted}: at most one for each replica and ${MOST_THREADS_PER_CORE} for each core\n`,
  );
}
