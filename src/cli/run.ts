import { Command, CommanderError, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { InputError, InvariantError, StepSizeError } from "../errors.ts";
import { IntegrationError } from "../numerics/dormand-prince.ts";
import { version } from "../version.ts";
import { Exit, sayUnknown } from "./exit.ts";
import { isOutOfMemory } from "./failures.ts";
import { OutputError } from "./outputs.ts";

type SetExitCode = (code: number) => void;

/** In the order of the help. Each command is loaded when it is named, all of them for the help, since they are most of the code to load. */
const COMMANDS = {
  solve: async (setExitCode: SetExitCode) => (await import("./solve.ts")).createSolveCommand(setExitCode),
  particles: async () => (await import("./particles.ts")).createParticlesCommand(),
  reference: async (setExitCode: SetExitCode) => (await import("./reference.ts")).createReferenceCommand(setExitCode),
  fluctuations: async () => (await import("./fluctuations.ts")).createFluctuationsCommand(),
  compare: async (setExitCode: SetExitCode) => (await import("./compare.ts")).createCompareCommand(setExitCode),
  validate: async (setExitCode: SetExitCode) => (await import("./validate.ts")).createValidateCommand(setExitCode),
  explore: async () => (await import("./explore.ts")).createExploreCommand(),
} satisfies Record<string, (setExitCode: SetExitCode) => Promise<CommandUnknownOpts>>;

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
  const named = Object.entries(COMMANDS).filter(([name]) => name === args[0]);
  const needed = named.length > 0 ? named : Object.entries(COMMANDS);
  for (const [, create] of needed) program.addCommand(await create(setExitCode));
  for (const command of program.commands) command.showHelpAfterError(`(bdpde ${command.name()} --help shows what there is)`);
  for (const command of [program, ...program.commands]) command.exitOverride();
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
