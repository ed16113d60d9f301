import { type DynamicsName, dynamicsNamed, type FullSetting, USUAL_DYNAMICS } from "../../problem/dynamics.ts";
import { type SettingFields, settingOf } from "../engine/configuration.ts";
import { getAt, recordOf } from "./draft.ts";
import { numberOf } from "./formats.ts";

/** The name of the dynamics of a draft; null where it has none that there is. */
export function dynamicsOfDraft(problem: unknown): DynamicsName | null {
  return dynamicsNamed(getAt(problem, ["dynamics"]) ?? USUAL_DYNAMICS);
}

/** What the features of a draft depend on, of what can be read so far; null without a dynamics. */
export function settingOfDraft(problem: unknown): FullSetting | null {
  if (dynamicsOfDraft(problem) === null) return null;
  const read = (path: string[]) => getAt(problem, path);
  const reaction = read(["reaction"]);
  const bandwidth = read(["reaction", "bandwidth"]);
  const F = read(["potential", "F"]);
  const fields = {
    dynamics: read(["dynamics"]) ?? USUAL_DYNAMICS,
    alpha: rateOf(read(["alpha"]), read(["alpha", "rate"])),
    temperature: rateOf(read(["temperature"])),
    reaction:
      recordOf(reaction) === null ? reaction : { type: "free-energy", bandwidth: typeof bandwidth === "number" ? bandwidth : 0 },
    potential: typeof F === "string" ? { F } : { network: {} },
  };
  // Whatever else stands in a field is none of the values that matter.
  return settingOf(fields as unknown as SettingFields);
}

/** A rate as a number where it is one; text where it changes in time. */
function rateOf(value: unknown, rate?: unknown): number | string {
  if (rate !== undefined) return rate === 0 ? 0 : "t";
  if (value === undefined) return 0;
  return typeof value === "string" ? numberOf(value) : Number(value);
}
