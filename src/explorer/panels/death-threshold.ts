import { DYNAMICS, type DynamicsName } from "../../problem/dynamics.ts";

/** The value of V above which mass dies and below which it is born. Where neither happens Vbar is drawn as the mean of V alone. */
export interface DeathThreshold {
  value: number;
  symbol: string;
  label: string;
  /** Whether mass is lost above and gained below. */
  deaths: boolean;
  births: boolean;
  /** What mass does, in a line. */
  sees: string;
  note: string | null;
}

export function deathThresholdOf(dynamics: DynamicsName, meanPotential: number): DeathThreshold {
  const { deathThreshold, births, deaths, reaction, summary } = DYNAMICS[dynamics];
  return {
    value: deathThreshold.of(meanPotential),
    symbol: deathThreshold.symbol,
    label: `${births || deaths ? "threshold" : "mean"} ${deathThreshold.symbol}`,
    deaths,
    births,
    sees: summary,
    note: reaction?.kind === "prior" ? "The mass that dies returns by the prior, which is not drawn here." : null,
  };
}
