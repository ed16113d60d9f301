import { Command, CommanderError, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { InputError, InvariantError, StepSizeError } from "../errors.ts";
import { IntegrationError } from "../numerics/dormand-prince.ts";
import { version } from "../version.ts";
import { Exit, sayUnknown } from "./exit.ts";
import { isOutOfMemory, OutputError } from "./failures.ts";

type SetExitCode = (code: number) => void;

interface Row {
  /** The arguments as the list of commands shows them; the command itself says what they are. */
  takes: readonly string[];
  description: string;
  load: (setExitCode: SetExitCode) => Promise<CommandUnknownOpts>;
}

/** In the order of the help. A command is loaded when it is named: they are most of what there is to load. */
const COMMANDS = {
  solve: {
    takes: ["<problem>"],
    description: "Solve the mean-field equation of a problem file",
    load: async (setExitCode) => (await import("./solve.ts")).createSolveCommand(setExitCode),
  },
  particles: {
    takes: ["<problem>"],
    description: "Simulate replicas of a particle scheme",
    load: async () => (await import("./particles.ts")).createParticlesCommand(),
  },
  ensemble: {
    takes: ["<what>"],
    description:
      "Simulate many replicas as shards in a folder: resumed where it was left, by any number of processes, merged bit for bit",
    load: async (setExitCode) => (await import("./ensemble.ts")).createEnsembleCommand(setExitCode),
  },
  reference: {
    takes: ["<problem>"],
    description: "Compute densities, energy and observables of stated error: two methods, refined until they agree",
    load: async (setExitCode) => (await import("./reference.ts")).createReferenceCommand(setExitCode),
  },
  fluctuations: {
    takes: ["<problem>"],
    description:
      "Predict n Var and covariance of the observables of a particle scheme, as n -> infinity, and how far n is from that",
    load: async () => (await import("./fluctuations.ts")).createFluctuationsCommand(),
  },
  compare: {
    takes: ["<reference>", "<particles>"],
    description: "Judge particles of any scheme and language against a reference: consistent, inconsistent or inconclusive",
    load: async (setExitCode) => (await import("./compare.ts")).createCompareCommand(setExitCode),
  },
  plan: {
    takes: ["<problem>"],
    description: "Choose n, replicas and dt with which compare finds an error of a stated size, and predict its power",
    load: async () => (await import("./plan.ts")).createPlanCommand(),
  },
  validate: {
    takes: ["[problems...]"],
    description: "Run the studies, each of which judges claims by their numbers, and write a report",
    load: async (setExitCode) => (await import("./validate.ts")).createValidateCommand(setExitCode),
  },
  explore: {
    takes: ["[problem]"],
    description: "Serve the web explorer on this machine, until interrupted",
    load: async () => (await import("./explore.ts")).createExploreCommand(),
  },
} satisfies Record<string, Row>;

/** The command that is named, whole; of the others what the help lists. */
async function commandOf(name: string, { takes, description, load }: Row, named: boolean, setExitCode: SetExitCode) {
  if (named) return (await load(setExitCode)).description(description);
  const listed = new Command(name).description(description).option("--listed").allowUnknownOption();
  for (const argument of takes) listed.argument(argument);
  return listed as CommandUnknownOpts;
}

/**
 * Runs one command line (without the program's name) and returns its exit code: see exit.ts. Results go to standard output, messages to standard error.
 */
export async function runCommand(args: readonly string[]): Promise<number> {
  let exitCode = 0;
  const setExitCode = (code: number) => {
    exitCode = code;
  };
  const program = new Command("bdpde")
    .description("Mean-field limit of neuron birth-death dynamics: solve it, simulate its particles, judge one against the other")
    .version(version)
    .showHelpAfterError("(bdpde <command> --help shows what there is)");
  const wanted = args[0] === "help" ? args[1] : args[0];
  for (const [name, row] of Object.entries<Row>(COMMANDS)) {
    program.addCommand(await commandOf(name, row, name === wanted, setExitCode));
  }
  program.exitOverride();
  for (const command of program.commands) {
    command.exitOverride().showHelpAfterError(`(bdpde ${command.name()} --help shows what there is)`);
    for (const part of command.commands)
      part.exitOverride().showHelpAfterError(`(bdpde ${command.name()} ${part.name()} --help shows what there is)`);
  }
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    return report(error);
  }
}

function report(error: unknown): number {
  // Commander has printed its message, or the help that was requested.
  if (error instanceof CommanderError) return error.exitCode === 0 ? Exit.fine : Exit.badInput;
  if (error instanceof InputError) {
    process.stderr.write(`error: ${error.message}\n`);
    return Exit.badInput;
  }
  if (error instanceof OutputError) {
    process.stderr.write(`error: ${error.message}\n`);
    return Exit.notWritten;
  }
  if (error instanceof InvariantError || error instanceof StepSizeError || error instanceof IntegrationError) {
    process.stderr.write(`error: ${error.message}\n`);
    return Exit.notHeld;
  }
  if (isOutOfMemory(error)) {
    process.stderr.write("error: not enough memory; use fewer cells, particles, replicas or snapshots\n");
    return Exit.badInput;
  }
  return sayUnknown(error);
}
