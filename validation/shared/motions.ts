import { DYNAMICS, type DynamicsName } from "../../src/problem/dynamics.ts";

/** The dynamics under which it is asked what leaves a place where others are stuck, by their names in reports. */
export const MOTIONS = {
  "gradient-descent": "gradient-descent",
  "birth-death": "birth-death",
  "net-deficit": "reinjection net-deficit",
  "every-death": "reinjection every-death",
} as const satisfies Record<string, DynamicsName>;

export type Motion = keyof typeof MOTIONS;
export const MOTION_NAMES = Object.keys(MOTIONS) as Motion[];

/** Whether mass comes back from a prior. */
export function reinjects(motion: Motion): boolean {
  return DYNAMICS[MOTIONS[motion]].object !== null;
}
