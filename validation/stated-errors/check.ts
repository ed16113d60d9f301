import type { Blend, Part } from "./parts.ts";

/** The values of a snapshot that are judged. */
export interface Truth {
  energy: number;
  observables: Record<string, number>;
  /** Mass in each cell of the problem's grid; null in more than one variable. */
  cellMasses: Float64Array | null;
}

/** The terms of a dynamics, and the rate. */
export interface Motion {
  transport: boolean;
  /** `conserving`: -alpha (V - Vbar) mu; `free`: -alpha V mu. */
  reaction: "none" | "free" | "conserving";
  alpha(t: number): number;
}

export interface LineAxis {
  name: string;
  min: number;
  max: number;
  cells: number;
  periodic: boolean;
}

/** One variable of a problem without K whose F is a sum over variables. */
export interface LineProblem {
  axis: LineAxis;
  F: Part;
  initial: Blend;
  /** Whether mu_0 is given by a density, which is restricted to the domain, or as a distribution of the whole line. */
  restricted: boolean;
}

/**
 * Where mass goes that crosses a no-flux end. `domain`: it is held there, and slides along it (Filippov): the equation that finite volumes
 * solve. `line`: it leaves, as characteristics do.
 */
export type Space = "domain" | "line";

export function wallsOf({ min, max, periodic }: LineAxis, space: Space): [number, number] {
  return space === "domain" && !periodic ? [min, max] : [-Infinity, Infinity];
}

/** How finely a check resolves: pieces a standard deviation of mu_0, and a bound on the step times the largest |F''|. */
export interface Fineness {
  pieces: number;
  step: number;
}
