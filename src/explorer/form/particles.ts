import { schemesFor, schemesThatRun } from "../../particles/simulate-options.ts";
import { thermalTermsOf } from "../../problem/thermal.ts";
import type { SchemeName } from "../../schemes/schemes.ts";
import { NO_DENSITY } from "../engine/configuration.ts";
import { choice, fieldFor, type Group, group, type Item, note } from "./controls.ts";
import type { Draft, ParticleField } from "./draft.ts";
import { NUMBER } from "./formats.ts";
import { HINTS } from "./hints.ts";
import { dynamicsOfDraft, settingOfDraft } from "./setting.ts";
import { withBandwidth } from "./temperature.ts";

/** The schemes that follow the dynamics of a draft; none where it has no particles. */
export function fittingSchemes(problem: unknown): SchemeName[] {
  const dynamics = dynamicsOfDraft(problem);
  return dynamics === null ? [] : schemesFor(dynamics);
}

/** Those of them that run at its temperature. */
function runningSchemes(problem: unknown): SchemeName[] {
  const setting = settingOfDraft(problem);
  return setting === null ? [] : schemesThatRun(setting);
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
  const running = runningSchemes(draft.problem);
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
        running.map((value) => ({ value, label: value })),
        typeof scheme === "string" ? scheme : "",
        set("scheme"),
      ),
      ...obstacles(draft, running),
      number("n"),
      number("dt"),
      number("seed"),
    ],
    HINTS.particles,
  );
}

/** Why the chosen scheme does not run, and what helps. */
function obstacles(draft: Draft, running: readonly SchemeName[]): Item[] {
  const setting = settingOfDraft(draft.problem);
  if (setting === null || fittingSchemes(draft.problem).length === 0)
    return [note(null, "No particle scheme follows this dynamics.")];
  const runs = running.some((name) => name === draft.particles.scheme);
  if (runs || thermalTermsOf(setting).logTerm !== "density") return [];
  return [
    note(null, `${NO_DENSITY} They can follow its smoothed logarithm, or the reaction \u201cenergy\u201d.`),
    { kind: "action", label: "Smooth log μ", of: "so that particles can follow", disabled: false, change: withBandwidth },
  ];
}
