import { Command, CommanderError } from "@commander-js/extra-typings";
import { InputError, LawViolationError, StepSizeError } from "../errors.ts";
import { IntegrationError } from "../numerics/dormand-prince.ts";
import { version } from "../version.ts";
import { createCompareCommand } from "./compare.ts";
import { Exit, sayUnknown } from "./exit.ts";
import { createExploreCommand } from "./explore.ts";
import { isOutOfMemory } from "./files.ts";
import { createFluctuationsCommand } from "./fluctuations.ts";
import { OutputError } from "./outputs.ts";
import { createParticlesCommand } from "./particles.ts";
import { createReferenceCommand } from "./reference.ts";
import { createSolveCommand } from "./solve.ts";
import { createValidateCommand } from "./validate.ts";

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
    .addCommand(createSolveCommand(setExitCode))
    .addCommand(createParticlesCommand())
    .addCommand(createReferenceCommand(setExitCode))
    .addCommand(createFluctuationsCommand())
    .addCommand(createCompareCommand(setExitCode))
    .addCommand(createValidateCommand(setExitCode))
    .addCommand(createExploreCommand())
    .showHelpAfterError("(bdpde <command> --help shows what there is)");
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
  // Commander has printed its message, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? Exit.fine : Exit.badInput;
  if (error instanceof InputError) {
    process.stderr.write(`error: ${error.message}\n`);
    return Exit.badInput;
  }
  if (error instanceof OutputError) {
    process.stderr.write(`error: ${error.message}\n`);
    return Exit.notWritten;
  }
  if (error instanceof LawViolationError || error instanceof StepSizeError || error instanceof IntegrationError) {
    process.stderr.write(`error: ${error.message}\n`);
    return Exit.notHeld;
  }
  if (isOutOfMemory(error)) {
    process.stderr.write("error: not enough memory; use fewer cells, particles, replicas or snapshots\n");
    return Exit.badInput;
  }
  return sayUnknown(error);
}
