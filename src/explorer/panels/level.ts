import { DYNAMICS, type DynamicsName } from "../../problem/dynamics.ts";

/** The level above which mass dies and below which it is born. Where neither happens Vbar is drawn as the mean of V alone. */
export interface Level {
  value: number;
  label: string;
  /** Whether mass is lost above and gained below. */
  deaths: boolean;
  births: boolean;
  /** What mass does, in a line. */
  sees: string;
  note: string | null;
}

export function levelOf(dynamics: DynamicsName, meanPotential: number): Level {
  const { threshold, births, deaths, reaction, summary } = DYNAMICS[dynamics];
  return {
    value: threshold.of(meanPotential),
    label: `${births || deaths ? "level" : "mean"} ${threshold.symbol}`,
    deaths,
    births,
    sees: summary,
    note: reaction?.kind === "prior" ? "What dies returns by the prior, which is not drawn here." : null,
  };
}
