import { Command } from "@commander-js/extra-typings";
import { InputError } from "../errors.ts";
import { SCHEMES, type SchemeName } from "../particles/schemes.ts";
import { type Ensemble, simulate } from "../particles/simulate.ts";
import type { Problem } from "../problem/problem.ts";
import { encodeNpz } from "../reference/npz.ts";
import { checkOutputs, isOutOfMemory, readProblem, writeSummary, writeWhole } from "./files.ts";
import { overridesOf, parseChoice, parseCount, parseNumber, parsePositive, parseRate } from "./options.ts";
import { startProgress } from "./progress.ts";
import { formatNumber, formatTable } from "./table.ts";

const schemes = Object.keys(SCHEMES) as SchemeName[];

export const createParticlesCommand = () =>
  new Command("particles")
    .description("Simulate replicas of a particle scheme")
    .argument("<problem>", "problem file, e.g. grids/double-well.json")
    .option(
      "--scheme <name>",
      `${schemes.slice(0, -1).join(", ")} or ${schemes.at(-1)} (default: algorithm-1, or gradient-descent where the dynamics is that); resampling is systematic in the order of the mean partition, resampling-systematic in that of the list, resampling-shuffled in a random one`,
      parseChoice("--scheme", schemes),
    )
    .option("--n <count>", "particles in each replica", parseCount("--n"), 1000)
    .option("--dt <step>", "time step; snapshots must be multiples of it", parsePositive("--dt"), 0.01)
    .option("--replicas <count>", "independent replicas", parseCount("--replicas"), 1)
    .option("--seed <integer>", "seed of all random numbers", parseNumber("--seed"), 0)
    .option("--workers <count>", "threads (default: one for each core); results do not depend on it", parseCount("--workers"))
    .option("--alpha <rate>", "rate of birth and death instead of that of the file: a number or an expression in t", parseRate)
    .option("--end <time>", "end time instead of that of the file", parsePositive("--end"))
    .option("--out <file>", "write the particles at each snapshot as .npz")
    .option("--force", "overwrite the file of --out", false)
    .option("--summary <file>", "write means and n Var as JSON (- for standard output)")
    .action(async (path, options) => {
      checkOutputs(options.out, options.summary, options.force);
      const { scheme, n, dt, replicas, seed, workers } = options;
      const problem = await readProblem(path, overridesOf(options));
      const started = performance.now();
      let done = 0;
      const progress = startProgress(`simulating ${problem.name}`, replicas, "replicas");
      let ensemble: Ensemble;
      try {
        ensemble = await simulate(problem, {
          ...(scheme === undefined ? {} : { scheme }),
          ...(workers === undefined ? {} : { workers }),
          n,
          dt,
          replicas,
          seed,
          keepPositions: options.out !== undefined,
          onReplica: () => progress.update(++done),
        });
      } catch (error) {
        throw isOutOfMemory(error)
          ? new InputError("--n", n, "not enough memory", "use fewer particles, replicas or snapshots")
          : error;
      } finally {
        progress.stop();
      }
      const elapsedSeconds = (performance.now() - started) / 1000;
      const outside = Math.max(...ensemble.snapshots.map((snapshot) => snapshot.outside));
      if (outside > 0)
        process.stderr.write(`warning: up to ${formatNumber(outside)} of the particles are outside the domain of the grid\n`);
      if (options.out !== undefined) await writeWhole(options.out, encodeNpz(problem, ensemble));
      const summary = {
        problem: problem.name,
        method: "particles",
        scheme: ensemble.scheme,
        n,
        dt,
        replicas,
        seed,
        snapshots: ensemble.snapshots,
        elapsedSeconds,
      };
      await writeSummary(options.summary, summary, describe(problem, ensemble));
    });

function describe(problem: Problem, ensemble: Ensemble): string {
  const { scheme, n, dt, replicas, seed } = ensemble;
  const header = ["time", "quantity", "mean", "+-", "n Var", "+-"];
  const rows = ensemble.snapshots.flatMap(({ time, observables, energy, gap, residualOnSupport }) =>
    Object.entries({ ...observables, energy, gap, "on supp": residualOnSupport }).map(([name, s]) => [
      time,
      name,
      s.mean,
      ...[s.standardError, s.nVariance, s.nVarianceError].map((value) => (Number.isNaN(value) ? "-" : value)),
    ]),
  );
  return `${problem.name} (${scheme}, n = ${n}, dt = ${dt}, ${replicas} replicas, seed ${seed})\n\n${formatTable(header, rows)}`;
}
