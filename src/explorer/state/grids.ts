import type { ProblemDefinition, ProblemInput } from "../../problem-file/problem-file.ts";
import { withParticles } from "./opening.ts";

const modules = import.meta.glob<ProblemInput>(["../../../grids/*.json", "!../../../grids/problem.schema.json"], {
  eager: true,
  import: "default",
});

/** The problems of the folder grids/, which the page is built with, as it first shows them. */
export const GRIDS: readonly ProblemDefinition[] = Object.values(modules).map((problem) => withParticles(problem).problem);
