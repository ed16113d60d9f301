import type { Argument, CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { COMMANDS, type CommandRow } from "../../src/cli/commands.ts";
import { markdown } from "../lists.ts";

/** A page for each command of the table that `bdpde --help` lists: what it takes, its options and examples, from the code that parses them. */
export async function commandPages(): Promise<Map<string, string>> {
  const pages = new Map<string, string>();
  let order = 0;
  for (const [name, row] of Object.entries<CommandRow>(COMMANDS)) {
    const command = await row.load(() => {});
    const lines = [`---\norder: ${order++}\neditLink: false\n---`, "", `# ${name}`, "", sentence(row.description)];
    lines.push("", "```sh", ...row.examples.map((line) => `bdpde ${line}`), "```");
    const parts = command.commands.filter((part) => !(part as unknown as { _hidden?: boolean })._hidden);
    if (parts.length === 0) lines.push("", ...usage(name, command));
    for (const part of parts) {
      lines.push("", `## ${name} ${part.name()}`, "", sentence(part.description()), "", ...usage(`${name} ${part.name()}`, part));
    }
    pages.set(name, `${lines.join("\n").replace(/\n{3,}/g, "\n\n")}\n`);
  }
  return pages;
}

function usage(name: string, command: CommandUnknownOpts): string[] {
  const takes = command.registeredArguments.map(argumentText);
  const lines = ["```text", `bdpde ${[name, ...takes, "[options]"].join(" ")}`, "```"];
  const described = command.registeredArguments.filter(({ description }) => description !== "");
  if (described.length > 0) {
    lines.push(
      "",
      ...markdown(
        ["argument", "is"],
        described.map((each) => [`\`${argumentText(each)}\``, text(each.description)]),
      ),
    );
  }
  const options = command.options.filter(({ hidden }) => !hidden);
  if (options.length > 0) lines.push("", ...options.flatMap(optionLines));
  return lines;
}

function argumentText(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

/** What an option does, and its default, from the code or from the words that stand in for it. A choice of many is a list of its own. */
function optionLines({ flags, description, defaultValue, defaultValueDescription, mandatory }: Option): string[] {
  const said = / ?\(default: ((?:[^()]|\([^()]*\))*)\)/.exec(description);
  const value = defaultValueDescription ?? (defaultValue === undefined || defaultValue === false ? undefined : `${defaultValue}`);
  const words = said === null || value !== undefined ? description : description.replace(said[0], "");
  const [, head, choices] = /^(one of these[^:]*): (.*)$/.exec(words) ?? [undefined, words, undefined];
  const standard = value === undefined ? text(said?.[1] ?? "") : `\`${value}\``;
  const ending = [standard === "" ? [] : [`default ${standard}`], mandatory && value === undefined ? ["required"] : []].flat();
  return [
    `- \`${flags}\`: ${[text(head), ...ending].join("; ")}`,
    ...(choices?.split(/(?<=\)); /).map((choice) => `  - ${text(choice).replace(/^([\w-]+) \((.*)\)$/, "`$1`: $2")}`) ?? []),
  ];
}

const sentence = (words: string) => (words === "" ? "" : `${text(words)}.`);

/** Plain text in a page: nothing of it is markup. */
function text(words: string): string {
  return words.replace(/[*_<>{}[\]\\`]/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
