import { AS_JSON, choice, field, type Group, group, note, strangers } from "./controls.ts";
import { type Draft, exchange, getAt, type Path, recordOf } from "./draft.ts";
import { NUMBER, OPTIONAL_NUMBER } from "./formats.ts";
import { HINTS } from "./hints.ts";

const REACTION: Path = ["reaction"];

/** The reaction with a bandwidth is an object, the others are names; no value at all is `free-energy`. */
const SMOOTHED = "smoothed";
const OPTIONS = [
  { value: "free-energy", label: "free energy" },
  { value: SMOOTHED, label: "free energy, smoothed" },
  { value: "energy", label: "energy" },
];
const BANDWIDTH = 0.2;

/** The noise of the motion, and what births and deaths follow where there is some. */
export function temperatureGroup(draft: Draft): Group {
  const reaction = getAt(draft.problem, REACTION);
  const record = recordOf(reaction);
  const named = record === null ? (reaction ?? "free-energy") : SMOOTHED;
  const chosen = typeof named === "string" ? named : "";
  const fresh = { [SMOOTHED]: { type: "free-energy", bandwidth: BANDWIDTH }, energy: "energy" } as Record<string, unknown>;
  const form = choice("reaction", "reaction", "at a temperature", OPTIONS, chosen, (changed, to) =>
    exchange(changed, REACTION, chosen, to, () => fresh[to]),
  );
  const smoothed =
    record === null
      ? []
      : [
          field(draft, [...REACTION, "bandwidth"], "bandwidth", "of the logarithm", NUMBER, "number"),
          ...strangers(draft, REACTION, ["type", "bandwidth"]),
        ];
  const odd = chosen === "" ? [note(null, `reaction: ${AS_JSON}`)] : [];
  return group(
    "Temperature",
    "section",
    [field(draft, ["temperature"], "temperature τ", "of the motion", OPTIONAL_NUMBER, "expression"), form, ...smoothed, ...odd],
    HINTS.temperature,
  );
}
