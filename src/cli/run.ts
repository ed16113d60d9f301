import { Command, CommanderError, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { InputError, InvariantError, StepSizeError } from "../errors.ts";
import { IntegrationError } from "../numerics/dormand-prince.ts";
import { version } from "../version.ts";
import { COMMANDS, type CommandRow, type SetExitCode } from "./commands.ts";
import { Exit, sayUnknown } from "./exit.ts";
import { isOutOfMemory, OutputError } from "./failures.ts";
import { withInstead } from "./unknown-options.ts";

/** The command that is named, whole; of the others what the help lists. */
async function commandOf(
  name: string,
  { takes, description, examples, load }: CommandRow,
  named: boolean,
  setExitCode: SetExitCode,
  args: readonly string[],
) {
  if (named) {
    const lines = examples.map((line) => `  bdpde ${line}`);
    return (await load(setExitCode, args)).description(description).addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
  }
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
  for (const [name, row] of Object.entries<CommandRow>(COMMANDS)) {
    program.addCommand(await commandOf(name, row, name === wanted, setExitCode, args));
  }
  program.exitOverride();
  for (const command of program.commands) {
    for (const [part, name] of [
      [command, command.name()] as const,
      ...command.commands.map((part) => [part, `${command.name()} ${part.name()}`] as const),
    ]) {
      part.exitOverride().showHelpAfterError(`(bdpde ${name} --help shows what there is)`);
      part.configureOutput({ outputError: (text, write) => write(withInstead(text)) });
    }
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
