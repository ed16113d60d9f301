import { join } from "node:path";
import { problemJsonSchema } from "../problem-file/problem-file.ts";
import { packageRoot } from "../version.ts";
import { withOutputs, writeOutput } from "./outputs.ts";

/** Development: writes grids/problem.schema.json from the schema in the code. */
const path = join(packageRoot, "grids", "problem.schema.json");
await withOutputs([{ option: "schema", path, format: "json" }], { inputs: [], force: true }, async ([file]) => {
  writeOutput(file, `${JSON.stringify(problemJsonSchema(), null, 2)}\n`);
});
