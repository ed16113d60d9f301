import { pageNumber } from "../state/page-number.ts";
import { dissipation } from "./dissipation.ts";
import { distance } from "./distance.ts";
import { energy } from "./energy.ts";
import { density, type FrameKind, potential } from "./frames.ts";
import { gap } from "./gap.ts";
import type { TimeKind } from "./time-picture.ts";
import { awaited, type ViewValues } from "./values.ts";

/** The panels of the page, in its order. */

export const FRAME_PANELS = { density, potential } as const satisfies Record<string, FrameKind>;

export const TIME_PANELS = { energy, distance, gap, dissipation } as const satisfies Record<string, TimeKind>;

export type FrameName = keyof typeof FRAME_PANELS;
export type TimeName = keyof typeof TIME_PANELS;
export type PanelName = FrameName | TimeName;

export const PANELS: Readonly<Record<PanelName, FrameKind | TimeKind>> = { ...FRAME_PANELS, ...TIME_PANELS };

/** What a panel shows at the frame on show, in words, for those who do not see it. */
export function spoken(name: PanelName, values: ViewValues): string {
  const { setup, meanField, particles, shown } = values;
  const { title, says } = PANELS[name];
  const time = setup?.times[shown];
  if (setup === null || time === undefined || (meanField[shown] === undefined && particles[shown] === undefined)) {
    return `${title}: ${awaited(values) ?? "Waiting for this frame."}`;
  }
  return `${title} at t = ${pageNumber(time)}: ${says(values)}`;
}
