import { Command } from "@commander-js/extra-typings";
import { ONE } from "../comparison/detectable-errors.ts";
import { type Plan, planComparison } from "../comparison/plan/plan.ts";
import type { Detect } from "../comparison/plan/plan-options.ts";
import { InputError } from "../errors.ts";
import { formatDuration, formatNumber } from "../figures/numbers.ts";
import type { Problem } from "../problem/problem.ts";
import { readReference } from "../reference/read-reference.ts";
import { describeSchemes, PREDICTED_SCHEMES } from "../schemes/schemes.ts";
import { PROBLEM, problemPath } from "./examples.ts";
import { inputsOf, readProblem } from "./files.ts";
import { overridesOf, parseChoice, parseCount, parseNamedSize, parseNumber, parsePositive, parseRate } from "./options.ts";
import { printResults, summaryAt, withOutputs } from "./outputs.ts";
import { PLOT, plotAt, writePlot } from "./plot.ts";
import { startProgress } from "./progress.ts";
import { secondsOfReplica } from "./replica-cost.ts";
import { screenTable } from "./screen.ts";

export const createPlanCommand = () =>
  new Command("plan")
    .argument("<problem>", PROBLEM, problemPath)
    .requiredOption(
      "--detect <size>",
      "what must be found: an error of the equation such as alpha=5%, drift=2% or temperature=10%, or sd=0.05: a deviation of any mean in standard deviations",
      parseDetect,
    )
    .option("--power <probability>", "of finding it", parseNumber("--power"), 0.9)
    .option(
      "--false-alarm <rate>",
      "chance of calling right particles inconsistent, over all tests",
      parseNumber("--false-alarm"),
      0.01,
    )
    .option(
      "--scheme <name>",
      `of the particles, one of these (default: the first that follows the dynamics): ${describeSchemes(PREDICTED_SCHEMES)}`,
      parseChoice("--scheme", PREDICTED_SCHEMES),
    )
    .option("--n <count>", "particles in each replica (default: chosen)", parseCount("--n"))
    .option("--replicas <count>", "independent replicas (default: chosen)", parseCount("--replicas"))
    .option("--dt <step>", "time step (default: the longest whose effect on the means is known well enough)", parsePositive("--dt"))
    .option("--reference <file>", "NetCDF file of bdpde reference, whose stated errors are allowed for")
    .option("--alpha <rate>", "rate of birth and death instead of that of the file: a number or an expression in t", parseRate)
    .option("--end <time>", "end time instead of that of the file", parsePositive("--end"))
    .option("--summary <file>", "write the plan as JSON (- for standard output)")
    .option("--plot <file>", PLOT)
    .option("--force", "overwrite the files of --plot and --summary", false)
    .action(async (path, options) => {
      const { detect, power, falseAlarm, scheme, n, replicas, dt } = options;
      const problem = await readProblem(path, overridesOf({ ...options, cells: undefined, dynamics: undefined }));
      const inputs = [...inputsOf(path, problem), ...(options.reference === undefined ? [] : [options.reference])];
      await withOutputs(
        [plotAt(options.plot), summaryAt(options.summary)],
        { inputs, force: options.force },
        async ([plot, file]) => {
          const reference = options.reference === undefined ? null : await readReference(options.reference);
          const progress = startProgress(`planning ${problem.name}`, 1);
          let plan: Plan;
          let seconds: number;
          try {
            plan = planComparison(problem, {
              ...{ detect, power, falseAlarm, reference },
              ...(scheme === undefined ? {} : { scheme }),
              ...(n === undefined ? {} : { n }),
              ...(replicas === undefined ? {} : { replicas }),
              ...(dt === undefined ? {} : { dt }),
              onProgress: (share) => progress.update(0.9 * share),
            });
            seconds = plan.replicas * (await secondsOfReplica(problem, plan));
          } finally {
            progress.stop();
          }
          for (const note of plan.notes) process.stderr.write(`warning: ${note}\n`);
          const summary = { problem: problem.name, method: "plan", ...plan, cpuSeconds: seconds };
          await writePlot(plot, options.plot, async () => ({
            title: `${problem.name}: ${describeDetect(plan)}`,
            warnings: plan.notes,
            figures: (await import("../plots/plan.ts")).planFigures(plan),
          }));
          printResults(options.summary, file, summary, describePlan(problem, path, plan, seconds, reference !== null));
        },
      );
    });

function parseDetect(text: string): Detect {
  const found = parseNamedSize("--detect", ["alpha", "drift", "temperature", "sd"], text);
  if (found !== null) return found;
  throw new InputError("--detect", text, "not an error to find", "give alpha=5%, drift=2%, temperature=10% or sd=0.05");
}

function describePlan(problem: Problem, path: string, plan: Plan, seconds: number, hasReference: boolean): string {
  const { n, replicas, dt, steps, scheme, power, powerError, falseAlarm, tests, means, deciding } = plan;
  const { time, observable, referenceError } = deciding;
  const rows = means.map(({ gap, deviation, nVariance, allowance, power: alone, ...m }) => [
    m.time,
    m.observable,
    gap,
    deviation,
    nVariance,
    allowance,
    alone,
  ]);
  const times = problem.snapshotTimes.join(",");
  return [
    `${problem.name}: ${describeDetect(plan)}`,
    `  n = ${n}, replicas = ${replicas}, dt = ${dt} (${steps} steps), ${scheme}: about ${formatDuration(seconds)} of CPU on this machine`,
    `  it is found with probability ${formatNumber(power, 3)} +- ${formatNumber(powerError, 1)}${plan.detect.of === "sd" ? ", in whichever mean it is" : ", whichever its sign"}; ${tests} tests at ${formatNumber(falseAlarm / tests, 2)} each, a false alarm in ${formatNumber(100 * falseAlarm)}% of all comparisons`,
    hasReference
      ? "  the stated errors of the reference are allowed for"
      : `  the reference: a stated error of ${observable} at t = ${time} up to ${formatNumber(referenceError, 2)} costs at most a tenth more particles`,
    `\nwhat shows it\n${screenTable(["time", "observable", "gap", "sd", "n Var", "allowed", "power alone"], rows, 3, 2)}`,
    "\ngap: by how much it moves the mean; power alone: share of ensembles in which this test finds it; W1 may find more and is not counted",
    "\nnext",
    ...(hasReference ? [] : [`  bdpde reference ${path} --out reference.nc`]),
    `  particles of your scheme at n = ${n}, dt = ${dt}, ${replicas} replicas, at the times ${times}; to see ours:`,
    `  bdpde particles ${path} --scheme ${scheme} --n ${n} --dt ${dt} --replicas ${replicas} --out particles.npz`,
    `  bdpde compare reference.nc particles.npz --scheme ${scheme} --dt ${dt} --false-alarm ${falseAlarm}`,
  ].join("\n");
}

function describeDetect({ detect: { of, size }, requiredPower }: Plan): string {
  const what =
    of === "sd"
      ? `a deviation of any mean of ${size} standard deviations`
      : `${ONE[of]} wrong by ${Number((100 * size).toPrecision(3))}%`;
  return `to find ${what} with probability ${requiredPower}`;
}
