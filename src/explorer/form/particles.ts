import { schemesFor } from "../../particles/simulate-options.ts";
import { dynamicsNamed, USUAL_DYNAMICS } from "../../problem/dynamics.ts";
import type { SchemeName } from "../../schemes/schemes.ts";
import { choice, fieldFor, type Group, group, note } from "./controls.ts";
import { type Draft, getAt, type ParticleField } from "./draft.ts";
import { NUMBER } from "./formats.ts";
import { HINTS } from "./hints.ts";

/** The schemes that the problem of a draft may be simulated by; none where its dynamics has no particles. */
export function fittingSchemes(problem: unknown): SchemeName[] {
  const dynamics = dynamicsNamed(getAt(problem, ["dynamics"]) ?? USUAL_DYNAMICS);
  return dynamics === null ? [] : schemesFor(dynamics);
}

/** After a change of dynamics: the usual scheme for the usual one, and where the old one does not fit. */
export function followScheme(before: Draft, after: Draft): Draft {
  const { scheme } = before.particles;
  const fitting = fittingSchemes(after.problem);
  const kept = scheme !== fittingSchemes(before.problem)[0] && fitting.some((name) => name === scheme);
  return kept || fitting.length === 0 ? after : { ...after, particles: { ...after.particles, scheme: fitting[0] } };
}

const OF = "of the particles";

export function particlesGroup(draft: Draft): Group {
  const { scheme } = draft.particles;
  const fitting = fittingSchemes(draft.problem);
  const set = (name: ParticleField) => (changed: Draft, value: unknown) => ({
    ...changed,
    particles: { ...changed.particles, [name]: value },
  });
  const number = (name: "n" | "dt" | "seed") =>
    fieldFor(draft.particles[name], `--${name}`, name, OF, NUMBER, "number", (changed, text) =>
      set(name)(changed, NUMBER.read(text)),
    );
  return group(
    "Particles",
    "section",
    [
      choice(
        "--scheme",
        "scheme",
        OF,
        fitting.map((value) => ({ value, label: value })),
        typeof scheme === "string" ? scheme : "",
        set("scheme"),
      ),
      ...(fitting.length === 0 ? [note(null, "No particle scheme follows this dynamics.")] : []),
      number("n"),
      number("dt"),
      number("seed"),
    ],
    HINTS.particles,
  );
}
