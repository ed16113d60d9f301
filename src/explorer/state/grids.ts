import type { ProblemInput } from "../../problem/problem-file.ts";

/** The problems of the folder grids/, which the page is built with. */
const modules = import.meta.glob<ProblemInput>(["../../../grids/*.json", "!../../../grids/problem.schema.json"], {
  eager: true,
  import: "default",
});

export const GRIDS: readonly ProblemInput[] = Object.values(modules);
