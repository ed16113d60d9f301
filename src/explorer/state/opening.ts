import { InputError } from "../../errors.ts";
import { schemesFor } from "../../particles/simulate-options.ts";
import { nameOfDynamics, USUAL_DYNAMICS } from "../../problem/dynamics.ts";
import { checkProblemDefinition, type ProblemDefinition, type ProblemInput } from "../../problem-file/problem-file.ts";
import { isSchemeName } from "../../schemes/schemes.ts";
import { type Configuration, type ParticleSettings, watchable } from "../engine/configuration.ts";
import { type Draft, draftOf, recordOf } from "../form/draft.ts";
import { readTree } from "../form/json-text.ts";
import type { Linked } from "./link.ts";
import { stepMeeting } from "./step-size.ts";

/** Steps of the particles in a run that says nothing about them. */
const STEPS = 100;
const PARTICLES = 1000;

/** A problem with particles that fit it: the scheme of its dynamics, and steps that meet its frames. */
export function withParticles(problem: ProblemInput): Configuration {
  const { dynamics = USUAL_DYNAMICS, ...rest } = watchable(problem);
  const dt = stepMeeting(rest.time, rest.time.end / STEPS);
  const definition = { ...rest, dynamics } as ProblemDefinition;
  const [scheme = "gradient-descent"] = schemesFor(nameOfDynamics(definition.dynamics));
  return { problem: definition, particles: { scheme, n: PARTICLES, dt, seed: 0 } };
}

/** What a link holds as a configuration that can be shown at once, before its expressions are checked. @throws InputError where its form is wrong. */
export function configurationOf({ problem, particles, grid }: Linked): Configuration {
  const definition = checkProblemDefinition(problem);
  const { scheme, n, dt, seed } = recordOf(particles) ?? {};
  if (typeof scheme !== "string" || !isSchemeName(scheme) || [n, dt, seed].some((value) => typeof value !== "number")) {
    throw new InputError("link", undefined, "without particles", "ask for a new link, or choose a problem here");
  }
  return { problem: definition, particles: { scheme, n, dt, seed } as ParticleSettings, ...(grid === undefined ? {} : { grid }) };
}

const LARGEST_FILE = 1_000_000;

/** A file as a draft: whatever JSON it holds, so that what is wrong is shown beside its field. @throws InputError for text that is no JSON. */
export function draftOfFile(text: string, name: string, before: Draft): Draft {
  if (text.length > LARGEST_FILE) {
    throw new InputError(name, undefined, `longer than ${LARGEST_FILE} characters`, "open a problem file, such as those of grids/");
  }
  const tree = readTree(text, name);
  try {
    return draftOf(withParticles(checkProblemDefinition(tree)));
  } catch {
    return { problem: tree, particles: before.particles };
  }
}
