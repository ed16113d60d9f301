import { Command, CommanderError } from "@commander-js/extra-typings";
import { InputError, LawViolationError, StepSizeError } from "../errors.ts";
import { IntegrationError } from "../numerics/dormand-prince.ts";
import { version } from "../version.ts";
import { createCompareCommand } from "./compare.ts";
import { createExploreCommand } from "./explore.ts";
import { createFluctuationsCommand } from "./fluctuations.ts";
import { createParticlesCommand } from "./particles.ts";
import { createReferenceCommand } from "./reference.ts";
import { createSolveCommand } from "./solve.ts";
import { createValidateCommand } from "./validate.ts";

/**
 * Runs one command line (without the program's name) and returns its exit code: 0 fine, 1 a claim or a law did not hold or particles are inconsistent, 2 bad usage
 * or bad input, 3 inconclusive. Results go to standard output, messages to standard error.
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
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof InputError) {
    process.stderr.write(`error: ${error.message}\n`);
    return 2;
  }
  if (error instanceof LawViolationError || error instanceof StepSizeError || error instanceof IntegrationError) {
    process.stderr.write(`error: ${error.message}\n`);
    return 1;
  }
  throw error;
}
