import { DYNAMICS } from "../../problem/dynamics.ts";
import type { MeanFieldFrame } from "../engine/frames.ts";
import type { Subject } from "./values.ts";

type Equation = Pick<Subject, "dynamics" | "thermal">;

/** The potential that drives mass, and its value above which mass dies and below which it is born. Where neither happens the mean is drawn alone. */
export interface DeathThreshold {
  value: number;
  symbol: string;
  label: string;
  /** The potential: V, or R at a temperature, as a formula and as the name of an axis. */
  potential: string;
  axis: string;
  /** Whether mass is lost above and gained below. */
  deaths: boolean;
  births: boolean;
  /** What mass does, in a line. */
  sees: string;
  note: string | null;
}

/** @param mean of the potential: Vbar, or Rbar. */
export function deathThresholdOf({ dynamics, thermal }: Equation, mean: number): DeathThreshold {
  const { deathThreshold, births, deaths, reaction, summary, transport } = DYNAMICS[dynamics];
  const symbol = deathThreshold.symbol;
  if (thermal !== null) return { value: mean, ...atTemperature(thermal, transport, symbol) };
  return {
    value: deathThreshold.of(mean),
    symbol,
    label: `${births || deaths ? "threshold" : "mean"} ${symbol}`,
    potential: "V",
    axis: "potential V",
    deaths,
    births,
    sees: summary,
    note: reaction?.kind === "prior" ? "The mass that dies returns by the prior, which is not drawn here." : null,
  };
}

const FREE = "V + \u03c4 log \u03bc";

function atTemperature({ reacts, logTerm }: NonNullable<Equation["thermal"]>, transport: boolean, meanOfV: string) {
  const moves = transport ? `Mass moves downhill in ${FREE}` : "Mass does not move";
  if (!reacts) {
    const words = { symbol: "mean", label: `mean of ${FREE}`, potential: FREE, axis: FREE, note: null };
    return { ...words, deaths: false, births: false, sees: `${moves}; nothing is born or dies.` };
  }
  const R = { none: "V", density: `R = ${FREE}`, smoothed: "R = V + \u03c4 log(k\u2217\u03bc)" }[logTerm];
  const byV = logTerm === "none";
  const symbol = byV ? meanOfV : "R\u0304";
  return {
    symbol,
    label: `threshold ${symbol}`,
    potential: byV ? "V" : "R",
    axis: byV ? "potential V" : R,
    deaths: true,
    births: true,
    sees: `${moves}; it dies where ${R} is above the threshold and is born where it is below.`,
    note: logTerm === "smoothed" ? "k is the Gaussian of the bandwidth." : null,
  };
}

/** The potential of a frame that drives mass, on a plane, and its mean: R and Rbar at a temperature, otherwise V and Vbar. */
export function drivingOf(frame: MeanFieldFrame, plane: number): { values: Float32Array | undefined; mean: number } {
  const driving = frame.thermal?.driving;
  return driving
    ? { values: driving.values[plane], mean: driving.mean }
    : { values: frame.potentials[plane], mean: frame.record.meanPotential };
}
