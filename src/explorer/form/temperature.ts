import { DYNAMICS } from "../../problem/dynamics.ts";
import { AS_JSON, choice, field, type Group, group, note, strangers } from "./controls.ts";
import { type Draft, exchange, getAt, type Path, recordOf, setProblem, shelfName } from "./draft.ts";
import { type Format, NUMBER, OPTIONAL_NUMBER } from "./formats.ts";
import { HINTS } from "./hints.ts";
import { dynamicsOfDraft } from "./setting.ts";

const TEMPERATURE: Path = ["temperature"];
const REACTION: Path = ["reaction"];

/** The reaction with a bandwidth is an object, the others are names; no value at all is `free-energy`. */
const SMOOTHED = "smoothed";
const OPTIONS = [
  { value: "free-energy", label: "free-energy" },
  { value: SMOOTHED, label: "free-energy with a bandwidth" },
  { value: "energy", label: "energy" },
];
const BANDWIDTH = 0.2;
const FRESH: Readonly<Record<string, unknown>> = {
  [SMOOTHED]: { type: "free-energy", bandwidth: BANDWIDTH },
  energy: "energy",
};

/** No field stands for 0: a problem without a temperature has the file and the link that it always had. */
const TEMPERATURE_TEXT: Format = {
  ...OPTIONAL_NUMBER,
  read: (text) => presentUnlessZero(OPTIONAL_NUMBER.read(text)),
  absent: "0",
};

const presentUnlessZero = (temperature: unknown) => (temperature === 0 ? undefined : temperature);

/** Where the reaction waits while there is no temperature. */
const WAITING = shelfName(REACTION, "without a temperature");

/** The draft at a temperature. Without one its reaction waits on the shelf. */
export function setTemperature(draft: Draft, temperature: unknown): Draft {
  const next = presentUnlessZero(temperature);
  const changed = setProblem(draft, TEMPERATURE, next);
  const reaction = getAt(changed.problem, REACTION);
  if (next === undefined) {
    return reaction === undefined
      ? changed
      : { ...setProblem(changed, REACTION, undefined), shelf: { ...changed.shelf, [WAITING]: reaction } };
  }
  const waiting = changed.shelf?.[WAITING];
  const returns = getAt(draft.problem, TEMPERATURE) === undefined && reaction === undefined && waiting !== undefined;
  return returns ? setProblem(changed, REACTION, waiting) : changed;
}

/** The draft with births and deaths by the smoothed density, which particles can follow. */
export function withBandwidth(draft: Draft): Draft {
  return exchange(draft, REACTION, chosenReaction(draft), SMOOTHED, () => FRESH[SMOOTHED]);
}

/** "" for a value that is none of the options. */
function chosenReaction(draft: Draft): string {
  const reaction = getAt(draft.problem, REACTION);
  if (recordOf(reaction) !== null) return SMOOTHED;
  return reaction === undefined ? "free-energy" : typeof reaction === "string" ? reaction : "";
}

/** The noise of the motion, and what births and deaths follow where there is some. */
export function temperatureGroup(draft: Draft): Group {
  const temperature = field(draft, TEMPERATURE, "temperature τ", "of the motion", TEMPERATURE_TEXT, "expression", (changed, text) =>
    setTemperature(changed, TEMPERATURE_TEXT.read(text)),
  );
  return group("Temperature", "section", [temperature, ...reactionItems(draft)], HINTS.temperature);
}

function reactionItems(draft: Draft) {
  const dynamics = dynamicsOfDraft(draft.problem);
  const reacts = dynamics === null || DYNAMICS[dynamics].reaction !== null;
  const warm = presentUnlessZero(getAt(draft.problem, TEMPERATURE)) !== undefined;
  const reaction = getAt(draft.problem, REACTION);
  if (reaction === undefined && !(warm && reacts)) return [];
  const chosen = chosenReaction(draft);
  const form = choice("reaction", "reaction", "at a temperature", OPTIONS, chosen, (changed, to) =>
    exchange(changed, REACTION, chosen, to, () => FRESH[to]),
  );
  if (recordOf(reaction) !== null) {
    const bandwidth = field(draft, [...REACTION, "bandwidth"], "bandwidth", "of the logarithm", NUMBER, "number");
    return [form, bandwidth, ...strangers(draft, REACTION, ["type", "bandwidth"])];
  }
  return chosen === "" ? [form, note(null, `reaction: ${AS_JSON}`)] : [form];
}
