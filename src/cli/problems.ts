import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { nameOfDynamics } from "../problem/dynamics.ts";
import { type ProblemDefinition, parseProblemText } from "../problem-file/problem-file.ts";
import { EXAMPLES_FOLDER, exampleNames, readExample, SCHEMA } from "./examples.ts";
import { withOutputs, writeOutput } from "./outputs.ts";
import { screenText } from "./screen.ts";

export const createProblemsCommand = () =>
  new Command("problems")
    .addCommand(createListCommand(), { isDefault: true })
    .addCommand(createDescribeCommand())
    .addCommand(createCopyCommand());

const createListCommand = () =>
  new Command("list").description("List the examples").action(() => {
    const examples = exampleNames().map((name) => ({ name, definition: definitionOf(name) }));
    const width = Math.max(...examples.map(({ name }) => name.length)) + 2;
    for (const { name, definition } of examples) {
      process.stdout.write(`${screenText(name.padEnd(width), `${definition.description} (${kindOf(definition)})`)}\n`);
    }
    process.stdout.write("\nbdpde solve NAME solves one; bdpde problems copy NAME writes its file, to change it\n");
  });

const createDescribeCommand = () =>
  new Command("describe")
    .description("Print the file of an example")
    .argument("<name>", "name of the example")
    .action((name) => {
      process.stdout.write(readExample(name));
    });

const createCopyCommand = () =>
  new Command("copy")
    .description(`Write the file of an example, and beside it ${SCHEMA}, with which an editor completes and checks it`)
    .argument("<name>", "name of the example")
    .argument("[file]", "where to (default: NAME.json in this folder)")
    .option("--force", "overwrite the file", false)
    .action(async (name, file, { force }) => {
      const text = readExample(name);
      const path = file ?? `${name}.json`;
      const schema = join(dirname(path), SCHEMA);
      const own = readFileSync(join(EXAMPLES_FOLDER, SCHEMA), "utf8");
      const there = existsSync(schema);
      const wanted = [
        { option: "file", path, format: "json" },
        { option: "schema", path: there ? undefined : schema, format: "json" },
      ] as const;
      await withOutputs(wanted, { inputs: [join(EXAMPLES_FOLDER, `${name}.json`)], force }, async ([copy, schemaFile]) => {
        writeOutput(copy, text);
        writeOutput(schemaFile, own);
      });
      if (there && readFileSync(schema, "utf8") !== own)
        process.stderr.write(`warning: ${schema} is another one than that of this version, and stays as it is\n`);
      process.stdout.write(`${path}\n`);
    });

function definitionOf(name: string): ProblemDefinition {
  return parseProblemText(readExample(name), name);
}

/** `two variables, birth-death, temperature 0.1`. */
function kindOf({ variables, dynamics, temperature = 0 }: ProblemDefinition): string {
  const count = Object.keys(variables).length;
  const variable = `${["one", "two", "three"][count - 1]} variable${count === 1 ? "" : "s"}`;
  return [variable, nameOfDynamics(dynamics), ...(temperature === 0 ? [] : [`temperature ${temperature}`])].join(", ");
}
