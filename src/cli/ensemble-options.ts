import { Command } from "@commander-js/extra-typings";
import { openFolder, readFolder } from "../ensembles/folder.ts";
import { checkMaker, createPlan, type Range } from "../ensembles/plan.ts";
import type { OpenEnsemble } from "../ensembles/shard-file.ts";
import { InputError } from "../errors.ts";
import { checkSimulateOptions, defaultScheme } from "../particles/simulate-options.ts";
import { describeSchemes, SCHEME_NAMES, type SchemeName } from "../schemes/schemes.ts";
import { PROBLEM, problemPath } from "./examples.ts";
import { readProblem } from "./files.ts";
import { tellHost } from "./host.ts";
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

/** A command that begins an ensemble, or goes on with it. */
export const planned = (name: string) =>
  new Command(name)
    .argument("[problem]", `${PROBLEM}; without it, the ensemble of the folder is continued`, problemPath)
    .requiredOption("--dir <folder>", "folder of the ensemble")
    .option(
      "--scheme <name>",
      `one of these (default: the first that follows the dynamics): ${describeSchemes(SCHEME_NAMES)}`,
      parseChoice("--scheme", SCHEME_NAMES),
    )
    .option("--n <count>", "particles in each replica (default: 1000)", parseCount("--n"))
    .option("--dt <step>", "time step; snapshots must be multiples of it (default: 0.01)", parsePositive("--dt"))
    .option("--replicas <count>", "independent replicas (default: 1000); more may be wanted later", parseCount("--replicas"))
    .option("--seed <integer>", "seed of all random numbers (default: 0)", parseNumber("--seed"))
    .option("--resample-below <share>", RESAMPLE_BELOW, parsePositive("--resample-below"))
    .option("--particles", "keep the particles at each snapshot")
    .option(
      "--shard <count>",
      "replicas in a shard (default: 16, more where there would be over 1024 shards); results do not depend on it",
      parseCount("--shard"),
    )
    .option("--alpha <rate>", "rate of birth and death instead of that of the file: a number or an expression in t", parseRate)
    .option("--temperature <tau>", "temperature instead of that of the file: a number or an expression in t", parseTemperature)
    .option("--end <time>", "end time instead of that of the file", parsePositive("--end"));

export interface PlannedOptions {
  dir: string;
  scheme?: SchemeName;
  n?: number;
  dt?: number;
  replicas?: number;
  seed?: number;
  resampleBelow?: number;
  particles?: true;
  shard?: number;
  alpha?: number | string;
  temperature?: number | string;
  end?: number;
}

/** Options that belong to a new ensemble. */
const OF_NEW = ["scheme", "n", "dt", "seed", "resampleBelow", "particles", "alpha", "temperature", "end"] as const;

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Creates the folder of an ensemble, or opens it. @throws InputError */
export async function openPlanned(path: string | undefined, options: PlannedOptions): Promise<OpenEnsemble> {
  const { dir } = options;
  const announce = (part: string) => tellHost({ part });
  if (path === undefined) {
    const given = OF_NEW.find((name) => options[name] !== undefined);
    if (given !== undefined)
      throw new InputError(`--${kebab(given)}`, options[given], "is an option of a new ensemble", "give the problem file as well");
    const found = await readFolder(dir);
    const { replicas = found.plan.replicas, shard = found.plan.shard } = options;
    checkMaker(dir, found.plan);
    const plan = { ...found.plan, replicas, shard };
    checkSimulateOptions(found.problem, plan.scheme, { ...plan });
    return openFolder(dir, { plan, data: null }, found.problem, announce);
  }
  const problem = await readProblem(
    path,
    overridesOf({ alpha: options.alpha, temperature: options.temperature, end: options.end }),
  );
  const { scheme = defaultScheme(problem), n = 1000, dt = 0.01, replicas = 1000, seed = 0, particles = false, shard } = options;
  const resampling = options.resampleBelow === undefined ? {} : { resampleBelow: options.resampleBelow };
  checkSimulateOptions(problem, scheme, { n, dt, replicas, seed, ...resampling });
  const plan = createPlan(problem, {
    ...{ scheme, n, dt, replicas, seed, particles, ...resampling },
    ...(shard === undefined ? {} : { shard }),
  });
  return openFolder(dir, plan, problem, announce);
}

/** `16-31, 64-79 and 3 more ranges`: first and last replicas. */
export function describeRanges(ranges: readonly Range[]): string {
  const shown = ranges.slice(0, 5).map(({ from, to }) => (to - from === 1 ? `${from}` : `${from}-${to - 1}`));
  return `${shown.join(", ")}${ranges.length > 5 ? ` and ${ranges.length - 5} more ranges` : ""}`;
}
