import { COMMANDS, type CommandRow } from "../../src/cli/commands.ts";

/**
 * Has a command line parsed by the command that it names, which is not carried out.
 *
 * @throws what the command throws, and where it would not have begun
 */
export async function parseCommand([name, ...args]: readonly string[]): Promise<void> {
  const row = (COMMANDS as Readonly<Record<string, CommandRow>>)[name];
  if (row === undefined) throw new Error(`${name} is no command`);
  const command = await row.load(() => {});
  let begun = 0;
  for (const part of [command, ...command.commands]) {
    part.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
    if (part.commands.length === 0) part.action(() => void begun++);
  }
  await command.parseAsync(args, { from: "user" });
  if (begun !== 1) throw new Error(`${name} has begun ${begun} times`);
}
