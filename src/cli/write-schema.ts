import { join } from "node:path";
import { problemJsonSchema } from "../problem/problem-file.ts";
import { packageRoot } from "../version.ts";
import { writeWhole } from "./files.ts";

/** Development: writes grids/problem.schema.json from the schema in the code. */
await writeWhole(join(packageRoot, "grids", "problem.schema.json"), `${JSON.stringify(problemJsonSchema(), null, 2)}\n`);
