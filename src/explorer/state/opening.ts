import { InputError } from "../../errors.ts";
import { defaultScheme } from "../../particles/simulate-options.ts";
import { type ProblemDefinition, type ProblemInput, parseProblemText } from "../../problem/problem-file.ts";
import { type Configuration, watchable } from "./configuration.ts";
import { fitStep } from "./step-size.ts";

/** Steps of the particles in a run that says nothing about them. */
const STEPS = 100;
const PARTICLES = 1000;

/** A problem with particles that fit it: the scheme of its dynamics, and steps that meet its frames. */
export function withParticles(problem: ProblemInput): Configuration {
  const { dynamics = "birth-death", ...rest } = watchable(problem);
  const { snapshots, dt } = fitStep(rest.time, rest.time.end / STEPS);
  const definition = { ...rest, dynamics, time: { ...rest.time, snapshots } } as ProblemDefinition;
  const scheme = dynamics === "unbalanced" ? "gradient-descent" : defaultScheme({ dynamics });
  return { problem: definition, particles: { scheme, n: PARTICLES, dt, seed: 0 } };
}

const LARGEST_FILE = 1_000_000;

/** @throws InputError for text that is no problem file. */
export function openText(text: string, name: string): Configuration {
  if (text.length > LARGEST_FILE) {
    throw new InputError(name, undefined, `longer than ${LARGEST_FILE} characters`, "open a problem file, such as those of grids/");
  }
  return withParticles(parseProblemText(text, name));
}
