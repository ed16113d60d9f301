import { checkWithoutEval } from "../../problem-file/problem-file.ts";
import { createCheck } from "./check.ts";
import { createNoise } from "./noise-run.ts";
import { createRivals } from "./rivals.ts";
import { createWatch } from "./watch.ts";

/** One script for all workers of the page, so that the library is loaded once; the name of a worker is the role it plays. */
const ROLES = { watch: createWatch, rivals: createRivals, check: createCheck, noise: createNoise };

export type Role = keyof typeof ROLES;

checkWithoutEval();
const create = ROLES[self.name as Role] as (post: (event: unknown) => void) => (request: never) => void;
const receive = create((event) => postMessage(event));
addEventListener("message", ({ data }) => receive(data as never));
