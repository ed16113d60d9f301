import { formatShort } from "../../figures/numbers.ts";
import { PANELS, type PanelName } from "./panels.ts";
import { awaited, type ViewValues } from "./values.ts";

/** What a panel shows at the frame on show, in words, for those who do not see it. */
export function spoken(name: PanelName, values: ViewValues): string {
  const { setup, meanField, particles, shown } = values;
  const { title, says } = PANELS[name];
  const time = setup?.times[shown];
  if (setup === null || time === undefined || (meanField[shown] === undefined && particles[shown] === undefined)) {
    return `${title}: ${awaited(values) ?? "Waiting for this frame."}`;
  }
  return `${title} at t = ${formatShort(time)}: ${says(values)}`;
}
